"""What applications do with to-dos, and what people do: push, complete, cancel, open, read, pass on.

To-dos are completed by the application that pushed them, never by the list alone (domain reference §6.1).
Every act locks the item first, so that of two who act at once the second sees what the first did.
"""

import contextlib
import datetime
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol, cast

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from psycopg.types.json import Json

from yiwang.kernel import database
from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, invalid, not_found, require
from yiwang.kernel.extension.todos import TodoType, todo_types
from yiwang.kernel.realtime import news
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.org.models import Person
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL, STEP
from yiwang.platform.todos import hooks, rules
from yiwang.platform.todos.actions import statements, taking
from yiwang.platform.todos.models import Assignment, EarlyAct, Item
from yiwang.platform.todos.queries import claims
from yiwang.platform.todos.vocabulary import CANCELLED, CHANGED, COMPLETED, PASSED_ON, PUSHED

DEPARTMENT_WIDTH = STEP * (DEPARTMENT_LEVEL + 1)  # of the path of a 区级部门、街道、镇
LONGEST_TITLE, LONGEST_SUMMARY = 100, 300


class Seat(Protocol):
    """Somebody in one of his posts (None: his main post); kernel.extension.approvals.Seat is one."""

    @property
    def person_id(self) -> int: ...
    @property
    def post_id(self) -> int | None: ...


@transaction.atomic
def push(
    todo_type: TodoType,
    *,
    biz_id: str,
    task_id: str,
    title: str,
    to: Sequence[Seat],
    url: str,
    actor: Actor,
    initiator_person_id: int | None = None,
    due_at: datetime.datetime | None = None,
    urgency: int = 0,
    summary: str = "",
    needs: str = "do",
    is_batchable: bool = False,
    mobile_url: str = "",
    units: Sequence[int] = (),
    may_transfer: bool = False,
    quick_actions: Sequence[Mapping[str, Any]] = (),
    app: str = "",
    app_name: str = "",
    app_version: int = 0,
) -> Item:
    """Lay an item before persons. The same call again answers the same item and changes nothing.

    Changed words or dates raise its version; persons not named before get it too; nobody loses it by a push.
    A closed item stays as it is: what comes back to somebody is pushed under a new task_id.
    units: whole units, of which somebody claims it. app, app_name: of an application that is no module.
    app_version: an older one than is known changes nothing. What it said too early is joined (EarlyAct).
    """
    if todo_type.key not in todo_types:
        raise LookupError(f"{todo_type.key} is not registered; add it in its app's manifest")
    values: dict[str, Any] = {
        "app": app or todo_type.key.partition(".")[0],
        "app_name": app_name,
        "app_version": app_version,
        "biz_id": biz_id,
        "task_id": task_id,
        "type": todo_type.key,
        "kind": todo_type.kind.value,
        "title": title.strip(),
        "summary": summary.strip(),
        "needs": needs,
        "is_batchable": is_batchable,
        "may_transfer": may_transfer,
        "quick_actions": Json(rules.checked_quick_actions(quick_actions)),
        "initiator_id": initiator_person_id,
        "urgency": urgency,
        "now": timezone.now(),
        "due_at": due_at,
        "url": url,
        "mobile_url": mobile_url,
    }
    _check(values)
    return _lay(values | _receivers(to, units, needs), actor)


def _lay(values: dict[str, Any], actor: Actor) -> Item:
    database.lock_one("todos.item", f"{values['app']}/{values['biz_id']}/{values['task_id']}")
    rows = database.planned(statements.PUSH, values)
    if not rows:
        return _push_again(values, actor)
    item, given = _item_of(rows[0]), rows[0]["given"]
    _give_units(item, values)
    verb = PUSHED if item.version == 1 else CHANGED
    changes = {"version": [item.version - 1, item.version], "receivers": [0, given]}
    audit.record(verb, item, actor=actor, changes=changes)
    news.numbers_changed(values["persons"])
    if item.version == 1 and rows[0]["is_joined"]:
        _join_early(item, actor)
    return item


def _item_of(row: Mapping[str, Any]) -> Item:
    """The item of a row that PUSH answers. given: to how many persons it went just now."""
    fields = Item._meta.concrete_fields
    values = [
        json.loads(row[one.column]) if one.column == "quick_actions" else row[one.column] for one in fields
    ]
    item = Item.from_db("default", [one.attname for one in fields], values)
    cast("Any", item).given = row["given"]
    return item


def _check(values: dict[str, Any]) -> None:
    """The bad input of domain reference §6."""
    rules.check_ids(values["biz_id"], values["task_id"])
    if not values["title"]:
        raise invalid("title", "请填写标题")
    if len(values["title"]) > LONGEST_TITLE:
        raise invalid("title", f"标题不能超过{LONGEST_TITLE}个字")
    if len(values["summary"]) > LONGEST_SUMMARY:
        raise invalid("summary", f"摘要不能超过{LONGEST_SUMMARY}个字")
    if not values["url"]:
        raise invalid("url", "请填写链接")
    if values["urgency"] not in Item.Urgency.values:
        raise invalid("urgency", "紧急程度应为平急、加急或特急")
    if values["needs"] not in Item.Needs.values:
        raise invalid("needs", "办理要求应为办理或阅知")
    is_late = values["due_at"] is not None and values["due_at"] < values["now"]
    if is_late and not _item(values).exists():
        raise invalid("due_at", "截止时间不能早于到达时间")


def _receivers(to: Sequence[Seat], units: Sequence[int], needs: str) -> dict[str, Any]:
    """Each person once, in the post he is named for last."""
    seats = {seat.person_id: seat.post_id for seat in to}
    if not seats and not units:
        raise invalid("to", "请选择接收人")
    if units and needs != Item.Needs.DO:
        raise invalid("units", "阅知事项不能发给单位认领，请选择接收人")
    return {
        "units": sorted(set(units)),
        "persons": list(seats),
        "posts": list(seats.values()),
        "open": Assignment.State.TODO if needs == Item.Needs.DO else Assignment.State.TOREAD,
        "department": DEPARTMENT_WIDTH,
    }


def _give_units(item: Item, values: dict[str, Any]) -> int:
    """Lay it before whole units; how many did not have it before."""
    if not values["units"]:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(statements.GIVE_UNITS, values | {"item": item.pk})
        given = int(cursor.rowcount)
    if not item.assignments.exists():
        raise invalid("units", "接收单位不存在或已撤销")
    news.numbers_changed(claims.claimants(values["units"]))
    return given


def _join_early(item: Item, actor: Actor) -> None:
    """What the application said before it pushed, within the ten minutes that is kept."""
    keys = {"app": item.app, "biz_id": item.biz_id, "task_id": item.task_id}
    early = EarlyAct.objects.filter(**keys, said_at__gte=item.arrived_at - rules.EARLY_KEPT)
    for said in early.order_by("said_at", "id"):
        if said.act == EarlyAct.Act.CANCEL:
            cancel(**keys, actor=actor)
        else:
            with contextlib.suppress(Refused):  # it named somebody who never had it: nothing to join
                complete(**keys, person_id=said.person_id, actor=actor)
    item.refresh_from_db()


def _push_again(values: dict[str, Any], actor: Actor) -> Item:
    """Nothing was written: a receiver is missing, or the item stands there already."""
    unknown = _unknown(values["persons"])
    if unknown:
        names = "、".join(Person.objects.filter(pk__in=unknown).values_list("name", flat=True))
        message = f"接收人不存在或已注销：{names}" if names else "接收人不存在或已注销"
        raise Refused(message, status=422, fields={"to": message})
    item = _item(values).select_for_update().get()
    is_old = 0 < values["app_version"] <= item.app_version
    if item.state != Item.State.OPEN or is_old:
        return item
    given = _give_units(item, values) + _number(statements.GIVE_MORE, {**values, "item_id": item.pk})
    if given:
        item.version += 1
        item.updated_at = values["now"]
        item.save(update_fields=["version", "updated_at"])
        audit.record(CHANGED, item, actor=actor, changes={"receivers": [0, given]})
        news.numbers_changed(values["persons"])
    return item


@transaction.atomic
def complete(*, app: str, biz_id: str, task_id: str, person_id: int | None, actor: Actor) -> Item:
    """It was done by this person (已办): it lapses for others who competed. Nobody: it lapses for all.

    What is to be read is read by each for himself. The same call again changes nothing; somebody for whom it
    lapsed meanwhile is refused.
    """
    item = _locked(app, biz_id, task_id)
    now = timezone.now()
    if person_id is None:
        changed = _finish(item, Assignment.State.LAPSED, now=now)
    else:
        changed = _complete_for(item, person_id, now=now)
    if changed:
        _close_if_nobody_has_it(item, Item.State.FINISHED, now=now)
        audit.record(COMPLETED, item, actor=actor)
    return item


def _complete_for(item: Item, person_id: int, *, now: datetime.datetime) -> int:
    own = item.assignments.filter(person_id=person_id).order_by("-turn").first()
    if own is None:
        own = taking.take_for_unit(item, person_id, now=now)
    if own is None:
        raise not_found()
    if own.state in Assignment.HANDLED:
        return 0
    if own.state not in Assignment.OPEN:
        state = Assignment.State(own.state).label
        raise Refused(f"当前状态为“{state}”，不能执行“办结”", code="E-STATE-01")
    if item.needs == Item.Needs.READ:
        return _finish(item, Assignment.State.READ, now=now, person_id=person_id)
    done = _finish(item, Assignment.State.DONE, now=now, person_id=person_id)
    return done + _finish(item, Assignment.State.LAPSED, now=now)


def _finish(item: Item, state: str, *, now: datetime.datetime, person_id: int | None = None) -> int:
    """Bring open assignments of the item, or the one of a person, into a state that ends them."""
    values: dict[str, Any] = {"state": state, "now": now, "item": item.pk, "person": person_id}
    with connection.cursor() as cursor:
        cursor.execute(statements.FINISH, values)
        whose = cursor.fetchall()
    units = [unit for one, unit in whose if one is None]
    news.numbers_changed([*(one for one, _ in whose if one is not None), *claims.claimants(units)])
    return len(whose)


def _close_if_nobody_has_it(item: Item, state: str, *, now: datetime.datetime) -> None:
    if not item.assignments.filter(state__in=Assignment.OPEN).exists():
        item.state, item.closed_at, item.updated_at = state, now, now
        item.save(update_fields=["state", "closed_at", "updated_at"])


@transaction.atomic
def cancel(*, app: str, biz_id: str, task_id: str, actor: Actor) -> Item:
    """Take it back from everybody who has not finished it (已撤销); the same call again changes nothing."""
    item = _locked(app, biz_id, task_id)
    if item.state != Item.State.OPEN:
        return item
    now = timezone.now()
    _finish(item, Assignment.State.CANCELLED, now=now)
    item.state, item.closed_at, item.updated_at = Item.State.CANCELLED, now, now
    item.save(update_fields=["state", "closed_at", "updated_at"])
    audit.record(CANCELLED, item, actor=actor)
    return item


@transaction.atomic
def open_item(assignment: Assignment, *, actor: Principal) -> Assignment:
    """He looks at it: remembered once. What is only to be read is read by that (已阅)."""
    if assignment.person_id != actor.person_id:
        raise not_found()
    item = Item.objects.select_for_update().get(pk=assignment.item_id)
    assignment = Assignment.objects.select_for_update(of=("self",)).get(pk=assignment.pk)
    if assignment.state not in Assignment.OPEN:
        return assignment
    now = timezone.now()
    assignment.opened_at = assignment.opened_at or now
    if assignment.state == Assignment.State.TOREAD:
        assignment.state, assignment.finished_at = Assignment.State.READ, now
    assignment.save(update_fields=["opened_at", "state", "finished_at"])
    if assignment.state == Assignment.State.READ:
        news.numbers_changed([actor.person_id])
        _close_if_nobody_has_it(item, Item.State.FINISHED, now=now)
        hooks.was_read(app=item.app, biz_id=item.biz_id, task_id=item.task_id, person_id=actor.person_id)
    return assignment


@transaction.atomic
def mark_read(assignment_ids: Iterable[int], *, actor: Principal) -> int:
    """批量已阅: those of one's own that are to be read; how many there were."""
    values: dict[str, Any] = {"ids": list(assignment_ids), "person": actor.person_id, "now": timezone.now()}
    values["items"] = _number(statements.LOCK_TO_READ, values) or []
    with connection.cursor() as cursor:
        cursor.execute(statements.MARK_READ, values)
        changed = int(cursor.rowcount)
        cursor.execute(statements.CLOSE_FINISHED, values)
    news.numbers_changed([actor.person_id])
    for app, biz_id, task_id in Item.objects.filter(pk__in=values["items"]).values_list(
        "app", "biz_id", "task_id"
    ):
        hooks.was_read(app=app, biz_id=biz_id, task_id=task_id, person_id=actor.person_id)
    return changed


@transaction.atomic
def pass_on(
    *,
    app: str,
    biz_id: str,
    task_id: str,
    from_person_id: int,
    to_person_id: int,
    actor: Actor,
    to_post_id: int | None = None,
    note: str = "",
) -> Assignment:
    """Somebody else takes it over (转办, 交接): 已转办 here, a new 待办 there. Answers the new assignment.

    The application hears of it by hooks.passed_on, in this transaction, also when it asked for it itself.
    """
    item = _locked(app, biz_id, task_id)
    own = item.assignments.filter(person_id=from_person_id, state__in=Assignment.OPEN).first()
    if own is None:
        raise not_found()
    require(from_person_id != to_person_id, "不能转办给本人", status=422, fields={"to": "不能转办给本人"})
    if _unknown([to_person_id]):
        raise invalid("to", "接收人不存在或已注销")
    now = timezone.now()
    state = own.state
    own.state, own.finished_at = Assignment.State.PASSED, now
    own.passed_to_id, own.note = to_person_id, note
    own.save(update_fields=["state", "finished_at", "passed_to", "note"])
    values: dict[str, Any] = {
        "own": own.pk,
        "persons": [to_person_id],
        "posts": [to_post_id],
        "open": state,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(statements.TAKE_OVER, values)
    item.version += 1
    item.updated_at = now
    item.save(update_fields=["version", "updated_at"])
    audit.record(PASSED_ON, item, actor=actor, reason=note)
    news.numbers_changed([from_person_id, to_person_id])
    taken = item.assignments.get(person_id=to_person_id, state__in=Assignment.OPEN)
    hooks.passed_on(item=item, former=own, taken=taken, actor=actor)
    return taken


def _unknown(persons: list[int]) -> list[int]:
    """Those of the persons who do not stand: no account, or a closed one."""
    with connection.cursor() as cursor:
        cursor.execute(statements.UNKNOWN, [persons])
        return [row[0] for row in cursor.fetchall()]


def _number(statement: str, values: dict[str, Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()[0]


def _item(values: dict[str, Any]) -> QuerySet[Item]:
    return Item.objects.filter(app=values["app"], biz_id=values["biz_id"], task_id=values["task_id"])


def _locked(app: str, biz_id: str, task_id: str) -> Item:
    found = Item.objects.select_for_update().filter(app=app, biz_id=biz_id, task_id=task_id).first()
    if found is None:
        raise not_found()
    return found
