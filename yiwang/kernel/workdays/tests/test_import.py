"""Importing a year: reading the sheet, refusing wrong rows, previewing, writing, telling others."""

from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from typing import Any

import pytest
import xlsxwriter

from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.kernel.validators import Invalid
from yiwang.kernel.workdays import actions, hooks, queries, workbook
from yiwang.kernel.workdays.calendar import Calendar
from yiwang.kernel.workdays.models import Day, Year
from yiwang.kernel.workdays.planning import Row, plan, provisional_days
from yiwang.kernel.workdays.vocabulary import MANAGE

# As a notice for 2027 might read: 元旦 with one day moved, 春节 with three.
NOTICE = [
    ("2027-01-01", "法定节假日", "元旦"),
    ("2027年2月5日", "法定节假日", "春节"),
    ("2027/2/6", "法定节假日", "春节"),
    ("20270207", "法定节假日", "春节"),
    (date(2027, 2, 8), "法定节假日", "春节"),
    ("2027-02-09", "休息日", "春节"),
    ("2027-02-10", "休息日", "春节"),
    ("2027-02-11", "休息日", "春节"),
    (20270212.0, "休息日", "春节"),
    ("2027-02-20", "调休上班", "春节"),
    ("2027-02-27", "调休上班", "春节"),
]


def rows(*values: tuple[object, str, str]) -> list[Row]:
    return [Row(line, *value) for line, value in enumerate(values, 2)]


@dataclass(frozen=True)
class Person:
    """An actor with the given rights for the whole district."""

    permissions: frozenset[str] = frozenset({MANAGE.key})
    account_id: int | None = 1
    name: str = "孙建国"
    unit_name: str = "区数据局"
    asked: list[Any] = field(default_factory=list)

    def allows(self, permission: str, *, at: str | None = None) -> bool:
        self.asked.append(at)
        return permission in self.permissions


def test_a_plan_names_what_changes() -> None:
    planned = plan(2027, rows(*NOTICE), provisional_days(2027))
    assert planned.errors == ()
    assert len(planned.days) == 365
    moved = [
        (change.date, change.before.text, change.after.text) for change in planned.changes if change.is_moved
    ]
    assert moved[0] == (date(2027, 2, 9), "工作日", "休息日（春节）")
    assert moved[4] == (date(2027, 2, 20), "休息日", "调休上班（春节）")
    assert planned.workday_count == sum(day.kind.is_work for day in planned.days)
    assert "2027-04-05是清明节，却未列为法定节假日" in planned.warnings


def test_days_given_and_owed_are_compared() -> None:
    wrong = plan(2027, rows(("2027-01-04", "休息日", "元旦")), provisional_days(2027))
    assert wrong.warnings[-1] == "工作日放假1天，与调休上班及周末法定节假日合计0天不相等，请核对通知原文"


def test_the_notice_of_2026_has_no_warnings() -> None:
    named = {
        "法定节假日": "01-01 02-16 02-17 02-18 02-19 04-05 05-01 05-02 06-19 09-25 10-01 10-02 10-03",
        "休息日": "01-02 02-20 02-23 04-06 05-04 05-05 10-05 10-06 10-07",
        "调休上班": "01-04 02-14 02-28 05-09 09-20 10-10",
    }
    values = [(f"2026-{day}", kind, "") for kind, days in named.items() for day in days.split()]
    planned = plan(2026, rows(*values), provisional_days(2026))
    assert (planned.errors, planned.warnings) == ((), ())
    assert planned.workday_count == 248


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (("元旦", "休息日", ""), "第2行：日期“元旦”无法识别，应如 2027-01-01"),
        (("2027-02-30", "休息日", ""), "第2行：日期“2027-02-30”无法识别，应如 2027-01-01"),
        (("2026-02-20", "休息日", ""), "第2行：2026-02-20不在2027年内"),
        (("2027-02-20", "放假", ""), "第2行：类型“放假”不正确，应为工作日、休息日、法定节假日或调休上班"),
        (("2027-02-22", "调休上班", ""), "第2行：2027-02-22不是周六或周日，不能填写“调休上班”"),
        (("2027-02-20", "工作日", ""), "第2行：2027-02-20是周末，上班请填写“调休上班”"),
        (("2027-02-20", "休息日", "节" * 31), "第2行：名称不能超过30个字"),
    ],
)
def test_wrong_rows_are_named(row: tuple[object, str, str], message: str) -> None:
    planned = plan(2027, rows(row), {})
    assert [error.text for error in planned.errors] == [message]
    assert planned.days == ()


def test_a_day_may_stand_there_once_and_something_must_stand_there() -> None:
    twice = plan(2027, rows(("2027-01-01", "休息日", ""), ("2027-1-1", "休息日", "")), {})
    assert [error.text for error in twice.errors] == ["第3行：2027-01-01重复出现"]
    assert [error.text for error in plan(2027, [], {}).errors] == ["没有读到任何日期，请使用模板填写"]


def test_the_template_reads_back_as_the_statutory_days() -> None:
    read = workbook.read(workbook.template(2027))
    assert read[0] == Row(2, date(2027, 1, 1), "法定节假日", "元旦")
    planned = plan(2027, read, provisional_days(2027))
    assert (planned.errors, planned.changes) == ((), ())


def sheet(*lines: tuple[object, ...]) -> bytes:
    output = BytesIO()
    book = xlsxwriter.Workbook(output, {"in_memory": True})
    page = book.add_worksheet()
    for number, line in enumerate(lines):
        page.write_row(number, 0, line)
    book.close()
    return output.getvalue()


def test_reading_a_sheet() -> None:
    content = sheet(
        ("2027年放假安排",),
        (),
        ("日期", "类型", "名称"),
        ("2027-01-01", "法定节假日"),
        (),
        (20270102, "休息日", 1),
    )
    assert workbook.read(content) == [
        Row(4, "2027-01-01", "法定节假日", ""),
        Row(6, 20270102.0, "休息日", "1.0"),
    ]


@pytest.mark.parametrize("content", [b"", b"no workbook", sheet(("甲", "乙", "丙"))])
def test_what_is_no_calendar_sheet(content: bytes) -> None:
    with pytest.raises(Invalid):
        workbook.read(content)


@pytest.mark.django_db
def test_importing_a_year(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[dict[str, Any]] = []

    def handler(**moment: Any) -> None:
        told.append({**moment, "counted": queries.add_workdays(date(2027, 2, 8), 1)})

    monkeypatch.setattr(hooks.calendar_changed, "_handlers", [handler])
    queries.forget()
    assert queries.add_workdays(date(2027, 2, 8), 1) == date(2027, 2, 9)

    actor = Person()
    planned = actions.import_year(
        2027, rows(*NOTICE), source_doc=" 国办发明电 ", actor=actor, seen_revision=0
    )

    year = Year.objects.get(year=2027)
    assert year.is_official
    assert (year.source_doc, year.revision, year.imported_by_name) == ("国办发明电", 1, "孙建国")
    assert Day.objects.filter(date__year=2027).count() == 365
    assert Day.objects.get(date=date(2027, 2, 20)).kind == Day.Kind.MAKEUP
    (moment,) = told
    assert (moment["year"], moment["actor"], moment["counted"]) == (2027, actor, date(2027, 2, 15))
    assert isinstance(moment["before"], Calendar)
    assert moment["before"].is_workday(date(2027, 2, 9))
    assert not moment["after"].is_workday(date(2027, 2, 9))
    entry = Entry.objects.get(verb="workdays.imported")
    assert entry.target_title == "2027年工作日历"
    assert "2027-02-20" in entry.changes
    assert actor.asked == [""]
    assert len(planned.changes) > 5
    queries.forget()
    assert queries.provisional_years(date(2027, 1, 1), date(2027, 12, 31)) == ()


@pytest.mark.django_db
def test_importing_again_corrects_the_year(django_capture_on_commit_callbacks: Any) -> None:
    actions.import_year(2027, rows(*NOTICE), source_doc="通知", actor=SYSTEM)
    with django_capture_on_commit_callbacks(execute=True):
        planned = actions.import_year(
            2027, rows(*NOTICE[:-2]), source_doc="更正", actor=SYSTEM, seen_revision=1
        )
    assert [change.after.text for change in planned.changes] == ["休息日", "休息日"]
    assert queries.revision(2027) == 2
    assert not queries.is_workday(date(2027, 2, 20))


def untouched() -> tuple[int, int, int]:
    return Year.objects.count(), Day.objects.count(), Entry.objects.count()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "status", "text"),
    [
        ({"actor": Person(permissions=frozenset())}, 403, "您没有“维护工作日历”权限"),
        ({"rows": rows(("元旦", "休息日", ""))}, 422, "工作日历有误，未导入"),
        ({"source_doc": " "}, 422, "请填写依据文件"),
        ({"seen_revision": 7}, 409, "修改，请刷新后重试"),
    ],
)
def test_refusals_change_nothing(given: dict[str, Any], status: int, text: str) -> None:
    before = untouched()
    values: dict[str, Any] = {"rows": rows(*NOTICE), "source_doc": "通知", "actor": Person(), **given}
    with pytest.raises(Refused) as refused:
        actions.import_year(2027, values.pop("rows"), **values)
    assert refused.value.status == status
    assert text in refused.value.message
    assert untouched() == before


@pytest.mark.django_db
def test_what_a_handler_raises_undoes_the_import(monkeypatch: pytest.MonkeyPatch) -> None:
    def handler(**moment: Any) -> None:
        raise Refused("期限无法重算")

    monkeypatch.setattr(hooks.calendar_changed, "_handlers", [handler])
    before = untouched()
    with pytest.raises(Refused):
        actions.import_year(2027, rows(*NOTICE), source_doc="通知", actor=SYSTEM)
    assert untouched() == before
