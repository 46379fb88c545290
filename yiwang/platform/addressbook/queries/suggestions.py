"""What the search box of the top bar and the home page get from the address book."""

from collections.abc import Mapping

from django.urls import reverse

from yiwang.kernel.extension.search import Hit
from yiwang.platform.addressbook.queries import search, unit_search, units
from yiwang.platform.org.models.viewer import Viewer


def find_persons(viewer: Viewer, text: str, limit: int) -> list[Hit]:
    """Persons by name, pinyin, initials or whole mobile number."""
    found = search.people(viewer, text, limit=limit)
    return [
        Hit(row.name, _note(row), reverse("addressbook:person", args=[row.id]), "user")
        for row in found.people
    ]


def _note(row: search.Row) -> str:
    """Department, unit and post, each once."""
    return " · ".join(dict.fromkeys(part for part in (row.department, row.unit, row.title) if part))


def find_units(viewer: Viewer, text: str, limit: int) -> list[Hit]:
    """Units by present or former name."""
    return [
        Hit(
            hit.shown,
            hit.full_name,
            reverse("addressbook:unit", args=[hit.id]),
            "building",
        )
        for hit in unit_search.find(viewer, text, limit=limit)
    ]


def own_department(viewer: Viewer) -> Mapping[str, object] | None:
    """The card of one's own department on the home page; none without a department."""
    department = units.own_department(viewer)
    return None if department is None else {"department": department}
