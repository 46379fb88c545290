"""Doors of the open calls: people have no business there, whoever they are."""

from tests.doors.door import Door

DOORS: tuple[Door, ...] = (
    Door("api:oauth2_token", "400 400 400 400 400 400 400", "POST"),
    Door("api:application", "401 401 401 401 401 401 401"),
    Door("api:events", "401 401 401 401 401 401 401"),
    Door("api:event_stream", "401 401 401 401 401 401 401"),
    Door("api:open_job", "401 401 401 401 401 401 401", ids={"job_id": "file:1"}),
    Door("api:messages", "401 401 401 401 401 401 401", "POST"),
    Door("api:message", "401 401 401 401 401 401 401", ids={"message_id": "1"}),
    Door("api:message_receipts", "401 401 401 401 401 401 401", ids={"message_id": "1"}),
    Door("api:message_recall", "401 401 401 401 401 401 401", "POST", ids={"message_id": "1"}),
    Door("api:todos", "401 401 401 401 401 401 401"),
    Door("api:todos", "401 401 401 401 401 401 401", "POST"),
    Door("api:todos_update", "401 401 401 401 401 401 401", "POST"),
    Door("api:todos_complete", "401 401 401 401 401 401 401", "POST"),
    Door("api:todos_cancel", "401 401 401 401 401 401 401", "POST"),
    Door("api:todos_batch", "401 401 401 401 401 401 401", "POST"),
    Door("api:todos_status", "401 401 401 401 401 401 401"),
    Door("api:todos_reconcile", "401 401 401 401 401 401 401", "POST"),
    Door("api:todos_quick", "401 401 401 401 401 401 401", "POST", ids={"asked_id": "1"}),
    Door("api:directory_changes", "401 401 401 401 401 401 401"),
    Door("api:directory_person", "401 401 401 401 401 401 401", ids={"person_id": "person:wang"}),
    Door("api:directory_lookup", "401 401 401 401 401 401 401", "POST"),
    Door("api:directory_units", "401 401 401 401 401 401 401"),
    Door("api:directory_unit", "401 401 401 401 401 401 401", ids={"unit_id": "unit:QP-0301"}),
    Door("api:directory_unit_persons", "401 401 401 401 401 401 401", ids={"unit_id": "unit:QP-0301"}),
    Door("wecom:call", "200 200 200 200 200 200 200", ids={"call": "gettoken"}),
    Door("wecom:api-root", "404 404 404 404 404 404 404"),
)
