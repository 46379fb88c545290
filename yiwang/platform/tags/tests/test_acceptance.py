"""The acceptance examples of tags (domain reference §4), told through the acts that people use."""

import datetime

import pytest
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.errors import Refused
from yiwang.platform.addressbook.tests import factories as people
from yiwang.platform.org.actions import departures, posts
from yiwang.platform.org.actions.people import start_post
from yiwang.platform.org.models import Post
from yiwang.platform.tags.actions import share, use
from yiwang.platform.tags.actions import tag as acts
from yiwang.platform.tags.models import Tag
from yiwang.platform.tags.queries import members, tags
from yiwang.platform.tags.tests.factories import CHIEFS, dynamic, mark, tag

pytestmark = pytest.mark.django_db


def test_1_only_tags_shared_with_it_resolve_for_a_town(cast: Cast) -> None:
    """信息员 of 区委办公室 is shared with 各街镇; what it did not share does not exist for them."""
    shared = tag(cast, "信息员", unit="QP-0101")
    kept = tag(cast, "值班员", unit="QP-0101")
    for one in (shared, kept):
        mark(cast, one, "li", "wang")
    share.share_tag(shared, units=[cast.units["QP-03"].pk], actor=SYSTEM, viewer=cast.sun.principal())

    wang = cast.wang.principal()  # of 徐泾镇
    assert use.resolve(shared.pk, actor=wang) == sorted([cast.li.person.pk, cast.wang.person.pk])
    with pytest.raises(Refused) as refusal:
        use.resolve(kept.pk, actor=wang)
    assert (refusal.value.status, refusal.value.message) == (404, "标签不存在或未共享")

    share.unshare_tag(shared, units=[cast.units["QP-03"].pk], actor=SYSTEM)
    with pytest.raises(Refused):
        use.resolve(shared.pk, actor=wang)


def test_2_membership_follows_the_effective_date(cast: Cast) -> None:
    """李四 becomes 科长 next Monday; 孙建国 is one until his post ends."""
    one = dynamic(cast, CHIEFS)
    today = timezone.localdate()
    begins, ends = today + datetime.timedelta(days=5), today + datetime.timedelta(days=2)
    assert members.person_ids(one) == [cast.sun.person.pk]

    li = cast.li.person
    start_post(
        li,
        unit=cast.units["QP-0301-01"],
        title="科长",
        kind=Post.Kind.CONCURRENT,
        valid_from=begins,
        actor=SYSTEM,
    )
    Post.objects.filter(person=cast.sun.person).update(valid_to=ends)
    days = {
        days: members.person_ids(one, today=today + datetime.timedelta(days=days)) for days in (0, 2, 3, 5)
    }
    assert days == {0: [cast.sun.person.pk], 2: [cast.sun.person.pk], 3: [], 5: [li.pk]}


def test_2_a_promotion_counts_at_once_when_it_takes_effect(cast: Cast) -> None:
    one = dynamic(cast, CHIEFS)
    post = Post.objects.get(person=cast.li.person, is_living=True)
    posts.change_post(post, title="科长", actor=SYSTEM)
    assert members.person_ids(one) == sorted([cast.sun.person.pk, cast.li.person.pk])
    posts.change_post(post, title="副科长", actor=SYSTEM)
    assert members.person_ids(one) == [cast.sun.person.pk]


def test_3_a_deleted_tag_is_not_there(cast: Cast) -> None:
    one = tag(cast)
    mark(cast, one, "li")
    li = cast.li.principal()
    assert use.resolve(one.pk, actor=li) == [cast.li.person.pk]
    acts.suspend_tag(one, reason="不再使用", actor=SYSTEM)
    acts.delete_tag(one, actor=SYSTEM)
    for missing in (one.pk, 999_999):
        with pytest.raises(Refused) as refusal:
            tags.usable(missing, li.unit_path)
        assert (refusal.value.status, refusal.value.message) == (404, "标签不存在或未共享")
    assert acts.make_tag(cast.units["QP-0301"], name="信息员", actor=SYSTEM).pk != one.pk
    assert Tag.objects.get(pk=one.pk).state == Tag.State.DELETED


def test_4_an_organisation_with_12_living_people_and_one_deregistered(cast: Cast) -> None:
    """Found when the tag is used: twelve receivers, and thirteen after one more has come."""
    one = tag(cast, unit="QP-0302")
    mark(cast, one, units=("QP-0302",))
    there = len(members.person_ids(one))
    names = [f"干部{number}" for number in range(13 - there)]
    made = people.persons(cast, names)
    departures.deregister_person(made[0], departure="retired", day=timezone.localdate(), actor=SYSTEM)
    found = members.person_ids(one)
    assert len(found) == 12 and made[0].pk not in found
    people.person(cast, "新来的")
    assert len(members.person_ids(one)) == 13
