"""How far a tag reaches: as far as the address book lets its owner look.

Whom a rule or a unit on the list stands for is found when the tag is used. A tag of a unit finds the people
of its own department, and of others those that an ordinary colleague there sees: so nobody learns from a
number, or by a message, of people hidden from him. A tag of the whole district, which only the system
administrator keeps, finds everybody.
"""

from yiwang.platform.addressbook.queries import policy as policies
from yiwang.platform.addressbook.queries.conditions import All, Below, Condition, In, Not, Some
from yiwang.platform.addressbook.queries.policy import Policy, Region
from yiwang.platform.org.models import Unit
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL, STEP
from yiwang.platform.tags.queries.compiled import Sql

_WIDTH = STEP * (DEPARTMENT_LEVEL + 1)


def of_unit(unit: Unit) -> Sql:
    """The condition on `person` for tags that this unit owns."""
    if unit.level == 0:
        return "TRUE", []
    policy = policies.of(-unit.pk)  # somebody without rank or acquaintance who serves there
    own = Below("unit_path", unit.path[:_WIDTH])
    seen = tuple(_seen(one, policy) for one in policy.regions)
    found = Some((own, In("id", policy.shown), All((Some(seen), Not(In("id", policy.barred))))))
    return found.sql("person")


def _seen(region: Region, policy: Policy) -> Condition:
    inner = (
        one.path for one in policy.regions if one.path != region.path and one.path.startswith(region.path)
    )
    classes = In("sight", region.direct)
    return All((Below("unit_path", region.path), classes, *(Not(Below("unit_path", path)) for path in inner)))
