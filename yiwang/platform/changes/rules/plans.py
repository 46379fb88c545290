"""What a unit change is to do, as data: one form of plan for each kind, checked when it is written and read.

Ids are those of units and posts. NEW stands for the unit that the change itself sets up; in a split the parts
are numbered from 1 and 0 is the unit itself.
"""

import datetime
from typing import Any, Literal

import msgspec

from yiwang.kernel.errors import invalid
from yiwang.platform.changes.models import UnitChange

Kind = UnitChange.Kind

NEW = 0
STAYS = 0


class Plan(msgspec.Struct, forbid_unknown_fields=True):
    """Common to all."""


class NewUnit(Plan):
    """A unit to be set up. word: its 发文机关代字, "" for none."""

    code: str
    full_name: str
    short_name: str
    node_type: str
    nature: str = ""
    rank: str = ""
    uscc: str = ""
    duty_phone: str = ""
    region_code: str = ""
    exchanges_documents: bool = False
    word: str = ""


class Child(Plan):
    """What becomes of a child: it goes below `to`, or is merged into it."""

    to: int
    how: Literal["under", "into"] = "under"


class Create(Plan):
    """新设."""

    parent: int
    unit: NewUnit


class Rename(Plan):
    """更名. word: the 代字 from then on, "" to leave the words as they are; the former ones end."""

    full_name: str
    short_name: str
    word: str = ""


class Merge(Plan):
    """合并: the sources into one of them or another unit (`into`), or into a new one (into NEW).

    posts and children go to the receiving unit but for those named. roles: ids of the grants that go over,
    the others end; None when nobody has chosen: all go over.
    """

    sources: list[int]
    into: int = NEW
    parent: int = 0
    unit: NewUnit | None = None
    children: dict[int, Child] = {}
    posts: dict[int, int] = {}
    roles: list[int] | None = None


class Split(Plan):
    """拆分 into parts. survives: the unit itself stays as part 0. Every living post must be in `posts`."""

    parts: list[NewUnit]
    survives: bool = True
    posts: dict[int, int] = {}
    children: dict[int, int] = {}


class Move(Plan):
    """划转: below another parent."""

    to: int


class Rank(Plan):
    """升格、降格: another rank, and perhaps another type and parent (to 0: stays)."""

    rank: str
    node_type: str = ""
    to: int = 0


class Plate(Plan):
    """挂牌; ends: id of the plate to be taken off instead (摘牌)."""

    name: str = ""
    short_name: str = ""
    word: str = ""
    until: datetime.date | None = None
    ends: int = 0


class Revoke(Plan):
    """撤销; to: where everything goes that is left, 0 when nothing may be left."""

    to: int = 0
    children: dict[int, Child] = {}
    posts: dict[int, int] = {}
    roles: list[int] | None = None


class Sort(Plan):
    """排序调整: the children of the unit in their new order."""

    order: list[int]


class Edit(Plan):
    """信息修改: fields of org's `checks.DETAILS`."""

    details: dict[str, Any]


FORMS: dict[str, type[Plan]] = {
    Kind.CREATE: Create,
    Kind.RENAME: Rename,
    Kind.MERGE: Merge,
    Kind.SPLIT: Split,
    Kind.MOVE: Move,
    Kind.RANK: Rank,
    Kind.PLATE: Plate,
    Kind.REVOKE: Revoke,
    Kind.SORT: Sort,
    Kind.EDIT: Edit,
}


def read(kind: str, data: Any) -> Any:
    """The plan of that kind; 422 when the data is none."""
    if isinstance(data, Plan):
        data = write(data)
    if kind not in FORMS:
        raise invalid("kind", "没有这种调整类型")
    try:
        return msgspec.convert(data, FORMS[kind], str_keys=True)
    except msgspec.ValidationError as error:
        raise invalid("plan", "调整方案的格式不正确") from error


def write(plan: Plan) -> dict[str, Any]:
    """As the column keeps it."""
    written: dict[str, Any] = msgspec.to_builtins(plan, str_keys=True)
    return written


def made_by(kind: str, plan: Any) -> list[NewUnit]:
    """The units that it will set up."""
    if kind == Kind.CREATE:
        return [plan.unit]
    if kind == Kind.MERGE and plan.unit is not None:
        return [plan.unit]
    return list(plan.parts) if kind == Kind.SPLIT else []


def keeping_places(kind: str, plan: Plan, before: dict[str, Any]) -> Any:
    """The plan with the places that were chosen for the one before; what fits no more is left out later."""
    places = {name: before[name] for name in ("posts", "children", "roles") if name in before}
    return read(kind, write(plan) | places)


# Which of the kinds need neither a basis document nor, from a system administrator, a review (§1).
LIGHT = frozenset({Kind.SORT, Kind.EDIT})
WITH_PEOPLE = frozenset({Kind.MERGE, Kind.SPLIT, Kind.REVOKE})
