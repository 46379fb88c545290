"""Finding accounts by what a person types, and the lists administrators work from."""

import datetime
import itertools
import re

from yiwang.kernel.crypto.keys import provider
from yiwang.kernel.validators import mask_name
from yiwang.platform.accounts.models import (
    Account,
    AccountQuerySet,
    LoginAttempt,
    MobileChange,
    Session,
    Suspension,
)
from yiwang.platform.org.models import Unit
from yiwang.platform.org.queries import people, units

_MOBILE = re.compile(r"1[3-9]\d{9}")


def by_login(login: str) -> Account | None:
    """The account with this login name or mobile number; None also when a mobile fits several."""
    login = login.strip()
    if _MOBILE.fullmatch(login):
        found = list(Account.objects.filter(person__in=people.with_mobile(login)).exclude(state="closed")[:2])
        return found[0] if len(found) == 1 else None
    named = Account.objects.filter(login_name=login.lower())
    return named.exclude(state="closed").first() or named.order_by("-id").first()


def living_of(person_id: int) -> Account | None:
    """The person's account, unless it was closed."""
    return Account.objects.filter(person_id=person_id).exclude(state=Account.State.CLOSED).first()


def bound_to(mobile: str, *, besides: int) -> Account | None:
    """Another person's living account with this number."""
    others = people.with_mobile(mobile).exclude(pk=besides)
    found = Account.objects.filter(person__in=others).exclude(state=Account.State.CLOSED)
    return found.select_related("person__unit", "sponsor_unit").first()


def binding_in_words(account: Account) -> str:
    """“该手机号码已绑定账号：张*（区水务局）”: enough to ask him, not enough to know him."""
    unit = account.person.unit or account.sponsor_unit
    place = f"（{units.department_of(unit).short_name}）" if unit else ""
    return f"该手机号码已绑定账号：{mask_name(account.person.name)}{place}"


def free_login_name(wish: str) -> str:
    """The wished name, with a number behind it when somebody has it."""
    taken = set(Account.objects.filter(login_name__startswith=wish).values_list("login_name", flat=True))
    names = itertools.chain((wish,), (f"{wish}{number}" for number in itertools.count(2)))
    return next(name for name in names if name not in taken)


def mobile_change_of(account_id: int) -> MobileChange | None:
    """The account's change of number that is open, or the last one."""
    changes = MobileChange.objects.filter(account_id=account_id).select_related("holder__person__unit")
    return changes.order_by("-pk").first()


def mobile_wanted_from(account_id: int) -> list[MobileChange]:
    """Changes that wait until this account gives up its number."""
    waiting = MobileChange.objects.filter(holder_id=account_id, state=MobileChange.State.HOLDER)
    return list(waiting.select_related("account__person__unit").order_by("pk"))


def suspension_of(account_id: int) -> Suspension | None:
    """The suspension that is in force or to come."""
    return Suspension.objects.filter(account_id=account_id, ended_at=None).first()


def temporary_living() -> AccountQuerySet:
    """Temporary accounts that run, with whom to tell."""
    over = (Account.State.EXPIRED, Account.State.CLOSED)
    running = Account.objects.get_queryset().filter(kind=Account.Kind.TEMPORARY).exclude(state__in=over)
    return running.select_related("person", "sponsor").order_by("pk")


def login_digest(login: str) -> bytes:
    """Keyed digest of a typed login, so that the table of tries names nobody."""
    return provider().mac("accounts.login", login.strip().lower().encode())


def failures_of(digest: bytes, *, since: datetime.datetime) -> int:
    """Failed tries with this login since then, whether or not such an account exists."""
    return LoginAttempt.objects.filter(login_digest=digest, succeeded=False, at__gte=since).count()


def failures_from(address: str, *, since: datetime.datetime) -> int:
    """Failed tries from one address since then. Successes do not count: an office shares one address."""
    return LoginAttempt.objects.filter(address=address, at__gte=since, succeeded=False).count()


def sessions_of(account_id: int) -> list[Session]:
    """Living sessions of an account, the most recent first."""
    return list(Session.objects.filter(account_id=account_id, ended_at=None).order_by("-last_seen_at"))


def recent_sessions_of(account_id: int, *, limit: int = 20) -> list[Session]:
    """Ended sessions of an account, the most recent first."""
    ended = Session.objects.filter(account_id=account_id, ended_at__isnull=False)
    return list(ended.order_by("-ended_at")[:limit])


def devices_of(account_id: int, *, since: datetime.datetime) -> set[str]:
    """The kinds of terminals the account was used from since then, in the words of `Session.device`."""
    agents = Session.objects.filter(account_id=account_id, created_at__gte=since).order_by("agent")
    return {Session(agent=agent).device for agent in agents.values_list("agent", flat=True).distinct()[:50]}


def unit_names(paths: set[str]) -> dict[str, str]:
    """Short names of units by path."""
    return dict(Unit.objects.filter(path__in=paths).values_list("path", "short_name"))
