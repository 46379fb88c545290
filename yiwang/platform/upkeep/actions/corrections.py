"""Corrections (纠错): somebody says what is wrong; the unit mends it, or says why it is right."""

import datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, invalid, not_found, require, require_right
from yiwang.kernel.numbering import actions as numbering
from yiwang.kernel.workdays import queries as workdays
from yiwang.kernel.workdays.calendar import end_of
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.messages.actions import messages
from yiwang.platform.org.models import Person, Unit
from yiwang.platform.todos.actions import items as todos
from yiwang.platform.upkeep import rules
from yiwang.platform.upkeep.actions.todo_ends import end_todo
from yiwang.platform.upkeep.models import Correction, CorrectionEvent, CorrectionReport
from yiwang.platform.upkeep.queries import corrections as queries
from yiwang.platform.upkeep.queries import keepers
from yiwang.platform.upkeep.vocabulary import (
    CORRECTED,
    CORRECTIONS,
    CORRECTIONS_REMINDED,
    HANDLE,
    MAINTAIN,
    PASSED_ON,
    REPORTED,
    TOLD_ANSWER,
    TOLD_CORRECTION_DUE,
    UNFOUNDED,
    WITHDRAWN,
)

Field, State, Source = Correction.Field, Correction.State, Correction.Source
ALREADY = "您已反映过该问题，正在办理"
_LONGEST = 200


@transaction.atomic
def report(
    about: Person | Unit,
    *,
    field: str,
    wrong: str,
    actor: Principal,
    right: str = "",
    today: datetime.date | None = None,
) -> Correction:
    """Say what is wrong (纠错). Who reports what is being handled already joins it.

    Whether he may see it was asked when it was fetched; what he does not see is 404 here too.
    """
    today = today or timezone.localdate()
    _require_seen(about, field, actor)
    words = _clean(wrong, right)
    if queries.reports_left(actor.person_id, today=today) <= 0:
        raise Refused("今日纠错已达上限，请明日再反映或直接联系该单位", status=429, retry_after=3_600)
    correction = _found_or_begun(about, field, Source.PERSON, actor=actor, today=today)
    _join(correction, actor.person_id, actor.name, actor.unit_name, words)
    audit.record(REPORTED, correction, actor=actor)
    return correction


def _require_seen(about: Person | Unit, field: str, actor: Principal) -> None:
    if isinstance(about, Person):
        queries.person_to_report(actor, about.pk)
    else:
        queries.unit_to_report(actor, about.pk)
    if field not in dict(queries.fields_to_report(actor, about)):
        raise not_found()


def _clean(wrong: str, right: str) -> tuple[str, str]:
    """What was typed, checked."""
    if not wrong.strip():
        raise invalid("wrong", "请说明哪里有误")
    for name, text in (("wrong", wrong), ("right", right)):
        if len(text.strip()) > _LONGEST:
            raise invalid(name, f"不能超过{_LONGEST}个字")
        if rules.names_identity(text):
            raise invalid(name, "请勿填写身份证号码，证件信息有误的请联系本单位分级管理员")
    return wrong.strip(), right.strip()


@transaction.atomic
def report_dead_number(
    person: Person, *, reason: str, actor: Actor = SYSTEM, today: datetime.date | None = None
) -> Correction:
    """The carrier says that somebody's mobile number is dead (空号、停机): his unit is asked to check it."""
    day = today or timezone.localdate()
    correction = _found_or_begun(person, Field.MOBILE, Source.SMS, actor=actor, today=day)
    return _add_found(correction, "短信平台", reason, actor)


def follow_dead_number(*, person_id: int, reason: str, actor: Actor) -> None:
    """Three texts in a row did not arrive."""
    report_dead_number(Person.objects.get(pk=person_id), reason=f"短信回执：{reason}", actor=actor)


@transaction.atomic
def report_sampled(
    person: Person, *, field: str, wrong: str, actor: Actor, today: datetime.date | None = None
) -> Correction:
    """The check of a sample found something wrong; part of checking it."""
    wrong, _ = _clean(wrong, "")
    day = today or timezone.localdate()
    correction = _found_or_begun(person, field, Source.SAMPLE, actor=actor, today=day)
    return _add_found(correction, actor.name, wrong, actor)


def _add_found(correction: Correction, name: str, wrong: str, actor: Actor) -> Correction:
    """What no reporter said but the platform or a check found; the same once."""
    if correction.given.filter(reporter=None, reporter_name=name).exists():
        return correction
    _join(correction, None, name, actor.unit_name, (wrong[:_LONGEST], ""))
    audit.record(REPORTED, correction, actor=actor)
    return correction


def _found_or_begun(
    about: Person | Unit, field: str, source: str, *, actor: Actor, today: datetime.date
) -> Correction:
    """The open matter, locked; a new one when there is none. Of two who begin at once the second joins."""
    for _ in range(2):
        known = queries.open_one(about, field)
        if known is not None:
            known = _locked(known)
            if known.state == State.WAITING:
                return known
        try:
            with transaction.atomic():
                return _begun(about, field, source, actor=actor, today=today)
        except IntegrityError:
            continue
    raise Refused("该问题正在由他人反映，请稍后重试")


def _begun(
    about: Person | Unit, field: str, source: str, *, actor: Actor, today: datetime.date
) -> Correction:
    keeper = about.unit if isinstance(about, Person) else about
    if keeper is None:
        raise not_found()
    correction = Correction.objects.create(
        person=about if isinstance(about, Person) else None,
        unit=about if isinstance(about, Unit) else None,
        about_name=about.name if isinstance(about, Person) else about.full_name,
        field=field,
        source=source,
        keeper=keeper,
        reported_at=timezone.now(),
        due_on=workdays.add_workdays(today, rules.UPDATE_WORKDAYS),
    )
    issued = numbering.issue(CORRECTIONS, year=today.year, target=correction, actor=actor)
    correction.number = issued.text
    correction.save(update_fields=["number"])
    _ask_keepers(correction, actor)
    return correction


def _join(
    correction: Correction, person_id: int | None, name: str, unit: str, words: tuple[str, str]
) -> None:
    """One more report of the matter."""
    try:
        with transaction.atomic():
            CorrectionReport.objects.create(
                correction=correction,
                reporter_id=person_id,
                reporter_name=name,
                reporter_unit=unit,
                wrong=words[0],
                right=words[1],
                at=timezone.now(),
            )
    except IntegrityError:
        raise Refused(ALREADY) from None
    correction.reports += 1
    correction.save(update_fields=["reports"])


def _ask_keepers(correction: Correction, actor: Actor) -> None:
    todos.push(
        HANDLE,
        biz_id=str(correction.pk),
        task_id=_task(correction),
        title=f"通讯录纠错：{correction.about_name}的{correction.get_field_display()}有误"[:100],
        summary=f"{correction.number}　{queries.place_of(correction.keeper)}",
        to=keepers.keepers_of(correction.keeper),
        url=reverse("upkeep:correction", args=[correction.pk]),
        actor=actor,
        initiator_person_id=getattr(actor, "person_id", None),
        due_at=end_of(correction.due_on) if correction.due_on >= timezone.localdate() else None,
    )


def _task(correction: Correction) -> str:
    return f"correction-{correction.turn}"


def _locked(correction: Correction) -> Correction:
    rows = Correction.objects.select_for_update(of=("self",)).select_related("keeper", "person", "unit")
    return rows.get(pk=correction.pk)


def _open(correction: Correction, act: str, actor: Actor) -> Correction:
    """Locked, his to answer, and not answered yet: of two who answer at once the second is told of it."""
    correction = _locked(correction)
    require_right(rules.can_answer(actor, correction), MAINTAIN.label)
    if correction.state in (State.CORRECTED, State.UNFOUNDED) and correction.answered_at is not None:
        at = timezone.localtime(correction.answered_at)
        raise Refused(
            f"该数据已被{correction.answered_by_name}于{at:%H:%M}修改，请刷新后重试", code="E-CONC-01"
        )
    text = f"当前状态为“{correction.get_state_display()}”，不能执行“{act}”"
    require(correction.state == State.WAITING, text, code="E-STATE-01")
    return correction


@transaction.atomic
def answer_corrected(
    correction: Correction, *, words: str, actor: Actor, today: datetime.date | None = None
) -> Correction:
    """It was wrong and has been mended (已更正). words: what it says now, if there is anything to add."""
    correction = _open(correction, "答复已更正", actor)
    _settle(correction, State.CORRECTED, words, actor, today or timezone.localdate())
    audit.record(CORRECTED, correction, actor=actor)
    _tell_reporters(correction, actor)
    return correction


@transaction.atomic
def answer_unfounded(
    correction: Correction, *, reason: str, actor: Actor, today: datetime.date | None = None
) -> Correction:
    """It was right as it stood (不属实), and why."""
    correction = _open(correction, "答复不属实", actor)
    if not reason.strip():
        raise invalid("words", "请填写不属实的理由")
    _settle(correction, State.UNFOUNDED, reason, actor, today or timezone.localdate())
    audit.record(UNFOUNDED, correction, actor=actor, reason=correction.answer)
    _tell_reporters(correction, actor)
    return correction


def _settle(correction: Correction, state: str, words: str, actor: Actor, today: datetime.date) -> None:
    if rules.names_identity(words):
        raise invalid("words", "请勿填写身份证号码")
    correction.state, correction.answer = state, words.strip()[:300]
    correction.answered_at = timezone.now()
    correction.answered_by_name, correction.answered_by_unit = actor.name, actor.unit_name
    correction.late_by = rules.lateness(workdays.calendar(), correction.due_on, today)
    correction.save()
    _note(correction, correction.get_state_display(), actor, correction.answer)
    end_todo(str(correction.pk), _task(correction), actor=actor)


def _note(correction: Correction, act: str, actor: Actor, words: str = "") -> None:
    CorrectionEvent.objects.create(
        correction=correction,
        at=timezone.now(),
        act=act,
        actor_name=actor.name,
        actor_unit=actor.unit_name,
        note=words[:300],
    )


def _tell_reporters(correction: Correction, actor: Actor) -> None:
    given = correction.given.filter(is_withdrawn=False, reporter__isnull=False)
    to = list(given.values_list("reporter_id", flat=True))
    if not to:
        return
    messages.send(
        TOLD_ANSWER,
        to=to,
        about=correction,
        words={
            "about": correction.about_name,
            "field": correction.get_field_display(),
            "result": correction.get_state_display(),
            "answer": correction.answer or "感谢您的反映",
        },
        url=reverse("upkeep:correction", args=[correction.pk]),
        actor=actor,
    )


@transaction.atomic
def pass_on(correction: Correction, *, unit: Unit, reason: str, actor: Actor) -> Correction:
    """It is another unit's matter (转交). The last day stays the same."""
    correction = _open(correction, "转交", actor)
    if not reason.strip():
        raise invalid("words", "请填写转交原因")
    if unit.pk == correction.keeper_id:
        raise invalid("unit", "该纠错已由此单位办理")
    require(unit.status == Unit.Status.ACTIVE, "接收单位已停用或撤销", status=422)
    former = queries.place_of(correction.keeper)
    end_todo(str(correction.pk), _task(correction), actor=actor)
    correction.keeper, correction.turn = unit, correction.turn + 1
    correction.save(update_fields=["keeper", "turn"])
    now = queries.place_of(unit)
    _note(correction, "转交", actor, f"{former} → {now}：{reason.strip()}")
    _ask_keepers(correction, actor)
    audit.record(PASSED_ON, correction, actor=actor, reason=reason.strip(), changes={"keeper": [former, now]})
    return correction


@transaction.atomic
def withdraw(correction: Correction, *, actor: Principal) -> Correction:
    """Take one's own report back (撤销); the matter ends with its last report."""
    correction = _locked(correction)
    own = correction.given.filter(reporter_id=actor.person_id, is_withdrawn=False).first()
    if own is None:
        raise not_found()
    text = f"当前状态为“{correction.get_state_display()}”，不能执行“撤销”"
    require(correction.state == State.WAITING, text, code="E-STATE-01")
    own.is_withdrawn = True
    own.save(update_fields=["is_withdrawn"])
    correction.reports -= 1
    if correction.reports <= 0:
        correction.state, correction.answered_at = State.WITHDRAWN, timezone.now()
        correction.answered_by_name = actor.name
        end_todo(str(correction.pk), _task(correction), actor=actor)
    correction.save()
    audit.record(WITHDRAWN, correction, actor=actor)
    return correction


@transaction.atomic
def remind(*, today: datetime.date, actor: Actor = SYSTEM) -> int:
    """On working days: two working days before the last day, and while it is overdue."""
    if not workdays.is_workday(today):
        return 0
    calendar = workdays.calendar()
    late = [
        one for one in queries.overdue(today) if rules.is_urged(rules.lateness(calendar, one.due_on, today))
    ]
    found = [*queries.due_in(rules.WARN_WORKDAYS, today=today), *late]
    for one in found:
        messages.send(
            TOLD_CORRECTION_DUE,
            to=keepers.ids(keepers.keepers_of(one.keeper)),
            about=one,
            words={
                "number": one.number or "",
                "about": one.about_name,
                "field": one.get_field_display(),
                "late": rules.late_text(calendar, one.due_on, today),
            },
            url=reverse("upkeep:correction", args=[one.pk]),
            actor=actor,
            dedupe_key=f"correction-{one.pk}-{today}",
        )
    if found:
        target = ("upkeep.correction", "", f"{len(found)}项通讯录纠错")
        audit.record(CORRECTIONS_REMINDED, target, actor=actor)
    return len(found)
