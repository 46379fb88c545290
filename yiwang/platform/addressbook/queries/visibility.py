"""Whom a viewer may find in the address book: the one place where it is decided.

Today org's rule of listed and hidden holds (domain reference §3.6). The graded policy of §3.2 to §3.5 will be
written here, and nowhere else in this app: everything below `queries`, views and API asks these functions.
"""

from typing import Any

from yiwang.platform.org.models import Person, PersonQuerySet, Unit, UnitQuerySet
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL, STEP, Visibility
from yiwang.platform.org.models.viewer import Viewer

# A condition on the table alias `person` and its parameters, to be put into hand-written statements.
Condition = tuple[str, list[Any]]

EVERYBODY: Condition = ("TRUE", [])
NOBODY: Condition = ("FALSE", [])


def persons(viewer: Viewer | None) -> PersonQuerySet:
    """Persons this viewer may open; nobody for temporary accounts, who have no address book (§2)."""
    if viewer is None or viewer.is_temporary:
        return Person.objects.none()
    return Person.objects.visible_to(viewer)


def units(viewer: Viewer | None) -> UnitQuerySet:
    """Units in use that this viewer may open."""
    return Unit.objects.living().visible_to(viewer)


def unit_condition(viewer: Viewer | None) -> tuple[str, dict[str, Any]]:
    """The same as `units` for statements that name org_unit `unit`; parameters by name."""
    if viewer is None or viewer.is_temporary:
        return NOBODY[0], {}
    sql = f"unit.status = '{Unit.Status.ACTIVE.value}'"
    if viewer.allows("org.manage_tree"):
        return sql, {}
    own = viewer.unit_path
    seen = f"unit.visibility = {Visibility.LISTED.value} OR unit.path = ANY(%(line)s)"
    parameters: dict[str, Any] = {"line": [own[:end] for end in range(STEP, len(own) + 1, STEP)]}
    department = own[: STEP * (DEPARTMENT_LEVEL + 1)]
    if len(department) > STEP * DEPARTMENT_LEVEL:
        seen += " OR (unit.path >= %(department)s AND unit.path < %(department)s || '~')"
        parameters["department"] = department
    return f"{sql} AND ({seen})", parameters


def condition(viewer: Viewer | None) -> Condition:
    """The same as `persons` for statements that name org_person `person`; a test holds the two together."""
    if viewer is None or viewer.is_temporary:
        return NOBODY
    if viewer.allows("org.manage_tree"):
        return EVERYBODY
    # A literal rather than a parameter: the planner shall know that nearly everybody is listed.
    sql = f"person.visibility = {Visibility.LISTED.value} OR person.id = %s"
    parameters: list[Any] = [viewer.person_id]
    department = viewer.unit_path[: STEP * (DEPARTMENT_LEVEL + 1)]
    if len(department) > STEP * DEPARTMENT_LEVEL:
        sql += " OR (person.unit_path >= %s AND person.unit_path < %s AND person.status = ANY(%s))"
        parameters += [department, department + "~", [str(status) for status in Person.PRESENT]]
    return f"({sql})", parameters
