"""个人信息更正: asked by the person, answered with a reason by his unit within a term (15 working days)."""

import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, invalid, require, require_right
from yiwang.kernel.extension.approvals import Seat
from yiwang.kernel.numbering import actions as numbering
from yiwang.kernel.parameters import queries as parameters
from yiwang.kernel.workdays import queries as workdays
from yiwang.kernel.workdays.calendar import end_of
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.changes.models import DataRequest
from yiwang.platform.changes.queries import data_request as queries
from yiwang.platform.changes.rules import data_request as rules
from yiwang.platform.changes.vocabulary import (
    ANSWER_DAYS,
    APPLY,
    DATA_ANSWER,
    DATA_ANSWERED,
    DATA_ANSWERED_TOLD,
    DATA_ASKED,
    DATA_DUE,
    DATA_REMINDED,
    DATA_REQUESTS,
    DATA_WITHDRAWN,
    DUE_DAY_MOVED,
)
from yiwang.platform.messages.actions import messages
from yiwang.platform.org.models import Person
from yiwang.platform.todos.actions import items as todos

State, Field = DataRequest.State, DataRequest.Field
_TASK = "answer"


@transaction.atomic
def ask(
    *, field: str, wrong: str, right: str = "", actor: Principal, today: datetime.date | None = None
) -> DataRequest:
    """The person asks for a correction of what is kept of him (申请更正)."""
    today = today or timezone.localdate()
    person = Person.objects.select_related("unit").get(pk=actor.person_id)
    unit = person.unit
    if unit is None:
        raise Refused("您没有任职单位，请联系平台主管单位", status=409)
    if field not in Field.values:
        raise invalid("field", "请选择更正内容")
    wrong, right = _clean("wrong", wrong), _clean("right", right)
    if not wrong:
        raise invalid("wrong", "请说明现有信息的问题")
    number = numbering.issue(DATA_REQUESTS, year=today.year, target=person, actor=actor).text
    try:
        with transaction.atomic():
            request = DataRequest.objects.create(
                number=number,
                person=person,
                person_name=person.name,
                unit=unit,
                field=field,
                wrong=wrong,
                right=right,
                asked_at=timezone.now(),
                due_on=workdays.add_workdays(today, parameters.number(ANSWER_DAYS.key)),
            )
    except IntegrityError as error:
        raise Refused("该项内容已有待答复的更正申请", status=409) from error
    audit.record(DATA_ASKED, request, actor=actor)
    _tell_answerers(request, actor)
    return request


def _tell_answerers(request: DataRequest, actor: Actor) -> None:
    """Their to-do, or the same with another last day."""
    todos.push(
        DATA_ANSWER,
        biz_id=str(request.pk),
        task_id=_TASK,
        title=f"答复个人信息更正申请：{request.person_name}（{request.get_field_display()}）",
        summary=f"{request.number}　{request.wrong}",
        to=[Seat(person_id) for person_id in queries.answerers(request)],
        url=queries.address(request),
        actor=actor,
        initiator_person_id=request.person_id,
        due_at=end_of(request.due_on) if request.due_on >= timezone.localdate() else None,
    )


def _clean(name: str, text: str) -> str:
    text = text.strip()
    if len(text) > 200:
        raise invalid(name, "不能超过200个字")
    if audit.mask(text) != text:
        raise invalid(name, "请勿填写完整的证件号码和手机号码，由管理员核对证件原件")
    return text


@transaction.atomic
def answer(request: DataRequest, *, corrects: bool, words: str, actor: Principal) -> DataRequest:
    """The administrator says what was done, or why nothing is (答复)."""
    request = _locked(request)
    require_right(rules.can_answer(actor, request), APPLY.label)
    _require_waiting(request, "答复")
    words = words.strip()
    if not words:
        raise invalid("answer", "请填写更正情况" if corrects else "请填写不予更正的理由")
    if len(words) > 300:
        raise invalid("answer", "不能超过300个字")
    request.state = State.CORRECTED if corrects else State.REFUSED
    request.answer, request.answered_by_name, request.answered_at = words, actor.name, timezone.now()
    request.save(update_fields=["state", "answer", "answered_by_name", "answered_at"])
    audit.record(DATA_ANSWERED, request, actor=actor, reason=words)
    _finish(request, actor)
    messages.send(
        DATA_ANSWERED_TOLD,
        to=[request.person_id],
        about=request,
        words={"field": request.get_field_display(), "result": request.get_state_display(), "answer": words},
        url=queries.address(request),
        actor=actor,
    )
    return request


@transaction.atomic
def withdraw(request: DataRequest, *, actor: Principal) -> DataRequest:
    """The person takes it back (撤回)."""
    request = _locked(request)
    require_right(rules.is_own(actor, request), "撤回")
    _require_waiting(request, "撤回")
    request.state = State.WITHDRAWN
    request.save(update_fields=["state"])
    audit.record(DATA_WITHDRAWN, request, actor=actor)
    _finish(request, actor)
    return request


def _finish(request: DataRequest, actor: Principal) -> None:
    """Whose to-do it was has done it; otherwise it is taken back."""
    keys = {"app": queries.APP, "biz_id": str(request.pk), "task_id": _TASK}
    if queries.has_todo(request, actor.person_id):
        todos.complete(**keys, person_id=actor.person_id, actor=actor)
    else:
        todos.cancel(**keys, actor=actor)


def _locked(request: DataRequest) -> DataRequest:
    rows = DataRequest.objects.select_for_update(of=("self",)).select_related("unit", "person")
    return rows.get(pk=request.pk)


def _require_waiting(request: DataRequest, act: str) -> None:
    text = f"当前状态为“{request.get_state_display()}”，不能执行“{act}”"
    require(request.state == State.WAITING, text, code="E-STATE-01")


@transaction.atomic
def remind(*, today: datetime.date, actor: Actor = SYSTEM) -> int:
    """Each working day: the administrators of those due in two working days, and of those overdue."""
    if not workdays.is_workday(today):
        return 0
    due = list(queries.to_remind(today, workdays.add_workdays(today, rules.REMIND_WORKDAYS)))
    for request in due:
        words = {
            "name": request.person_name,
            "number": request.number,
            "due": f"{request.due_on.month}月{request.due_on.day}日",
        }
        to = queries.answerers(request)
        url = queries.address(request)
        messages.send(DATA_DUE, to=to, about=request, words=words, url=url, actor=actor)
        audit.record(DATA_REMINDED, request, actor=actor)
    return len(due)


@transaction.atomic
def recount_due_days(*, year: int, before: Any, after: Any, actor: Actor) -> None:
    """A year's calendar was entered: as many working days as were given, counted by the new one (§0.5)."""
    rows = DataRequest.objects.select_for_update(of=("self",)).select_related("unit", "person")
    for request in rows.filter(Q(due_on__year=year) | Q(asked_at__year=year), state=State.WAITING):
        asked_on = timezone.localdate(request.asked_at)
        due_on = after.add(asked_on, before.between(asked_on, request.due_on))
        if due_on == request.due_on:
            continue
        told = [request.due_on.isoformat(), due_on.isoformat()]
        request.due_on = due_on
        request.save(update_fields=["due_on"])
        why = f"{year}年工作日历已维护"
        audit.record(DUE_DAY_MOVED, request, actor=actor, reason=why, changes={"due_on": told})
        _tell_answerers(request, actor)
