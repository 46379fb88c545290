"""Doors of changes."""

from tests.doors.door import Door

OF_QIAN = {"pk": "unitchange:qian"}  # a draft of hers

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
    Door("changes:unit_changes", "302 404 404 404 200 404 200"),
    Door("changes:unit_change_choose", "302 404 404 404 200 404 200"),
    Door("changes:unit_change_write", "302 404 404 404 200 404 200", ids={"kind": "create"}),
    Door("changes:unit_change_write", "303 404 404 404 422 404 422", "POST", ids={"kind": "create"}),
    Door("changes:unit_change_write", "302 404 404 404 200 404 200", ids={"kind": "merge"}),
    Door("changes:unit_options", "302 404 404 404 200 404 200"),
    Door("changes:unit_change_edit", "302 404 404 404 200 404 404", ids=OF_QIAN),
    Door("changes:unit_change_edit", "303 404 404 404 422 404 404", "POST", ids=OF_QIAN),
    Door("changes:unit_change_places", "302 404 404 404 200 404 404", ids=OF_QIAN),
    Door("changes:unit_change", "302 404 404 404 200 404 404", ids=OF_QIAN),
    Door("changes:unit_change_preview", "303 404 404 404 303 404 404", "POST", ids=OF_QIAN),
    Door("changes:unit_change_submit", "303 404 404 404 303 404 403", "POST", ids=OF_QIAN),
    Door("changes:unit_change_cancel", "303 404 404 404 422 404 404", "POST", ids=OF_QIAN),
    Door("changes:unit_change_retry", "303 404 404 404 409 404 404", "POST", ids=OF_QIAN),
    Door("changes:unit_change_copy", "303 404 404 404 409 404 404", "POST", ids=OF_QIAN),
    Door("changes:unit_change_discard", "303 404 404 404 303 404 404", "POST", ids=OF_QIAN),
)
