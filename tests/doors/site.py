"""Doors of the site itself."""

from tests.doors.door import Door

DOORS = (
    Door("healthz", "200 200 200 200 200 200 200"),
    Door("readyz", "503 503 503 503 503 503 503"),
)
