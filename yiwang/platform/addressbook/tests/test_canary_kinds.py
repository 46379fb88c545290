"""泄露监测: each way of keeping somebody back has its canary; each rings alone, and lawful answers do not."""

from urllib.parse import quote

import pytest
from django.test.utils import override_settings

from tests.cast import Cast
from yiwang.kernel.errors import Refused
from yiwang.platform.addressbook.actions import canaries as acts
from yiwang.platform.addressbook.actions import sight
from yiwang.platform.addressbook.models import Canary, Hiding, Leak
from yiwang.platform.addressbook.models.book import Mode
from yiwang.platform.addressbook.queries import canaries, headcounts, planted, policy, search, visibility
from yiwang.platform.addressbook.tests.factories import as_user, body, browser
from yiwang.platform.addressbook.tests.test_canaries import answered, row_of, says
from yiwang.platform.org.actions.projection import refresh_tree
from yiwang.platform.org.models import Person, Unit

pytestmark = pytest.mark.django_db
Kind = Canary.Kind


def plant(cast: Cast, kind: str, unit: str = "QP-0302") -> Canary:
    acts.plant(cast.units[unit], kind=kind, actor=cast.sun.principal())
    return Canary.objects.select_related("person", "unit").latest("id")


def kept(cast: Cast, login: str, canary: Canary, *what: str) -> list[str]:
    return canaries.kept_back(cast.member(login).principal(administers=False), row_of(canary), what)


EVERYTHING = ("name", "title", "mobile", "office_phone", "email", "room")


@pytest.mark.parametrize("kind", [Kind.OUTSIDE, Kind.PERSON, Kind.UNIT])
def test_hidden_from_all_but_administrators(cast: Cast, kind: str) -> None:
    canary = plant(cast, kind)
    whole = {*EVERYTHING, "unit"} if kind == Kind.UNIT else set(EVERYTHING)
    assert {one.what for one in row_of(canary).tokens} == whole
    for login in ("li", "wang", "zhao", "shen", "temp"):
        viewer = cast.member(login).principal(administers=False)
        assert set(kept(cast, login, canary, *whole)) == whole
        assert policy.of(viewer.person_id).mode(canary.person_id, *_place(canary)) == Mode.NONE
        if canary.unit:
            assert not visibility.units(viewer).filter(pk=canary.unit.pk).exists()
    for login in ("sun", "an", "gu"):
        assert canaries.kept_back(cast.member(login).principal(), row_of(canary), whole) == []


def _place(canary: Canary) -> tuple[int, str]:
    one = Person.objects.get(pk=canary.person_id)
    return one.sight, one.unit_path


def test_the_rules_hold_for_a_hidden_canary_by_his_class_alone(cast: Cast) -> None:
    """But for the hiding he would be seen: so the hiding is what is watched."""
    canary = plant(cast, Kind.PERSON)
    Hiding.objects.filter(person=canary.person).update(state="ended")
    sight.follow_persons([canary.person_id])
    li = cast.li.principal()
    assert policy.of(li.person_id).mode(canary.person_id, *_place(canary)) == Mode.DIRECT
    answered(cast, "li", says(canary.person.name))
    assert Leak.objects.get().what == "姓名", "the alarm does not ask the rules that failed"


@pytest.mark.parametrize(
    ("kind", "sees", "finds", "nothing"),
    [(Kind.Q1, ["zhao"], ["shen"], ["li", "temp"]), (Kind.Q2, ["zhao", "shen", "wang"], ["li"], ["temp"])],
)
def test_leaders(cast: Cast, kind: str, sees: list[str], finds: list[str], nothing: list[str]) -> None:
    cast.zhao.person.posts.update(is_leader=True)
    refresh_tree()
    canary = plant(cast, kind, "QP-0302" if kind == Kind.Q2 else "QP-0101")
    assert canary.person.title.startswith("监测岗（虚构人员，请勿联系）")
    for login in sees:
        assert kept(cast, login, canary, *EVERYTHING) == [], login
    for login in (*finds, *nothing):
        assert set(kept(cast, login, canary, *EVERYTHING)) == set(EVERYTHING), login
    for login in finds:  # 可搜可加: by the whole name, and then no more than name and unit
        client, name = as_user(cast, login), canary.person.name
        with override_settings(ADDRESSBOOK_WATCHES_ANSWERS=True):
            found = body(client, f"/addressbook/search/?q={quote(name)}")
            ticket = search.people(cast.member(login).principal(administers=False), name).strangers[0].ticket
            assert name in found and name in body(client, f"/addressbook/found/{ticket}/")
        assert not Leak.objects.exists()
        viewer = cast.member(login).principal(administers=False)
        assert set(canaries.kept_back(viewer, row_of(canary), ["name", "title"])) == {"name", "title"}


def test_hidden_fields(cast: Cast) -> None:
    """Name and title are for everybody; the hidden fields for who administers him."""
    canary = plant(cast, Kind.FIELDS)
    for login in ("li", "zhao", "shen", "wang"):
        assert set(kept(cast, login, canary, *EVERYTHING)) == set(planted.FIELDS)
        answered(cast, login, says(f"{canary.person.name}{canary.person.title}"))
    assert not Leak.objects.exists()
    for field, label in (("office_phone", "办公电话"), ("email", "电子邮箱"), ("room", "办公地址")):
        answered(cast, "li", says(getattr(canary.person, field)))
        assert Leak.objects.get().what == label
        Leak.objects.all().delete()
    shown = canary.person.mobile[:3] + "****" + canary.person.mobile[7:]
    answered(cast, "li", says(f"{shown}，{canary.person.room}"))
    assert Leak.objects.get().what == "手机号码、办公地址"
    assert canaries.kept_back(cast.gu.principal(), row_of(canary), EVERYTHING) == []


def test_pages_show_them_lawfully_without_an_alarm(cast: Cast) -> None:
    """The whole book as ordinary people and administrators open it."""
    for kind in Kind.values:
        plant(cast, kind)
    people = list(Canary.objects.values_list("person_id", flat=True))
    unit = cast.units["QP-0302"].pk
    with override_settings(ADDRESSBOOK_WATCHES_ANSWERS=True):
        for login in ("li", "wang", "zhao", "shen", "gu", "an", "temp"):
            for client in (browser(cast, login), as_user(cast, login)):
                for address in (
                    "/addressbook/",
                    f"/addressbook/units/{unit}/",
                    f"/addressbook/letters/?unit={unit}",
                    f"/api/v1/persons?unit={unit}",
                    "/addressbook/search/?q=jiance",
                    "/addressbook/pick/?within=department",
                    *(f"/addressbook/persons/{one}/" for one in people),
                    *(f"/api/v1/persons/{one}" for one in people),
                ):
                    client.get(address)
    assert list(Leak.objects.values_list("route", "viewer_name", "what")) == []


@pytest.mark.parametrize("kind", [Kind.OUTSIDE, Kind.PERSON, Kind.UNIT, Kind.Q1])
@pytest.mark.parametrize(
    ("address", "route"),
    [
        ("/addressbook/search/?q={letters}", "addressbook:search"),
        ("/addressbook/pick/?q={letters}", "addressbook:pick"),
        ("/search/suggest/?q={letters}", "portal:search_suggest"),
        ("/api/v1/persons?q={letters}", "api:persons"),
    ],
)
def test_a_hit_in_one_place_only(
    cast: Cast, kind: str, address: str, route: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A search, a picker, a list or an interface that forgets to ask who looks."""
    canary = plant(cast, kind, "QP-0101")
    monkeypatch.setattr(
        "yiwang.platform.addressbook.queries.visibility.condition", lambda viewer: ("TRUE", [])
    )
    with override_settings(ADDRESSBOOK_WATCHES_ANSWERS=True):
        browser(cast, "li").get(address.format(letters=canary.person.pinyin))
    assert list(Leak.objects.values_list("route", "viewer_name")) == [(route, "李四")]


def test_a_tree_that_shows_a_hidden_unit(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    canary = plant(cast, Kind.UNIT)
    assert canary.unit is not None
    with override_settings(ADDRESSBOOK_WATCHES_ANSWERS=True):
        body(browser(cast, "li"), f"/addressbook/units/{cast.units['QP-0302'].pk}/units/")
        assert not Leak.objects.exists()
        monkeypatch.setattr(
            "yiwang.platform.addressbook.queries.visibility.unit_condition", lambda viewer: ("TRUE", {})
        )
        body(browser(cast, "li"), f"/addressbook/units/{cast.units['QP-0302'].pk}/units/")
    assert Leak.objects.get().what == "机构名称"


def test_inner_units_and_departments(cast: Cast) -> None:
    inner, department = plant(cast, Kind.UNIT, "QP-0302"), plant(cast, Kind.UNIT, "QP-03")
    assert inner.unit and inner.unit.node_type == Unit.NodeType.SECTION and inner.unit.zone == inner.unit_id
    assert department.unit and department.unit.level == 2
    counts = headcounts.of(cast.li.principal(), [(cast.units["QP-03"].pk, cast.units["QP-03"].path)])
    acts.end(inner, reason="不再监测", actor=cast.sun.principal())
    inner.unit.refresh_from_db()
    assert inner.unit.status == Unit.Status.REVOKED
    assert not Hiding.objects.filter(unit=inner.unit, state="active").exists()
    assert counts == headcounts.of(cast.li.principal(), [(cast.units["QP-03"].pk, cast.units["QP-03"].path)])


@pytest.mark.parametrize(
    ("kind", "unit", "text"),
    [
        (Kind.Q2, "QP-0302-01", "部门、街镇领导应设置在区级部门、街道、镇"),
        (Kind.UNIT, "QP", "隐藏机构不能设置在根节点下"),
        ("nothing", "QP-0302", "请选择监测内容"),
    ],
)
def test_where_none_can_be_planted(cast: Cast, kind: str, unit: str, text: str) -> None:
    people = Person.objects.count()
    with pytest.raises(Refused, match=text):
        plant(cast, kind, unit)
    assert (Person.objects.count(), Canary.objects.count()) == (people, 0)


@pytest.mark.parametrize("kind", Kind.values)
def test_ending(cast: Cast, kind: str) -> None:
    canary = plant(cast, kind)
    acts.end(canary, reason="不再监测", actor=cast.sun.principal())
    assert planted.living_rows() == () and not Hiding.objects.filter(state="active").exists()
    one = Person.objects.get(pk=canary.person_id)
    assert not Person.objects.visible_to(cast.li.principal()).filter(pk=one.pk).exists()
