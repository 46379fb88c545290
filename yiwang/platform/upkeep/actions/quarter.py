"""The quarterly check (季度核对): opened by the clock, confirmed by each unit as a whole, urged meanwhile."""

import datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, invalid, require, require_right
from yiwang.kernel.workdays import queries as workdays
from yiwang.kernel.workdays.calendar import end_of
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.messages.actions import messages
from yiwang.platform.org.actions import checking
from yiwang.platform.org.models import Unit
from yiwang.platform.todos.actions import items as todos
from yiwang.platform.upkeep import rules
from yiwang.platform.upkeep.actions.todo_ends import end_todo
from yiwang.platform.upkeep.models import Quarter, UnitCheck
from yiwang.platform.upkeep.queries import gaps, keepers
from yiwang.platform.upkeep.queries import quarter as queries
from yiwang.platform.upkeep.vocabulary import (
    CHECK,
    CHECK_CONFIRMED,
    CHECKS_LAPSED,
    CHECKS_REMINDED,
    MAINTAIN,
    QUARTER_OPENED,
    TOLD_CHECK_DUE,
)

State = UnitCheck.State
TASK = "confirm"
CHANGED_MEANWHILE = "核对期间名单有变动，请查看最新名单后重新确认"


def open_due(*, today: datetime.date, actor: Actor = SYSTEM) -> Quarter | None:
    """On the first working day of a quarter, or the first one on which the platform runs: begin its check."""
    year, number = rules.quarter_of(today)
    if not workdays.is_workday(today) or Quarter.objects.filter(year=year, quarter=number).exists():
        return None
    try:
        with transaction.atomic():
            return open_quarter(year, number, today=today, actor=actor)
    except IntegrityError:  # another worker was first
        return None


@transaction.atomic
def open_quarter(year: int, number: int, *, today: datetime.date, actor: Actor) -> Quarter:
    """Ask every unit that has people to confirm its list."""
    due_on = workdays.add_workdays(today, rules.CHECK_WORKDAYS)
    quarter = Quarter.objects.create(year=year, quarter=number, opened_on=today, due_on=due_on)
    units = queries.confirming_units(today=today)
    paths = [unit.path for unit in units]
    asked = [
        UnitCheck(quarter=quarter, unit=unit, unit_name=unit.full_name)
        for unit in units
        if queries.covered(unit.path, paths).exists()
    ]
    for check in UnitCheck.objects.bulk_create(asked):
        _ask(check, actor)
    audit.record(QUARTER_OPENED, quarter, actor=actor, changes={"units": [0, len(asked)]})
    return quarter


def _ask(check: UnitCheck, actor: Actor) -> None:
    due_on = check.quarter.due_on
    todos.push(
        CHECK,
        biz_id=f"check-{check.pk}",
        task_id=TASK,
        title=f"核对{check.unit.short_name}通讯录（{check.quarter.title}）"[:100],
        summary="按名单整体核对确认，不逐人确认；发现问题可在确认前更正",
        to=keepers.keepers_of(check.unit),
        url=reverse("upkeep:check", args=[check.pk]),
        actor=actor,
        due_at=end_of(due_on) if due_on >= timezone.localdate() else None,
    )


def _locked(check: UnitCheck) -> UnitCheck:
    rows = UnitCheck.objects.select_for_update(of=("self",)).select_related("unit", "quarter")
    return rows.get(pk=check.pk)


@transaction.atomic
def confirm(
    check: UnitCheck, *, digest: str, note: str, actor: Principal, today: datetime.date | None = None
) -> UnitCheck:
    """The unit's list as a whole is right (核对确认). digest: of the list that he had before him.

    Who confirms a list in which something is missing says why. Of two who confirm at once the second is told
    who was first.
    """
    today = today or timezone.localdate()
    check = _locked(check)
    require_right(rules.can_confirm(actor, check), MAINTAIN.label)
    if check.state == State.CONFIRMED and check.confirmed_at is not None:
        at = timezone.localtime(check.confirmed_at)
        raise Refused(f"该数据已被{check.signer_name}于{at:%H:%M}修改，请刷新后重试", code="E-CONC-01")
    text = f"当前状态为“{check.get_state_display()}”，不能执行“核对确认”"
    require(check.state == State.WAITING, text, code="E-STATE-01")
    roll = queries.roll_of(check)
    found = gaps.completeness(queries.covered_by(check))
    require(queries.digest_of(roll) == digest, CHANGED_MEANWHILE, code="E-CONC-01")
    if found.incomplete and not note.strip():
        raise invalid("note", f"有{found.incomplete}人信息不完整，请填写核对说明")

    _sign(check, actor, note, today)
    check.roll, check.digest, check.people = roll, digest, len(roll)
    check.figures = {"people": found.people, "complete": found.complete, "missing": dict(found.missing)}
    check.save()
    checking.mark_checked([line[0] for line in roll], day=today, actor=actor)
    end_todo(f"check-{check.pk}", TASK, actor=actor)
    audit.record(CHECK_CONFIRMED, check, actor=actor, changes={"people": [0, len(roll)]})
    return check


def _sign(check: UnitCheck, actor: Principal, note: str, today: datetime.date) -> None:
    check.state, check.note, check.confirmed_at = State.CONFIRMED, note.strip()[:500], timezone.now()
    check.signer_id, check.signer_name = actor.person_id, actor.name
    check.signer_unit, check.signer_title = queries.post_of(actor)
    check.late_by = rules.lateness(workdays.calendar(), check.quarter.due_on, today)


@transaction.atomic
def follow_units(*, actor: Actor = SYSTEM) -> int:
    """Checks of units that were dissolved meanwhile are of no use any more; how many."""
    gone = queries.open_checks().exclude(unit__status=Unit.Status.ACTIVE)
    found = [_locked(one) for one in gone]
    for check in found:
        check.state = State.LAPSED
        check.save(update_fields=["state"])
        end_todo(f"check-{check.pk}", TASK, actor=actor)
    if found:
        target = ("upkeep.unitcheck", "", f"{len(found)}个单位的季度核对")
        audit.record(CHECKS_LAPSED, target, actor=actor)
    return len(found)


@transaction.atomic
def remind(*, today: datetime.date, actor: Actor = SYSTEM) -> int:
    """On working days: two working days before the last day, and while it is overdue."""
    if not workdays.is_workday(today):
        return 0
    calendar, told = workdays.calendar(), 0
    soon = workdays.add_workdays(today, rules.WARN_WORKDAYS)
    for check in queries.open_checks():
        due_on = check.quarter.due_on
        if due_on != soon and not rules.is_urged(rules.lateness(calendar, due_on, today)):
            continue
        _remind(check, rules.late_text(calendar, due_on, today), today, actor)
        told += 1
    if told:
        audit.record(CHECKS_REMINDED, ("upkeep.unitcheck", "", f"{told}个单位的季度核对"), actor=actor)
    return told


def _remind(check: UnitCheck, late: str, today: datetime.date, actor: Actor) -> None:
    messages.send(
        TOLD_CHECK_DUE,
        to=keepers.ids(keepers.keepers_of(check.unit)),
        about=check,
        words={
            "unit": check.unit.short_name,
            "quarter": check.quarter.title,
            "late": late,
            "due": check.quarter.due_on.isoformat(),
        },
        url=reverse("upkeep:check", args=[check.pk]),
        actor=actor,
        dedupe_key=f"check-{check.pk}-{today}",
    )
