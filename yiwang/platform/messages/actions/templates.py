"""Templates of texts: written by the office, agreed to by a second person, version by version (§16)."""

import uuid
from collections.abc import Mapping

from django.db import connection, transaction
from django.utils import timezone

from yiwang.kernel import database
from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, invalid, not_found, require, require_right
from yiwang.kernel.extension.sms import SmsTemplate, sms_templates
from yiwang.kernel.numbering import actions as numbering
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.messages import rules
from yiwang.platform.messages.actions import messages
from yiwang.platform.messages.models import TextPurpose, TextTemplate
from yiwang.platform.messages.queries import templates as queries
from yiwang.platform.messages.vocabulary import (
    APPROVE_TEMPLATES,
    EDIT_TEMPLATES,
    TEMPLATE_CHANGED,
    TEMPLATE_DECIDED,
    TEMPLATE_DELETED,
    TEMPLATE_REPORTED,
    TEMPLATE_RETIRED,
    TEMPLATE_SERIES,
    TEMPLATE_SHIPPED,
    TEMPLATE_SUBMITTED,
    TEMPLATE_TOLD,
    TEMPLATE_WAITS,
    TEMPLATE_WRITTEN,
)
from yiwang.platform.org.models import Unit
from yiwang.platform.org.queries import units

State = TextTemplate.State
_FIELDS = ("name", "kind", "text", "samples")


@transaction.atomic
def ship_templates(*, actor: Actor = SYSTEM) -> int:
    """The platform's own as rows, so that they stand in the list and have a 报备号; how many are new.

    Other words in a later release are another version; texts that went by the old one keep it.
    """
    if TextTemplate._meta.db_table not in connection.introspection.table_names():
        return 0  # migrated to an earlier state
    database.lock("messages.templates")
    known = {one.code: one for one in TextTemplate.objects.filter(is_shipped=True, state=State.ENABLED)}
    changed = [one for one in sms_templates if not _is_shipped_as(one, known.get(one.key))]
    for one in changed:
        _ship(one, known.get(one.key), actor)
    return len(changed)


# How the words of texts that modules fill in themselves are called in the list.
_CALLED = {
    "code": "验证码",
    "minutes": "分钟数",
    "day": "日期",
    "unit": "单位",
    "title": "名称",
    "text": "消息标题和摘要",
}


def _words_of(shipped: SmsTemplate) -> str:
    return rules.filled(shipped.text, {name: f"{{{called}}}" for name, called in _CALLED.items()})


def _is_shipped_as(shipped: SmsTemplate, known: TextTemplate | None) -> bool:
    return known is not None and (known.name, known.text, known.kind) == (
        shipped.label,
        _words_of(shipped),
        shipped.kind,
    )


def _ship(shipped: SmsTemplate, known: TextTemplate | None, actor: Actor) -> None:
    now = timezone.now()
    if known is not None:
        _replace(known, known.version + 1)
    made = TextTemplate.objects.create(
        code=shipped.key,
        version=known.version + 1 if known else 1,
        name=shipped.label,
        kind=shipped.kind,
        text=_words_of(shipped),
        is_shipped=True,
        for_batches=shipped.for_batches,
        state=State.ENABLED,
        creator_name=actor.name,
        created_at=now,
        changed_at=now,
        decider_name=actor.name,
        decided_at=now,
    )
    audit.record(TEMPLATE_SHIPPED, made, actor=actor)


def _replace(old: TextTemplate, version: int) -> None:
    old.state, old.ended_at, old.end_reason = State.RETIRED, timezone.now(), f"已由第{version}版替代"
    old.save(update_fields=["state", "ended_at", "end_reason"])


def _checked(name: str, kind: str, text: str, samples: Mapping[str, str]) -> dict[str, object]:
    """What a template may be: its words are checked as texts are."""
    if not 2 <= len(name.strip()) <= 30:
        raise invalid("name", "模板名称为2至30个字")
    if kind not in TextPurpose.values:
        raise invalid("kind", "请选择类型")
    words = rules.variables_of(queries.checked(text.strip()))
    given = {one: samples.get(one, "").strip()[: rules.LONGEST_WORD] for one in words}
    return {"name": name.strip(), "kind": kind, "text": text.strip(), "samples": given}


@transaction.atomic
def write(
    *,
    name: str,
    kind: str,
    text: str,
    actor: Principal,
    samples: Mapping[str, str] | None = None,
    for_district: bool = False,
) -> TextTemplate:
    """起草: of one's own department, or of the whole district for who keeps its templates."""
    unit = None if for_district else units.department_of(Unit.objects.get(path=actor.unit_path))
    require_right(actor.allows(EDIT_TEMPLATES.key, at=unit.path if unit else ""), EDIT_TEMPLATES.label)
    values = _checked(name, kind, text, samples or {})
    now = timezone.localtime()
    made = TextTemplate.objects.create(
        code=uuid.uuid4().hex,  # until it has its number
        unit=unit,
        creator_id=actor.person_id,
        creator_name=actor.name,
        created_at=now,
        changed_at=now,
        **values,
    )
    made.code = numbering.issue(TEMPLATE_SERIES, year=now.year, target=made, actor=actor).text
    made.save(update_fields=["code"])
    audit.record(TEMPLATE_WRITTEN, made, actor=actor)
    return made


def _locked(template_id: int, actor: Actor) -> TextTemplate:
    found = TextTemplate.objects.visible_to(actor).filter(pk=template_id).first()  # type: ignore[arg-type]
    if found is None:
        raise not_found()
    return TextTemplate.objects.select_for_update(of=("self",)).select_related("unit").get(pk=template_id)


def _require(template: TextTemplate, act: str, *states: str) -> None:
    state = template.get_state_display()
    require(template.state in states, f"当前状态为“{state}”，不能执行“{act}”", code="E-STATE-01")


def _editable(template_id: int, act: str, actor: Principal, *states: str) -> TextTemplate:
    template = _locked(template_id, actor)
    require(not template.is_shipped, "平台内置模板不能修改，可另存为本单位模板", status=403)
    require_right(rules.can_edit_template(actor, template), EDIT_TEMPLATES.label)
    _require(template, act, *states)
    return template


@transaction.atomic
def change(
    template_id: int,
    *,
    name: str,
    kind: str,
    text: str,
    actor: Principal,
    samples: Mapping[str, str] | None = None,
) -> TextTemplate:
    """Other words for a draft or for what was returned; what is in use does not change."""
    template = _editable(template_id, "修改", actor, *TextTemplate.EDITABLE)
    values = _checked(name, kind, text, samples or {})
    changes = {
        key: [getattr(template, key), value]
        for key, value in values.items()
        if getattr(template, key) != value
    }
    for key, value in values.items():
        setattr(template, key, value)
    template.creator_id, template.creator_name = actor.person_id, actor.name
    template.changed_at = timezone.now()
    template.save(update_fields=[*_FIELDS, "creator", "creator_name", "changed_at"])
    audit.record(TEMPLATE_CHANGED, template, actor=actor, changes=changes)
    return template


@transaction.atomic
def submit(template_id: int, *, actor: Principal) -> TextTemplate:
    """提交: who may agree to it is told; its writer is not among them."""
    template = _editable(template_id, "提交", actor, *TextTemplate.EDITABLE)
    to = queries.approvers(template)
    if not to:
        raise Refused("没有可以审核该模板的其他人员，请联系分级管理员设置办公室主任或单位主要负责人")
    now = timezone.now()
    template.state, template.submitted_at, template.changed_at, template.opinion = (
        State.PENDING,
        now,
        now,
        "",
    )
    template.save(update_fields=["state", "submitted_at", "changed_at", "opinion"])
    audit.record(TEMPLATE_SUBMITTED, template, actor=actor)
    messages.send(
        TEMPLATE_WAITS,
        to=to,
        about=template,
        words={
            "name": template.name,
            "creator": template.creator_name,
            "code": template.code,
            "version": str(template.version),
        },
        url=f"/messages/batches/templates/{template.pk}/",
        actor=actor,
    )
    return template


@transaction.atomic
def decide(template_id: int, *, agrees: bool, opinion: str, actor: Principal) -> TextTemplate:
    """启用, which replaces the version before, or 退回 with an opinion; never by its writer."""
    template = _locked(template_id, actor)
    require_right(actor.allows(APPROVE_TEMPLATES.key, at=template.path), APPROVE_TEMPLATES.label)
    require(rules.can_decide_template(actor, template), "不能审核本人起草的短信模板", status=403)
    _require(template, "启用" if agrees else "退回", State.PENDING)
    if not agrees and not opinion.strip():
        raise invalid("opinion", "请填写退回意见")
    if agrees:
        before = TextTemplate.objects.select_for_update().filter(code=template.code, state=State.ENABLED)
        for old in before:
            _replace(old, template.version)
    now = timezone.now()
    template.state = State.ENABLED if agrees else State.RETURNED
    template.decider_name, template.decided_at, template.changed_at = actor.name, now, now
    template.opinion = opinion.strip()[:200]
    template.save(update_fields=["state", "decider_name", "decided_at", "changed_at", "opinion"])
    audit.record(TEMPLATE_DECIDED, template, actor=actor, reason="启用" if agrees else f"退回：{opinion}")
    if template.creator_id is not None:
        messages.send(
            TEMPLATE_TOLD,
            to=[template.creator_id],
            about=template,
            words={
                "name": template.name,
                "outcome": "已启用" if agrees else f"被{actor.name}退回",
                "opinion": template.opinion,
            },
            url=f"/messages/batches/templates/{template.pk}/",
            actor=actor,
        )
    return template


@transaction.atomic
def begin_version(template_id: int, *, actor: Principal) -> TextTemplate:
    """Other words for a template in use: a draft of its next version, while the old one goes on."""
    template = _editable(template_id, "修订", actor, State.ENABLED, State.RETIRED)
    if TextTemplate.objects.filter(code=template.code, state__in=TextTemplate.OPEN).exists():
        raise Refused("该模板已有修订中的版本，请先完成或删除")
    last = queries.versions(template)[0]
    now = timezone.now()
    made = TextTemplate.objects.create(
        code=template.code,
        version=last.version + 1,
        unit=template.unit,
        creator_id=actor.person_id,
        creator_name=actor.name,
        created_at=now,
        changed_at=now,
        **{key: getattr(template, key) for key in _FIELDS},
    )
    audit.record(TEMPLATE_WRITTEN, made, actor=actor)
    return made


@transaction.atomic
def retire(template_id: int, *, reason: str, actor: Principal) -> TextTemplate:
    """停用: nobody can choose it any more; batches that were asked for go on."""
    template = _editable(template_id, "停用", actor, State.ENABLED)
    if not reason.strip():
        raise invalid("reason", "请填写停用原因")
    now = timezone.now()
    template.state, template.ended_at, template.changed_at = State.RETIRED, now, now
    template.end_reason = reason.strip()[:200]
    template.save(update_fields=["state", "ended_at", "changed_at", "end_reason"])
    audit.record(TEMPLATE_RETIRED, template, actor=actor, reason=template.end_reason)
    return template


@transaction.atomic
def discard(template_id: int, *, actor: Principal) -> None:
    """A draft that nobody has agreed to; its number is not given again."""
    template = _editable(template_id, "删除", actor, *TextTemplate.EDITABLE)
    audit.record(TEMPLATE_DELETED, template, actor=actor)
    template.delete()


@transaction.atomic
def note_report(template_id: int, *, number: str, actor: Principal) -> TextTemplate:
    """报备号: under which the carrier knows it; whoever keeps the district's templates writes it down."""
    template = _locked(template_id, actor)
    require_right(actor.allows(EDIT_TEMPLATES.key, at=""), EDIT_TEMPLATES.label)
    _require(template, "登记报备号", State.ENABLED)
    if len(number.strip()) > 60:
        raise invalid("number", "报备号不能超过60个字")
    before, template.report_number = template.report_number, number.strip()
    template.save(update_fields=["report_number"])
    changes = {"report_number": [before, template.report_number]}
    audit.record(TEMPLATE_REPORTED, template, actor=actor, changes=changes)
    return template
