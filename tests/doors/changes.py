"""Doors of changes."""

from tests.doors.door import Door

DOORS: tuple[Door, ...] = ()
