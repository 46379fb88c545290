"""How far tags reach, and that nobody learns of hidden people by them."""

import pytest

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.addressbook.actions import canaries
from yiwang.platform.addressbook.models import Canary
from yiwang.platform.addressbook.tests import factories as people
from yiwang.platform.addressbook.tests.factories import browser, hide
from yiwang.platform.org.actions import units
from yiwang.platform.org.models import Person
from yiwang.platform.tags.models import Tag
from yiwang.platform.tags.queries import members, roll, tags
from yiwang.platform.tags.rules import language
from yiwang.platform.tags.tests.factories import dynamic, mark, tag

pytestmark = pytest.mark.django_db

EVERYBODY = {"category": ["established"]}


def names(one: Tag) -> set[str]:
    found = Person.objects.filter(pk__in=members.person_ids(one))
    return set(found.values_list("name", flat=True))


def test_a_towns_rule_finds_whom_an_ordinary_colleague_sees(cast: Cast) -> None:
    """Not the hidden 专班, not the district's leaders, though they are 在编人员 like all others."""
    leader = people.person(cast, "区领导", unit="QP-0201-01", duty_level="06")
    assert leader.tier == 1
    found = names(dynamic(cast, EVERYBODY, unit="QP-0301"))
    assert {"李四", "周月娥", "王海涛", "孙建国"} <= found
    assert "米思源" not in found and "区领导" not in found


def test_the_districts_rule_finds_everybody(cast: Cast) -> None:
    found = names(dynamic(cast, EVERYBODY))
    assert {"米思源", "李四", "孙建国"} <= found and "陶外包" not in found


def test_a_unit_on_a_list_opens_no_hidden_door(cast: Cast) -> None:
    """区委 is visible, the 专班 in it is not: its people are reached by their own department only."""
    foreign, own = tag(cast, "区委", unit="QP-0301"), tag(cast, "本办", unit="QP-0101")
    open_person = people.person(cast, "区委干部", unit="QP-0101")
    for one in (foreign, own):
        mark(cast, one, units=("QP-01",))
    assert names(foreign) == {"区委干部"}
    assert names(own) == {"区委干部", "米思源"}
    assert members.preview_of(foreign, cast.qian.principal()).people == 1
    units.set_listed(cast.units["QP-0101"], is_listed=False, reason="测试", actor=SYSTEM)
    assert names(foreign) == set() and open_person.name in names(own)


def test_previews_count_and_name_alike(cast: Cast) -> None:
    rule = language.read({"post": {"units": [cast.units["QP-01"].pk]}})
    qian = cast.qian.principal()
    hidden = members.preview(rule, cast.units["QP-0301"], qian)
    assert (hidden.people, hidden.sample) == (0, ())
    whole = members.preview(rule, cast.units["QP"], cast.sun.principal())
    assert whole.people == 1 and whole.sample[0].name == "米思源"


def test_who_may_only_use_a_tag_sees_whom_he_may_see_anyway(cast: Cast) -> None:
    one = tag(cast, "重点工作", unit="QP-0101")
    mark(cast, one, "mi", "li")
    assert set(members.people(one, cast.sun.principal())) == {cast.mi.person, cast.li.person}
    assert set(members.people(one, cast.tang.principal())) == {cast.li.person}
    assert members.page(one, cast.tang.principal(), after=0, limit=9) == [(cast.li.person.pk, "李四")]
    assert {str(row) for row in members.listed(one, cast.qian.principal())} == {"李四"}


def test_the_suspended_and_gone_are_no_members(cast: Cast) -> None:
    one = tag(cast)
    mark(cast, one, "li", "zhou")
    Person.objects.filter(pk=cast.li.person.pk).update(status=Person.Status.ON_LEAVE)
    people.person(cast, "新人")  # recomputes everybody
    assert members.person_ids(one) == [cast.zhou.person.pk]


def test_who_sees_which_tags(cast: Cast) -> None:
    town, other, whole = tag(cast), tag(cast, unit="QP-0302"), dynamic(cast, EVERYBODY, "全员")
    seen = {
        login: set(Tag.objects.visible_to(cast.member(login).principal()))
        for login in ("qian", "gu", "sun", "shen", "tang", "zhao", "li", "an", "temp")
    }
    everything, nothing = {town, other, whole}, set[Tag]()
    assert seen == {
        "qian": {town},
        "gu": {other},
        "sun": everything,
        "shen": everything,
        "tang": {town},
        "zhao": {town},
        "li": nothing,
        "an": nothing,
        "temp": nothing,
    }
    assert not Tag.objects.visible_to(None).exists()
    assert set(tags.owners(cast.qian.principal())) == {cast.units["QP-0301"]}
    assert set(tags.owners(cast.sun.principal())) == {cast.units["QP"]}


def test_a_roll_of_names(cast: Cast) -> None:
    people.persons(cast, ["张伟", "张伟"])
    text = "李四\n\n13900000008 周月娥\n王海涛，13900000001\n张伟\n米思源\n13900000004\n查无此人\n13900000009"
    matched = roll.match(roll.read(text), cast.qian.principal())
    said = [(one.line.number, one.person.name if one.person else one.error) for one in matched]
    assert said == [
        (1, "李四"),
        (3, "周月娥"),
        (4, "姓名与手机号码不一致"),
        (5, "有2名同名人员，请补充手机号码"),
        (6, "没有找到该人员"),
        (7, "没有找到该人员"),
        (8, "没有找到该人员"),
        (9, "王海涛"),
    ]


def test_facts_of_persons_are_followed(cast: Cast) -> None:
    one = dynamic(cast, {"all": [{"sex": ["female"]}, {"not": {"duty_level": ["08"]}}]}, "女干部")
    before = members.person_ids(one)
    assert cast.li.person.pk not in before
    Person.objects.filter(pk=cast.li.person.pk).update(sex="female")
    assert cast.li.person.pk in members.person_ids(one)


def test_a_title_that_is_kept_from_the_keeper_is_on_none_of_his_pages(cast: Cast) -> None:
    """字段隐藏 (R2-9): who may be marked is seen by his name, not by the post that is hidden."""
    cast.wang.person.refresh_from_db()
    title = cast.wang.person.title
    one = tag(cast)
    mark(cast, one, "wang")
    qian = browser(cast, "qian")
    pages = (f"/tags/{one.pk}/", f"/tags/{one.pk}/members/", f"/tags/{one.pk}/people/")
    assert all(title in qian.get(page).content.decode().partition("<main")[2] for page in pages)
    hide(cast.wang.person, "title")
    pasted = qian.post(f"/tags/{one.pk}/members/paste/", {"roll": cast.wang.person.name})
    for answer in (*map(qian.get, pages), pasted):
        text = answer.content.decode().partition("<main")[2]
        assert cast.wang.person.name in text and title not in text, answer.request["PATH_INFO"]


def test_no_canary_is_a_member(cast: Cast) -> None:
    """Persons who do not exist are in the classes of the address book, and in no tag's number."""
    for kind in Canary.Kind.values:
        canaries.plant(cast.units["QP-0302"], kind=kind, actor=cast.sun.principal())
    one = tag(cast, "徐泾镇", unit="QP-0302")
    mark(cast, one, units=("QP-0302",))
    assert names(one) == {"王海涛", "劳乐天", "顾怀恩", "方志远"}
    assert members.preview_of(one, cast.gu.principal()).people == 4
    everybody = dynamic(cast, {"post": {"units": [cast.units["QP-0302"].pk]}})
    assert names(everybody) == names(one)
