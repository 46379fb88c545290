"""Locking a tag and asking for its state. Parts of other actions, which do the audit."""

from yiwang.kernel.errors import require
from yiwang.platform.tags.actions import feed
from yiwang.platform.tags.models import Tag


def locked(tag: Tag) -> Tag:
    """The tag's row, held until the transaction ends, after whatever must be held before it."""
    feed.begin(tag)
    return Tag.objects.select_for_update(of=("self",)).select_related("unit").get(pk=tag.pk)


def require_state(tag: Tag, act: str, *states: str) -> None:
    """Refuse an act that does not fit the state."""
    text = f"当前状态为“{tag.get_state_display()}”，不能执行“{act}”"
    require(tag.state in states, text, code="E-STATE-01")
