"""Reading a database with the demonstration district: whether it is one, and whom one may log in as."""

from dataclasses import dataclass

from django.db.models import Q

from yiwang.platform.accounts.models import Account, AccountQuerySet
from yiwang.platform.org.models import Person, Post, Unit
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL, STEP
from yiwang.site.demo.cast import CAST
from yiwang.site.demo.vocabulary import MARK

MOST_OF_A_ROLE = 10

# Roles that many play: key, label, and who plays it. The cast comes first, then these, spread over the tree.
_ROLES: tuple[tuple[str, str, Q], ...] = (
    ("graded_administrator", "分级管理员", Q(kind=Account.Kind.GRADED_ADMINISTRATOR)),
    ("town_leader", "镇长", Q(person__title__endswith="镇长") & ~Q(person__title__endswith="副镇长")),
    ("office_head", "办公室主任", Q(person__title="主任", person__unit__short_name="办公室")),
    ("committee_secretary", "居委书记", Q(person__title__startswith="党总支书记")),
    ("two_posts", "兼职人员", Q(person__posts__kind=Post.Kind.CONCURRENT, person__posts__is_living=True)),
    ("seconded", "借调人员", Q(person__posts__kind=Post.Kind.SECONDMENT, person__posts__is_living=True)),
    ("temporary", "临时账号", Q(kind=Account.Kind.TEMPORARY)),
    ("ordinary_user", "普通用户", Q(kind=Account.Kind.USER)),
)


@dataclass(frozen=True)
class Playable:
    """One account to log in with. attempt: what to try; "" for those that are there for numbers only."""

    role: str
    role_label: str
    login: str
    name: str
    unit: str
    title: str
    kind: str
    state: str
    state_label: str
    attempt: str


def is_empty() -> bool:
    """Is there neither a unit nor a person?"""
    return not Unit.objects.exists() and not Person.objects.exists()


def is_demo() -> bool:
    """Was the demonstration district loaded into this database?"""
    return Unit.objects.filter(level=0, source_note=MARK).exists()


def accounts() -> list[Playable]:
    """The cast in its order, as it stands now, then further people of each role from all over the tree."""
    rows = Account.objects.select_related("person__unit", "sponsor_unit")
    by_login = {one.login_name: one for one in rows.filter(login_name__in=[part.login for part in CAST])}
    played = [
        (part.role, part.label, by_login[part.login], part.attempt) for part in CAST if part.login in by_login
    ]
    others = Account.objects.get_queryset().select_related("person__unit", "sponsor_unit")
    others = others.filter(state=Account.State.ACTIVE, login_name__startswith="qp")
    more = [
        (role, label, one, "")
        for role, label, who in _ROLES
        for one in _spread(others.filter(who), MOST_OF_A_ROLE - sum(part.role == role for part in CAST))
    ]
    found = [*played, *more]
    departments = _departments([one for _, _, one, _ in found])
    return [_playable(*entry, departments) for entry in found]


def _spread(rows: AccountQuerySet, most: int) -> list[Account]:
    """At most so many of them, at even distances."""
    ids = list(rows.order_by("login_name").values_list("pk", flat=True).distinct())
    chosen = ids[:: max(len(ids) // most, 1)][:most]
    return list(rows.filter(pk__in=chosen).order_by("login_name").distinct())


def _department_path(account: Account) -> str:
    return account.person.unit_path[: STEP * (DEPARTMENT_LEVEL + 1)]


def _departments(found: list[Account]) -> dict[str, str]:
    paths = {_department_path(one) for one in found}
    return dict(Unit.objects.filter(path__in=paths).values_list("path", "short_name"))


def _playable(role: str, label: str, account: Account, attempt: str, departments: dict[str, str]) -> Playable:
    person = account.person
    unit = ""
    if person.unit is not None:
        department = departments.get(_department_path(account), "")
        unit = " ".join(dict.fromkeys(name for name in (department, person.unit.short_name) if name))
    elif account.sponsor_unit is not None:
        unit = f"{account.sponsor_unit.short_name}（接入单位）"
    return Playable(
        role, label, account.login_name, person.name, unit, person.title, account.kind, account.state,
        account.get_state_display(), attempt,
    )  # fmt: skip
