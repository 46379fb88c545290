"""What waits for an administrator, and how far his rights reach."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from yiwang.kernel.extension.worklists import MOST, WorkList, worklists
from yiwang.kernel.template_filters import grouped
from yiwang.platform.accounts.models import Account
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.console.vocabulary import ADMINISTRATORS
from yiwang.platform.org.models import Unit

SOON_DAYS = 30  # 临时账号、借调、挂职 end within these days (domain reference §2)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One work list with what is in it for this user."""

    work: WorkList
    number: int
    url: str

    @property
    def number_text(self) -> str:
        return f"{MOST - 1}+" if self.number >= MOST else grouped(self.number)

    @property
    def tone(self) -> str:
        if not self.number:
            return "grey"
        return "red" if self.work.is_late else "blue"


def waiting_for(user: Principal) -> list[tuple[str, list[Waiting]]]:
    """Headings with their work lists, in the order of the registry; one without a right is left out."""
    groups: dict[str, list[Waiting]] = {}
    for work in sorted(worklists, key=lambda one: one.order):
        if not _may_see(work, user):
            continue
        address = reverse(work.url_name) + (f"?{work.query}" if work.query else "")
        groups.setdefault(work.group, []).append(Waiting(work, work.count(user), address))
    return list(groups.items())


def _may_see(work: WorkList, user: Principal) -> bool:
    if work.any_of:
        return any(user.allows(one) for one in work.any_of)
    return not work.permission or user.allows(work.permission)


def reach_of(user: Principal) -> Sequence[str]:
    """The branches he administers by their short names; 全区 for the whole."""
    scopes = {scope for key in ADMINISTRATORS for scope in user.scopes(key)}
    if any(not path for path, _ in scopes):
        return ["全区"]
    below = dict(sorted(scopes))
    units = Unit.objects.filter(path__in=below).order_by("position").values_list("path", "short_name")
    return [f"{name}及下级机构" if below[path] else name for path, name in units]


def capped(rows: QuerySet[Any]) -> int:
    """How many, but no more than MOST."""
    return rows.order_by().values("pk")[:MOST].count()


def unverified_accounts(user: Principal) -> int:
    """待实名认证, or refused there."""
    return capped(Account.objects.few_visible_to(user).filter(state=Account.State.UNVERIFIED))


def locked_accounts(user: Principal) -> int:
    """Locked after wrong passwords, now."""
    return capped(Account.objects.few_visible_to(user).filter(is_locked_now()))


def expiring_accounts(user: Principal) -> int:
    """Temporary accounts (临时账号) that end soon."""
    return capped(Account.objects.few_visible_to(user).filter(ends_soon()))


def refused_verifications(user: Principal) -> int:
    """退回修改 and 待处理: the real-name service refused, or did not answer."""
    living = Account.objects.few_visible_to(user).exclude(state=Account.State.CLOSED)
    return capped(living.filter(is_refused()))


def is_refused() -> Q:
    return Q(verification__in=(Account.Standing.FAILED, Account.Standing.STUCK))


def is_locked_now() -> Q:
    return Q(locked_until__gt=timezone.now())


def ends_soon() -> Q:
    today = timezone.localdate()
    until = today + datetime.timedelta(days=SOON_DAYS)
    living = (Account.State.ACTIVE, Account.State.INACTIVE)
    return Q(kind=Account.Kind.TEMPORARY, state__in=living, expires_on__gte=today, expires_on__lte=until)
