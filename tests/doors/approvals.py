"""Doors of approvals. What a handler meets at his own tasks is in the app's tests."""

from tests.doors.door import Door

DOORS: tuple[Door, ...] = (
    Door("approvals:mine", "302 404 200 200 200 200 200"),
    Door("approvals:handled", "302 404 200 200 200 200 200"),
    Door("approvals:submitted", "302 404 200 200 200 200 200"),
    Door("approvals:task", "302 404 404 404 404 404 404", ids={"pk": "1"}),
    Door("approvals:task_act", "302 404 404 404 404 404 404", ids={"pk": "1", "act": "agree"}),
    Door("approvals:task_act", "303 404 404 404 404 404 404", "POST", ids={"pk": "1", "act": "agree"}),
    Door("approvals:seen", "303 404 404 404 404 404 404", "POST", ids={"pk": "1"}),
    Door("approvals:instance", "302 404 404 404 404 404 404", ids={"pk": "1"}),
    Door("approvals:instance_act", "302 404 404 404 404 404 404", ids={"pk": "1", "act": "urge"}),
    Door("approvals:deputies", "302 404 200 200 200 200 200"),
    Door("approvals:deputy_add", "302 404 200 200 200 200 200"),
    Door("approvals:deputy_add", "303 404 422 422 422 422 422", "POST"),
    Door("approvals:deputy_end", "303 404 404 404 404 404 404", "POST", ids={"pk": "1"}),
    Door("approvals:monitor", "302 404 404 404 404 404 200"),
    Door("approvals:definitions", "302 404 404 404 404 404 200"),
    Door("approvals:definition", "302 404 404 404 404 404 404", ids={"procedure": "nothing"}),
)
