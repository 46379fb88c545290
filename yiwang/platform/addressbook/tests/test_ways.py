"""The short ways: by letter, among the stars; who is not seen is on neither."""

import pytest

from tests.cast import Cast
from yiwang.kernel.errors import Refused
from yiwang.platform.addressbook.actions import stars
from yiwang.platform.addressbook.models import Hiding, Star
from yiwang.platform.addressbook.queries import letters
from yiwang.platform.addressbook.tests import factories
from yiwang.platform.addressbook.tests.factories import FRAGMENT, browser
from yiwang.platform.org.actions import people
from yiwang.platform.org.actions.projection import refresh_tree
from yiwang.platform.org.models import Person, Post

pytestmark = pytest.mark.django_db


def shown(cast: Cast, login: str, unit: str) -> dict[str, list[str]]:
    found = letters.page(cast.member(login).principal(), cast.units[unit])
    return {letter: [row.name for row in rows] for letter, rows in found.groups}


def test_ones_own_town_by_letter(cast: Cast) -> None:
    assert shown(cast, "li", "QP-0301") == {
        "L": ["李四"],
        "Q": ["钱玉芬"],
        "T": ["唐静宜"],
        "Z": ["赵明远", "周月娥"],
    }
    assert letters.own_unit(cast.zhou.principal()) == cast.units["QP-0301"]


def test_only_whom_one_may_see_and_count(cast: Cast) -> None:
    leader = factories.person(cast, "陆怀瑾", unit="QP-0201", title="局长")
    leader.posts.update(is_leader=True)
    refresh_tree()
    found = letters.page(cast.li.principal(), cast.units["QP-0201"])
    assert "陆怀瑾" not in str(found.groups) and found.people == sum(len(rows) for _, rows in found.groups)
    assert "陆怀瑾" in str(letters.page(cast.sun.principal(), cast.units["QP-0201"]).groups)


def test_a_long_list_goes_letter_by_letter_and_adds_up(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "WHOLE", 3)
    factories.persons(cast, ["王" + one for one in "安宁文武成才"])
    wang = cast.wang.principal()
    found = letters.page(wang, cast.units["QP-0302"])
    assert found.chosen == "F" and found.counts["W"] == 7
    found = letters.page(wang, cast.units["QP-0302"], chosen="w")
    names = [row.name for _, rows in found.groups for row in rows]
    while found.next:
        found = letters.page(wang, cast.units["QP-0302"], chosen="W", after=found.next)
        names += [row.name for _, rows in found.groups for row in rows]
    assert names == sorted(names, key=lambda name: Person.objects.get(name=name).pinyin) and len(names) == 7


def test_the_whole_district_has_no_such_list(cast: Cast) -> None:
    client = browser(cast, "li")
    for unit, status in (("QP", 404), ("QP-03", 404), ("QP-0302", 200), ("QP-0101-01", 404)):
        assert client.get(f"/addressbook/letters/?unit={cast.units[unit].pk}").status_code == status
    for text in ("x", "9" * 30):
        assert client.get(f"/addressbook/letters/?unit={text}").status_code == 404
    assert client.get("/addressbook/letters/?after=x").status_code == 422


def test_stars_in_the_districts_order(cast: Cast) -> None:
    li = cast.li.principal()
    for login in ("wang", "zhao", "an"):
        stars.star(cast.member(login).person.pk, actor=li)
    stars.star(cast.wang.person.pk, actor=li)
    assert [row.name for row in letters.starred(li)] == ["安若兰", "赵明远", "王海涛"]
    stars.unstar(cast.wang.person.pk, actor=li)
    assert [row.name for row in letters.starred(li)] == ["安若兰", "赵明远"]
    assert letters.starred(cast.wang.principal()) == []


def test_who_is_hidden_meanwhile_is_gone_from_the_stars(cast: Cast) -> None:
    li = cast.li.principal()
    stars.star(cast.wang.person.pk, actor=li)
    factories.hide(cast.wang.person, Hiding.Field.TITLE, Hiding.Field.OFFICE_PHONE)
    (row,) = letters.starred(li)
    assert (row.title, row.office_phone) == ("", "")
    factories.hide(cast.wang.person)
    assert letters.starred(li) == [] and Star.objects.count() == 1


def test_whom_one_may_not_star(cast: Cast) -> None:
    for login, status in (("mi", 404), ("li", 409)):
        with pytest.raises(Refused) as refused:
            stars.star(cast.member(login).person.pk, actor=cast.li.principal())
        assert refused.value.status == status
    assert not Star.objects.exists()


def test_the_pages(cast: Cast) -> None:
    client, wang = browser(cast, "li"), cast.wang.person.pk
    page = client.get("/addressbook/letters/").content.decode()
    assert "钱玉芬" in page and 'href="#letter-Q"' in page and "13900000006" not in page
    assert "还没有星标人员" in client.get("/addressbook/starred/").content.decode()
    answer = client.post(f"/addressbook/persons/{wang}/star/", {"star": "1"}, headers=FRAGMENT)
    assert "取消星标" in answer.content.decode()
    assert "王海涛" in client.get("/addressbook/starred/").content.decode()
    back = f"/addressbook/persons/{wang}/"
    answer = client.post(f"{back}star/", {"star": "0", "next": back})
    assert (answer.status_code, answer.headers["Location"]) == (303, back)
    assert client.post(f"/addressbook/persons/{cast.mi.person.pk}/star/", {"star": "1"}).status_code == 404


def test_who_serves_in_no_department_chooses_one(cast: Cast) -> None:
    people.end_post(Post.objects.get(person=cast.wang.person), actor=cast.sun.principal(), reason="调离")
    leader = factories.person(cast, "陆怀瑾", unit="QP-02", title="副区长", duty_level="06")
    for client in (browser(cast, "wang"), factories.browser_of(leader)):
        answer = client.get("/addressbook/letters/")
        assert (answer.status_code, answer.headers["Location"]) == (302, "/addressbook/")
