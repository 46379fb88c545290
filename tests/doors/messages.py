"""Doors of messages."""

from tests.doors.door import Door

DOORS: tuple[Door, ...] = ()
