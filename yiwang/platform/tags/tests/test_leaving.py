"""What becomes of tags when units are merged, split, moved or revoked, and when people go elsewhere."""

import datetime

import pytest
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.platform.org.actions import merging, moving, people
from yiwang.platform.org.actions.merging import Succession
from yiwang.platform.org.models import Post, Unit
from yiwang.platform.org.tests.factories import make, person
from yiwang.platform.tags.actions import share
from yiwang.platform.tags.models import Tag, TagMember, TagShare
from yiwang.platform.tags.queries import members
from yiwang.platform.tags.tests.factories import dynamic, mark, tag

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


@pytest.fixture
def office(cast: Cast) -> Unit:
    """A section of 朱家角镇 with two people."""
    unit = make(cast.units["QP-0301"], "QP-0301-09", "数字化办公室")
    person(unit, "张一"), person(unit, "张二")
    return unit


def listed(one: Tag) -> set[str]:
    """Who and what stands on its list."""
    return {str(row) for row in TagMember.objects.filter(tag=one, removed_at=None)}


def meant(one: Tag) -> set[int]:
    return set(members.person_ids(one))


def shared_with(one: Tag) -> set[str]:
    rows = TagShare.objects.filter(tag=one, ended_at=None).select_related("unit")
    return {row.unit.short_name for row in rows}


def share_with(cast: Cast, one: Tag, *units: Unit) -> None:
    share.share_tag(one, units=[unit.pk for unit in units], actor=SYSTEM, viewer=cast.sun.principal())


def put_on(cast: Cast, one: Tag, *units: Unit) -> None:
    for unit in units:
        cast.units[unit.code] = unit
    mark(cast, one, units=tuple(unit.code for unit in units))


def test_a_merger_puts_the_successor_on_lists_and_shares(cast: Cast, office: Unit) -> None:
    into, one = cast.units["QP-0301-01"], tag(cast, unit="QP-0302")
    put_on(cast, one, office)
    share_with(cast, one, office)
    merging.merge_units([office], succession=Succession(into), actor=SYSTEM)
    assert listed(one) == {"党政办公室"} and shared_with(one) == {"党政办公室"}
    gone = TagMember.objects.get(tag=one, unit=office)
    assert (gone.removal, gone.removal_reason) == ("automatic", "机构已撤销")
    serving = Post.objects.filter(unit=into, is_living=True).values_list("person", flat=True)
    assert meant(one) == set(serving) and len(serving) >= 4, "its people are marked as before"


def test_a_successor_that_is_listed_already_stands_there_once(cast: Cast, office: Unit) -> None:
    into, one = cast.units["QP-0301-01"], tag(cast, unit="QP-0302")
    put_on(cast, one, office, into)
    share_with(cast, one, office, into)
    merging.merge_units([office], succession=Succession(into), actor=SYSTEM)
    assert TagMember.objects.filter(tag=one, unit=into, removed_at=None).count() == 1
    assert TagShare.objects.filter(tag=one, unit=into, ended_at=None).count() == 1


def test_tags_of_a_merged_unit_go_over_with_all_they_have(cast: Cast, office: Unit) -> None:
    cast.units[office.code] = office
    into = cast.units["QP-0301-01"]
    own, taken = tag(cast, "巡查员", unit=office.code), tag(cast, "信息员", unit=office.code)
    tag(cast, "信息员", unit="QP-0301-01")
    mark(cast, own, "li")
    share_with(cast, own, cast.units["QP-0302"])
    merging.merge_units([office], succession=Succession(into), actor=SYSTEM)
    own.refresh_from_db()
    taken.refresh_from_db()
    assert own.unit == taken.unit == into
    assert (own.name, taken.name) == ("巡查员", "信息员（原数字化办公室）"), (
        "a name that is taken gets a mark"
    )
    assert listed(own) == {"李四"} and shared_with(own) == {"徐泾镇"}
    assert Entry.objects.filter(verb="tags.moved").count() == 2


def test_people_of_a_merged_unit_stay_on_their_own_departments_lists(cast: Cast, office: Unit) -> None:
    one = tag(cast)
    someone = Post.objects.filter(unit=office).order_by("pk")[0].person
    TagMember.objects.create(
        tag=one, person=someone, is_own=True, added_at=timezone.now(), added_by_name="钱玉芬"
    )
    merging.merge_units([office], succession=Succession(cast.units["QP-0301-01"]), actor=SYSTEM)
    assert listed(one) == {someone.name}


def test_a_merger_into_another_department_takes_them_off(cast: Cast, office: Unit) -> None:
    """They serve in the owner's department no more; other units' lists keep them."""
    own, foreign = tag(cast), tag(cast, unit="QP-0302")
    someone = Post.objects.filter(unit=office).order_by("pk")[0].person
    for one, is_own in ((own, True), (foreign, False)):
        TagMember.objects.create(
            tag=one, person=someone, is_own=is_own, added_at=timezone.now(), added_by_name="钱玉芬"
        )
    merging.merge_units([office], succession=Succession(cast.units["QP-0302-01"]), actor=SYSTEM)
    row = TagMember.objects.get(tag=own, person=someone)
    assert (row.removal, row.removal_reason) == ("automatic", "已不在标签所有单位任职")
    assert listed(foreign) == {someone.name}


@pytest.mark.parametrize("survives", [True, False])
def test_a_split_puts_the_parts_on_lists(cast: Cast, office: Unit, survives: bool) -> None:
    """One that lives on stays where it stood; one that ends makes room."""
    part = make(cast.units["QP-0301"], "QP-0301-10", "大数据中心")
    one = tag(cast, unit="QP-0302")
    put_on(cast, one, office)
    share_with(cast, one, office)
    before = meant(one)
    first, second = Post.objects.filter(unit=office, is_living=True).order_by("pk")
    places = {first.pk: part.pk, second.pk: office.pk if survives else part.pk}
    merging.split_unit(office, parts=[part], posts=places, children={}, survives=survives, actor=SYSTEM)
    expected = {"大数据中心", "数字化办公室"} if survives else {"大数据中心"}
    assert listed(one) == shared_with(one) == expected
    assert meant(one) == before, "the same people are marked"


def test_a_revoked_unit_is_listed_and_shared_with_no_more(cast: Cast) -> None:
    empty = make(cast.units["QP-0301"], "QP-0301-08", "临时指挥部")
    one = tag(cast, unit="QP-0302")
    put_on(cast, one, empty)
    share_with(cast, one, empty)
    merging.revoke_unit(empty, actor=SYSTEM)
    assert listed(one) == shared_with(one) == set()
    line = Entry.objects.filter(verb="tags.members_left").latest("id")
    assert str(line).endswith("标签信息员的成员自动移出，原因：机构已撤销")


def test_a_unit_that_moves_is_followed_by_rules_and_lists(cast: Cast, office: Unit) -> None:
    """Whom a rule of a unit means goes by where units stand; the owner's own people drop off his list."""
    town, other = cast.units["QP-0301"], cast.units["QP-0302"]
    rule = dynamic(cast, {"post": {"units": [other.pk]}}, "徐泾镇人员")
    listing = tag(cast)
    put_on(cast, listing, town)
    one = tag(cast, "数字专员")
    someone = Post.objects.filter(unit=office).order_by("pk")[0].person
    TagMember.objects.create(
        tag=one, person=someone, is_own=True, added_at=timezone.now(), added_by_name="钱玉芬"
    )
    assert someone.pk in meant(listing) - meant(rule)
    moving.move_unit(office, to=other, actor=SYSTEM)
    assert someone.pk in meant(rule) - meant(listing)
    assert listed(one) == set()
    row = TagMember.objects.get(tag=one)
    assert (row.removal, row.removal_reason, row.removed_by_name) == (
        "automatic",
        "已不在标签所有单位任职",
        "系统",
    )


def test_a_move_inside_the_department_changes_no_list(cast: Cast, office: Unit) -> None:
    one = tag(cast)
    someone = Post.objects.filter(unit=office).order_by("pk")[0].person
    TagMember.objects.create(
        tag=one, person=someone, is_own=True, added_at=timezone.now(), added_by_name="钱玉芬"
    )
    moving.move_unit(office, to=cast.units["QP-0301-01"], actor=SYSTEM)
    assert listed(one) == {someone.name}


def test_who_keeps_a_further_post_there_stays(cast: Cast) -> None:
    """移除 of one of two posts: he still serves in the owner's department."""
    one = tag(cast)
    mark(cast, one, "li")
    further = people.start_post(
        cast.li.person, unit=cast.units["QP-0301"], title="联络员", kind="concurrent", actor=SYSTEM
    )
    people.end_post(further, day=TODAY, reason="removed", actor=SYSTEM)
    assert listed(one) == {"李四"}


def test_a_further_post_counts_from_its_first_to_its_last_day(cast: Cast) -> None:
    """借调 into the town: the town's rule means him for that time, the rest of the district is as it was."""
    rule = dynamic(cast, {"post": {"units": [cast.units["QP-0301"].pk]}}, "朱家角镇人员")
    tomorrow, last = TODAY + datetime.timedelta(days=1), TODAY + datetime.timedelta(days=10)
    Post.objects.create(
        person=cast.wang.person,
        unit=cast.units["QP-0301-01"],
        title="专班工作人员",
        kind=Post.Kind.SECONDMENT,
        valid_from=tomorrow,
        valid_to=last,
    )
    seen = [
        cast.wang.person.pk in members.person_ids(rule, today=day)
        for day in (TODAY, tomorrow, last, last + datetime.timedelta(days=1))
    ]
    assert seen == [False, True, True, False]
