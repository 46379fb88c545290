"""Who may keep and use tags (domain reference §4, §29)."""

from yiwang.kernel.actor import Actor
from yiwang.platform.org.models import Unit
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL, STEP
from yiwang.platform.tags.models import Tag
from yiwang.platform.tags.vocabulary import MANAGE, MANAGE_DISTRICT

WIDE_USE = 200  # more receivers of a shared tag than these are news to its owner
_WIDTH = STEP * (DEPARTMENT_LEVEL + 1)


def can_make(actor: Actor, unit: Unit) -> bool:
    """A unit's tags are made by its graded administrator, the district's by the system administrator."""
    if actor.allows(MANAGE_DISTRICT.key):
        return True
    return unit.level > 0 and actor.allows(MANAGE.key, at=unit.path)


def can_keep(actor: Actor, tag: Tag) -> bool:
    """May he change the tag, its members and whom it is shared with?"""
    return can_make(actor, tag.unit)


def department_path(unit: Unit) -> str:
    """The part of the tree whose people are the owner's own."""
    return unit.path[:_WIDTH]


def is_own_unit(tag: Tag, unit: Unit) -> bool:
    """Would sharing with it give nothing? It is the owner, or lies below the owner."""
    return tag.unit.level > 0 and unit.path.startswith(tag.unit.path)
