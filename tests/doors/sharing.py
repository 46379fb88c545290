"""Doors of sharing."""

from tests.doors.door import Door

MISSING = {"pk": "0"}

DOORS: tuple[Door, ...] = (
    Door("sharing:shares", "302 404 404 404 200 404 200"),
    Door("sharing:new", "302 404 404 404 200 404 404"),
    Door("sharing:new", "303 404 404 404 422 404 404", "POST"),
    Door("sharing:records", "302 404 404 404 200 404 200"),
    Door("sharing:channel", "302 404 404 404 404 404 200"),
    Door("sharing:push", "303 404 404 404 404 404 303", "POST"),
    Door("sharing:compare", "303 404 404 404 404 404 303", "POST"),
    Door("sharing:share", "302 404 404 404 404 404 404", ids=MISSING),
    Door("sharing:edit", "302 404 404 404 404 404 404", ids=MISSING),
    Door("sharing:submit", "303 404 404 404 404 404 404", "POST", ids=MISSING),
    Door("sharing:discard", "303 404 404 404 404 404 404", "POST", ids=MISSING),
    Door("sharing:withdraw", "303 404 404 404 404 404 404", "POST", ids=MISSING),
    Door("sharing:renew", "303 404 404 404 404 404 404", "POST", ids=MISSING),
    Door("sharing:people", "302 404 404 404 404 404 404", ids=MISSING),
)
