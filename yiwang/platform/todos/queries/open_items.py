"""To-dos as the application that pushed them reads them."""

from yiwang.kernel.errors import invalid
from yiwang.kernel.extension.open_calls import Caller
from yiwang.platform.todos.models import Assignment, Item


def item(caller: Caller, biz_id: str, task_id: str) -> Item | None:
    """Its own, by its own numbers."""
    return Item.objects.filter(app=caller.client_id, biz_id=biz_id, task_id=task_id).first()


def assignments(item: Item) -> list[Assignment]:
    """Whom it lies or lay with, in the order in which they got it."""
    return list(item.assignments.order_by("pk"))


def seats(item: Item) -> list[tuple[int, int | None]]:
    """Who has it open now, with the post he has it in."""
    having = item.assignments.filter(state__in=Assignment.OPEN, person__isnull=False).order_by("pk")
    return [
        (person, post) for person, post in having.values_list("person_id", "post_id") if person is not None
    ]


def open_items(caller: Caller, cursor: str, limit: int) -> list[Item]:
    """Its open ones after that place, the oldest first."""
    own = Item.objects.filter(app=caller.client_id, state=Item.State.OPEN)
    if cursor:
        if not (cursor.isascii() and cursor.isdigit()):
            raise invalid("cursor", "cursor 应为上一页的 next_cursor")
        own = own.filter(pk__gt=min(int(cursor), 2**63 - 1))
    return list(own.order_by("pk")[:limit])
