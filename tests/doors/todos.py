"""Doors of todos."""

from tests.doors.door import Door

DOORS: tuple[Door, ...] = (
    Door("todos:list", "302 200 200 200 200 200 200"),
    Door("todos:claimable", "302 200 200 200 200 200 200"),
    Door("todos:toread", "302 200 200 200 200 200 200"),
    Door("todos:done", "302 200 200 200 200 200 200"),
    Door("todos:read", "302 200 200 200 200 200 200"),
    Door("todos:started", "302 200 200 200 200 200 200"),
    Door("todos:followed", "302 200 200 200 200 200 200"),
    Door("todos:mark_read", "303 422 422 422 422 422 422", "POST"),
    Door("todos:open", "302 404 404 404 404 404 404", ids={"pk": "1"}),
    Door("todos:detail", "302 404 404 404 404 404 404", ids={"pk": "1"}),
    Door("todos:waiting", "302 404 404 404 404 404 404", ids={"pk": "1"}),
    Door("todos:claim", "303 404 404 404 404 404 404", "POST", ids={"pk": "1"}),
    Door("todos:release", "303 404 404 404 404 404 404", "POST", ids={"pk": "1"}),
    Door("todos:transfer", "302 404 404 404 404 404 404", ids={"pk": "1"}),
    Door("todos:follow", "303 404 404 404 404 404 404", "POST", ids={"pk": "1"}),
    Door("todos:quick_act", "303 404 404 404 404 404 404", "POST", ids={"pk": "1"}),
    Door("todos:unfollow", "303 404 404 404 404 404 404", "POST", ids={"pk": "1"}),
    Door("todos:reports", "302 404 404 404 404 404 200"),
    Door("todos:differences", "302 404 404 404 404 404 404", ids={"app": "x"}),
)
