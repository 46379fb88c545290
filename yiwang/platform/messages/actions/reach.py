"""必达: sending what must reach everybody, hastening or stopping its ladder, noting whom one told (ADR 22).

The ladder goes on by itself, in `reach_steps`. Locks are taken in one order: message, ladder, receivers.
"""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from yiwang.kernel import jobs
from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, invalid, not_found, require, require_right
from yiwang.kernel.listing.sources import SqlSource
from yiwang.kernel.realtime import news
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.messages import rules
from yiwang.platform.messages.actions import notices
from yiwang.platform.messages.models import Message, Reach, ReachLine, ReachStep, ReachWatch
from yiwang.platform.messages.models.reach import Level
from yiwang.platform.messages.queries import ladder
from yiwang.platform.messages.queries import reach as queries
from yiwang.platform.messages.queries.audience import Audience
from yiwang.platform.messages.vocabulary import (
    MUST_REACH,
    REACH_HASTENED,
    REACH_STARTED,
    REACH_STOPPED,
    REACH_TOLD,
)
from yiwang.platform.org.models import Unit
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL, STEP
from yiwang.platform.org.queries import units

LONGEST_NOTE, LONGEST_REASON = 100, 200
_DEPARTMENT = STEP * (DEPARTMENT_LEVEL + 1)

# Other departments are a row of the board each; the sender's own one is shown by its sections, committees.
_LINES = f"""
    INSERT INTO messages_reachline (reach_id, receipt_id, unit_id, level, moved_at, next_at, told_how,
        told_by_name, told_note)
    SELECT %(reach)s, told.id, place.id, 1, %(now)s, %(next)s, '', '', ''
    FROM messages_receipt told JOIN org_person person ON person.id = told.person_id
    LEFT JOIN org_unit third ON third.path = left(person.unit_path, {_DEPARTMENT + STEP})
        AND left(person.unit_path, {_DEPARTMENT}) = %(own)s
    LEFT JOIN org_unit place ON place.path = CASE
        WHEN third.id IS NULL THEN left(person.unit_path, {_DEPARTMENT})
        WHEN third.node_type = 'group' THEN left(person.unit_path, {_DEPARTMENT + 2 * STEP})
        ELSE third.path END
    WHERE told.message_id = %(message)s"""


def checked_minutes(given: Sequence[int] | None) -> tuple[int, ...]:
    """Between the steps, or refused; the usual ones when none are given."""
    limits = ladder.limits()
    if given is None:
        return limits.usual
    least, most = limits.least, limits.most
    if len(given) != len(Level) - 1 or any(not least <= one <= most for one in given):
        raise invalid("minutes", f"升级间隔应为{least}至{most}分钟")
    return tuple(given)


@transaction.atomic
def send_must_reach(
    audience: Audience,
    *,
    title: str,
    text: str,
    actor: Principal,
    minutes: Sequence[int] | None = None,
    urgency: int = 0,
    valid_until: datetime.datetime | None = None,
) -> Reach:
    """发送必达通知: a notice that everybody has to confirm, and the ladder for who does not."""
    require_right(actor.allows(MUST_REACH.key), MUST_REACH.label)
    between = checked_minutes(minutes)
    if not actor.unit_path:
        raise Refused("您没有任职单位，不能发送必达通知")
    message = notices.send_notice(
        audience,
        title=title,
        text=text,
        urgency=urgency,
        need_receipt=True,
        valid_until=valid_until,
        actor=actor,
    )
    unit = units.department_of(Unit.objects.get(path=actor.unit_path))
    return start(message, unit=unit, minutes=between, actor=actor)


@transaction.atomic
def start(
    message: Message,
    *,
    unit: Unit,
    minutes: Sequence[int] | None = None,
    actor: Actor,
    now: datetime.datetime | None = None,
) -> Reach:
    """The ladder of a message that was just sent and asks for confirmation; its steps are kept with it."""
    between = checked_minutes(minutes)
    moment = timezone.localtime(now or message.sent_at)
    reach = Reach.objects.create(message=message, unit=unit, started_at=moment)
    steps = zip(Level, (0, *between), strict=True)
    ReachStep.objects.bulk_create(
        [ReachStep(reach=reach, level=level, after_minutes=wait) for level, wait in steps]
    )
    values: dict[str, Any] = {
        "reach": reach.pk,
        "message": message.pk,
        "own": unit.path[:_DEPARTMENT],
        "now": moment,
        "next": rules.next_steps(message, between, now=moment)[Level.INBOX],
    }
    with connection.cursor() as cursor:
        cursor.execute(_LINES, values)
        receivers = cursor.rowcount
    audit.record(REACH_STARTED, reach, actor=actor, changes={"receivers": [0, receivers]})
    return reach


def _locked(reach_id: int, actor: Principal) -> Reach:
    """One that he may see, its message locked before itself as recalling does."""
    found = queries.find(reach_id, actor)
    if found is None:
        raise not_found()
    Message.objects.select_for_update(no_key=True).get(pk=found.message_id)
    return (
        Reach.objects.select_for_update(of=("self",), no_key=True)
        .select_related("message", "unit")
        .get(pk=reach_id)
    )


def _require_running(reach: Reach, act: str) -> None:
    state = reach.get_state_display()
    require(
        reach.state == Reach.State.RUNNING,
        f"当前状态为“{state}”，不能执行“{act}”",
        code="E-STATE-01",
    )


@transaction.atomic
def hasten(
    reach_id: int, *, actor: Principal, unit_id: int | None = None, now: datetime.datetime | None = None
) -> int:
    """立即升级: the next step for who has not confirmed, of one row of the board or all. How many.

    The job takes the step at once; who confirms before it comes to him stays where he is.
    """
    moment = timezone.localtime(now)
    reach = _locked(reach_id, actor)
    require_right(rules.can_run_reach(actor, reach), MUST_REACH.label)
    _require_running(reach, "立即升级")
    require(rules.may_climb(reach.message, now=moment), "21:00至次日8:00只能升级特急通知，次日8:00自动继续")
    lines = ReachLine.objects.filter(
        reach=reach, told_how="", level__lt=Level.DUTY, receipt__confirmed_at=None
    )
    if unit_id is not None:
        lines = lines.filter(queries.lines_of_unit(unit_id, actor))
    number = lines.update(next_at=moment)
    require(number, "没有可以升级的人员：均已确认、已告知或已到最后一级")
    audit.record(REACH_HASTENED, reach, actor=actor, changes={"lines": [0, number]})
    news.numbers_changed(queries.watchers_of(reach, now=moment))
    jobs.enqueue("messages.climb", once="now")
    return number


@transaction.atomic
def stop(reach_id: int, *, reason: str, actor: Principal, now: datetime.datetime | None = None) -> Reach:
    """停止升级: nobody is reminded any more; receivers can still read and confirm."""
    moment = timezone.localtime(now)
    reach = _locked(reach_id, actor)
    require_right(rules.can_run_reach(actor, reach), MUST_REACH.label)
    _require_running(reach, "停止升级")
    if not reason.strip():
        raise invalid("reason", "请填写事由")
    if len(reason.strip()) > LONGEST_REASON:
        raise invalid("reason", f"事由不能超过{LONGEST_REASON}个字")
    reach.state, reach.ended_at = Reach.State.STOPPED, moment
    reach.ended_by_name, reach.end_reason = actor.name, reason.strip()
    reach.save(update_fields=["state", "ended_at", "ended_by_name", "end_reason"])
    ReachLine.objects.filter(reach=reach).exclude(next_at=None).update(next_at=None)
    audit.record(REACH_STOPPED, reach, actor=actor, reason=reason)
    news.numbers_changed(queries.watchers_of(reach, now=moment))
    return reach


@transaction.atomic
def note_called(
    reach_id: int,
    unit_id: int,
    line_ids: Iterable[int],
    *,
    actor: Principal,
    note: str = "",
    now: datetime.datetime | None = None,
) -> int:
    """登记电话通知, by the sender's or the receiver's office: those told so are not reminded any more."""
    reach = queries.find(reach_id, actor)
    if reach is None:
        raise not_found()
    known = queries.people(reach, unit_id, actor)
    return _note(reach, line_ids, known, how=ReachLine.How.CALLED, note=note, actor=actor, now=now)


@transaction.atomic
def note_relayed(
    reach_id: int,
    line_ids: Iterable[int],
    *,
    actor: Principal,
    note: str = "",
    now: datetime.datetime | None = None,
) -> int:
    """我已通知本人, by whom the ladder has asked: 已转达, which is not the receiver's own confirmation."""
    reach = queries.asked_in(reach_id, actor)
    if reach is None:
        raise not_found()
    known = queries.asked(reach_id, actor)
    return _note(reach, line_ids, known, how=ReachLine.How.RELAYED, note=note, actor=actor, now=now)


def _note(
    reach: Reach,
    line_ids: Iterable[int],
    known: SqlSource,
    *,
    how: ReachLine.How,
    note: str,
    actor: Principal,
    now: datetime.datetime | None,
) -> int:
    moment = timezone.localtime(now)
    wanted = set(line_ids)
    reach = (
        Reach.objects.select_for_update(of=("self",), no_key=True).select_related("message").get(pk=reach.pk)
    )
    if not wanted:
        raise invalid("lines", "请选择人员")
    if len(note.strip()) > LONGEST_NOTE:
        raise invalid("note", f"备注不能超过{LONGEST_NOTE}个字")
    require(reach.state != Reach.State.RECALLED, "当前状态为“已撤回”，不能执行“登记”", code="E-STATE-01")
    if wanted - queries.among(known, wanted) - queries.confirmed(reach, wanted):
        raise not_found()
    free = ReachLine.objects.filter(pk__in=wanted, reach=reach, told_how="", receipt__confirmed_at=None)
    lines = list(free.select_for_update(of=("self",)).order_by("pk"))
    require(lines, "所选人员均已确认收到或已登记通知")
    for one in lines:
        one.told_how, one.told_at, one.told_note = how, moment, note.strip()
        one.told_by_id, one.told_by_name = actor.person_id, actor.name
        one.next_at = None
    ReachLine.objects.bulk_update(lines, _TOLD)
    audit.record(
        REACH_TOLD, reach, actor=actor, reason=note.strip(), changes={str(how.label): [0, len(lines)]}
    )
    news.numbers_changed(queries.watchers_of(reach, now=moment))
    return len(lines)


_TOLD = ("told_how", "told_at", "told_note", "told_by", "told_by_name", "next_at")


@transaction.atomic
def watch(reach: Reach, *, actor: Principal, now: datetime.datetime | None = None) -> None:
    """He has the board open: his page is to be told what changes. Not seen for an hour: no longer."""
    ReachWatch.objects.update_or_create(
        reach=reach, person_id=actor.person_id, defaults={"seen_at": now or timezone.now()}
    )
