"""Known changes (登记的变动) and reminders of what is late."""

import datetime
from itertools import groupby
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, invalid, require, require_right
from yiwang.kernel.workdays import queries as workdays
from yiwang.kernel.workdays.calendar import end_of
from yiwang.platform.changes.models import PersonOperation
from yiwang.platform.messages.actions import messages
from yiwang.platform.org.models import Person, Unit
from yiwang.platform.todos.actions import items as todos
from yiwang.platform.upkeep import rules
from yiwang.platform.upkeep.actions.todo_ends import end_todo
from yiwang.platform.upkeep.models import Correction, KnownChange, Quarter
from yiwang.platform.upkeep.queries import due as queries
from yiwang.platform.upkeep.queries import keepers
from yiwang.platform.upkeep.vocabulary import (
    DUE_DAYS_MOVED,
    DUES_REMINDED,
    ENTER,
    KNOWN_DONE,
    KNOWN_REGISTERED,
    KNOWN_VOID,
    MAINTAIN,
    TOLD_OVERDUE,
)

State = KnownChange.State
TASK = "enter"


@transaction.atomic
def register(
    unit: Unit,
    *,
    what: str,
    change_date: datetime.date,
    basis: str,
    actor: Actor,
    person: Person | None = None,
    person_name: str = "",
    note: str = "",
    today: datetime.date | None = None,
) -> KnownChange:
    """Somebody knows of a change: the unit has seven working days from its day to enter it."""
    may = rules.can_maintain(actor, unit) or rules.can_supervise(actor)
    require_right(may, MAINTAIN.label)
    name = person.name if person is not None else person_name.strip()
    if not name:
        raise invalid("person_name", "请选择人员或填写姓名")
    if not basis.strip():
        raise invalid("basis", "请填写依据，如文号、来电")
    if change_date > (today or timezone.localdate()):
        raise invalid("change_date", "变动日期不能晚于今天", code="E-DATE-01")
    for field, text in (("basis", basis), ("note", note), ("person_name", name)):
        if rules.names_identity(text):
            raise invalid(field, "请勿填写身份证号码")
    try:
        with transaction.atomic():
            change = KnownChange.objects.create(
                person=person,
                person_name=name[:60],
                unit=unit,
                what=what,
                note=note.strip()[:200],
                basis=basis.strip()[:100],
                change_date=change_date,
                due_on=workdays.add_workdays(change_date, rules.UPDATE_WORKDAYS),
                registered_by_name=actor.name,
                registered_by_unit=actor.unit_name,
            )
    except IntegrityError:
        raise Refused("该变动已登记，正在等待更新") from None
    _ask(change, actor)
    audit.record(KNOWN_REGISTERED, change, actor=actor)
    return change


def _ask(change: KnownChange, actor: Actor) -> None:
    todos.push(
        ENTER,
        biz_id=f"known-{change.pk}",
        task_id=TASK,
        title=f"更新人员信息：{change.person_name}（{change.get_what_display()}）"[:100],
        summary=f"变动日期{change.change_date}，依据：{change.basis}"[:300],
        to=keepers.keepers_of(change.unit),
        url=reverse("upkeep:known", args=[change.pk]),
        actor=actor,
        initiator_person_id=getattr(actor, "person_id", None),
        due_at=end_of(change.due_on) if change.due_on >= timezone.localdate() else None,
    )


def _locked(change: KnownChange, act: str) -> KnownChange:
    change = KnownChange.objects.select_for_update(of=("self",)).select_related("unit").get(pk=change.pk)
    text = f"当前状态为“{change.get_state_display()}”，不能执行“{act}”"
    require(change.state == State.WAITING, text, code="E-STATE-01")
    return change


@transaction.atomic
def settle(
    change: KnownChange, *, words: str, actor: Actor, today: datetime.date | None = None
) -> KnownChange:
    """It has been entered (已更新)."""
    require_right(rules.can_settle(actor, change), MAINTAIN.label)
    change = _locked(change, "确认已更新")
    _end(change, State.DONE, words, actor, today or timezone.localdate())
    audit.record(KNOWN_DONE, change, actor=actor)
    return change


@transaction.atomic
def void(
    change: KnownChange, *, reason: str, actor: Actor, today: datetime.date | None = None
) -> KnownChange:
    """There is nothing to enter (无需更新), and why."""
    require_right(rules.can_settle(actor, change), MAINTAIN.label)
    change = _locked(change, "确认无需更新")
    if not reason.strip():
        raise invalid("words", "请填写无需更新的理由")
    _end(change, State.VOID, reason, actor, today or timezone.localdate())
    audit.record(KNOWN_VOID, change, actor=actor, reason=change.answer)
    return change


def _end(change: KnownChange, state: str, words: str, actor: Actor, done_on: datetime.date) -> None:
    change.state, change.answer, change.done_on = state, words.strip()[:200], done_on
    change.done_by_name = actor.name
    change.late_by = rules.lateness(workdays.calendar(), change.due_on, done_on)
    change.save()
    end_todo(f"known-{change.pk}", TASK, actor=actor)


@transaction.atomic
def settle_applied(*, actor: Actor = SYSTEM) -> int:
    """Known changes whose person was changed by a reviewed operation since are entered; how many."""
    waiting = KnownChange.objects.filter(state=State.WAITING, person__isnull=False)
    settled = 0
    for one in waiting.order_by("pk"):
        applied = PersonOperation.objects.filter(
            person=one.person_id, state=PersonOperation.State.EFFECTIVE, applied_at__gte=one.created_at
        )
        operation = applied.order_by("applied_at").first()
        if operation is None or operation.applied_at is None:
            continue
        change = _locked(one, "确认已更新")
        change.operation = operation
        done_on = timezone.localdate(operation.applied_at)
        _end(change, State.DONE, f"已按{operation.number}更新", actor, done_on)
        audit.record(KNOWN_DONE, change, actor=actor)
        settled += 1
    return settled


@transaction.atomic
def remind_overdue(*, today: datetime.date, actor: Actor = SYSTEM) -> int:
    """On working days: the administrators of each unit hear of what is late there; how many units."""
    if not workdays.is_workday(today):
        return 0
    calendar, told = workdays.calendar(), 0
    rows = sorted(queries.overdue(SYSTEM, today=today), key=lambda row: (row["unit_id"], row["due_on"]))
    for unit_id, group in groupby(rows, key=lambda row: row["unit_id"]):
        late = [row for row in group if row["source"] != "correction"]  # those have their own
        if any(rules.is_urged(rules.lateness(calendar, row["due_on"], today)) for row in late):
            _tell_overdue(Unit.objects.get(pk=unit_id), late, today, actor)
            told += 1
    if told:
        audit.record(DUES_REMINDED, ("org.unit", "", f"{told}个机构逾期未更新的变动"), actor=actor)
    return told


def _tell_overdue(unit: Unit, rows: list[dict[str, Any]], today: datetime.date, actor: Actor) -> None:
    first = rows[0]
    messages.send(
        TOLD_OVERDUE,
        to=keepers.ids(keepers.keepers_of(unit)),
        about=unit,
        words={
            "unit": queries.place_of(first),
            "count": str(len(rows)),
            "first": f"{first['title']}（{queries.what_of(first)}）",
            "late": queries.late_text(first, today=today),
        },
        url=f"{reverse('upkeep:due')}?late=waiting",
        actor=actor,
        dedupe_key=f"overdue-{unit.pk}-{today}",
    )


@transaction.atomic
def recount_due_days(*, year: int, before: Any, after: Any, actor: Actor) -> None:
    """A year's calendar was entered: open last days follow it, old ones stay in the history (§0.5)."""
    moved = 0
    for change in KnownChange.objects.select_for_update().filter(state=State.WAITING, due_on__year=year):
        moved += _move(change, change.change_date, rules.UPDATE_WORKDAYS, year)
    for correction in Correction.objects.select_for_update().filter(state="waiting", due_on__year=year):
        reported = timezone.localdate(correction.reported_at)
        moved += _move(correction, reported, rules.UPDATE_WORKDAYS, year)
    for quarter in Quarter.objects.select_for_update().filter(
        due_on__year=year, due_on__gte=timezone.localdate()
    ):
        moved += _move(quarter, quarter.opened_on, rules.CHECK_WORKDAYS, year)
    if moved:
        target = ("upkeep.correction", "", f"{moved}项通讯录维护事项")
        audit.record(DUE_DAYS_MOVED, target, actor=actor, reason=f"{year}年工作日历已维护")


def _move(one: KnownChange | Correction | Quarter, start: datetime.date, length: int, year: int) -> int:
    due_on = workdays.add_workdays(start, length)
    if due_on == one.due_on:
        return 0
    told = {"from": one.due_on.isoformat(), "to": due_on.isoformat(), "why": f"{year}年工作日历已维护"}
    one.due_history = [*one.due_history, told]
    one.due_on = due_on
    one.save(update_fields=["due_on", "due_history"])
    return 1
