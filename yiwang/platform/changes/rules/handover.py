"""Who may do what with a handover, and what may become of a thing on it. Pure."""

import datetime
import json
from collections.abc import Iterable, Mapping
from typing import Any

from yiwang.kernel.actor import Actor
from yiwang.kernel.extension.holdings import Holding, holdings
from yiwang.platform.changes.models import Handover, HandoverItem, HandoverSignature
from yiwang.platform.changes.vocabulary import APPLY, REVIEW_UNIT
from yiwang.platform.org.models import Unit

Decision = HandoverItem.Decision
STAYS = "主职仍在原单位"  # why somebody on secondment keeps what hangs on his post


def can_start(actor: Actor, unit: Unit) -> bool:
    """May he have a handover made for somebody of this unit?"""
    return actor.allows(APPLY.key, at=unit.path)


def is_leaver(actor: Any, handover: Handover) -> bool:
    """Is he the one who leaves?"""
    return getattr(actor, "person_id", None) == handover.person_id


def can_arrange(actor: Any, handover: Handover) -> bool:
    """May he say who takes what over: the leaver, or for him the administrator of his unit."""
    return is_leaver(actor, handover) or can_start(actor, handover.unit)


def can_countersign(actor: Any, handover: Handover) -> bool:
    """The unit's office, but never the leaver himself."""
    return not is_leaver(actor, handover) and actor.allows(REVIEW_UNIT.key, at=handover.unit.path)


def can_cancel(actor: Actor, handover: Handover) -> bool:
    """Whoever might have it made may take it back."""
    return can_start(actor, handover.unit)


def holding_of(item: HandoverItem) -> Holding | None:
    """The registered kind of the thing; None when its module is gone."""
    return holdings.get(item.holding) if item.holding in holdings else None


def label_of(item: HandoverItem) -> str:
    """What its kind is called."""
    holding = holding_of(item)
    return holding.label if holding else item.holding


def choices(holding: Holding | None, *, stays: bool = False) -> tuple[Decision, ...]:
    """What may become of a thing of this kind. stays: his post goes on (借调), so nothing ends with it."""
    found: tuple[Decision, ...] = ()
    if holding is not None and holding.hand_over is not None:
        found = (Decision.SUCCESSOR, Decision.OFFICE)
    if holding is not None and holding.leave is not None:
        found = (*found, Decision.LEAVE, Decision.KEEP)
    if stays and Decision.KEEP not in found:
        found = (*found, Decision.KEEP)
    return found or (Decision.ENDS,)


def is_membership(holding: Holding | None) -> bool:
    """Does it belong on the list of what he is to leave (退群确认)?"""
    return holding is not None and holding.leave is not None


def waits_for_answer(item: HandoverItem) -> bool:
    """May he leave it or keep it, and can nobody take it over? Then he has some days after he has left."""
    holding = holding_of(item)
    return holding is not None and holding.leave is not None and holding.hand_over is None


def first_decision(holding: Holding, *, stays: bool = False) -> Decision:
    """What is decided where there is no choice."""
    allowed = choices(holding, stays=stays)
    return allowed[0] if len(allowed) == 1 else Decision.NONE


def undecided(items: Iterable[HandoverItem]) -> list[HandoverItem]:
    """Those nobody has said anything about."""
    return [
        item for item in items if item.decision == Decision.NONE and item.state != HandoverItem.State.DONE
    ]


def is_for(item: HandoverItem, person_id: int) -> bool:
    """Is he the one named to take it over?"""
    return item.decision == Decision.SUCCESSOR and item.successor_id == person_id


def receivers(items: Iterable[HandoverItem]) -> dict[int, str]:
    """Person id -> name of those who take something over, in the order of the list."""
    return {
        item.successor_id: item.successor_name
        for item in items
        if item.decision == Decision.SUCCESSOR and item.successor_id is not None
    }


def outcome_of(item: HandoverItem) -> str:
    """移交李四, 交单位办公室, 保留（牵头专项工作）: what becomes of it, in words."""
    match item.decision:
        case Decision.SUCCESSOR:
            return f"移交{item.successor_name}"
        case Decision.KEEP:
            return f"保留（{item.reason}）"
    return str(Decision(item.decision).label)


def content(handover: Handover, items: Iterable[HandoverItem], part: str, person_id: int) -> str:
    """What somebody signs, as canonical JSON: a receiver his own things, the others all of them."""
    own = [
        item for item in items
        if not item.is_late
        and (part != HandoverSignature.Part.RECEIVER or is_for(item, person_id))
    ]  # fmt: skip
    facts: Mapping[str, Any] = {
        "编号": handover.number,
        "交接人": handover.person_name,
        "原单位": handover.unit_name,
        "职务": handover.title,
        "事由": handover.get_occasion_display(),
        "离岗日期": handover.effective_on.isoformat(),
        "身份": str(HandoverSignature.Part(part).label),
        "事项": [[label_of(item), item.held_id, item.title, outcome_of(item)] for item in own],
    }
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def signed_text(text: str, *, name: str, person_id: int, at: datetime.datetime) -> bytes:
    """What the signature is over: content, signer and moment."""
    return f"{text}\n{person_id}\n{name}\n{at.isoformat()}".encode()
