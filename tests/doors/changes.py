"""Doors of changes."""

from tests.doors.door import Door

DOORS: tuple[Door, ...] = (
    Door("changes:handovers", "302 404 200 200 200 200 200"),
    Door("changes:handovers_received", "302 404 200 200 200 200 200"),
    Door("changes:handovers_unit", "302 404 404 404 200 404 200"),
    Door("changes:handover_start", "302 404 404 404 200 404 200"),
    Door("changes:handover", "302 404 404 404 404 404 404", ids={"pk": "0"}),
    Door("changes:handover_paper", "302 404 404 404 404 404 404", ids={"pk": "0"}),
    Door("changes:handover_decide", "303 404 404 404 404 404 404", "POST", ids={"pk": "0"}),
    Door("changes:handover_submit", "303 404 404 404 404 404 404", "POST", ids={"pk": "0"}),
    Door("changes:handover_receive", "303 404 404 404 404 404 404", "POST", ids={"pk": "0"}),
    Door("changes:handover_return", "303 404 404 404 404 404 404", "POST", ids={"pk": "0"}),
    Door("changes:handover_countersign", "303 404 404 404 404 404 404", "POST", ids={"pk": "0"}),
    Door("changes:handover_cancel", "303 404 404 404 404 404 404", "POST", ids={"pk": "0"}),
)
