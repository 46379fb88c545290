"""Reading the feed of changes."""

from yiwang.platform.org.models import Event

MOST = 500


def after(cursor: int, *, limit: int = MOST) -> list[Event]:
    """What happened after the event with that id, the oldest first; 0 from the beginning."""
    return list(Event.objects.filter(pk__gt=cursor).select_related("unit").order_by("pk")[:limit])


def latest() -> int:
    """The cursor of who has just read everything; 0 when nothing has happened."""
    return Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
