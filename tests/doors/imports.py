"""Doors of imports: the kinds themselves are in their modules' doors; a run is seen by who brought it."""

from tests.doors.door import Door

_NO_RUN = {"pk": "file:"}

DOORS = (
    Door("imports:upload", "302 404 404 404 404 404 404", ids={"kind": "no.such"}),
    Door("imports:template", "302 404 404 404 404 404 404", ids={"kind": "no.such"}),
    Door("imports:upload", "302 404 404 404 200 404 200", ids={"kind": "console.units"}),
    Door("imports:upload", "303 404 404 404 422 404 422", "POST", ids={"kind": "console.units"}),
    Door("imports:template", "302 404 404 404 200 404 200", ids={"kind": "console.units"}),
    Door("imports:run", "302 404 404 404 404 404 404", ids=_NO_RUN),
    Door("imports:progress", "302 404 404 404 404 404 404", ids=_NO_RUN),
    Door("imports:confirm", "303 404 404 404 404 404 404", "POST", ids=_NO_RUN),
    Door("imports:cancel", "303 404 404 404 404 404 404", "POST", ids=_NO_RUN),
    Door("imports:errors", "302 404 404 404 404 404 404", ids=_NO_RUN),
)
