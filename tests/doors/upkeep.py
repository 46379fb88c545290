"""Doors of upkeep."""

from tests.doors.door import Door

LI, TOWN, MISSING = {"person_id": "person:li"}, {"unit_id": "unit:QP-0301"}, {"pk": "0"}
OF_HIDDEN = {"person_id": "person:mi"}

DOORS: tuple[Door, ...] = (
    Door("upkeep:due", "302 404 404 404 200 404 200"),
    Door("upkeep:known_new", "302 404 404 404 200 404 200"),
    Door("upkeep:known_new", "303 404 404 404 422 404 422", "POST"),
    Door("upkeep:known", "302 404 404 404 404 404 404", ids=MISSING),
    Door("upkeep:known_settle", "303 404 404 404 404 404 404", "POST", ids={"pk": "0", "act": "done"}),
    Door("upkeep:checks", "302 404 404 404 200 404 200"),
    Door("upkeep:check", "302 404 404 404 404 404 404", ids=MISSING),
    Door("upkeep:check_people", "302 404 404 404 404 404 404", ids=MISSING),
    Door("upkeep:check_confirm", "303 404 404 404 404 404 404", "POST", ids=MISSING),
    Door("upkeep:check_paper", "302 404 404 404 404 404 404", ids=MISSING),
    Door("upkeep:corrections", "302 404 404 404 200 404 200"),
    Door("upkeep:my_reports", "302 404 200 200 200 200 200"),
    Door("upkeep:report_person", "302 404 200 200 200 200 200", ids=LI),
    Door("upkeep:report_person", "303 404 422 422 422 422 422", "POST", ids=LI),
    Door("upkeep:report_person", "302 404 404 200 404 404 200", ids=OF_HIDDEN),
    Door("upkeep:report_unit", "302 404 200 200 200 200 200", ids=TOWN),
    Door("upkeep:report_unit", "303 404 422 422 422 422 422", "POST", ids=TOWN),
    Door("upkeep:correction", "302 404 404 404 404 404 404", ids=MISSING),
    Door("upkeep:correction_withdraw", "303 404 404 404 404 404 404", "POST", ids=MISSING),
    Door(
        "upkeep:correction_answer",
        "303 404 404 404 404 404 404",
        "POST",
        ids={"pk": "0", "act": "corrected"},
    ),
    Door("upkeep:figures", "302 404 404 404 200 404 200"),
    Door("upkeep:gaps", "302 404 404 404 200 404 200"),
    Door("upkeep:own", "302 404 200 200 200 200 200"),
    Door("upkeep:samples", "302 404 404 404 404 404 200"),
    Door("upkeep:sample_draw", "302 404 404 404 404 404 200"),
    Door("upkeep:sample_draw", "303 404 404 404 404 404 422", "POST"),
    Door("upkeep:sample", "302 404 404 404 404 404 404", ids=MISSING),
    Door("upkeep:sampled", "302 404 404 404 404 404 404", ids=MISSING),
)
