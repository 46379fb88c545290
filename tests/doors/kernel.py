"""Doors of the frame."""

from tests.doors.door import Door

DOORS = (
    Door("kernel:numbers", "302 200 200 200 200 200 200"),
    Door("kernel:font_size", "405 405 405 405 405 405 405"),
    Door("kernel:font_size", "303 303 303 303 303 303 303", "POST"),
)
