"""The things on a sheet: put there, given to who takes them over by their modules' acts. Parts of actions."""

import logging
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

from django.db import transaction
from django.utils import timezone

from yiwang.kernel.actor import Actor
from yiwang.kernel.errors import Refused
from yiwang.kernel.extension.holdings import Held, Holding
from yiwang.platform.changes.models import Handover, HandoverItem
from yiwang.platform.changes.rules import handover as rules

log = logging.getLogger(__name__)

BROKEN = "办理时发生错误，请联系系统管理员"
NO_MODULE = "所属应用已停用，无法移交"


def locked(handover: Handover) -> Handover:
    """The sheet as it is now; whoever else acts on it waits."""
    rows = Handover.objects.select_for_update(of=("self",)).select_related(
        "person", "unit", "leaves", "post__unit"
    )
    return rows.get(pk=handover.pk)


def add_items(
    handover: Handover, found: Iterable[tuple[Holding, Held]], *, is_late: bool = False
) -> list[HandoverItem]:
    """Put things on the sheet; those that stand there are left as they are."""
    known = set(handover.items.values_list("holding", "held_id"))
    new = [
        HandoverItem(
            handover=handover,
            holding=holding.key,
            held_id=held.id,
            title=held.title[:200],
            note=held.note[:200],
            url=held.url,
            decision=(decision := rules.first_decision(holding, stays=handover.stays)),
            reason=rules.STAYS if decision == HandoverItem.Decision.KEEP else "",
            is_late=is_late,
        )
        for holding, held in found
        if (holding.key, held.id) not in known
    ]
    return HandoverItem.objects.bulk_create(new)


def give(handover: Handover, items: Sequence[HandoverItem], *, to: int, name: str, actor: Actor) -> None:
    """Give them to one person. What a module refuses undoes the whole act."""
    for holding_key, same in groupby(sorted(items, key=lambda one: one.holding), key=lambda one: one.holding):
        group = list(same)
        holding = rules.holding_of(group[0])
        if holding is None or holding.hand_over is None:
            raise Refused(NO_MODULE if holding is None else f"“{holding.label}”不能移交", status=409)
        holding.hand_over(handover.person_id, [one.held_id for one in group], to, actor)
        _done(group, to=to, name=name, holding_key=holding_key)


def _done(items: Iterable[HandoverItem], *, to: int | None, name: str, holding_key: str) -> None:
    now = timezone.now()
    for item in items:
        item.state, item.done_at, item.fault = HandoverItem.State.DONE, now, ""
        if to is not None:
            item.successor_id, item.successor_name = to, name
        item.save(update_fields=["state", "done_at", "fault", "successor", "successor_name"])


def settle(items: Sequence[HandoverItem]) -> None:
    """What needs no act: it ends by itself, or is kept."""
    _done(items, to=None, name="", holding_key="")


def try_giving(
    handover: Handover, items: Sequence[HandoverItem], *, to: int, name: str, actor: Actor
) -> list[HandoverItem]:
    """Give what can be given: what a module refuses does not hold up the rest. Answers those left."""
    return _try(items, lambda some: give(handover, some, to=to, name=name, actor=actor))


def try_leaving(handover: Handover, items: Sequence[HandoverItem], *, actor: Actor) -> list[HandoverItem]:
    """End his part in what he is to leave (退出). Answers those left."""
    return _try(items, lambda some: _leave(handover, some, actor))


def _leave(handover: Handover, items: Sequence[HandoverItem], actor: Actor) -> None:
    for item in items:
        holding = rules.holding_of(item)
        if holding is None or holding.leave is None:
            raise Refused(NO_MODULE, status=409)
        holding.leave(handover.person_id, [item.held_id], actor)
    settle(items)


def _try(items: Sequence[HandoverItem], act: Callable[[Sequence[HandoverItem]], None]) -> list[HandoverItem]:
    """All of a kind at once; when that is refused, one by one. Each attempt is undone by itself."""
    left: list[HandoverItem] = []
    for _, same in groupby(sorted(items, key=lambda one: one.holding), key=lambda one: one.holding):
        group = list(same)
        if not _attempt(group, act):
            left += [one for one in group if len(group) == 1 or not _attempt([one], act)]
    return left


def _attempt(items: list[HandoverItem], act: Callable[[Sequence[HandoverItem]], None]) -> bool:
    try:
        with transaction.atomic():
            act(items)
    except Refused as refusal:
        fail(items, refusal.message)
    except Exception:  # a fault of one module must not leave the things of all the others with nobody
        log.exception("handover: %s of %s", items[0].holding, items[0].handover_id)
        fail(items, BROKEN)
    else:
        return True
    return False


def fail(items: Iterable[HandoverItem], fault: str) -> None:
    """Remember why they are still with him."""
    for item in items:
        item.state, item.done_at, item.fault = HandoverItem.State.FAILED, None, fault[:300]
        item.save(update_fields=["state", "done_at", "fault"])
