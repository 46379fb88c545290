"""Doors of attachments."""

from tests.doors.door import Door

DOORS = (
    Door("files:upload", "303 422 422 422 422 422 422", "POST"),
    Door("files:download", "302 404 404 404 404 404 404", ids={"file_id": "file:"}),
    Door("files:show", "302 404 404 404 404 404 404", ids={"file_id": "file:"}),
    Door("files:confirm", "303 422 422 422 422 422 422", "POST", ids={"file_id": "file:"}),
    Door("files:discard", "303 404 404 404 404 404 404", "POST", ids={"file_id": "file:"}),
)
