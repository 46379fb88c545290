"""What connected applications do with to-dos: the acts of items.py within what an application may.

Its links lead to its registered hosts only; its receivers are people whom it may see, and one who is hidden
is refused like one who does not exist.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction

from yiwang.kernel.errors import Refused, invalid, not_found
from yiwang.kernel.extension.approvals import Seat
from yiwang.kernel.extension.open_calls import Caller
from yiwang.kernel.extension.todos import todo_types
from yiwang.platform.addressbook.queries import applications
from yiwang.platform.clients import rules as clients
from yiwang.platform.todos.actions import checks, early, items, quick
from yiwang.platform.todos.models import Item
from yiwang.platform.todos.queries import open_items as found_items
from yiwang.platform.todos.vocabulary import OPEN_TYPE

SCOPE = "todos.push"
Receiver = tuple[int, int | None]


def push(
    *,
    biz_id: str,
    task_id: str,
    title: str,
    kind: str,
    url: str,
    actor: Caller,
    receivers: Sequence[Receiver] = (),
    units: Sequence[int] = (),
    mobile_url: str = "",
    summary: str = "",
    urgency: int = 0,
    needs: str = "do",
    due_at: datetime.datetime | None = None,
    initiator_id: int | None = None,
    is_batchable: bool = False,
    may_transfer: bool = False,
    quick_actions: Sequence[Mapping[str, Any]] = (),
    version: int = 0,
) -> tuple[Item, bool]:
    """Lay it before people; the item, and whether it is new. items.push records."""
    _require_links(actor, url, mobile_url)
    persons = [person for person, _ in receivers]
    _require_seen(actor, [*persons, *([initiator_id] if initiator_id is not None else [])])
    _require_units(actor, units)
    item = items.push(
        todo_types.get(OPEN_TYPE[kind]),
        biz_id=biz_id,
        task_id=task_id,
        title=title,
        to=[Seat(person, post) for person, post in receivers],
        units=units,
        url=url,
        mobile_url=mobile_url,
        summary=summary,
        urgency=urgency,
        needs=needs,
        due_at=due_at,
        initiator_person_id=initiator_id,
        is_batchable=is_batchable,
        may_transfer=may_transfer,
        quick_actions=quick_actions,
        app=actor.client_id,
        app_name=actor.name,
        app_version=version,
        actor=actor,
    )
    return item, item.version == 1 and getattr(item, "given", None) is not None


@transaction.atomic
def update(
    *,
    biz_id: str,
    task_id: str,
    actor: Caller,
    receivers: Sequence[Receiver] = (),
    version: int = 0,
    **changes: Any,
) -> Item:
    """Other words or dates, more receivers; what is None stays. One that is closed stays as it is."""
    item = _own(actor, biz_id, task_id)
    names = {"title", "url", "mobile_url", "summary", "urgency", "due_at"}
    words = {name: getattr(item, name) for name in names}
    words |= {name: value for name, value in changes.items() if name in names and value is not None}
    pushed, _ = push(
        biz_id=biz_id,
        task_id=task_id,
        kind=item.kind,
        needs=item.needs,
        initiator_id=item.initiator_id,
        is_batchable=item.is_batchable,
        may_transfer=item.may_transfer,
        quick_actions=item.quick_actions,
        receivers=receivers or found_items.seats(item),
        version=version,
        actor=actor,
        **words,
    )
    return pushed


def complete(biz_id: str, task_id: str, *, person_id: int | None, actor: Caller) -> Item | None:
    """Done (办结); None: it is not here yet, and the word is kept for ten minutes."""
    return early.complete_or_keep(
        app=actor.client_id, biz_id=biz_id, task_id=task_id, person_id=person_id, actor=actor
    )


def cancel(biz_id: str, task_id: str, *, actor: Caller) -> Item | None:
    """Taken back (撤销); None: it is not here yet, and the word is kept for ten minutes."""
    return early.cancel_or_keep(app=actor.client_id, biz_id=biz_id, task_id=task_id, actor=actor)


def reconcile(open_ids: Iterable[tuple[str, str]], *, actor: Caller) -> dict[str, Any]:
    """对账: the differences between what is open there and here."""
    made = checks.reconcile(actor.client_id, open_ids, actor=actor, app_name=actor.name)
    return {
        "listed": made.listed,
        "open_here": made.open_here,
        "differences": made.differences,
        "only_there": made.only_there,
        "only_here": made.only_here,
    }


def answer_quick_action(asked_id: int, *, is_done: bool, text: str, actor: Caller) -> None:
    """What came of a quick action that somebody pressed."""
    quick.answer(asked_id, app=actor.client_id, is_done=is_done, text=text, actor=actor)


def _own(caller: Caller, biz_id: str, task_id: str) -> Item:
    """Its own item: a foreign one answers as one that does not exist."""
    item = found_items.item(caller, biz_id, task_id)
    if item is None:
        raise not_found()
    return item


def _require_links(caller: Caller, url: str, mobile_url: str) -> None:
    for field, value in (("url", url), ("mobile_url", mobile_url)):
        problem = clients.link_problem(caller.domains, value, is_sandbox=caller.is_sandbox) if value else ""
        if problem:
            raise invalid(field, problem)


def _require_seen(caller: Caller, persons: Sequence[int]) -> None:
    """Everybody whom it names is somebody it may see."""
    wanted = set(persons)
    missing = wanted - applications.seen(caller, wanted)
    if missing:
        words = "、".join(str(one) for one in sorted(missing)[:20])
        message = f"接收人不存在或已注销：{words}"
        raise Refused(message, status=422, fields={"receivers": message})


def _require_units(caller: Caller, units: Sequence[int]) -> None:
    wanted = set(units)
    if wanted and applications.units(caller).filter(pk__in=wanted).count() < len(wanted):
        raise invalid("units", "接收单位不存在或已撤销")
