"""Doors of todos."""

from tests.doors.door import Door

DOORS: tuple[Door, ...] = ()
