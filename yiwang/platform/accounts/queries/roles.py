"""Who holds a role: for approval steps, for routing, for the lists of administrators."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from yiwang.kernel.extension.roles import roles
from yiwang.platform.accounts.models import Account, RoleGrant
from yiwang.platform.org.models import Post, Unit
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL, STEP


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who holds a role; post_id: the post he holds it in, None when he serves elsewhere."""

    person_id: int
    account_id: int
    post_id: int | None


def label_of(role: str) -> str:
    """What a role is called; its key when no module ships it any more."""
    return roles.get(role).label if role in roles else role


def called(given: RoleGrant) -> str:
    """“李四：办公室主任（朱家角镇）”, as the audit log names a grant."""
    return f"{given.account.person.name}：{label_of(given.role)}（{place_of(given)}）"


def place_of(given: RoleGrant) -> str:
    """朱家角镇, or 全区."""
    return given.unit.short_name if given.unit else "全区"


def holders(role: str, unit: Unit, *, today: datetime.date | None = None) -> list[Holder]:
    """Who holds the role for this unit: at the unit itself, or the nearest above that has one (to level 2).

    Only persons whose account is in order; in the maintained order of the posts.
    """
    lengths = range(STEP * (DEPARTMENT_LEVEL + 1), len(unit.path), STEP)
    above = [unit.path[:length] for length in lengths]
    granted = list(_in_order(role, today).filter(unit__path__in=[*above, unit.path]))
    covering = [
        one for one in granted if one.unit is not None and (one.unit_id == unit.pk or one.includes_below)
    ]
    nearest = max((len(one.unit.path) for one in covering if one.unit), default=0)
    return _as_holders(one for one in covering if one.unit is not None and len(one.unit.path) == nearest)


def holders_in_district(role: str, *, today: datetime.date | None = None) -> list[Holder]:
    """Who holds the role for the whole district."""
    return _as_holders(_in_order(role, today).filter(unit=None))


def _in_order(role: str, today: datetime.date | None) -> QuerySet[RoleGrant]:
    in_force = RoleGrant.objects.in_force(today or timezone.localdate())
    usable = in_force.filter(role=role, account__state=Account.State.ACTIVE)
    return usable.select_related("account__person", "unit").order_by("account__person__position", "pk")


def _as_holders(granted: Iterable[RoleGrant]) -> list[Holder]:
    granted = list(granted)
    serving: dict[int, list[Post]] = {}
    people = [one.account.person_id for one in granted if one.post_id is None]
    if people:
        living = Post.objects.filter(person_id__in=people, is_living=True).select_related("unit")
        for post in sorted(living, key=lambda post: (post.kind != Post.Kind.MAIN, post.pk)):
            serving.setdefault(post.person_id, []).append(post)
    return [
        Holder(one.account.person_id, one.account_id, one.post_id or _post_in(one.unit, serving, one.account))
        for one in granted
    ]


def _post_in(unit: Unit | None, serving: dict[int, list[Post]], account: Account) -> int | None:
    own = serving.get(account.person_id, [])
    inside = [post.pk for post in own if unit is None or post.unit.path.startswith(unit.path)]
    return inside[0] if inside else None


def in_force_at(role: str, unit: Unit | None, *, today: datetime.date) -> list[RoleGrant]:
    """Grants of the role exactly there whose holders can use them today."""
    in_force = RoleGrant.objects.in_force(today)
    return list(in_force.filter(role=role, unit=unit, account__state=Account.State.ACTIVE).order_by("pk"))


def living_of(account: Account) -> list[RoleGrant]:
    """The grants of an account that have not ended, pending ones too."""
    living = RoleGrant.objects.living().filter(account=account)
    return list(living.select_related("unit", "account__person").order_by("pk"))
