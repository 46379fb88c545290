"""Doors of messages."""

from tests.doors.door import Door

DOORS: tuple[Door, ...] = (
    Door("messages:list", "302 200 200 200 200 200 200"),
    Door("messages:all", "302 200 200 200 200 200 200"),
    Door("messages:unconfirmed", "302 200 200 200 200 200 200"),
    Door("messages:read_all", "303 303 303 303 303 303 303", "POST"),
    Door("messages:detail", "302 404 404 404 404 404 404", ids={"pk": "1"}),
    Door("messages:confirm", "303 404 404 404 404 404 404", "POST", ids={"pk": "1"}),
    Door("messages:cards", "302 200 200 200 200 200 200"),
    Door("messages:card", "302 404 404 404 404 404 404", ids={"pk": "1"}),
    Door("messages:card_press", "303 404 404 404 404 404 404", "POST", ids={"pk": "1"}),
    Door("messages:card_picture", "302 404 404 404 404 404 404", ids={"pk": "1"}),
    Door("messages:preferences", "302 200 200 200 200 200 200"),
    Door("messages:sent", "302 404 404 404 404 404 404"),
    Door("messages:compose", "302 404 404 404 404 404 404"),
    Door("messages:sent_detail", "302 404 404 404 404 404 404", ids={"pk": "1"}),
    Door("messages:remind", "303 404 404 404 404 404 404", "POST", ids={"pk": "1"}),
    Door("messages:recall", "302 404 404 404 404 404 404", ids={"pk": "1"}),
    Door("messages:batches", "302 404 404 404 404 404 404"),
    Door("messages:batch_new", "302 404 404 404 404 404 404"),
    Door("messages:usage", "302 404 404 404 404 404 200"),
    Door("messages:batch", "302 404 404 404 404 404 404", ids={"pk": "1"}),
    Door("messages:batch_decide", "303 404 404 404 404 404 404", "POST", ids={"pk": "1"}),
    Door("messages:batch_cancel", "303 404 404 404 404 404 404", "POST", ids={"pk": "1"}),
    Door("messages:texts", "302 404 404 404 404 404 200"),
)
