"""Tags in the address book's rules: groups follow tags in the same transaction, and sight follows groups."""

import datetime
from functools import partial

import pytest
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.errors import Refused
from yiwang.platform.accounts.actions import lifecycle
from yiwang.platform.addressbook.actions import policy, proposals
from yiwang.platform.addressbook.models import Group, GroupMember, Rule
from yiwang.platform.addressbook.models.book import Mode
from yiwang.platform.org.actions import departures, posts
from yiwang.platform.org.models import Person, Post
from yiwang.platform.tags.actions import member
from yiwang.platform.tags.actions import tag as acts
from yiwang.platform.tags.models import Tag, TagMember
from yiwang.platform.tags.queries import groups
from yiwang.platform.tags.tests.factories import CHIEFS, dynamic, mark, tag

pytestmark = pytest.mark.django_db


def group_of(one: Tag) -> Group:
    return groups.of_tag(one).get()


def hides(cast: Cast, one: Tag, *, viewer: str = "QP-0302") -> Rule:
    """A rule in force: whoever serves there does not find the tag's members."""
    rule = proposals.propose_rule(
        viewer=cast.units[viewer], target=group_of(one), mode=Mode.NONE, reason="测试", actor=SYSTEM
    )
    approved = proposals.approve(rule, actor=cast.an.principal())
    assert isinstance(approved, Rule)
    return approved


def in_group(one: Tag) -> set[int]:
    return set(GroupMember.objects.filter(group=group_of(one)).values_list("person_id", flat=True))


def sees(cast: Cast, login: str, other: str) -> bool:
    viewer = cast.member(login).principal()
    return Person.objects.visible_to(viewer).filter(pk=cast.member(other).person.pk).exists()


def test_a_tag_is_offered_and_filled_when_a_rule_names_it(cast: Cast) -> None:
    one = tag(cast)
    mark(cast, one, "li")
    assert str(group_of(one)) == "信息员（朱家角镇）" and in_group(one) == set()
    assert sees(cast, "wang", "li")
    hides(cast, one)
    assert in_group(one) == {cast.li.person.pk}
    assert not sees(cast, "wang", "li") and sees(cast, "qian", "li") and sees(cast, "wang", "zhou")


def test_the_list_is_followed_at_once(cast: Cast) -> None:
    one = tag(cast)
    hides(cast, one)
    mark(cast, one, "li", "zhou", units=("QP-0301-02",))
    assert not sees(cast, "wang", "li") and not sees(cast, "wang", "zhou")
    sun = cast.sun.principal()
    member.remove_members(one, persons=[cast.li.person.pk], actor=SYSTEM, viewer=sun)
    assert sees(cast, "wang", "li") and not sees(cast, "wang", "zhou")
    member.remove_members(one, persons=[cast.zhou.person.pk], actor=SYSTEM, viewer=sun)
    assert not sees(cast, "wang", "zhou"), "the committee stands on the list too"


def test_a_rule_is_followed_with_posts_and_names(cast: Cast) -> None:
    one = dynamic(cast, CHIEFS)
    hides(cast, one)
    assert not sees(cast, "wang", "sun")
    post = Post.objects.get(person=cast.li.person, is_living=True)
    posts.change_post(post, title="科长", actor=SYSTEM)
    assert not sees(cast, "wang", "li")
    acts.edit_tag(one, name="科长", rule={"post": {"titles": ["办事员"]}}, actor=SYSTEM)
    assert sees(cast, "wang", "li") and sees(cast, "wang", "sun")
    acts.edit_tag(one, name="办事人员", rule={"post": {"titles": ["科长"]}}, actor=SYSTEM)
    assert str(group_of(one)) == "办事人员（全区）" and not sees(cast, "wang", "li")


def test_viewers_by_tag(cast: Cast) -> None:
    """A tag on the looking side: 王海涛 as a member reaches a leader whom others of his town do not."""
    one = tag(cast, "联络员", unit="QP-0302")
    rule = proposals.propose_rule(
        viewer=group_of(one), target=cast.units["QP-0301"], mode=Mode.NONE, reason="测试", actor=SYSTEM
    )
    proposals.approve(rule, actor=cast.an.principal())
    assert sees(cast, "wang", "li")
    mark(cast, one, "wang")
    assert not sees(cast, "wang", "li") and sees(cast, "fang", "li")


def test_a_tag_that_rules_go_by_stays(cast: Cast) -> None:
    one = tag(cast)
    mark(cast, one, "li")
    rule = hides(cast, one)
    for act in (partial(acts.suspend_tag, reason="整理"), acts.drop_tag):
        with pytest.raises(Refused) as refusal:
            act(one, actor=SYSTEM)
        assert refusal.value.status == 409 and f"通讯规则第{rule.pk}号" in refusal.value.message
    assert [one.title for one in groups.uses_of(one)] == [f"通讯规则第{rule.pk}号"]
    proposals.end(rule, reason="不再需要", actor=SYSTEM)
    acts.suspend_tag(one, reason="整理", actor=SYSTEM)
    acts.delete_tag(one, actor=SYSTEM)
    assert str(group_of(one)).endswith("（已停用）"), "an ended rule still names it"


def test_a_group_that_no_rule_named_goes_with_its_tag(cast: Cast) -> None:
    one = tag(cast)
    acts.suspend_tag(one, reason="整理", actor=SYSTEM)
    assert not groups.of_tag(one).exists()
    acts.resume_tag(one, actor=SYSTEM)
    assert groups.of_tag(one).exists()


def test_an_expired_tag_means_nobody_to_rules(cast: Cast) -> None:
    today = timezone.localdate()
    one = tag(cast, valid_to=today)
    mark(cast, one, "li")
    hides(cast, one)
    assert not sees(cast, "wang", "li")
    Tag.objects.filter(pk=one.pk).update(valid_to=today - datetime.timedelta(days=1))
    assert acts.expire_due(today=today, actor=SYSTEM) == 1
    assert in_group(one) == set() and sees(cast, "wang", "li")


def test_a_tag_that_begins_later_is_filled_by_the_day(cast: Cast) -> None:
    today = timezone.localdate()
    one = tag(cast)
    mark(cast, one, "li")
    hides(cast, one)
    acts.edit_tag(one, name="信息员", valid_from=today + datetime.timedelta(days=1), actor=SYSTEM)
    assert sees(cast, "wang", "li")
    Tag.objects.filter(pk=one.pk).update(valid_from=today)
    policy.begin_day(actor=SYSTEM)
    assert not sees(cast, "wang", "li")


def test_tiers_cannot_be_spoken_of_by_rules(cast: Cast) -> None:
    """The address book works tiers out itself: a rule of its own must not depend on them."""
    one = dynamic(cast, {"tier": [4]}, "街镇人员")
    assert not groups.of_tag(one).exists()
    other = dynamic(cast, CHIEFS)
    hides(cast, other)
    with pytest.raises(Refused) as refusal:
        acts.edit_tag(other, name="科长", rule={"tier": [3]}, actor=SYSTEM)
    assert refusal.value.fields == {"rule": "该标签正用于通讯规则，规则中不能使用层级条件"}


# Leaving


def test_the_deregistered_drop_off(cast: Cast) -> None:
    one = tag(cast)
    mark(cast, one, "li", "zhou")
    hides(cast, one)
    departures.deregister_person(cast.li.person, departure="resigned", day=timezone.localdate(), actor=SYSTEM)
    row = TagMember.objects.get(person=cast.li.person)
    assert (row.removal, row.removal_reason, row.removed_by_name) == ("automatic", "人员已注销", "系统")
    assert in_group(one) == {cast.zhou.person.pk}
    lifecycle.close(cast.zhou.account, reason="不再使用", actor=SYSTEM)
    assert TagMember.objects.get(person=cast.zhou.person).removal_reason == "账号已注销"


def test_who_leaves_the_owners_department_drops_off(cast: Cast) -> None:
    own, foreign = tag(cast), tag(cast, unit="QP-0302")
    for one in (own, foreign):
        mark(cast, one, "li")
    today = timezone.localdate()
    committee, bureau = cast.units["QP-0301-0201"], cast.units["QP-0201-01"]
    posts.transfer_person(cast.li.person, to=committee, title="委员", day=today, actor=SYSTEM)
    assert TagMember.objects.filter(person=cast.li.person, removed_at=None).count() == 2
    posts.transfer_person(cast.li.person, to=bureau, title="科员", day=today, actor=SYSTEM)
    row = TagMember.objects.get(tag=own, person=cast.li.person)
    assert (row.removal, row.removal_reason) == ("automatic", "已不在标签所有单位任职")
    assert TagMember.objects.get(tag=foreign, person=cast.li.person).removed_at is None, "never was its own"
