"""Who keeps a unit's part of the address book: its 分级管理员 and office directors, else the district."""

from collections.abc import Iterable

from yiwang.kernel.extension.approvals import Seat
from yiwang.platform.accounts.queries import roles
from yiwang.platform.accounts.vocabulary import GRADED_ADMINISTRATOR, SYSTEM_ADMINISTRATOR
from yiwang.platform.org.models import Unit
from yiwang.platform.todos.models import Item

APP = "upkeep"
_ROLES = (GRADED_ADMINISTRATOR.key, "accounts.office_director")


def keepers_of(unit: Unit) -> list[Seat]:
    """Each once, in their order; the system administrators where a unit has none."""
    found: dict[int, Seat] = {}
    for role in _ROLES:
        for one in roles.holders(role, unit):
            found.setdefault(one.person_id, Seat(one.person_id, one.post_id))
    return list(found.values()) or supervisors()


def supervisors() -> list[Seat]:
    """区政务办: the system administrators."""
    return [Seat(one.person_id, one.post_id) for one in roles.holders_in_district(SYSTEM_ADMINISTRATOR.key)]


def ids(seats: Iterable[Seat]) -> list[int]:
    """Their persons."""
    return [one.person_id for one in seats]


def open_task(biz_id: str, task_id: str) -> Item | None:
    """The to-do, while it is open."""
    open_ones = Item.objects.filter(app=APP, biz_id=biz_id, task_id=task_id, state=Item.State.OPEN)
    return open_ones.first()
