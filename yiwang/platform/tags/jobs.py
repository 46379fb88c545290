"""What tags do by the clock."""

from django.utils import timezone

from yiwang.kernel.actor import SYSTEM
from yiwang.platform.tags.actions import clock, tag


def expire_due() -> int:
    """Just after midnight: tags whose last day is over."""
    return tag.expire_due(today=timezone.localdate(), actor=SYSTEM)


def count_members() -> int:
    """Each night: how many living members each tag has, for the lists."""
    return tag.count_members(actor=SYSTEM)


def remind_ending() -> int:
    """Each morning: who used a tag that ends within a week hears of it once."""
    return clock.remind_ending(today=timezone.localdate(), actor=SYSTEM)
