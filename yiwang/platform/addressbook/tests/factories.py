"""Persons and units beyond the cast, made by the same actions as everybody else. All are fictitious."""

import datetime
import itertools
from typing import Any

from tests.cast import Cast, with_check_digit
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.org.actions import people, units
from yiwang.platform.org.models import Person, Unit

_serial = itertools.count(1)


def person(cast: Cast, name: str, *, unit: str = "QP-0302-01", **more: Any) -> Person:
    """A person in 徐泾镇党政办公室, or in the unit with that code."""
    number = next(_serial)
    born = datetime.date(1970, 1, 1) + datetime.timedelta(days=number)
    values = {
        "id_number": with_check_digit(f"310199{born:%Y%m%d}{number % 1000:03d}"),
        "mobile": f"137{number:08d}",
        "category": Person.Category.ESTABLISHED,
        "title": "科员",
        "office_phone": "021-59721234",
        "actor": SYSTEM,
        **more,
    }
    return people.add_person(unit=cast.units[unit], name=name, **values)


def unit(parent: Unit, name: str, **more: Any) -> Unit:
    """A section below that unit."""
    values = {"code": f"T-{next(_serial)}", "node_type": Unit.NodeType.SECTION, "actor": SYSTEM, **more}
    return units.create_unit(parent=parent, full_name=name, short_name=name, **values)
