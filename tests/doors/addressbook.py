"""Doors of the address book."""

from tests.doors.door import Door

DOORS = (
    Door("addressbook:home", "302 404 200 200 200 200 200"),
    Door("addressbook:pick", "302 404 200 200 200 200 200"),
    Door("addressbook:search", "302 404 200 200 200 200 200"),
    Door("addressbook:unit", "302 404 200 200 200 200 200", ids={"pk": "unit:QP-0301"}),
    Door("addressbook:unit", "302 404 404 200 404 404 200", ids={"pk": "unit:QP-0101-01"}),
    Door("addressbook:tree_level", "302 404 200 200 200 200 200", ids={"pk": "unit:QP-0301"}),
    Door("addressbook:tree_level", "302 404 404 200 404 404 200", ids={"pk": "unit:QP-0101-01"}),
    Door("addressbook:unit_level", "302 404 200 200 200 200 200", ids={"pk": "unit:QP-0301"}),
    Door("addressbook:unit_level", "302 404 404 200 404 404 200", ids={"pk": "unit:QP-0101-01"}),
    Door("addressbook:members", "302 404 200 200 200 200 200", ids={"pk": "unit:QP-0301"}),
    Door("addressbook:members", "302 404 404 200 404 404 200", ids={"pk": "unit:QP-0101-01"}),
    Door("addressbook:person", "302 404 200 200 200 200 200", ids={"pk": "person:wang"}),
    Door("addressbook:person", "302 404 404 200 404 404 200", ids={"pk": "person:mi"}),
)
