"""What a row of a people workbook says, and what is wrong with it. Pure: knows no database and no clock.

The columns' own rules (required, words of a list, length) are checked where the workbook is read.
"""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from yiwang.kernel import validators
from yiwang.kernel.extension.imports import ImportColumn
from yiwang.kernel.validators import Invalid
from yiwang.platform.org.models import Person

T = TypeVar("T")

MOST_ROWS = 20_000
YES, NO = "是", "否"
UNKNOWN_UNIT = "没有这个机构，或不在您的管理范围内"
MASKED = "证件号码带有星号，请填写完整号码"
_NUMBER = "设为文本格式填写，不要用公式"
CATEGORIES = {str(one.label): str(one.value) for one in Person.Category if one != Person.Category.EXTERNAL}
ESTABLISHMENTS = {str(one.label): str(one.value) for one in Person.Establishment}
COLUMNS = (
    ImportColumn(
        "name", "姓名", is_required=True, most=30, width=12, hint="生僻字直接填写，间隔号用“·”",
        example="古力·艾买提",
    ),
    ImportColumn(
        "name_mark", "区分标识", most=20, width=12, hint="同一单位有同名人员时填写", example="规划科"
    ),
    ImportColumn(
        "id_number", "证件号码", is_required=True, most=30, width=22, is_sensitive=True,
        hint=f"18位居民身份证号码，{_NUMBER}；其他证件请单独办理新增",
    ),
    ImportColumn(
        "mobile", "手机号码", is_required=True, most=20, width=16, is_sensitive=True,
        hint=f"11位，本人使用，不与他人共用；{_NUMBER}",
    ),
    ImportColumn(
        "category", "人员类别", is_required=True, choices=tuple(CATEGORIES), width=20,
        hint="外部临时人员请由分级管理员办理临时账号", example="在编人员",
    ),
    ImportColumn(
        "establishment", "编制类型", choices=tuple(ESTABLISHMENTS), width=24, hint="在编人员必填",
        example="行政编制",
    ),
    ImportColumn(
        "unit", "所在机构", is_required=True, most=120, width=32, hint="从下拉列表选择，或填写机构编码",
        example="QP-0301-01 党政办公室",
    ),
    ImportColumn("title", "职务", is_required=True, most=60, hint="规范的职务名称", example="一级科员"),
    ImportColumn("is_leader", "领导班子成员", choices=(YES, NO), width=14, hint="不填为否"),
    ImportColumn("is_head", "部门负责人", choices=(YES, NO), width=12, hint="不填为否"),
    ImportColumn(
        "sort", "部门内排序号", most=4, width=14, hint="仅新增时有效，1至9999，不填为100", example="30"
    ),
    ImportColumn("duty_level", "职务层次", most=30, hint="从下拉列表选择", example="乡科级正职"),
    ImportColumn("grade", "职级", most=30, hint="从下拉列表选择", example="一级科员"),
    ImportColumn("office_phone", "办公电话", most=30, hint="在编人员必填", example="021-59720000"),
    ImportColumn("room", "办公地址", most=100, width=20, example="1号楼301室"),
    ImportColumn("email", "电子邮箱", most=100, width=24, hint="填写政务邮箱"),
    ImportColumn(
        "change_date", "变动日期", is_date=True, width=14, hint="文件日期或实际到岗日期，不填为提交当日",
        example="2026-12-01",
    ),
    ImportColumn(
        "basis", "依据文号", most=60, width=22, hint="录用、任职文件的文号", example="青人社〔2026〕18号"
    ),
)  # fmt: skip
NOTES = (
    "证件号码已在平台登记的，不重复新增：在本单位的按表中内容修改，空白单元格不改；在其他单位的请办理调动、借调或兼任。",
    "一个文件只填写一个单位（含下级机构）的人员。提交后作为一批审核，审核通过后生效，账号经实名认证后激活。",
    "从“导出现有人员”得到的文件，证件号码和手机号码以星号遮蔽，原样保留即可，不影响修改其他内容。",
)
LABELS = {one.key: one.label for one in COLUMNS}
_SEXES = {validators.Sex.MALE: str(Person.Sex.MALE), validators.Sex.FEMALE: str(Person.Sex.FEMALE)}
_LATEST_DAYS, _EARLIEST_DAYS = 366, 3_660
_MOST_NAMED = 5  # lines named in a message


@dataclass(frozen=True, slots=True)
class Lists:
    """Words of the code lists that a cell may hold, with their codes."""

    duty_levels: Mapping[str, str]
    grades: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Draft:
    """A row as it is understood. Empty where the cell was empty, None likewise; sort 0.

    masked_id, masked_mobile: what a template of present people holds in place of the numbers.
    """

    line: int
    name: str = ""
    name_mark: str = ""
    id_number: str = ""
    masked_id: str = ""
    sex: str = ""
    birth_date: datetime.date | None = None
    mobile: str = ""
    masked_mobile: str = ""
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

    def facts(self) -> dict[str, object]:
        """What is said of the person, by `person_checks.FIELDS`; only what was filled in."""
        names = (
            "name",
            "name_mark",
            "id_number",
            "mobile",
            "category",
            "establishment",
            "duty_level",
            "grade",
        )
        given = {name: getattr(self, name) for name in (*names, "office_phone", "room", "email")}
        return {name: value for name, value in given.items() if value}

    def duty(self) -> dict[str, object]:
        """What is said of the post; only what was filled in."""
        given = {name: getattr(self, name) for name in ("title", "is_leader", "is_head", "sort")}
        return {name: value for name, value in given.items() if value not in ("", None, 0) or value is False}


@dataclass(slots=True)
class Checked:
    """A row with what was found wrong with it so far."""

    draft: Draft
    errors: list[str] = field(default_factory=list)


def check(line: int, cells: Mapping[str, str], lists: Lists, *, today: datetime.date) -> Checked:
    """Understand one row: every fault it has, not only the first."""
    row = _Row(cells)
    written_id, written_mobile = (
        cells.get(key, "").replace(" ", "").upper() for key in ("id_number", "mobile")
    )
    is_masked_id, is_masked_mobile = "*" in written_id, "*" in written_mobile
    citizen = (
        None if is_masked_id else row.take("id_number", lambda text: validators.citizen_id(text, today=today))
    )
    draft = Draft(
        line=line,
        name=row.take("name", validators.person_name) or "",
        name_mark=cells.get("name_mark", ""),
        id_number=citizen.number if citizen else "",
        masked_id=written_id if is_masked_id else "",
        sex=_SEXES[citizen.sex] if citizen else "",
        birth_date=citizen.birth_date if citizen else None,
        mobile="" if is_masked_mobile else row.take("mobile", validators.mobile) or "",
        masked_mobile=written_mobile if is_masked_mobile else "",
        category=CATEGORIES.get(cells.get("category", ""), ""),
        establishment=ESTABLISHMENTS.get(cells.get("establishment", ""), ""),
        unit=cells.get("unit", "").partition(" ")[0].upper(),
        title=cells.get("title", ""),
        is_leader=row.flag("is_leader"),
        is_head=row.flag("is_head"),
        sort=row.take("sort", _sort) or 0,
        duty_level=row.word("duty_level", lists.duty_levels),
        grade=row.word("grade", lists.grades),
        office_phone=row.take("office_phone", validators.office_phone) or "",
        room=cells.get("room", ""),
        email=row.take("email", validators.email) or "",
        change_date=row.take("change_date", lambda text: _day(text, today)),
        basis=cells.get("basis", ""),
    )
    return Checked(draft, row.errors)


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
            self.errors.append(refusal.message)
            return None

    def word(self, key: str, words: Mapping[str, str]) -> str:
        """A word of a code list as its code."""
        text = self._cells.get(key, "")
        if text and text not in words:
            self.errors.append(f"“{LABELS[key]}”没有“{text[:20]}”这个选项")
        return words.get(text, "")

    def flag(self, key: str) -> bool | None:
        text = self._cells.get(key, "")
        return text == YES if text else None


def _sort(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and int(text) >= 1):
        raise Invalid("部门内排序号应为1至9999的整数")
    return int(text)


def _day(text: str, today: datetime.date) -> datetime.date | None:
    """Days are written 2026-11-23 when they come here; others were refused before."""
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return None
    if not -_LATEST_DAYS <= (today - day).days <= _EARLIEST_DAYS:
        raise Invalid("变动日期超出合理范围")
    return day


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
