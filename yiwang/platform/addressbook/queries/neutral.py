"""What was found, in the order of 姓氏笔画: for lists of names that must be neutral (§0.8)."""

from yiwang.kernel.chinese.strokes import stroke_key
from yiwang.platform.addressbook.queries import search
from yiwang.platform.addressbook.queries.search import Found
from yiwang.platform.org.models.viewer import Viewer

MOST = 300  # more is no list of names but the district


def people(viewer: Viewer, text: str) -> Found | None:
    """All of them at once; None when they are too many to be put into order."""
    found = search.people(viewer, text, limit=MOST)
    if found.has_more:
        return None
    rows = sorted(found.people, key=lambda row: stroke_key(row.name))
    return Found(rows, hint=found.hint, strangers=found.strangers)
