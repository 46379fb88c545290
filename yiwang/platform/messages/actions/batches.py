"""短信批次: asked for, agreed to by a second person where that is needed, written when its time comes (§16).

The approval is two persons and one decision, not a course of steps: the engine of approvals stands above
messages, and a text that waits for a meeting of three is no use (ADR 20).
"""

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from yiwang.kernel import database, jobs
from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, invalid, not_found, require, require_right
from yiwang.kernel.extension.sms import sms_templates
from yiwang.kernel.numbering import actions as numbering
from yiwang.kernel.validators import Invalid
from yiwang.kernel.validators import mobile as checked_mobile
from yiwang.platform.accounts.queries import roles
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.messages import rules
from yiwang.platform.messages.actions import messages
from yiwang.platform.messages.models import SmsBatch, SmsText
from yiwang.platform.messages.queries import audience as audiences
from yiwang.platform.messages.queries import batches as queries
from yiwang.platform.messages.queries.audience import Audience
from yiwang.platform.messages.vocabulary import (
    APPROVE_TEXTS,
    BATCH_CANCELLED,
    BATCH_DECIDED,
    BATCH_SENT,
    BATCH_SERIES,
    BATCH_SUBMITTED,
    BATCH_WAITS,
    SEND_TEXTS,
)
from yiwang.platform.org.models import Unit
from yiwang.platform.org.queries import units

State = SmsBatch.State
_AT_A_TIME = 500
_LONGEST, _MOST_EXTERNAL = 300, 200
_LINK = re.compile(r"(?i)(?:https?://|www\.)[^\s，。；]+|\b[a-z0-9-]+\.(?:com|cn|net|org|gov)\b[^\s，。；]*")
_ID_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")


def written(template_key: str, words: Mapping[str, str], text: str) -> str:
    """The whole text with its signature; refused with what is missing or may not be in a text."""
    if template_key:
        if template_key not in sms_templates or not sms_templates.get(template_key).for_batches:
            raise invalid("template", "没有这个短信模板")
        template = sms_templates.get(template_key)
        missing = [word for word in sorted(template.words) if not words.get(word, "").strip()]
        if missing:
            raise invalid("words", f"短信模板“{template.label}”缺少变量：{'、'.join(missing)}")
        text = template.text.format(**{word: words[word].strip() for word in template.words})
    text = text.strip()
    if not text:
        raise invalid("text", "请填写短信内容")
    if len(text) > _LONGEST:
        raise invalid("text", f"短信内容不能超过{_LONGEST}个字")
    if any(not _is_ours(found[0]) for found in _LINK.finditer(text)):
        raise invalid("text", "短信内容不得包含平台以外的链接")
    if _ID_NUMBER.search(text):
        raise invalid("text", "短信内容不得包含身份证号码")
    return f"【{settings.SMS_SIGNATURE}】{text}"


def _is_ours(link: str) -> bool:
    bare = link.partition("://")[2] or link
    return bare.partition("/")[0].partition(":")[0] in settings.ALLOWED_HOSTS


def numbers(given: Iterable[str]) -> list[str]:
    """Numbers outside of the platform, each once."""
    found: dict[str, None] = {}
    for one in given:
        try:
            found[checked_mobile(one.strip())] = None
        except Invalid as problem:
            raise invalid("external", f"{one.strip()}：{problem}") from problem
    if len(found) > _MOST_EXTERNAL:
        raise invalid("external", f"平台外号码一次最多{_MOST_EXTERNAL}个")
    return list(found)


def checked(audience: Audience, *, purpose: str, external: list[str], reason: str, actor: Principal) -> int:
    """How many would receive it; refused where he may not write to."""
    require_right(actor.allows(SEND_TEXTS.key), SEND_TEXTS.label)
    for one in Unit.objects.filter(pk__in=audience.units):
        if not actor.allows(SEND_TEXTS.key, at=one.path):
            raise invalid("units", "只能发给您有发送权限的单位")
    if external and purpose not in (SmsBatch.Purpose.MEETING, SmsBatch.Purpose.EMERGENCY):
        raise invalid("external", "平台外号码仅限会议、应急短信使用")
    if external and not reason.strip():
        raise invalid("external_reason", "请说明使用平台外号码的事由")
    total = queries.reachable(audience) + len(external)
    if not total:
        raise invalid("audience", "所选范围内没有可以接收短信的人员")
    return total


@transaction.atomic
def submit(
    audience: Audience,
    *,
    purpose: str,
    actor: Principal,
    template_key: str = "",
    words: Mapping[str, str] | None = None,
    text: str = "",
    external: Iterable[str] = (),
    external_reason: str = "",
    due_at: datetime.datetime | None = None,
) -> SmsBatch:
    """提交: 待审批 for more than fifty, free text or numbers from outside, else 待发送 at its time."""
    if purpose not in SmsBatch.Purpose.values:
        raise invalid("purpose", "请选择用途")
    outside = numbers(external)
    total = checked(audience, purpose=purpose, external=outside, reason=external_reason, actor=actor)
    content = written(template_key, words or {}, text)
    parts = rules.parts_of(content)
    unit = units.department_of(Unit.objects.get(path=actor.unit_path))
    database.lock_one("messages.quota", str(unit.pk))
    now = timezone.localtime()
    left = rules.MONTHLY_QUOTA - queries.parts_used(unit, now=now)
    require(total * parts <= left, f"本单位本月短信额度不足，剩余{max(left, 0)}条，本次需{total * parts}条")
    needs_approval = rules.needs_approval(total, is_free=not template_key, has_external=bool(outside))
    number = numbering.issue(BATCH_SERIES, year=now.year, target=unit, actor=actor)
    batch = SmsBatch.objects.create(
        number=number.text,
        unit=unit,
        purpose=purpose,
        template_key=template_key,
        text=content,
        audience=asdict(audience),
        audience_words=[one["label"] for one in audiences.described(audience)],
        external=",".join(outside),
        external_reason=external_reason.strip(),
        total=total,
        parts=parts,
        state=State.PENDING if needs_approval else State.READY,
        due_at=rules.send_time(max(due_at or now, now), at_any_hour=rules.is_at_any_hour(purpose)),
        creator_id=actor.person_id,
        creator_name=actor.name,
        created_at=now,
    )
    audit.record(BATCH_SUBMITTED, batch, actor=actor, changes={"total": [0, total], "parts": [0, parts]})
    if needs_approval:
        _ask(batch, actor)
    else:
        jobs.enqueue("messages.release_batches", once="now")
    return batch


def _ask(batch: SmsBatch, actor: Principal) -> None:
    """Who may agree: the unit's office director and head, but for who asks."""
    found = [
        holder.person_id
        for role in ("accounts.office_director", "accounts.unit_head")
        for holder in roles.holders(role, batch.unit)
        if holder.person_id != actor.person_id
    ]
    if not found:
        raise Refused("本单位没有可以审批短信的人员（办公室主任、单位主要负责人），请联系分级管理员")
    messages.send(
        BATCH_WAITS,
        to=found,
        about=batch,
        words={"number": batch.number, "total": str(batch.total), "creator": batch.creator_name},
        url=f"/messages/batches/{batch.pk}/",
        actor=actor,
    )


def _locked(batch_id: int, actor: Principal) -> SmsBatch:
    found = SmsBatch.objects.visible_to(actor).filter(pk=batch_id).first()
    if found is None:
        raise not_found()
    return SmsBatch.objects.select_for_update(of=("self",)).select_related("unit").get(pk=batch_id)


def _require(batch: SmsBatch, act: str, *states: str) -> None:
    state = batch.get_state_display()
    require(batch.state in states, f"当前状态为“{state}”，不能执行“{act}”", code="E-STATE-01")


@transaction.atomic
def decide(batch_id: int, *, agrees: bool, opinion: str, actor: Principal) -> SmsBatch:
    """同意 or 驳回 by a second person; who sends does not agree to it himself."""
    batch = _locked(batch_id, actor)
    require_right(actor.allows(APPROVE_TEXTS.key, at=batch.unit.path), APPROVE_TEXTS.label)
    require(batch.creator_id != actor.person_id, "不能审批本人提交的短信", status=403)
    _require(batch, "同意" if agrees else "驳回", State.PENDING)
    if not agrees and not opinion.strip():
        raise invalid("opinion", "请填写驳回意见")
    now = timezone.localtime()
    batch.state = State.READY if agrees else State.REFUSED
    batch.decider_name, batch.decided_at, batch.opinion = actor.name, now, opinion.strip()[:200]
    batch.due_at = rules.send_time(max(batch.due_at, now), at_any_hour=rules.is_at_any_hour(batch.purpose))
    batch.save(update_fields=["state", "decider_name", "decided_at", "opinion", "due_at"])
    audit.record(BATCH_DECIDED, batch, actor=actor, reason="同意" if agrees else f"驳回：{opinion.strip()}")
    if agrees:
        jobs.enqueue("messages.release_batches", once="now")
    return batch


@transaction.atomic
def cancel(batch_id: int, *, actor: Principal) -> SmsBatch:
    """取消, by who asked for it, before it goes."""
    batch = _locked(batch_id, actor)
    require(batch.creator_id == actor.person_id, "只有发送人可以取消", status=403)
    _require(batch, "取消", State.PENDING, State.READY)
    batch.state = State.CANCELLED
    batch.save(update_fields=["state"])
    audit.record(BATCH_CANCELLED, batch, actor=actor)
    return batch


@transaction.atomic
def release(*, now: datetime.datetime, actor: Actor) -> int:
    """Write the texts of one batch whose time has come; 0 when there is none. Who receives is asked now."""
    due = SmsBatch.objects.filter(state=State.READY, due_at__lte=now).order_by("due_at", "id")
    batch = due.select_for_update(skip_locked=True, of=("self",)).select_related("unit").first()
    if batch is None:
        return 0
    people = queries.receivers(Audience(**{key: tuple(value) for key, value in batch.audience.items()}))
    to: dict[str, int | None] = {mobile: person for person, mobile in people if mobile}
    to |= {mobile: None for mobile in batch.external.split(",") if mobile and mobile not in to}
    told = queries.told_lately(batch.text, list(to), since=now - rules.DEDUPE_WITHIN)
    wanted = [(mobile, person) for mobile, person in to.items() if mobile not in told]
    for start in range(0, len(wanted), _AT_A_TIME):
        SmsText.objects.bulk_create(
            [_text(batch, mobile, person, now) for mobile, person in wanted[start : start + _AT_A_TIME]]
        )
    batch.state = State.SENDING
    batch.save(update_fields=["state"])
    audit.record(BATCH_SENT, batch, actor=actor, changes={"texts": [0, len(wanted)]})
    jobs.enqueue("messages.dispatch_texts", once="now")
    return 1


def _text(batch: SmsBatch, mobile: str, person: int | None, now: datetime.datetime) -> SmsText:
    return SmsText(
        batch=batch,
        mobile=mobile,
        text=batch.text,
        template_key=batch.template_key or "messages.batch",
        parts=batch.parts,
        person_id=person,
        sender_name=batch.creator_name,
        sender_unit=batch.unit.short_name,
        created_at=now,
        due_at=now,
    )


@transaction.atomic
def finish(*, now: datetime.datetime, actor: Actor) -> int:
    """Batches of which every text has an end: 已完成, or 部分失败 when one of them did not arrive."""
    finished = 0
    sending = SmsBatch.objects.filter(state=State.SENDING).select_for_update(skip_locked=True)
    for batch in sending:
        states = queries.states_of(batch)
        if states.keys() & {SmsText.State.WAITING, SmsText.State.SENT}:
            continue
        is_whole = not states.keys() & {SmsText.State.FAILED, SmsText.State.UNKNOWN}
        batch.state, batch.finished_at = (State.DONE if is_whole else State.PARTLY), now
        batch.save(update_fields=["state", "finished_at"])
        finished += 1
    return finished
