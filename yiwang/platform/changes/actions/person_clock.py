"""The clock of person operations: R1-10's seven working days, ends of periods, units that move meanwhile."""

import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Substr
from django.utils import timezone

from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.parameters import queries as parameters
from yiwang.kernel.workdays import queries as workdays
from yiwang.platform.changes.actions.operation_parts import note, tell
from yiwang.platform.changes.models import PersonOperation
from yiwang.platform.changes.queries import operation_words as said
from yiwang.platform.changes.queries import person_operation as queries
from yiwang.platform.changes.vocabulary import (
    CONTRACT_ENDING,
    DUE_DAY_MOVED,
    ENDING_DAYS,
    OPERATION_DUE,
    OPERATIONS_FOLLOWED,
    OPERATIONS_REMINDED,
    PERIOD_ENDING,
    UPDATE_WARNING,
)
from yiwang.platform.messages.actions import messages
from yiwang.platform.org.actions import posts
from yiwang.platform.org.models import Person, Post, Unit

_PERIODS = (Post.Kind.SECONDMENT, Post.Kind.ATTACHMENT, Post.Kind.REHIRED, Post.Kind.CONCURRENT)


@transaction.atomic
def remind_due(*, today: datetime.date, actor: Actor = SYSTEM) -> int:
    """On working days: what must be in effect two working days (a parameter) from now; how many."""
    if not workdays.is_workday(today):
        return 0
    due = workdays.add_workdays(today, parameters.number(UPDATE_WARNING.key))
    waiting = PersonOperation.objects.filter(applied_at=None, due_on=due)
    found = list(waiting.exclude(state__in=PersonOperation.ENDED).select_related("unit"))
    for operation in found:
        to = [operation.applicant_id, *queries.administrators_of(operation.unit)]
        tell(OPERATION_DUE, operation, to=to, words={"due": operation.due_on.isoformat()})
    if found:
        target = ("changes.personoperation", "", f"{len(found)}项人员变动的更新期限")
        audit.record(OPERATIONS_REMINDED, target, actor=actor)
    return len(found)


@transaction.atomic
def remind_ending(*, today: datetime.date, actor: Actor = SYSTEM) -> int:
    """借调, 挂职, 返聘, contracts that end in thirty days (a parameter): the administrators hear of it."""
    day = today + datetime.timedelta(days=parameters.number(ENDING_DAYS.key))
    ending = Post.objects.filter(is_living=True, valid_to=day, kind__in=_PERIODS)
    found = list(ending.select_related("person__unit", "unit"))
    for post in found:
        to = {*queries.administrators_of(post.unit), *queries.administrators_of(post.person.unit)}
        words = {"name": post.person.name, "kind": str(post.get_kind_display()), "day": day.isoformat()}
        words["where"] = said.unit_name(post.unit)
        _tell_ending(PERIOD_ENDING, post.person, to, words, f"post-{post.pk}-{day}")
    contracts = Person.objects.filter(contract_ends_on=day, status__in=Person.PRESENT).select_related("unit")
    for person in contracts:
        words = {"name": person.name, "day": day.isoformat()}
        to = set(queries.administrators_of(person.unit))
        _tell_ending(CONTRACT_ENDING, person, to, words, f"contract-{person.pk}-{day}")
    told = len(found) + len(contracts)
    if told:
        target = ("org.person", "", f"{told}人的借调、挂职、合同到期")
        audit.record(OPERATIONS_REMINDED, target, actor=actor)
    return told


def _tell_ending(kind: Any, person: Person, to: set[int], words: dict[str, str], once: str) -> None:
    if to:
        messages.send(kind, to=to, about=person, words=words, actor=SYSTEM, dedupe_key=once)


def end_due_posts(*, today: datetime.date, actor: Actor = SYSTEM) -> int:
    """At 00:05: periods that are over; who was lent is back at his own."""
    return len(posts.end_due_posts(today=today, actor=actor))


@transaction.atomic
def recount_due_days(*, year: int, before: Any, after: Any, actor: Actor) -> None:
    """A year's calendar was entered: open deadlines follow it, old ones stay in the history (§0.5)."""
    touched = PersonOperation.objects.select_for_update().filter(
        Q(due_on__year=year) | Q(change_date__year=year), applied_at=None
    )
    moved = 0
    for operation in touched.exclude(state__in=PersonOperation.ENDED).order_by("pk"):
        due = queries.due_day(operation.change_date)
        if due == operation.due_on:
            continue
        old, operation.due_on = operation.due_on, due
        at = timezone.localdate().isoformat()
        told = {"from": old.isoformat(), "to": due.isoformat(), "at": at, "why": f"{year}年工作日历已维护"}
        operation.due_history = [*operation.due_history, told]
        operation.save(update_fields=["due_on", "due_history"])
        note(operation, "更新期限调整", actor=actor, words=f"{old}改为{due}：{year}年工作日历已维护")
        moved += 1
    if moved:
        target = ("changes.personoperation", "", f"{moved}项人员变动")
        audit.record(DUE_DAY_MOVED, target, actor=actor, reason=f"{year}年工作日历已维护")


@transaction.atomic
def follow_unit(*, unit: Unit, former_path: str, actor: Actor = SYSTEM) -> None:
    """A unit and all below it stand elsewhere now: so do the operations that were applied for there."""
    moved = 0
    for column in ("unit_path", "other_path"):
        within = {f"{column}__gte": former_path, f"{column}__lt": former_path + "~"}
        rest = Substr(F(column), len(former_path) + 1)
        rows = PersonOperation.objects.filter(**within)
        moved += rows.update(**{column: Concat(Value(unit.path), rest)})
    if moved:
        target = ("changes.personoperation", "", f"{moved}项人员变动")
        audit.record(OPERATIONS_FOLLOWED, target, actor=actor, reason=f"{unit.short_name}划转")


@transaction.atomic
def follow_post(*, former: Post, post: Post, actor: Actor = SYSTEM) -> None:
    """A post goes on elsewhere because its unit was merged or split: what was applied for follows it."""
    waiting = PersonOperation.objects.filter(post=former).exclude(state__in=PersonOperation.ENDED)
    if waiting.update(post=post):
        audit.record(OPERATIONS_FOLLOWED, post.person, actor=actor, reason="随机构调整")
