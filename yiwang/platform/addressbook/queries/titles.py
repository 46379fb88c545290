"""Which posts there are, by name: typing 局长 finds who holds it, and typing a name costs nothing for it."""

import re
import time
from dataclasses import dataclass, field
from itertools import islice

from django.conf import settings
from django.db import connection

from yiwang.platform.addressbook.queries import visibility
from yiwang.platform.org.models import Post
from yiwang.platform.org.models.viewer import Viewer

_SEPARATORS = re.compile("[、，,兼 ]")
_MOST = 200  # titles that contain what was typed
_TITLES = """
SELECT title, count(*) FROM org_person WHERE title <> '' GROUP BY title
UNION ALL
SELECT title, 0 FROM org_post WHERE is_living AND kind <> 'main' GROUP BY title
"""


@dataclass
class _Cache:
    counts: dict[str, int] = field(default_factory=dict)
    text: str = ""
    until: float = 0.0

    def refresh(self) -> None:
        if time.monotonic() < self.until:
            return
        counts: dict[str, int] = {}
        with connection.cursor() as cursor:
            cursor.execute(_TITLES)
            for title, people in cursor.fetchall():
                counts[title] = counts.get(title, 0) + people
        self.counts, self.text = counts, "\n".join(counts)
        self.until = time.monotonic() + 10 * settings.ADDRESSBOOK_CACHE_SECONDS


_cache = _Cache()


def forget() -> None:
    """Read them afresh at the next call."""
    _cache.until = 0.0


@dataclass(frozen=True, slots=True)
class Titles:
    """Titles that contain what was typed. people: how many hold one of them as their main post."""

    names: list[str]
    people: int


def containing(text: str, *, exactly: bool) -> Titles | None:
    """Titles that are, or else only contain, what was typed: 镇长 is 党委副书记、镇长, but not 副镇长.

    None when no post is called so, which is the case for nearly every name.
    """
    _cache.refresh()
    if text not in _cache.text:
        return None
    found = (title for title in _cache.counts if text in title and (text in _parts(title)) == exactly)
    names = list(islice(found, _MOST))
    return Titles(names, sum(_cache.counts[one] for one in names)) if names else None


def _parts(title: str) -> list[str]:
    return [part.partition("（")[0] for part in _SEPARATORS.split(title)]


_BESIDES = """
SELECT DISTINCT ON (post.person_id) post.person_id, post.title, post.kind, post.unit_id
FROM org_post post JOIN org_unit unit ON unit.id = post.unit_id
WHERE post.is_living AND post.kind <> 'main' AND post.title = ANY(%(titles)s) AND {visible}
ORDER BY post.person_id, post.id
"""


@dataclass(frozen=True, slots=True)
class Besides:
    """A further post. title: 副镇长（挂职）."""

    title: str
    unit_id: int


def held_besides(viewer: Viewer, titles: Titles) -> dict[int, Besides]:
    """Who holds one of them as a further post, in a unit that the viewer may know of."""
    visible, parameters = visibility.unit_condition(viewer)
    with connection.cursor() as cursor:
        cursor.execute(_BESIDES.format(visible=visible), {**parameters, "titles": titles.names})
        rows = cursor.fetchall()
    return {
        person_id: Besides(_with_kind(title, Post.Kind(kind).label), unit_id)
        for person_id, title, kind, unit_id in rows
    }


def _with_kind(title: str, kind: str) -> str:
    return title if kind in title else f"{title}（{kind}）"
