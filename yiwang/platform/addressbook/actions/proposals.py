"""Proposing and deciding who sees whom: rules, hidings, tiers and the preset (R2-9, R2-10, §29).

Whoever proposes does not decide. A decision takes effect in its own transaction: the classes follow at once.
"""

import datetime
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, invalid, require, require_right
from yiwang.platform.addressbook import rules
from yiwang.platform.addressbook.actions import sight
from yiwang.platform.addressbook.models import (
    Book,
    Group,
    Hiding,
    HidingPass,
    PresetChange,
    Proposal,
    Rule,
    TierOverride,
    Trial,
)
from yiwang.platform.addressbook.models.book import Mode, Preset
from yiwang.platform.addressbook.queries import trials
from yiwang.platform.addressbook.queries.proposals import KINDS
from yiwang.platform.addressbook.vocabulary import (
    APPROVE,
    APPROVED,
    DISCARDED,
    DRAFTED,
    ENDED,
    PROPOSE,
    PROPOSE_DISTRICT,
    PROPOSED,
    REFUSED,
    WITHDRAWN,
)
from yiwang.platform.org.models import Person, Unit

Side = Person | Unit | Group
State = Proposal.State

_TITLE = Group.TITLE
_HIDING_STANDS = "该对象已有待审批或生效中的隐藏设置"
_TIER_STANDS = "该人员已有待审批或生效中的层级设置"
_PRESET_STANDS = "已有待审批的通讯规则切换"
_STANDING = {Hiding: _HIDING_STANDS, TierOverride: _TIER_STANDS, PresetChange: _PRESET_STANDS}


def _stated(
    reason: str,
    valid_from: datetime.date | None,
    valid_to: datetime.date | None,
    actor: Actor,
    *,
    is_draft: bool,
) -> dict[str, Any]:
    """What every proposal says of itself."""
    if not reason.strip():
        raise invalid("reason", "请填写事由")
    today = timezone.localdate()
    begins = valid_from or today
    if begins < today:
        raise invalid("valid_from", "生效日期不能早于今天", code="E-DATE-01")
    if valid_to is not None and valid_to < begins:
        raise invalid("valid_to", "结束时间应晚于开始时间", code="E-DATE-01")
    return {
        "reason": reason.strip(),
        "valid_from": begins,
        "valid_to": valid_to,
        "state": State.DRAFT if is_draft else State.PROPOSED,
        "proposed_by_id": actor.account_id,
        "proposed_by_name": actor.name,
    }


def _remember(proposal: Proposal, actor: Actor) -> None:
    verb = DRAFTED if proposal.state == State.DRAFT else PROPOSED
    audit.record(verb, proposal, actor=actor, reason=proposal.reason)


def _require_single(others: "QuerySet[Any]", text: str) -> None:
    """A draft is told at once what submitting it would meet."""
    require(not others.filter(state__in=(State.PROPOSED, State.ACTIVE)).exists(), text)


def duty(title: str) -> Group:
    """The group of all who bear this duty title. Part of proposing a rule, which records."""
    name = title.strip()
    if not name:
        raise invalid("title", "请填写职务名称")
    group, _ = Group.objects.get_or_create(source=_TITLE, reference=name, defaults={"label": name})
    return group


@transaction.atomic
def propose_rule(
    *,
    viewer: Side,
    target: Side,
    mode: int,
    reason: str,
    actor: Actor,
    priority: int = 50,
    valid_from: datetime.date | None = None,
    valid_to: datetime.date | None = None,
    is_draft: bool = False,
) -> Rule:
    """Let viewers reach targets in a certain way, whatever their tiers say."""
    path = (
        target.path if isinstance(target, Unit) else target.unit_path if isinstance(target, Person) else None
    )
    require_right(rules.can_propose(actor, path), PROPOSE.label)
    if mode not in Mode.values:
        raise invalid("mode", "没有这种沟通方式")
    if not 1 <= priority <= 99:
        raise invalid("priority", "优先级应为1至99")
    if viewer == target:
        raise invalid("target", "查看方和被查看方不能相同")
    kind = rules.kind_of(_side(viewer), _side(target), is_duty=_is_duty(viewer) or _is_duty(target))
    if not kind:
        raise invalid("target", "人员规则的双方都应为人员")

    rule = Rule.objects.create(
        kind=kind,
        mode=mode,
        priority=priority,
        **{f"viewer_{_side(viewer)}": viewer, f"target_{_side(target)}": target},
        **_stated(reason, valid_from, valid_to, actor, is_draft=is_draft),
    )
    _remember(rule, actor)
    return rule


def _side(one: Side) -> str:
    return {Person: "person", Unit: "unit", Group: "group"}[type(one)]


def _is_duty(one: Side) -> bool:
    return isinstance(one, Group) and one.source == _TITLE


@transaction.atomic
def propose_hiding(
    target: Unit | Person,
    *,
    scope: str,
    reason: str,
    actor: Actor,
    fields: Sequence[str] = (),
    passes: Sequence[Side] = (),
    valid_from: datetime.date | None = None,
    valid_to: datetime.date | None = None,
    is_draft: bool = False,
) -> Hiding:
    """Hide a unit with all below it, a person, or single fields of them; passes: who sees it all the same."""
    path = target.path if isinstance(target, Unit) else target.unit_path
    require_right(rules.can_propose(actor, path), PROPOSE.label)
    if scope not in Hiding.Scope.values:
        raise invalid("scope", "没有这种隐藏范围")
    if set(fields) - set(Hiding.Field.values):
        raise invalid("fields", "没有这个字段")
    if isinstance(target, Unit) and target.level < 2:
        raise invalid("target", "根节点和一级分类不能隐藏")
    _require_single(Hiding.objects.filter(**{_side(target): target}), _HIDING_STANDS)
    try:
        with transaction.atomic():
            hiding = Hiding.objects.create(
                **{_side(target): target},
                scope=scope,
                fields=sorted(set(fields)),
                **_stated(reason, valid_from, valid_to, actor, is_draft=is_draft),
            )
    except IntegrityError as error:
        raise Refused(_HIDING_STANDS, status=409) from error
    HidingPass.objects.bulk_create(
        HidingPass(hiding=hiding, **{_side(one): one}) for one in dict.fromkeys(passes)
    )
    _remember(hiding, actor)
    return hiding


@transaction.atomic
def propose_tier(
    person: Person,
    *,
    tier: int,
    reason: str,
    valid_to: datetime.date,
    actor: Actor,
    valid_from: datetime.date | None = None,
    is_draft: bool = False,
) -> TierOverride:
    """Set a person's tier by hand, for 相关同志 (R2-10); nobody does it for himself."""
    require_right(rules.can_propose(actor, person.unit_path), PROPOSE.label)
    require(
        getattr(actor, "person_id", None) != person.pk, "不能为本人申请层级", status=403, code="E-PERM-01"
    )
    if tier not in (1, 2, 3, 4):
        raise invalid("tier", "层级应为Q1至Q4")
    _require_single(TierOverride.objects.filter(person=person), _TIER_STANDS)
    try:
        with transaction.atomic():
            override = TierOverride.objects.create(
                person=person, tier=tier, **_stated(reason, valid_from, valid_to, actor, is_draft=is_draft)
            )
    except IntegrityError as error:
        raise Refused(_TIER_STANDS, status=409) from error
    _remember(override, actor)
    return override


@transaction.atomic
def propose_preset(*, preset: str, reason: str, actor: Actor, is_draft: bool = False) -> PresetChange:
    """Switch the matrix of the whole district."""
    require_right(actor.allows(PROPOSE_DISTRICT.key), PROPOSE_DISTRICT.label)
    if preset not in Preset.values:
        raise invalid("preset", "没有这种通讯规则")
    require(Book.objects.filter(preset=preset).first() is None, "当前已是这种通讯规则")
    _require_single(PresetChange.objects.all(), _PRESET_STANDS)
    try:
        with transaction.atomic():
            change = PresetChange.objects.create(
                preset=preset, **_stated(reason, None, None, actor, is_draft=is_draft)
            )
    except IntegrityError as error:
        raise Refused(_PRESET_STANDS, status=409) from error
    _remember(change, actor)
    return change


@transaction.atomic
def submit(proposal: Proposal, *, actor: Actor) -> Proposal:
    """A draft that was tried goes to the security administrator. A trial that died does not hold it up."""
    proposal = _locked(proposal)
    require_right(_may_submit(proposal, actor), PROPOSE.label)
    _require_state(proposal, "提交申请", State.DRAFT)
    tried = trials.own(_what(proposal), proposal, actor.account_id)
    if tried is None or tried.state == Trial.State.CANCELLED:
        raise Refused("请先试算影响，再提交申请", status=409)
    is_waiting = tried.is_at_work and not trials.is_silent(tried, timezone.now())
    require(not is_waiting, "正在试算，请在试算完成后提交")
    today = timezone.localdate()
    if proposal.valid_to is not None and proposal.valid_to < today:
        raise invalid("valid_to", "结束时间应晚于开始时间", code="E-DATE-01")
    proposal.state, proposal.valid_from = State.PROPOSED, max(proposal.valid_from, today)
    try:
        with transaction.atomic():
            proposal.save(update_fields=["state", "valid_from"])
    except IntegrityError as error:
        raise Refused(_STANDING[type(proposal)], status=409) from error
    _remember(proposal, actor)
    return proposal


def _what(proposal: Proposal) -> str:
    return next(what for what, kind in KINDS.items() if kind is type(proposal))


def _may_submit(proposal: Proposal, actor: Actor) -> bool:
    """Its author, while he still may propose such a thing."""
    if actor.account_id != proposal.proposed_by_id:
        return False
    return actor.allows(PROPOSE_DISTRICT.key) or actor.allows(PROPOSE.key)


@transaction.atomic
def discard(proposal: Proposal, *, actor: Actor) -> None:
    """Throw a draft away; nobody but its author has known of it."""
    proposal = _locked(proposal)
    require_right(actor.account_id == proposal.proposed_by_id, "放弃草稿")
    _require_state(proposal, "放弃", State.DRAFT)
    audit.record(DISCARDED, proposal, actor=actor)
    Trial.objects.filter(what=_what(proposal), proposal_id=proposal.pk).delete()
    proposal.delete()


def _locked(proposal: Proposal) -> Proposal:
    rows: QuerySet[Proposal] = QuerySet(type(proposal))
    return rows.select_for_update().get(pk=proposal.pk)


def _require_state(proposal: Proposal, act: str, *states: str) -> None:
    text = f"当前状态为“{proposal.get_state_display()}”，不能执行“{act}”"
    require(proposal.state in states, text, code="E-STATE-01")


@transaction.atomic
def approve(proposal: Proposal, *, actor: Actor, opinion: str = "") -> Proposal:
    """Agree; it is in force from its first day on, today at once."""
    proposal = _locked(proposal)
    require_right(rules.can_decide(actor, proposal), APPROVE.label)
    _require_state(proposal, "同意", State.PROPOSED)
    _decide(proposal, State.ACTIVE, opinion, actor)
    if isinstance(proposal, PresetChange):
        Book.objects.update_or_create(pk=1, defaults={"preset": proposal.preset})
        PresetChange.objects.filter(pk=proposal.pk).update(state=State.ENDED)  # it has done its work
    audit.record(APPROVED, proposal, actor=actor, reason=opinion)
    _take_effect(proposal)
    return proposal


@transaction.atomic
def refuse(proposal: Proposal, *, opinion: str, actor: Actor) -> Proposal:
    """Do not agree; the opinion is compulsory."""
    proposal = _locked(proposal)
    require_right(rules.can_decide(actor, proposal), APPROVE.label)
    _require_state(proposal, "不同意", State.PROPOSED)
    if not opinion.strip():
        raise invalid("opinion", "请填写意见")
    _decide(proposal, State.REFUSED, opinion, actor)
    audit.record(REFUSED, proposal, actor=actor, reason=opinion)
    return proposal


def _decide(proposal: Proposal, state: str, opinion: str, actor: Actor) -> None:
    proposal.state, proposal.opinion = state, opinion.strip()
    proposal.decided_by_id, proposal.decided_by_name = actor.account_id, actor.name
    proposal.decided_at = timezone.now()
    proposal.save(update_fields=["state", "opinion", "decided_by_id", "decided_by_name", "decided_at"])


@transaction.atomic
def withdraw(proposal: Proposal, *, actor: Actor) -> Proposal:
    """Take a proposal back before it is decided; its proposer only."""
    proposal = _locked(proposal)
    require_right(actor.account_id == proposal.proposed_by_id, "撤回")
    _require_state(proposal, "撤回", State.PROPOSED)
    proposal.state = State.WITHDRAWN
    proposal.save(update_fields=["state"])
    audit.record(WITHDRAWN, proposal, actor=actor)
    return proposal


@transaction.atomic
def end(proposal: Proposal, *, reason: str, actor: Actor) -> Proposal:
    """End what is in force; the deciding side, or whoever may propose it."""
    proposal = _locked(proposal)
    require_right(rules.can_end(actor, proposal), APPROVE.label)
    _require_state(proposal, "结束", State.ACTIVE)
    if not reason.strip():
        raise invalid("reason", "请填写事由")
    proposal.state, proposal.ended_at = State.ENDED, timezone.now()
    proposal.save(update_fields=["state", "ended_at"])
    audit.record(ENDED, proposal, actor=actor, reason=reason)
    _take_effect(proposal)
    return proposal


def _take_effect(proposal: Proposal) -> None:
    """Whatever changes a class lets the classes follow; the rest is news only."""
    sight.bring_groups()
    if isinstance(proposal, TierOverride):
        sight.follow_persons([proposal.person_id])
    elif isinstance(proposal, Hiding) and proposal.fields:
        sight.announce()
    elif isinstance(proposal, Hiding) and proposal.person_id is not None:
        sight.follow_persons([proposal.person_id])
    elif isinstance(proposal, PresetChange) or (
        isinstance(proposal, Rule) and proposal.target_group_id is None
    ):
        sight.announce()
    else:
        sight.follow_rules()
