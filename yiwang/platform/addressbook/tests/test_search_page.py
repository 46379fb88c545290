"""The search page: results while typing (domain reference §3.1)."""

import re
from urllib.parse import quote

import pytest

from tests.cast import Cast
from yiwang.platform.addressbook.queries import search
from yiwang.platform.addressbook.tests import factories
from yiwang.platform.addressbook.tests.factories import FRAGMENT, body, browser
from yiwang.platform.org.models import UnitAlias


def find(cast: Cast, text: str, login: str = "wang", *, fragment: bool = True, after: str = "") -> str:
    address = f"/addressbook/search/?q={quote(text)}" + (f"&after={after}" if after else "")
    return body(browser(cast, login), address, fragment=fragment)


def test_the_page_and_its_results(cast: Cast) -> None:
    page = find(cast, "lisi", fragment=False)
    assert "<html" in page and 'value="lisi"' in page and 'hx-sync="this:replace"' in page
    assert f"/addressbook/persons/{cast.li.person.pk}/" in page
    part = find(cast, "lisi")
    assert "<html" not in part and 'data-found="lisi"' in part and "朱家角镇 · 党政办公室 · 办事员" in part


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("李", "<mark>李</mark>四"),
        ("lis", "<mark>李四</mark>"),
        ("ls", "<mark>李四</mark>"),
        ("l", "<mark>李</mark>四"),
        ("13900000007", "李四"),
    ],
)
def test_the_matching_part_is_marked(cast: Cast, text: str, shown: str) -> None:
    part = find(cast, text)
    assert f"<b>{shown}</b>" in part and "13900000007" not in part.replace(text, "")


def test_units_stand_above_persons(cast: Cast) -> None:
    factories.person(cast, "朱家")
    UnitAlias.objects.create(unit=cast.units["QP-0301"], name="珠街阁镇", kind=UnitAlias.Kind.FORMER)
    part = find(cast, "朱家")
    assert part.index("<mark>朱家</mark>角镇") < part.index('class="person-row"')
    assert "原<mark>珠街阁</mark>镇" in find(cast, "珠街阁")


def test_further_rows(cast: Cast) -> None:
    factories.persons(cast, ["王明"] * (search.PAGE + 3))
    first = find(cast, "wangming")
    more = re.search(r"after=([\d.]+)", first)
    assert more is not None and first.count('class="person-row"') == search.PAGE
    rest = find(cast, "wangming", after=more[1])
    assert rest.count('class="person-row"') == 3 and "加载更多" not in rest and "data-found" not in rest
    whole = find(cast, "wangming", after=more[1], fragment=False)
    assert "<html" in whole and whole.count('class="person-row"') == 3


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "查找同事和机构"),
        ("   ", "查找同事和机构"),
        ("\0", "查找同事和机构"),
        ("1390000", "请输入完整的11位手机号码"),
        ("%_", "请输入姓名、全拼"),
        ("王" * 5000, "请输入姓名、全拼"),
        ("查无此人", "没有找到“查无此人”"),
    ],
)
def test_when_there_is_nothing(cast: Cast, text: str, told: str) -> None:
    for fragment in (True, False):
        page = find(cast, text, fragment=fragment)
        assert told in page and 'class="person-row"' not in page and len(page) < 40_000


def test_what_was_typed_is_shown_as_text(cast: Cast) -> None:
    for fragment in (True, False):
        page = find(cast, '"><script>alert(1)</script>', fragment=fragment)
        assert "<script>alert" not in page and "&lt;script&gt;" in page


def test_a_card_stands_open_beside_the_results(cast: Cast) -> None:
    client = browser(cast, "wang")
    address = f"/addressbook/search/?q=lisi&person={cast.li.person.pk}"
    assert f'data-card="{cast.li.person.pk}"' in body(client, address)
    assert client.get("/addressbook/search/?q=王&after=x", headers=FRAGMENT).status_code == 422
