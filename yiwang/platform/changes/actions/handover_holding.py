"""Handovers are things that somebody holds too: who leaves before he has signed is replaced there as well."""

from collections.abc import Sequence

from django.db import transaction

from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.platform.changes.actions import handover_todos as asks
from yiwang.platform.changes.actions.handover_items import locked
from yiwang.platform.changes.models import Handover, HandoverItem
from yiwang.platform.changes.queries import handover as queries
from yiwang.platform.changes.vocabulary import HANDOVER_DECIDED
from yiwang.platform.todos.actions import items as todos


@transaction.atomic
def hand_over(person_id: int, held_ids: Sequence[str], to_person_id: int, actor: Actor) -> None:
    """What he was to sign for goes to the successor. held_ids: take:<handover> and office:<handover>."""
    for held_id in held_ids:
        kind, _, key = held_id.partition(":")
        handover = locked(Handover.objects.get(pk=int(key)))
        if kind == "take":
            _replace(handover, person_id, to_person_id, actor=actor)
        else:
            _pass_on(handover, person_id, to_person_id, actor=actor)


def _replace(handover: Handover, person_id: int, to_person_id: int, *, actor: Actor) -> None:
    """Name the successor for what nobody has taken over yet; the leaver himself takes nothing back."""
    waiting = handover.items.filter(successor=person_id, decision=HandoverItem.Decision.SUCCESSOR)
    waiting = waiting.exclude(state=HandoverItem.State.DONE)
    name = queries.name_of(to_person_id)
    if to_person_id == handover.person_id:
        waiting.update(decision=HandoverItem.Decision.OFFICE, successor=None, successor_name="")
    else:
        waiting.update(successor=to_person_id, successor_name=name)
    handover.revision += 1
    handover.save(update_fields=["revision"])
    audit.record(
        HANDOVER_DECIDED, handover, actor=actor, changes={"successor": [queries.name_of(person_id), name]}
    )
    if handover.state == Handover.State.RECEIVING:
        asks.ask_receivers(handover, actor)


def _pass_on(handover: Handover, person_id: int, to_person_id: int, *, actor: Actor) -> None:
    for task_id, has_own in queries.open_tasks(handover, asks.OFFICE, person_id):
        if has_own:
            todos.pass_on(
                app=queries.APP,
                biz_id=str(handover.pk),
                task_id=task_id,
                from_person_id=person_id,
                to_person_id=to_person_id,
                actor=actor,
            )
