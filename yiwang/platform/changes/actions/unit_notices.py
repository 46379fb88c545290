"""Whom a unit change is told: its applicant, administrators of the units, 区政务办. Part of other actions."""

from collections.abc import Collection

from yiwang.kernel.actor import Actor
from yiwang.kernel.extension.messages import MessageKind
from yiwang.platform.changes import vocabulary
from yiwang.platform.changes.models import UnitChange
from yiwang.platform.changes.queries import unit_change as changes
from yiwang.platform.messages.actions import messages
from yiwang.platform.org.rules import DISTRICT_LEVELS


def _tell(
    kind: MessageKind, change: UnitChange, to: Collection[int], words: dict[str, str], actor: Actor
) -> None:
    common = {
        "number": change.number or "",
        "title": change.title,
        "unit": change.applicant_unit_name,
        "day": _day(change),
        "remark": change.remark or "详见申请",
    }
    messages.send(
        kind,
        to=to,
        about=change,
        words={**common, **words},
        url=changes.url_of(str(change.pk)),
        actor=actor,
    )


def _day(change: UnitChange) -> str:
    day = change.effective_on
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def decided(change: UnitChange, result: str, *, actor: Actor) -> None:
    """The applicant hears what was decided."""
    _tell(vocabulary.UNIT_CHANGE_DECIDED, change, {change.applicant_id}, {"result": result}, actor)


def effective(change: UnitChange, administrators: Collection[int], *, actor: Actor) -> None:
    """The units' administrators hear that it is so; 区政务办 of what units did themselves."""
    own = {getattr(actor, "person_id", None)}
    _tell(vocabulary.UNIT_CHANGE_TOLD, change, {*administrators, change.applicant_id} - own, {}, actor)
    if change.level > DISTRICT_LEVELS:
        _tell(vocabulary.UNIT_CHANGE_NOTICE, change, changes.maintainers() - own, {}, actor)


def stuck(change: UnitChange, *, actor: Actor) -> None:
    """Somebody must look: who applied, and 区政务办."""
    _tell(vocabulary.UNIT_CHANGE_STUCK, change, {change.applicant_id, *changes.maintainers()}, {}, actor)
