"""Reading a database with the demonstration district: whether it is one, and whom one may log in as."""

from dataclasses import dataclass

from yiwang.platform.accounts.models import Account
from yiwang.platform.org.models import Person, Unit
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL, STEP
from yiwang.site.demo.cast import CAST
from yiwang.site.demo.vocabulary import MARK

MOST_OF_A_ROLE = 10
_ORDINARY = "ordinary_user", "普通用户"


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
    """The cast in its order, as it stands now, then a few ordinary people from all over the tree."""
    rows = Account.objects.select_related("person__unit", "sponsor_unit")
    by_login = {one.login_name: one for one in rows.filter(login_name__in=[part.login for part in CAST])}
    played = [
        (part.role, part.label, by_login[part.login], part.attempt) for part in CAST if part.login in by_login
    ]
    ordinary = rows.filter(kind=Account.Kind.USER, state=Account.State.ACTIVE, login_name__startswith="qp")
    step = max(ordinary.count() // MOST_OF_A_ROLE, 1)
    some = ordinary.order_by("login_name")[: step * MOST_OF_A_ROLE : step]
    found = [*played, *((*_ORDINARY, one, "") for one in some)]
    departments = _departments([one for _, _, one, _ in found])
    return [_playable(*entry, departments) for entry in found]


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
