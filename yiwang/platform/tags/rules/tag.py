"""Who may keep and use tags (domain reference §4, §29)."""

from yiwang.kernel.actor import Actor
from yiwang.kernel.extension.open_calls import Caller
from yiwang.platform.org.models import Unit
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL, STEP
from yiwang.platform.tags.models import Tag
from yiwang.platform.tags.vocabulary import CALL_MANAGE, MANAGE, MANAGE_DISTRICT

WIDE_USE = 200  # more receivers of a shared tag than these are news to its owner
_WIDTH = STEP * (DEPARTMENT_LEVEL + 1)


def can_make(actor: Actor, unit: Unit) -> bool:
    """A unit's tags are made by its graded administrator, the district's by the system administrator.

    An application that was granted it makes tags for the unit that owns it.
    """
    if isinstance(actor, Caller):
        return CALL_MANAGE.key in actor.scopes and unit.path == actor.unit_path
    if actor.allows(MANAGE_DISTRICT.key):
        return True
    return unit.level > 0 and actor.allows(MANAGE.key, at=unit.path)


def can_keep(actor: Actor, tag: Tag) -> bool:
    """May he change the tag, its members and whom it is shared with? An application: what it made itself."""
    if isinstance(actor, Caller):
        return CALL_MANAGE.key in actor.scopes and tag.client_id == actor.client_id
    return can_make(actor, tag.unit)


def department_path(unit: Unit) -> str:
    """The part of the tree whose people are the owner's own."""
    return unit.path[:_WIDTH]


def is_own_unit(tag: Tag, unit: Unit) -> bool:
    """Would sharing with it give nothing? It is the owner, or lies below the owner."""
    return tag.unit.level > 0 and unit.path.startswith(tag.unit.path)
