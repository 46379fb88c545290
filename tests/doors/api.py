"""Doors of /api/v1."""

from tests.doors.door import Door

DOORS = (
    Door("api:openapi-json", "200 200 200 200 200 200 200"),
    Door("api:api-root", "404 404 404 404 404 404 404"),
    Door("api:persons", "401 404 422 422 422 422 422"),
    Door("api:person", "401 404 200 200 200 200 200", ids={"person_id": "person:wang"}),
    Door("api:person", "401 404 404 200 404 404 200", ids={"person_id": "person:mi"}),
    Door("api:person_mobile", "401 422 422 422 422 422 422", "POST", ids={"person_id": "person:wang"}),
    Door("api:unit", "401 404 200 200 200 200 200", ids={"unit_id": "unit:QP-0301"}),
    Door("api:unit", "401 404 404 200 404 404 200", ids={"unit_id": "unit:QP-0101-01"}),
    Door("api:unit_children", "401 404 200 200 200 200 200", ids={"unit_id": "unit:QP-0301"}),
    Door("api:unit_children", "401 404 404 200 404 404 200", ids={"unit_id": "unit:QP-0101-01"}),
    Door("api:explain", "401 404 422 422 422 422 422"),
)
