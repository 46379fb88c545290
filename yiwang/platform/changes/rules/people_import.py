"""What a row of a people workbook says, and what is wrong with it. Pure: knows no database and no clock.

The columns' own rules (required, words of a list, length) are checked where the workbook is read.
"""

import datetime
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from yiwang.kernel import validators
from yiwang.kernel.validators import Invalid
from yiwang.platform.org.models import Person

T = TypeVar("T")

MOST_ROWS = 20_000
YES, NO = "是", "否"
UNKNOWN_UNIT = "没有这个机构，或不在您的管理范围内"
LABELS = {
    "name": "姓名",
    "id_number": "证件号码",
    "mobile": "手机号码",
    "category": "人员类别",
    "establishment": "编制类型",
    "unit": "所在机构",
    "title": "职务",
    "is_leader": "领导班子成员",
    "is_head": "部门负责人",
    "sort": "部门内排序号",
    "duty_level": "职务层次",
    "grade": "职级",
    "office_phone": "办公电话",
    "room": "办公地址",
    "email": "电子邮箱",
    "change_date": "变动日期",
    "basis": "依据文号",
}
_LATEST_DAYS, _EARLIEST_DAYS = 366, 3_660
_MOST_NAMED = 5  # lines named in a message
_DATE = re.compile(r"(20[0-9]{2})[-/.年]?([0-9]{1,2})[-/.月]?([0-9]{1,2})日?")


@dataclass(frozen=True, slots=True)
class Lists:
    """Words that a cell may hold, with what they are kept as."""

    establishments: Mapping[str, str]
    established: frozenset[str]  # those of 在编人员
    duty_levels: Mapping[str, str]
    grades: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Draft:
    """A row as it is understood. Empty where the cell was empty; sort 0 and change_date None likewise."""

    line: int
    name: str = ""
    id_number: str = ""
    sex: str = ""
    birth_date: datetime.date | None = None
    mobile: str = ""
    category: str = ""
    establishment: str = ""
    unit: str = ""
    title: str = ""
    is_leader: bool | None = None
    is_head: bool | None = None
    sort: int = 0
    duty_level: str = ""
    grade: str = ""
    office_phone: str = ""
    room: str = ""
    email: str = ""
    change_date: datetime.date | None = None
    basis: str = ""

    @property
    def masked_id(self) -> str:
        return validators.mask_citizen_id(self.id_number)

    @property
    def masked_mobile(self) -> str:
        return validators.mask_mobile(self.mobile)


@dataclass(slots=True)
class Checked:
    """A row with what was found out about it so far."""

    draft: Draft
    errors: list[str] = field(default_factory=list)


def check(line: int, cells: Mapping[str, str], lists: Lists, *, today: datetime.date) -> Checked:
    """Understand one row: every fault it has, not only the first."""
    row = _Row(cells)
    citizen = row.take("id_number", lambda text: validators.citizen_id(text, today=today))
    draft = Draft(
        line=line,
        name=row.take("name", validators.person_name) or "",
        id_number=citizen.number if citizen else "",
        sex=_SEXES[citizen.sex] if citizen else "",
        birth_date=citizen.birth_date if citizen else None,
        mobile=row.take("mobile", validators.mobile) or "",
        category=_CATEGORIES.get(cells.get("category", ""), ""),
        establishment=lists.establishments.get(cells.get("establishment", ""), ""),
        unit=cells.get("unit", "").partition(" ")[0].upper(),
        title=cells.get("title", ""),
        is_leader=row.flag("is_leader"),
        is_head=row.flag("is_head"),
        sort=row.take("sort", _sort) or 0,
        duty_level=lists.duty_levels.get(cells.get("duty_level", ""), ""),
        grade=lists.grades.get(cells.get("grade", ""), ""),
        office_phone=row.take("office_phone", validators.office_phone) or "",
        room=cells.get("room", ""),
        email=row.take("email", validators.email) or "",
        change_date=row.take("change_date", lambda text: _day(text, today)),
        basis=cells.get("basis", ""),
    )
    return Checked(draft, [*row.errors, *_disagreements(draft, cells, lists)])


_CATEGORIES = {str(one.label): str(one.value) for one in Person.Category}
_SEXES = {validators.Sex.MALE: str(Person.Sex.MALE), validators.Sex.FEMALE: str(Person.Sex.FEMALE)}


def _disagreements(draft: Draft, cells: Mapping[str, str], lists: Lists) -> list[str]:
    """What is wrong between the columns."""
    found = []
    if draft.category == Person.Category.EXTERNAL:
        found.append("外部临时人员请由分级管理员办理临时账号")
    if draft.category == Person.Category.ESTABLISHED:
        if not cells.get("establishment"):
            found.append("在编人员请填写编制类型")
        if not cells.get("office_phone"):
            found.append("在编人员请填写办公电话")
        if draft.establishment and draft.establishment not in lists.established:
            found.append("编制类型与人员类别“在编人员”不符")
    if draft.category == Person.Category.CONTRACTED and draft.establishment in lists.established:
        found.append("编制类型与人员类别“非编制内聘用人员”不符")
    return found


class _Row:
    """Reads the cells of one row and gathers what is wrong with them."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        self._cells = cells
        self.errors: list[str] = []

    def take(self, key: str, parse: Callable[[str], T]) -> T | None:
        """The cell as `parse` understands it; what it refuses is an error."""
        text = self._cells.get(key, "")
        if not text:
            return None
        try:
            return parse(text)
        except Invalid as refusal:
            self.errors.append(_named(LABELS[key], refusal.message))
            return None

    def flag(self, key: str) -> bool | None:
        text = self._cells.get(key, "")
        return text == YES if text else None


def _named(label: str, message: str) -> str:
    """The message with its column, unless it names it."""
    return message if label[:2] in message or "号码" in message else f"{label}：{message}"


def _sort(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and int(text) >= 1):
        raise Invalid("部门内排序号应为1至9999的整数")
    return int(text)


def _day(text: str, today: datetime.date) -> datetime.date:
    """2026-12-01, 2026年12月1日, 20261201."""
    day = _written_day(text)
    if day is None:
        raise Invalid("变动日期请按 2026-11-23 的格式填写")
    if not -_LATEST_DAYS <= (today - day).days <= _EARLIEST_DAYS:
        raise Invalid("变动日期超出合理范围")
    return day


def _written_day(text: str) -> datetime.date | None:
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    try:
        return datetime.date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def mark_duplicates(rows: Sequence[Checked]) -> None:
    """One identity number and one mobile number stand in one row only; both rows learn of the other."""
    for key in ("id_number", "mobile"):
        seen: dict[str, list[Checked]] = {}
        for row in rows:
            value = getattr(row.draft, key)
            if value:
                seen.setdefault(value, []).append(row)
        for same in seen.values():
            if len(same) < 2:
                continue
            lines = [one.draft.line for one in same[: _MOST_NAMED + 1]]
            for row in same:
                others = [str(line) for line in lines if line != row.draft.line][:_MOST_NAMED]
                rest = "等" if len(same) > len(others) + 1 else ""
                row.errors.append(f"与第{'、'.join(others)}{rest}行的{LABELS[key]}重复")
