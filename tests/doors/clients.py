"""Doors of the open calls: people have no business there, whoever they are."""

from tests.doors.door import Door

DOORS: tuple[Door, ...] = (
    Door("api:oauth2_token", "400 400 400 400 400 400 400", "POST"),
    Door("api:application", "401 401 401 401 401 401 401"),
    Door("wecom:call", "200 200 200 200 200 200 200", ids={"call": "gettoken"}),
    Door("wecom:api-root", "404 404 404 404 404 404 404"),
)
