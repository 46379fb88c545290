"""历史架构: the tree of a day gone by (§1, acceptance 5), and what two days differ in."""

import datetime

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.console.queries import history
from yiwang.platform.org.actions import merging, moving, naming, units

BEFORE, CHANGE, AFTER = (datetime.date(2023, 11, 18), datetime.date(2025, 1, 1), datetime.date(2025, 6, 1))
FRAGMENT = {"HX-Request": "true"}


def as_member(cast: Cast, login: str) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE] = cast.member(login).token()
    return client


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


@pytest.fixture
def reform(cast: Cast) -> Cast:
    """On CHANGE a village is renamed, one is new, one revoked, one moved."""
    villages, office = cast.units["QP-0301-02"], cast.units["QP-0301-01"]

    def village(number: int, day: datetime.date) -> object:
        return units.create_unit(
            parent=villages, code=f"QP-0301-029{number}", full_name=f"第{number}村民委员会",
            short_name=f"第{number}村", node_type="village_committee", valid_from=day, actor=SYSTEM,
        )  # fmt: skip

    gone, moved = village(1, datetime.date(2021, 1, 1)), village(2, datetime.date(2021, 1, 1))
    village(3, CHANGE)
    naming.rename_unit(
        cast.units["QP-0301-0201"], full_name="大新居民委员会", short_name="大新居委会", day=CHANGE,
        basis="朱府〔2024〕9号", actor=SYSTEM,
    )  # fmt: skip
    merging.revoke_unit(gone, day=CHANGE, actor=SYSTEM)  # type: ignore[arg-type]
    moving.move_unit(moved, to=office, day=CHANGE, actor=SYSTEM)  # type: ignore[arg-type]
    return cast


def names(cast: Cast, day: datetime.date, parent: str = "QP-0301-02") -> list[str]:
    return [one.short_name for one in history.level(cast.units[parent], day).versions]


def test_a_day_has_its_names_its_order_and_its_units(reform: Cast) -> None:
    assert names(reform, BEFORE) == ["大新街居委会", "第1村", "第2村"]
    assert names(reform, AFTER) == ["大新居委会", "第3村"]
    assert names(reform, AFTER, "QP-0301-01") == ["第2村"]
    assert names(reform, datetime.date(2019, 1, 1)) == []


def test_the_page_says_what_became_of_each(reform: Cast) -> None:
    address = reverse("console:tree_history_level", args=[reform.units["QP-0301-02"].pk])
    page = text(as_member(reform, "qian").get(address, {"day": BEFORE.isoformat()}, headers=FRAGMENT))
    for shown in ("大新街居委会", "现名：大新居委会", "已撤销", "现上级：党政办公室"):
        assert shown in page
    whole = text(as_member(reform, "qian").get(reverse("console:tree_history"), {"day": BEFORE.isoformat()}))
    assert "朱家角镇" in whole and "徐泾镇" not in whole


def test_a_day_without_records_says_since_when_there_are_some(cast: Cast) -> None:
    page = text(as_member(cast, "sun").get(reverse("console:tree_history"), {"day": "2019-12-31"}))
    assert "2019-12-31没有机构记录" in page and "记录始于2020-01-01" in page


@pytest.mark.parametrize("day", ["昨天", "2026-02-30", "2026-13-01"])
def test_no_day_is_told_so(day: str, cast: Cast) -> None:
    answer = as_member(cast, "sun").get(reverse("console:tree_history"), {"day": day})
    assert answer.status_code == 422 and "日期格式应为2026-11-23" in text(answer)


def rows(cast: Cast, login: str, **query: str) -> str:
    days = {"day_from": BEFORE.isoformat(), "day_to": AFTER.isoformat()}
    return text(as_member(cast, login).get(reverse("console:tree_differences"), {**days, **query}))


def test_two_days_differ_in_what_was_set_up_renamed_moved_and_revoked(reform: Cast) -> None:
    page = rows(reform, "qian")
    assert page.count("<tr>") == 5  # its heading and four changes
    for kind in ("新设", "更名", "划转", "撤销"):
        assert page.count(f">{kind}</span>") == 1
    assert "大新街居民委员会" in page and "大新居民委员会" in page


def test_differences_can_be_narrowed(reform: Cast) -> None:
    assert "第1村民委员会" in rows(reform, "qian", kind="撤销")
    assert "第3村民委员会" not in rows(reform, "qian", kind="撤销")
    assert rows(reform, "qian", q="大新").count("<tr>") == 2


def test_other_branches_are_not_compared(reform: Cast) -> None:
    assert "没有符合条件的记录" in rows(reform, "gu")


def test_the_same_day_twice_differs_in_nothing(reform: Cast) -> None:
    assert "没有符合条件的记录" in rows(reform, "sun", day_from=AFTER.isoformat())
    backwards = as_member(reform, "sun").get(
        reverse("console:tree_differences"), {"day_from": "2026-01-02", "day_to": "2026-01-01"}
    )
    assert backwards.status_code == 422 and "结束日期不能早于开始日期" in text(backwards)


def test_differences_can_be_taken_out(reform: Cast) -> None:
    address = f"{reverse('console:tree_differences')}?day_from={BEFORE}&day_to={AFTER}"
    answer = as_member(reform, "qian").post(address, {"purpose": "机构改革核对"})
    assert answer.status_code == 200 and b"".join(answer.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]  # a file
