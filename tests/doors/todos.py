"""Doors of todos."""

from tests.doors.door import Door

DOORS: tuple[Door, ...] = (
    Door("todos:list", "302 200 200 200 200 200 200"),
    Door("todos:toread", "302 200 200 200 200 200 200"),
    Door("todos:done", "302 200 200 200 200 200 200"),
    Door("todos:read", "302 200 200 200 200 200 200"),
    Door("todos:started", "302 200 200 200 200 200 200"),
    Door("todos:mark_read", "303 422 422 422 422 422 422", "POST"),
    Door("todos:open", "302 404 404 404 404 404 404", ids={"pk": "1"}),
)
