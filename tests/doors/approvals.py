"""Doors of approvals."""

from tests.doors.door import Door

DOORS: tuple[Door, ...] = ()
