"""What the pages about roles show: the catalogue, places a role may be granted for, how a grant stands."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.apps import apps
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Left
from django.utils import timezone

from yiwang.kernel.extension.permissions import Permission, Scope, permissions
from yiwang.kernel.extension.roles import Role, rights_of, roles
from yiwang.platform.accounts import rules
from yiwang.platform.accounts.models import Account, RoleGrant
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.accounts.queries.roles import label_of
from yiwang.platform.accounts.vocabulary import CONFIRM, GRANT, GRANT_BUSINESS, MANAGE, READ_ROLES
from yiwang.platform.console.queries.home import capped
from yiwang.platform.org.models import Post, Unit
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL, STEP

# Who holds one of these sees the pages about roles; what he sees there is RoleGrant's visible_to.
READERS = tuple(one.key for one in (MANAGE, GRANT, GRANT_BUSINESS, CONFIRM, READ_ROLES))
GRANTERS = (GRANT.key, GRANT_BUSINESS.key)

STATES = {"pending": "待确认", "coming": "待生效", "living": "生效中", "ended": "已终止"}
TONES = {"pending": "yellow", "coming": "blue", "living": "green", "ended": "grey"}
_SCOPES = {Scope.UNIT: "本单位", Scope.SUBTREE: "单位及下级", Scope.DISTRICT: "全区"}


def state_of(given: RoleGrant) -> str:
    """One of STATES, today."""
    if given.ended_at is not None or (given.valid_to is not None and given.valid_to < timezone.localdate()):
        return "ended"
    if given.is_pending:
        return "pending"
    return "coming" if given.valid_from > timezone.localdate() else "living"


def in_state(state: str) -> Q:
    """The same as a condition of the list."""
    today = timezone.localdate()
    over = Q(ended_at__isnull=False) | Q(valid_to__lt=today)
    if state == "ended":
        return over
    if state == "pending":
        return ~over & Q(is_pending=True)
    begun = Q(valid_from__gt=today) if state == "coming" else Q(valid_from__lte=today)
    return ~over & Q(is_pending=False) & begun


def place_of(given: RoleGrant) -> str:
    """朱家角镇及下级, 全区."""
    if given.unit is None:
        return "全区"
    return f"{given.unit.short_name}及下级" if given.includes_below else given.unit.short_name


def role_label(given: RoleGrant) -> str:
    return label_of(given.role)


def role_choices(user: Principal) -> list[tuple[str, str]]:
    """All roles, in the order of the catalogue."""
    return [(one.key, one.label) for one in in_order()]


def in_order() -> list[Role]:
    return sorted(roles, key=lambda one: (one.order, one.key))


def is_of_district(role: str) -> bool:
    return role in roles and roles.get(role).widest is Scope.DISTRICT


def with_service(rows: QuerySet[RoleGrant]) -> QuerySet[RoleGrant]:
    """With what the lists show of the person: his unit, and the name of its department."""
    path = Left(OuterRef("account__person__unit_path"), STEP * (DEPARTMENT_LEVEL + 1))
    department = Subquery(Unit.objects.filter(path=path).values("short_name"))
    return rows.select_related("account__person__unit", "unit").annotate(department=department)


def unit_name(account: Account) -> str:
    """朱家角镇党政办公室: his unit below the name of its department."""
    path = account.person.unit_path
    above = path[: STEP * (DEPARTMENT_LEVEL + 1)]
    units = Unit.objects.filter(path__in={above, path}).order_by("level")
    return "".join(units.values_list("short_name", flat=True))


def roles_to_give(user: Principal) -> list[tuple[str, str]]:
    """The roles that this user may grant to somebody, somewhere."""
    every = user.allows(GRANT.key)
    return [
        (one.key, one.label)
        for one in in_order()
        if every or not (one.is_administrative or is_of_district(one.key))
    ]


def places_for(user: Principal, account: Account) -> list[tuple[str, str]]:
    """Codes of the units on the lines of his posts, from his department down, where this user may grant."""
    posts = Post.objects.filter(person_id=account.person_id, is_living=True).select_related("unit")
    shortest = STEP * (DEPARTMENT_LEVEL + 1)
    paths = {post.unit.path[:end] for post in posts for end in range(shortest, len(post.unit.path) + 1, STEP)}
    units = Unit.objects.filter(path__in=paths).order_by("position")
    return [
        (unit.code, "　" * (unit.level - DEPARTMENT_LEVEL) + unit.short_name)
        for unit in units
        if any(user.allows(right, at=unit.path) for right in GRANTERS)
    ]


def posts_of(account: Account) -> list[tuple[str, str]]:
    """His living posts, by id."""
    living = Post.objects.filter(person_id=account.person_id, is_living=True).select_related("unit")
    return [(str(post.pk), f"{post.unit.short_name} {post.title}") for post in living.order_by("pk")]


@dataclass(frozen=True, slots=True)
class Line:
    """A right in the catalogue and which roles bring it, in the order of the columns."""

    right: Permission
    reach: str
    brings: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """columns: roles that bring rights; bare: those without rights, which steps are routed by."""

    columns: tuple[Role, ...]
    groups: tuple[tuple[str, tuple[Line, ...]], ...]
    bare: tuple[Role, ...]


def catalogue() -> Catalogue:
    """Roles × rights, by the app that ships the right (权限目录)."""
    bringing = {one.key: {right.key for right in rights_of(one.key)} for one in in_order()}
    columns = tuple(one for one in in_order() if bringing[one.key])
    groups: dict[str, list[Line]] = {}
    for right in sorted(permissions, key=lambda one: one.key):
        line = Line(right, _SCOPES[right.widest], tuple(right.key in bringing[one.key] for one in columns))
        groups.setdefault(_module(right.key), []).append(line)
    bare = tuple(one for one in in_order() if not bringing[one.key])
    return Catalogue(columns, tuple((name, tuple(lines)) for name, lines in groups.items()), bare)


def _module(key: str) -> str:
    return str(apps.get_app_config(key.split(".", 1)[0]).verbose_name)


def pending(user: Principal) -> QuerySet[RoleGrant]:
    """Appointments that wait for a second person."""
    return RoleGrant.objects.visible_to(user).filter(in_state("pending"))


def appointments_to_confirm(user: Principal) -> int:
    """How many this user may confirm himself: neither proposed by him nor about him."""
    own = Q(granted_by_id=user.account_id) | Q(account_id=user.account_id)
    return capped(pending(user).exclude(own))


def may_confirm(user: Principal, given: RoleGrant) -> bool:
    return state_of(given) == "pending" and rules.can_confirm(user, given)


def may_withdraw(user: Principal, given: RoleGrant) -> bool:
    """The same question as the action's, for its button."""
    if given.ended_at is not None:
        return False
    if given.role not in roles:
        return user.allows(GRANT.key) and user.account_id != given.account_id
    return rules.can_grant_role(user, given.account, roles.get(given.role), given.unit)


def shown_for(account: Account, *, limit: int = 30) -> Sequence[RoleGrant]:
    """Roles of an account, living ones first."""
    rows = RoleGrant.objects.filter(account=account).select_related("unit", "account__person")
    return list(rows.order_by(F("ended_at").desc(nulls_first=True), "pk")[:limit])
