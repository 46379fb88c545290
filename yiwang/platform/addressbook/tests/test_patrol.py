"""泄露巡检: what nobody happened to look at, and numbers, which name nobody."""

import pytest
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.audit.models import Entry
from yiwang.platform.addressbook import jobs
from yiwang.platform.addressbook.actions import canaries as acts
from yiwang.platform.addressbook.actions import sight
from yiwang.platform.addressbook.models import Canary, Hiding, Leak, Rule, Tally
from yiwang.platform.addressbook.models.book import Mode
from yiwang.platform.addressbook.queries import patrol, rulebook
from yiwang.platform.addressbook.tests.test_canary_kinds import plant
from yiwang.platform.org.models import Person, Unit

pytestmark = pytest.mark.django_db
Kind = Canary.Kind
QUERIES = "yiwang.platform.addressbook.queries"


def told() -> set[tuple[str, str]]:
    return {(one.place.removeprefix("巡检："), one.what) for one in patrol.sightings()}


@pytest.mark.parametrize("unit", ["QP-0302", "QP-0101"])
def test_nothing_is_found_where_all_is_well(cast: Cast, unit: str) -> None:
    for kind in Kind.values:
        plant(cast, kind, unit)
    assert patrol.sightings() == [] and jobs.patrol() == 0
    assert not Leak.objects.exists()


@pytest.mark.parametrize("kind", [Kind.OUTSIDE, Kind.PERSON, Kind.UNIT])
def test_every_list_that_does_not_ask(cast: Cast, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(cast, kind)
    monkeypatch.setattr(f"{QUERIES}.visibility.condition", lambda viewer: ("TRUE", []))
    monkeypatch.setattr(f"{QUERIES}.visibility.persons", lambda viewer: Person.objects.all())
    monkeypatch.setattr(f"{QUERIES}.visibility.units", lambda viewer: Unit.objects.living())
    found = {place for place, what in told() if what == "姓名"}
    assert {"查找（拼音）", "查找（姓名）", "查找（手机号码）", "查找（办公电话）", "查找（职务）"} <= found
    assert {"选择人员", "名片", "应用接口", "机构人员", "按字母查看"} <= found


@pytest.mark.parametrize("kind", [Kind.PERSON, Kind.UNIT])
def test_a_hiding_that_has_no_effect(cast: Cast, kind: str) -> None:
    canary = plant(cast, kind)
    Hiding.objects.filter(state="active", reason=f"第{canary.pk}号监测人员").update(state="ended")
    sight.follow_rules()
    found = told()
    assert ("查找（拼音）", "姓名") in found
    assert (("组织树", "机构名称") in found) == (kind == Kind.UNIT)
    assert (("查找机构", "机构名称") in found) == (kind == Kind.UNIT)


def test_leaders_whose_tier_was_lost(cast: Cast) -> None:
    """Their class says Q4, as after a fault of the nightly recomputation."""
    canary = plant(cast, Kind.Q1, "QP-0101")
    low = Person.objects.exclude(sight=0).filter(tier=4).values_list("sight", flat=True).first()
    Person.objects.filter(pk=canary.person_id).update(sight=low)
    assert ("机构人员", "姓名") in told()


def test_a_rule_that_opens_a_leader_is_lawful(cast: Cast) -> None:
    plant(cast, Kind.Q1, "QP-0101")
    Rule.objects.create(
        kind="unit",
        mode=Mode.DIRECT,
        viewer_unit=cast.units["QP"],
        target_unit=cast.units["QP-0101"],
        state="active",
        valid_from=timezone.localdate(),
        reason="专项工作",
    )
    sight.follow_rules()
    assert told() == set()


def test_hidden_fields_that_are_given(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(cast, Kind.FIELDS)
    Hiding.objects.filter(state="active").update(state="ended")
    sight.follow_rules()
    assert {place for place, what in told() if what == "隐藏字段"} == {
        "查找（手机号码）",
        "查找（办公电话）",
        "查找（姓名）",
        "隐藏字段",
        "名片",
    }


def test_a_number_that_counts_a_hidden_person(cast: Cast) -> None:
    """No page names him; the tree's number is one too large. Told once, counted each time."""
    canary = plant(cast, Kind.PERSON)
    department = cast.units["QP-0302"]
    shown = next(one for one in rulebook.book().sights.values() if one.reserve == 0 and one.zone == 0)
    tally, _ = Tally.objects.get_or_create(unit=department, sight_id=shown.id, defaults={"people": 0})
    Tally.objects.filter(pk=tally.pk).update(people=tally.people + 1)
    assert told() == {("机构人数", "人数")}
    acts.patrol()
    acts.patrol()
    leak = Leak.objects.filter(canary=canary).first()
    assert leak is not None and (leak.route, leak.what, leak.times) == ("巡检：机构人数", "人数", 4)
    assert leak.viewer_name == "朱家角镇普通用户"
    assert Entry.objects.filter(verb="addressbook.leaked").count() == 1
