"""Whose photo stands in a list: of whom it may be shown, in one statement for a page."""

from collections.abc import Iterable

from yiwang.kernel.database import planned
from yiwang.platform.addressbook.queries import withheld
from yiwang.platform.org.models.viewer import Viewer

# Larger ones are on the card only: a page of a hundred would load for minutes by telephone.
LARGEST_FACE = 100 * 1024
_PHOTOS = """
SELECT person.id FROM org_person person JOIN files_storedfile file ON file.id = person.photo_id
WHERE person.id = ANY(%s::bigint[]) AND file.size <= %s
"""


def of(viewer: Viewer, person_ids: Iterable[int]) -> frozenset[int]:
    """Those of them, all of whom he may see, whose photo he may see too."""
    ids = list(set(person_ids))
    found = [row["id"] for row in planned(_PHOTOS, [ids, LARGEST_FACE])] if ids else []
    if not found:
        return frozenset()
    kept = withheld.of(viewer, found)
    return frozenset(one for one in found if "photo" not in kept[one])
