"""Tags to choose from: those in force that may be used where the chooser serves."""

from collections.abc import Iterable

from yiwang.platform.addressbook.queries.picks import Pick
from yiwang.platform.org.models.viewer import Viewer
from yiwang.platform.tags.models import Tag
from yiwang.platform.tags.queries import tags

MOST = 20


def find(viewer: Viewer, text: str) -> list[Pick]:
    """By name; without a text the first of them."""
    rows = tags.usable_by(viewer.unit_path)
    return _as_picks(
        (rows.filter(name__contains=text) if text else rows).order_by("unit__position", "name")[:MOST]
    )


def named(viewer: Viewer, ids: list[int]) -> list[Pick]:
    """Those chosen before, when a form comes back with a fault in it."""
    return _as_picks(tags.usable_by(viewer.unit_path).filter(pk__in=ids).order_by("unit__position", "name"))


def _as_picks(rows: Iterable[Tag]) -> list[Pick]:
    return [Pick(one.pk, one.name, f"{one.owner_name} · {one.get_kind_display()}标签") for one in rows]
