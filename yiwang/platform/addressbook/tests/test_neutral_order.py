"""姓氏笔画, wherever people of a unit or of a search are listed (§0.8, §24.4); leaders keep their order."""

import importlib
import re
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from yiwang.kernel.chinese.strokes import by_strokes, stroke_key
from yiwang.kernel.errors import Refused
from yiwang.platform.addressbook.queries import letters, neutral, units
from yiwang.platform.addressbook.tests import factories
from yiwang.platform.addressbook.tests.factories import FRAGMENT, body, browser
from yiwang.platform.org.actions import corrections
from yiwang.platform.org.models import Person, Post

pytestmark = pytest.mark.django_db

NAMES = ["魏徵", "丁一", "龚自", "王伟", "欧阳修", "卜算", "张三"]


@pytest.fixture
def office(cast: Cast) -> str:
    """党政办公室 of 徐泾镇 with people whose sort is not their strokes."""
    factories.persons(cast, NAMES, unit="QP-0302-01")
    return reverse("addressbook:unit", args=[cast.units["QP-0302-01"].pk])


def shown(page: str) -> list[str]:
    found = re.findall(r'<li class="person-row".*?<b>(.*?)</b>', page, re.DOTALL)
    return [re.sub("<.*?>", "", one).split(" ")[0] for one in found]


def test_every_name_has_its_key(cast: Cast, office: str) -> None:
    assert all(one.strokes == stroke_key(one.name) for one in Person.objects.all())
    in_order = list(Person.objects.order_by("strokes").values_list("name", flat=True))
    assert in_order == by_strokes(in_order)


def test_a_new_name_gets_a_new_key(cast: Cast) -> None:
    corrections.correct_person(cast.wang.person, facts={"name": "丁海若"}, actor=cast.sun.principal())
    assert Person.objects.get(pk=cast.wang.person.pk).strokes == stroke_key("丁海若")


def test_names_of_before_are_given_theirs_by_the_migration(cast: Cast) -> None:
    Person.objects.update(strokes="")
    migration = importlib.import_module("yiwang.platform.org.migrations.0013_strokes")
    with connection.schema_editor() as editor:
        migration.fill(None, editor)
    assert all(one.strokes == stroke_key(one.name) for one in Person.objects.all())


def test_people_of_a_unit(cast: Cast, office: str) -> None:
    """The link says where it leads, the list says its order, and who leads stays in front."""
    Post.objects.filter(person__name="魏徵").update(is_leader=True)
    client = browser(cast, "li")
    page = body(client, office)
    assert "按姓氏笔画" in page and f"{office}?order=strokes" in page
    page = body(client, f"{office}?order=strokes")
    first, *others = shown(page)
    assert first == "魏徵" and others == by_strokes(others) and set(NAMES[1:]) < set(others)
    assert "按姓氏笔画为序" in page and "按通讯录顺序" in page
    assert f"{office}?order=strokes&amp;person=" in page, "the order stays when a card is opened"


def test_the_next_rows_go_on_in_that_order(cast: Cast, office: str) -> None:
    unit, viewer = cast.units["QP-0302-01"], cast.li.principal()
    page = units.members(viewer, unit, limit=3, by_strokes=True)
    names = [post.person.name for post in page.posts]
    while page.next:
        page = units.members(viewer, unit, after=page.next, limit=3, by_strokes=True)
        names += [post.person.name for post in page.posts]
    assert names == by_strokes(names) and len(names) == len(set(names)) >= len(NAMES)
    with pytest.raises(Refused) as refusal:
        units.members(viewer, unit, after="丁.2", by_strokes=True)
    assert refusal.value.status == 422


def test_further_rows_as_a_fragment(cast: Cast, office: str) -> None:
    client: Client = browser(cast, "li")
    page = client.get(f"{office}members/?order=strokes", headers=FRAGMENT).content.decode()
    assert shown(page) == by_strokes(shown(page))


def test_what_was_found(cast: Cast, office: str, monkeypatch: pytest.MonkeyPatch) -> None:
    factories.persons(cast, ["王芳", "王一", "王大海"], unit="QP-0301-01")
    client = browser(cast, "li")
    plain = shown(body(client, "/addressbook/search/?q=王"))
    page = body(client, "/addressbook/search/?q=王&order=strokes")
    assert sorted(shown(page)) == sorted(plain) and shown(page) == by_strokes(plain) != plain
    assert "按姓氏笔画为序" in page
    monkeypatch.setattr(neutral, "MOST", 2)
    page = body(client, "/addressbook/search/?q=王&order=strokes")
    assert shown(page) == plain and "超过2人，请缩小范围后按姓氏笔画排列" in page


def test_a_unit_s_people_under_their_strokes(
    cast: Cast, office: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = cast.units["QP-0302"]
    address = f"/addressbook/letters/?unit={town.pk}&order=strokes"
    client = browser(cast, "li")
    page = body(client, address)
    assert shown(page) == by_strokes(shown(page))
    assert page.index('id="letter-2画"') < page.index('id="letter-4画"') < page.index('id="letter-17画"')
    monkeypatch.setattr(letters, "WHOLE", 2)
    page = body(client, address)
    assert "丁一" in page and "魏徵" not in page
    page = body(client, f"{address}&letter=17画")
    assert shown(page) == ["魏徵"]


def test_lists_of_people_are_sorted_and_say_so(cast: Cast, office: str) -> None:
    """On screen by the head of the column 姓名; on paper and in the workbook the title names the order."""
    sun, roster = browser(cast, "sun"), "/console/people/"
    page = body(sun, f"{roster}?sort=name&size=50")
    names = [
        one for one in re.findall(r'data-label="姓名"[^>]*>.*?>([^<]+)<', page, re.DOTALL) if one in NAMES
    ]
    assert names == by_strokes(NAMES) and 'title="按姓氏笔画排序"' in page
    paper = body(sun, f"{roster}?sort=name&print=1")
    assert "<h1>人员名册（按姓氏笔画为序）</h1>" in paper
    assert "笔画" not in body(sun, f"{roster}?sort=-name&print=1").partition("<table")[0]
    workbook = sun.post(f"{roster}?sort=name", {"export": "1", "purpose": "核对名册"})
    assert "笔画" in unquote(workbook["Content-Disposition"])
    workbook.close()
