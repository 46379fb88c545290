"""Who sees whom is proposed by one and decided by another; refusals change nothing (R2-9, R2-10, §3, §29)."""

import datetime

import pytest
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.actor import Actor
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.platform.accounts.actions import suspensions
from yiwang.platform.addressbook.actions import policy as days
from yiwang.platform.addressbook.actions import proposals, sight
from yiwang.platform.addressbook.models import Book, Hiding, Proposal, Rule, TierOverride
from yiwang.platform.addressbook.models.book import Mode
from yiwang.platform.addressbook.queries import explain, headcounts, policy, search
from yiwang.platform.addressbook.tests import factories
from yiwang.platform.org.actions import people
from yiwang.platform.org.models import Person, Post, Unit

pytestmark = pytest.mark.django_db


def sees(cast: Cast, viewer: str, target: Person) -> Mode:
    person = Person.objects.get(pk=target.pk)
    return policy.of(cast.member(viewer).person.pk).mode(person.pk, person.sight, person.unit_path)


@pytest.fixture
def leader(cast: Cast) -> Person:
    """A district leader: Q1."""
    return factories.person(
        cast, "陆怀瑾", unit="QP-02", title="副区长", duty_level="06", mobile="13911112222"
    )


def refused(act: object, **arguments: object) -> Refused:
    """The refusal; the log and the proposals are as before."""
    lines, rules, hidings = Entry.objects.count(), Rule.objects.count(), Hiding.objects.count()
    with pytest.raises(Refused) as refusal:
        act(**arguments)  # type: ignore[operator]
    assert (Entry.objects.count(), Rule.objects.count(), Hiding.objects.count()) == (lines, rules, hidings)
    return refusal.value


def test_q4_does_not_find_q1_even_by_the_whole_number(cast: Cast, leader: Person) -> None:
    """§3 acceptance 1."""
    found = search.people(cast.li.principal(), "13911112222")
    assert (found.people, found.strangers) == ([], [])
    assert sees(cast, "li", leader) == Mode.NONE
    assert explain.of(cast.li.person.pk, leader.pk).step == 9


def test_q3_finds_q1_by_the_whole_name_only(cast: Cast, leader: Person) -> None:
    """§3 acceptance 2, its first half; contacts are in test_contacts."""
    shen = cast.shen.principal()
    assert leader not in Person.objects.visible_to(shen)
    assert search.people(shen, "陆怀").strangers == [] and search.people(shen, "luhuaijin").strangers == []
    (stranger,) = search.people(shen, "陆怀瑾").strangers
    assert (stranger.id, stranger.name, stranger.department) == (leader.pk, "陆怀瑾", "区政府")
    assert [one.id for one in search.people(shen, "13911112222").strangers] == [leader.pk]


def test_the_higher_tier_of_two_posts_counts(cast: Cast) -> None:
    """§3 acceptance 3: a post in 区水务局 (Q3) and one as 镇党委委员 (Q2) make Q2."""
    clerk = factories.person(cast, "何延清", unit="QP-0201-01")
    assert Person.objects.get(pk=clerk.pk).tier == 3
    people.start_post(
        clerk,
        unit=cast.units["QP-0301"],
        title="党委委员",
        kind=Post.Kind.CONCURRENT,
        is_leader=True,
        actor=cast.sun.principal(),
    )
    assert Person.objects.get(pk=clerk.pk).tier == 2


def test_a_hidden_unit_is_not_there_for_others(cast: Cast) -> None:
    """§3 acceptance 4: hidden for all except 区委办; no node, no head count, no deep link."""
    hidden, office = cast.units["QP-0101-01"], cast.units["QP-0101"]
    insider = factories.person(cast, "办公室人", unit="QP-0101")
    hiding = proposals.propose_hiding(
        hidden,
        scope="everybody",
        passes=[office],
        reason="专班不公开",
        actor=cast.sun.principal(),
    )
    proposals.approve(hiding, actor=cast.an.principal())
    zhao = cast.zhao.principal()
    assert hidden not in Unit.objects.visible_to(zhao)
    assert headcounts.of(zhao, [(office.pk, office.path)])[office.pk] == 1
    assert factories.browser(cast, "zhao").get(f"/addressbook/units/{hidden.pk}/").status_code == 404
    own = policy.of(insider.pk)
    assert hidden.pk in own.zones and cast.mi.person.pk not in policy.of(cast.zhao.person.pk).shown
    assert explain.of(cast.zhao.person.pk, cast.mi.person.pk).hiding_id == hiding.pk


def test_a_street_clerk_reaches_the_leaders_of_his_street(cast: Cast) -> None:
    """§3 acceptance 5."""
    Post.objects.filter(person=cast.zhao.person).update(is_leader=True)
    sight.follow_rules()
    assert Person.objects.get(pk=cast.zhao.person.pk).tier == 2
    assert sees(cast, "li", cast.zhao.person) == Mode.DIRECT
    assert explain.of(cast.li.person.pk, cast.zhao.person.pk).step == 6
    assert sees(cast, "wang", cast.zhao.person) == Mode.SEARCH


def test_a_rule_works_when_it_is_approved_and_no_longer_than_it_lasts(cast: Cast, leader: Person) -> None:
    town, sun = cast.units["QP-0301"], cast.sun.principal()
    rule = proposals.propose_rule(viewer=town, target=cast.units["QP-02"], mode=2, reason="联系点", actor=sun)
    assert sees(cast, "li", leader) == Mode.NONE, "proposed is not decided"
    proposals.approve(rule, actor=cast.an.principal(), opinion="同意")
    assert sees(cast, "li", leader) == Mode.DIRECT and sees(cast, "wang", leader) == Mode.NONE
    assert explain.of(cast.li.person.pk, leader.pk).rule_id == rule.pk
    proposals.end(rule, reason="联系点调整", actor=cast.an.principal())
    assert sees(cast, "li", leader) == Mode.NONE
    assert str(Entry.objects.latest("id")).startswith("安若兰结束了通讯录可见设置")


def test_nobody_decides_about_his_own_proposal(cast: Cast) -> None:
    """§19.2: nor does who may only propose."""
    rule = proposals.propose_rule(
        viewer=cast.units["QP-0301"],
        target=cast.units["QP-02"],
        mode=2,
        reason="联系",
        actor=cast.sun.principal(),
    )
    for login in ("sun", "luo", "qian", "shen", "li"):
        assert refused(proposals.approve, proposal=rule, actor=cast.member(login).principal()).status == 403
    Rule.objects.filter(pk=rule.pk).update(proposed_by_id=cast.an.account.pk)
    assert refused(proposals.approve, proposal=rule, actor=cast.an.principal()).status == 403
    rule.refresh_from_db()
    assert rule.state == Proposal.State.PROPOSED


def test_a_graded_administrator_proposes_about_his_own_people_only(cast: Cast) -> None:
    qian: Actor = cast.qian.principal()
    proposals.propose_hiding(cast.units["QP-0301-01"], scope="except_own", reason="涉及信访", actor=qian)
    other = refused(
        proposals.propose_hiding, target=cast.units["QP-0302-01"], scope="everybody", reason="试", actor=qian
    )
    assert (other.status, other.code) == (403, "E-PERM-01")
    assert (
        refused(
            proposals.propose_rule,
            viewer=cast.units["QP-0301"],
            target=cast.units["QP-0302"],
            mode=0,
            reason="试",
            actor=qian,
        ).status
        == 403
    )
    assert refused(proposals.propose_preset, preset="open", reason="试", actor=qian).status == 403
    li = cast.li.principal()
    assert (
        refused(
            proposals.propose_hiding, target=cast.li.person, scope="everybody", reason="试", actor=li
        ).status
        == 403
    )


def test_bad_input_names_its_field(cast: Cast) -> None:
    sun, town = cast.sun.principal(), cast.units["QP-0301"]
    today = timezone.localdate()
    faults = (
        ({"mode": 7}, "mode"),
        ({"reason": " "}, "reason"),
        ({"priority": 0}, "priority"),
        ({"target": town}, "target"),
        ({"target": cast.li.person}, "target"),
        ({"valid_from": today - datetime.timedelta(days=1)}, "valid_from"),
        ({"valid_to": today - datetime.timedelta(days=1)}, "valid_to"),
    )
    good = {"viewer": town, "target": cast.units["QP-02"], "mode": 1, "reason": "试", "actor": sun}
    for fault, field in faults:
        refusal = refused(proposals.propose_rule, **(good | fault))
        assert refusal.status == 422 and field in refusal.fields
    root = refused(
        proposals.propose_hiding, target=cast.units["QP-03"], scope="everybody", reason="试", actor=sun
    )
    assert "target" in root.fields


def test_one_hiding_at_a_time(cast: Cast) -> None:
    sun, section = cast.sun.principal(), cast.units["QP-0301-01"]
    proposals.propose_hiding(section, scope="everybody", reason="试", actor=sun)
    again = refused(proposals.propose_hiding, target=section, scope="everybody", reason="再试", actor=sun)
    assert (again.status, again.message) == (409, "该对象已有待审批或生效中的隐藏设置")


def test_tiers_by_hand_end_with_their_day(cast: Cast, leader: Person) -> None:
    """“相关同志” of R2-10: a leader's secretary."""
    today = timezone.localdate()
    override = proposals.propose_tier(
        cast.shen.person, tier=1, reason="联络员", valid_to=today, actor=cast.sun.principal()
    )
    assert sees(cast, "shen", leader) == Mode.SEARCH
    proposals.approve(override, actor=cast.an.principal())
    assert sees(cast, "shen", leader) == Mode.DIRECT and sees(cast, "li", cast.shen.person) == Mode.NONE
    tomorrow = today + datetime.timedelta(days=1)
    TierOverride.objects.filter(pk=override.pk).update(
        valid_from=today - datetime.timedelta(days=9), valid_to=today - datetime.timedelta(days=1)
    )
    assert days.begin_day(today=tomorrow) == 1
    assert sees(cast, "shen", leader) == Mode.SEARCH
    override.refresh_from_db()
    assert override.state == Proposal.State.ENDED


def test_nobody_raises_himself(cast: Cast) -> None:
    """§2: a 分级管理员 cannot grant himself a tier."""
    later = timezone.localdate() + datetime.timedelta(days=9)
    own = refused(
        proposals.propose_tier,
        person=cast.qian.person,
        tier=1,
        reason="试",
        valid_to=later,
        actor=cast.qian.principal(),
    )
    assert own.status == 403


def test_the_preset_is_switched_by_two(cast: Cast, leader: Person) -> None:
    change = proposals.propose_preset(preset="open", reason="全区互通", actor=cast.sun.principal())
    assert (
        refused(proposals.propose_preset, preset="strict", reason="再", actor=cast.luo.principal()).message
        == "已有待审批的通讯规则切换"
    )
    proposals.approve(change, actor=cast.an.principal())
    assert Book.objects.get().preset == "open" and sees(cast, "li", leader) == Mode.DIRECT
    back = proposals.propose_preset(preset="graded", reason="恢复", actor=cast.sun.principal())
    proposals.refuse(back, opinion="暂不调整", actor=cast.an.principal())
    assert Book.objects.get().preset == "open"
    assert refused(proposals.approve, proposal=back, actor=cast.an.principal()).code == "E-STATE-01"


def test_a_proposal_is_withdrawn_by_its_proposer(cast: Cast) -> None:
    hiding = proposals.propose_hiding(
        cast.li.person, scope="everybody", reason="试", actor=cast.qian.principal()
    )
    assert refused(proposals.withdraw, proposal=hiding, actor=cast.sun.principal()).status == 403
    proposals.withdraw(hiding, actor=cast.qian.principal())
    assert refused(proposals.approve, proposal=hiding, actor=cast.an.principal()).status == 409


def test_who_is_barred_is_seen_no_more(cast: Cast) -> None:
    """§3.5 step 1: the account is not 正常."""
    assert sees(cast, "wang", cast.li.person) == Mode.DIRECT
    suspensions.suspend(cast.li.account, reason="长期病假", actor=cast.qian.principal())
    assert sees(cast, "wang", cast.li.person) == Mode.NONE
    assert explain.of(cast.wang.person.pk, cast.li.person.pk).step == 1
    suspensions.resume(cast.li.account, actor=cast.qian.principal())
    assert sees(cast, "wang", cast.li.person) == Mode.DIRECT


def test_the_explanation_decides_as_the_policy_does(cast: Cast, leader: Person) -> None:
    proposals.approve(
        proposals.propose_rule(
            viewer=cast.li.person, target=cast.wang.person, mode=0, reason="回避", actor=cast.sun.principal()
        ),
        actor=cast.an.principal(),
    )
    for viewer in ("li", "wang", "shen", "mi", "zhao"):
        number = cast.member(viewer).person.pk
        for person in Person.objects.all():
            assert explain.of(number, person.pk).mode == sees(cast, viewer, person), (viewer, person)
