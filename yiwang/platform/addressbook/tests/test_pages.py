"""Pages and fragments of the address book, as browsers ask for them (domain reference §3)."""

import datetime
import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.addressbook.queries import units as unit_queries
from yiwang.platform.addressbook.tests import factories
from yiwang.platform.addressbook.tests.factories import FRAGMENT, body, browser
from yiwang.platform.org.actions import people
from yiwang.platform.org.models import Code, Person, Post, Unit, UnitAlias
from yiwang.platform.org.queries import codes

OUTSIDERS = ("li", "zhao", "qian", "zhou", "wang", "shen")


def unit_page(cast: Cast, code: str, name: str = "unit") -> str:
    return reverse(f"addressbook:{name}", args=[cast.units[code].pk])


def person_page(cast: Cast, login: str) -> str:
    return reverse("addressbook:person", args=[cast.member(login).person.pk])


def rows(text: str) -> list[str]:
    """Names of the persons listed, in order."""
    return re.findall(r'<li class="person-row".*?<b>(.*?)</b>', text, re.DOTALL)


def test_home_is_the_top_of_the_tree(cast: Cast) -> None:
    page = body(browser(cast, "li"), "/addressbook/")
    assert 'role="tree"' in page and "区委" in page and "镇街道" in page
    assert "我所在的机构" in page and unit_page(cast, "QP-0301-01") in page
    assert re.search(r'<a href="/addressbook/" aria-current="page">.{,400}?通讯录</span>', page, re.DOTALL), (
        "the phone's tab is the current one"
    )


def test_a_unit_tells_what_it_is(cast: Cast) -> None:
    town = cast.units["QP-0301"]
    Unit.objects.filter(pk=town.pk).update(
        duty_phone="021-59240000", fax="021-59240001", address="沙家埭路18号", postcode="201713"
    )
    UnitAlias.objects.create(
        unit=town, name="朱家角公社", kind=UnitAlias.Kind.FORMER, valid_to=datetime.date(1984, 3, 1)
    )
    UnitAlias.objects.create(unit=town, name="朱家角镇商会", kind=UnitAlias.Kind.PLATE)
    Post.objects.filter(person=cast.zhao.person).update(is_leader=True)
    page = body(browser(cast, "wang"), unit_page(cast, "QP-0301"))
    assert "上海市青浦区朱家角镇" in page and "简称：朱家角镇" in page and "4人" in page
    assert 'href="tel:021-59240000"' in page and "021-59240001" in page
    assert "沙家埭路18号（邮编201713）" in page
    assert "朱家角公社（至1984-03-01）" in page and "朱家角镇商会" in page
    assert page.index("领导班子") < page.index("赵明远") < page.index("下级机构")
    assert rows(page) == ["赵明远"]


def test_a_unit_beside_the_tree(cast: Cast) -> None:
    client = browser(cast, "li")
    part = body(client, unit_page(cast, "QP-0301-01"), fragment=True)
    assert "<html" not in part and "<title>党政办公室 · " in part
    assert 'id="card" hx-swap-oob="true"' in part, "the card of another page goes away"
    assert set(rows(part)) == {"钱玉芬", "唐静宜", "李四"}
    restored = client.get(
        unit_page(cast, "QP-0301-01"), headers={**FRAGMENT, "HX-History-Restore-Request": "true"}
    )
    assert "<html" in restored.content.decode()


def test_the_line_leads_back(cast: Cast) -> None:
    page = body(browser(cast, "li"), unit_page(cast, "QP-0301-0201"))
    back = re.search(r'<a class="topbar-back[^>]* href="([^"]*)"', page)
    assert back is not None and back[1] == unit_page(cast, "QP-0301-02")
    opened = re.findall(r'data-unit="(\d+)"[^>]*aria-expanded="true"', page)
    expected = [cast.units[code].pk for code in ("QP", "QP-03", "QP-0301", "QP-0301-02")]
    assert [int(one) for one in opened] == expected


def test_an_empty_unit_says_so(cast: Cast) -> None:
    empty = factories.unit(cast.units["QP-0302"], "信访办")
    assert "暂无人员和下级机构" in body(browser(cast, "li"), reverse("addressbook:unit", args=[empty.pk]))


@pytest.mark.parametrize("name", ["unit", "tree_level", "unit_level", "members"])
def test_a_hidden_unit_is_not_there(cast: Cast, name: str) -> None:
    address = unit_page(cast, "QP-0101-01", name)
    for login in OUTSIDERS:
        client = browser(cast, login)
        assert client.get(address).status_code == client.get(address, headers=FRAGMENT).status_code == 404
    for login in ("mi", "sun"):
        body(browser(cast, login), address)


def test_hidden_people_are_neither_listed_nor_counted(cast: Cast) -> None:
    office, section = unit_page(cast, "QP-0101"), unit_page(cast, "QP-0101-01")
    outside = body(browser(cast, "li"), office)
    assert section not in outside and "0人" in outside and "暂无人员和下级机构" in outside
    for login in ("mi", "sun"):
        inside = body(browser(cast, login), office)
        assert section in inside and "1人" in inside, "who sees him counts him"
        assert "未在通讯录公开" in body(browser(cast, login), section)


def test_hidden_persons_have_no_card(cast: Cast) -> None:
    address = person_page(cast, "mi")
    for login in OUTSIDERS:
        assert browser(cast, login).get(address).status_code == 404
        beside = body(browser(cast, login), f"{unit_page(cast, 'QP-0101')}?person={cast.mi.person.pk}")
        assert "未找到该人员" in beside and "米思源" not in beside
    for login in ("mi", "sun"):
        assert "米思源" in body(browser(cast, login), address)


def test_temporary_accounts_have_no_address_book(cast: Cast) -> None:
    temp = browser(cast, "temp")
    for address in _addresses(cast):
        for headers in (None, FRAGMENT):
            assert temp.get(address, headers=headers).status_code == 404
    assert "通讯录</span>" not in body(temp, "/")


def test_staying_logged_in_asks_for_the_head_only(cast: Cast) -> None:
    """What yiwang.js sends when somebody goes on after the idle warning."""
    for address in _addresses(cast):
        assert browser(cast, "li").head(address).status_code == 200
    assert browser(cast, "li").post("/addressbook/").status_code == 405


def test_strangers_are_sent_to_login(cast: Cast) -> None:
    for address in _addresses(cast):
        answer = Client().get(address)
        assert answer.status_code == 302 and answer["Location"].startswith("/login/?next=/addressbook/")


def _addresses(cast: Cast) -> list[str]:
    names = ("unit", "tree_level", "unit_level", "members")
    return [
        "/addressbook/",
        "/addressbook/search/?q=li",
        person_page(cast, "wang"),
        *(unit_page(cast, "QP-0301", name) for name in names),
    ]


@pytest.mark.parametrize("number", ["0", "99999999", "9" * 30])
def test_what_is_not_there_is_404(cast: Cast, number: str) -> None:
    client = browser(cast, "li")
    for path in (f"units/{number}/", f"units/{number}/members/", f"persons/{number}/"):
        assert client.get(f"/addressbook/{path}").status_code == 404


def test_a_card_shows_what_it_may(cast: Cast) -> None:
    person = cast.wang.person
    Person.objects.filter(pk=person.pk).update(email="wang@example.com", room="2号楼305室")
    people.start_post(
        person, unit=cast.units["QP-0201-01"], title="联络员", kind=Post.Kind.SECONDMENT, actor=SYSTEM
    )
    people.start_post(
        person, unit=cast.units["QP-0101-01"], title="机要员", kind=Post.Kind.CONCURRENT, actor=SYSTEM
    )
    page = body(browser(cast, "li"), person_page(cast, "wang"))
    assert "139****0009" in page and "13900000009" not in page and person.id_number not in page
    assert 'href="tel:021-59720000"' in page and 'data-copy="021-59720000"' in page
    assert 'data-copy="wang@example.com"' in page and "2号楼305室" in page
    assert "联络员" in page and "借调" in page and unit_page(cast, "QP-0201-01") in page
    assert "机要员" not in page and "专班" not in page, "a post in a unit that he may not know of"
    assert "机要员" in body(browser(cast, "mi"), person_page(cast, "wang"))
    beside = body(browser(cast, "li"), person_page(cast, "wang"), fragment=True)
    assert "<html" not in beside and "联络员" in beside


def test_ones_own_card_leads_to_ones_own_page(cast: Cast) -> None:
    assert 'href="/me/">' in body(browser(cast, "li"), person_page(cast, "li"), fragment=True)
    assert "/me/" not in body(browser(cast, "li"), person_page(cast, "wang"), fragment=True)


def test_a_card_stands_open_beside_its_unit(cast: Cast) -> None:
    client = browser(cast, "li")
    page = body(client, f"{unit_page(cast, 'QP-0302-01')}?person={cast.wang.person.pk}")
    assert f'data-card="{cast.wang.person.pk}"' in page
    assert re.search(rf'data-person="{cast.wang.person.pk}"\s+aria-current="true"', page)
    for junk in ("x", "-1", "9" * 30, "１"):
        assert "未找到该人员" in body(client, f"{unit_page(cast, 'QP-0302-01')}?person={junk}")


def test_members_come_in_pages(cast: Cast) -> None:
    count = unit_queries.PAGE + 30
    factories.persons(cast, [f"王{'一二三四五六七八九十'[n % 10]}" for n in range(count)])
    client = browser(cast, "li")
    first = body(client, unit_page(cast, "QP-0302-01"))
    assert len(rows(first)) == unit_queries.PAGE
    more = re.search(r'hx-get="(/addressbook/units/\d+/members/\?after=[\d.]+)"', first)
    assert more is not None
    rest = body(client, more[1], fragment=True)
    assert len(rows(first)) + len(rows(rest)) == count + 4 and "加载更多" not in rest
    assert "<html" not in rest and rows(rest)[-1] in body(client, more[1])
    assert "<html" in body(client, more[1]), "without scripts it is a page"


def test_units_come_in_pages(cast: Cast) -> None:
    count = unit_queries.PAGE + 5
    for number in range(count):
        factories.unit(cast.units["QP-0302-01"], f"第{number + 1}组", sort=number + 1)
    client = browser(cast, "li")
    first = body(client, unit_page(cast, "QP-0302-01"))
    more = re.search(r'hx-get="(/addressbook/units/\d+/tree/\?after=[\d.]+)"', first)
    assert more is not None and f"第{unit_queries.PAGE}组" in first
    assert f"第{unit_queries.PAGE + 1}组" not in first
    for address in (more[1], more[1].replace("/tree/", "/units/")):
        rest = body(client, address, fragment=True)
        assert f"第{unit_queries.PAGE + 1}组" in rest and f"第{count}组" in rest and "加载更多" not in rest
    last = Unit.objects.get(short_name=f"第{count}组")
    deep = body(client, reverse("addressbook:unit", args=[last.pk]))
    assert f'data-unit="{last.pk}"' in deep, "the tree shows the open unit, however far down"


def test_a_made_up_place_is_refused(cast: Cast) -> None:
    client = browser(cast, "li")
    for name in ("tree_level", "unit_level", "members"):
        answer = client.get(unit_page(cast, "QP-0301", name), {"after": "x"}, headers=FRAGMENT)
        assert answer.status_code == 422 and "翻页位置无效" in answer.content.decode()


def test_the_home_page_shows_ones_department(cast: Cast) -> None:
    Post.objects.filter(person=cast.zhao.person).update(is_leader=True)
    page = body(browser(cast, "li"), "/")
    assert "赵明远" in page and unit_page(cast, "QP-0301") in page
    assert "赵明远" not in body(browser(cast, "wang"), "/")


def test_the_top_bar_finds_persons_and_units(cast: Cast) -> None:
    found = body(browser(cast, "wang"), "/search/suggest/?q=朱家角", fragment=True)
    assert unit_page(cast, "QP-0301") in found
    assert person_page(cast, "li") in body(browser(cast, "wang"), "/search/suggest/?q=lisi", fragment=True)


def test_the_grade_is_shown_in_his_own_unit_only(cast: Cast) -> None:
    """§3.1: never 职级 outside own unit; nor to colleagues from whom his post is kept."""
    Person.objects.filter(pk=cast.li.person.pk).update(grade="general-10")
    word = codes.label(Code.List.GRADE, "general-10")
    card = person_page(cast, "li")
    for login in ("li", "zhao", "qian", "zhou"):
        assert word in body(browser(cast, login), card), login
    for login in ("wang", "gu", "sun", "an"):
        assert word not in body(browser(cast, login), card), login
    factories.hide(cast.li.person, "title")
    assert word not in body(browser(cast, "zhao"), card) and word in body(browser(cast, "li"), card)
