"""Doors of the portal."""

from tests.doors.door import Door

DOORS = (
    Door("portal:home", "302 200 200 200 200 200 200"),
    Door("portal:workbench", "302 200 200 200 200 200 200"),
    Door("portal:help", "302 200 200 200 200 200 200"),
    Door("portal:search", "302 200 200 200 200 200 200"),
    Door("portal:search_suggest", "302 200 200 200 200 200 200"),
)
