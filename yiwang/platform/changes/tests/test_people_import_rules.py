"""What a row of a people workbook says."""

import datetime

import pytest

from yiwang.platform.changes.rules import people_import as rules
from yiwang.platform.changes.tests.workbooks import number_of, row

TODAY = datetime.date(2026, 11, 23)
LISTS = rules.Lists({"乡科级正职": "09"}, {"一级科员": "general-11"})


def check(**cells: str) -> rules.Checked:
    return rules.check(7, row(1, **cells), LISTS, today=TODAY)


@pytest.mark.parametrize(
    ("cells", "error"),
    [
        ({"id_number": "310118199001010011"}, "身份证号码校验位错误"),
        ({"id_number": "310118199002300019"}, "身份证号码中的出生日期无效"),
        ({"id_number": "440524188001010014"}, "身份证号码中的出生日期超出合理范围"),
        ({"id_number": "310118900101001"}, "请填写18位身份证号码（一代身份证号已停用）"),
        ({"name": "张3"}, "姓名只能包含汉字和间隔号"),
        ({"name": "·张三"}, "姓名中的间隔号只能用在汉字之间"),
        ({"mobile": "23900000001"}, "手机号码格式不正确，应为11位数字"),
        ({"office_phone": "12"}, "办公电话格式不正确，如：021-69713333 或 021-69713333-801"),
        ({"email": "li@"}, "电子邮箱格式不正确"),
        ({"sort": "0"}, "部门内排序号应为1至9999的整数"),
        ({"grade": "九级科员"}, "“职级”没有“九级科员”这个选项"),
        ({"change_date": "1990-01-01"}, "变动日期超出合理范围"),
    ],
)
def test_faults(cells: dict[str, str], error: str) -> None:
    assert check(**cells).errors == [error]


def test_all_faults_are_told_at_once() -> None:
    assert len(check(name="张3", mobile="1", id_number="1", email="x").errors) == 4


@pytest.mark.parametrize("name", ["䶮㛃", "古力•艾买提", "买买提．吐尔逊", "欧阳娜娜"])
def test_rare_characters_and_middle_dots(name: str) -> None:
    checked = check(name=name)
    assert not checked.errors and "•" not in checked.draft.name and "．" not in checked.draft.name


def test_what_is_understood() -> None:
    draft = check(
        id_number=number_of(2).lower(), mobile="137 0000-0001", unit="qp-0301-01 党政办公室", is_head="是",
        is_leader="否", sort="30", duty_level="乡科级正职", grade="一级科员", change_date="2026-11-02",
    ).draft  # fmt: skip
    assert (draft.id_number, draft.mobile, draft.unit) == (number_of(2), "13700000001", "QP-0301-01")
    assert (draft.sex, draft.birth_date) == ("female", datetime.date(1990, 1, 1))
    assert draft.duty() == {"title": "社区工作者", "is_leader": False, "is_head": True, "sort": 30}
    assert (draft.facts()["duty_level"], draft.facts()["grade"]) == ("09", "general-11")
    assert draft.change_date == datetime.date(2026, 11, 2)


def test_masked_numbers_stand_for_present_people() -> None:
    draft = check(id_number="310199********0011", mobile="137****0001").draft
    assert (draft.masked_id, draft.masked_mobile) == ("310199********0011", "137****0001")
    assert not draft.id_number and not draft.mobile and "mobile" not in draft.facts()


def test_duplicates_name_each_other() -> None:
    rows = [rules.check(line, row(1), LISTS, today=TODAY) for line in (2, 3)]
    rules.mark_duplicates(rows)
    assert rows[0].errors == ["与第3行的证件号码重复", "与第3行的手机号码重复"]
    assert rows[1].errors == ["与第2行的证件号码重复", "与第2行的手机号码重复"]


def test_a_number_that_stands_everywhere_is_said_briefly() -> None:
    rows = [rules.check(line, row(line, mobile="13700000001"), LISTS, today=TODAY) for line in range(2, 900)]
    rules.mark_duplicates(rows)
    assert rows[500].errors == ["与第2、3、4、5、6等行的手机号码重复"]


def test_every_column_has_a_field_of_the_draft() -> None:
    assert {one.key for one in rules.COLUMNS} <= set(rules.Draft.__slots__)
