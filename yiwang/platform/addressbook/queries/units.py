"""Browsing the tree as one viewer sees it: levels, members, former names, his own department.

Counts are of the people this viewer may see (headcounts.py), so that no number betrays anybody.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.expressions import RawSQL

from yiwang.kernel.errors import invalid, not_found
from yiwang.platform.addressbook.queries import headcounts, visibility, withheld
from yiwang.platform.addressbook.queries.faces import LARGEST_FACE
from yiwang.platform.org.models import Post, Unit, UnitAlias, UnitQuerySet, UnitVersion
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL, MAX_DEPTH, STEP
from yiwang.platform.org.models.viewer import Viewer

PAGE = 100
_LEADERS = 6
_BAD_PLACE = "翻页位置无效，请刷新页面"
_AFTER = re.compile(r"(\d{1,9})\.(\d{1,18})(?:\.(\d))?")
_AFTER_NAME = re.compile(r"([0-9A-Z]{0,400})\.(\d{1,18})")
# What a list of members shows of a post and its person; the numbers stay in the database.
_SHOWN = (
    *("title", "kind", "sort", "is_leader", "is_head", "unit_id"),
    *("person__name", "person__status", "person__office_phone", "person__room", "person__photo__size"),
)


@dataclass(frozen=True, slots=True)
class Node:
    """A unit in a list. people: persons in it and below whom the viewer sees."""

    id: int
    name: str
    full_name: str
    node_type: str
    people: int
    has_children: bool
    sort: int

    @property
    def place(self) -> str:
        """Where the next page begins."""
        return f"{self.sort}.{self.id}"


@dataclass(frozen=True, slots=True)
class Level:
    """Units side by side. next: what to pass as `after` for more, "" at the end."""

    nodes: list[Node]
    next: str = ""


@dataclass(frozen=True, slots=True)
class Members:
    """Posts of one unit with their persons. next: what to pass as `after` for more, "" at the end."""

    posts: Sequence[Post]
    next: str = ""

    @property
    def faces(self) -> set[int]:
        """Persons whose photo stands in the list."""
        photos = ((post.person_id, post.person.photo) for post in self.posts)
        return {number for number, photo in photos if photo is not None and photo.size <= LARGEST_FACE}


@dataclass(frozen=True, slots=True)
class OwnDepartment:
    """The viewer's department on his home page. leaders: (person id, name, title)."""

    id: int
    name: str
    people: int
    duty_phone: str
    leaders: list[tuple[int, str, str]]


def get(viewer: Viewer, unit_id: int) -> Unit:
    """The unit in use with that id; hidden and absent are 404 alike."""
    return _found(visibility.units(viewer).filter(pk=unit_id))


def root(viewer: Viewer) -> Unit:
    """Where everybody begins."""
    return _found(visibility.units(viewer).filter(level=0))


def _found(units: UnitQuerySet) -> Unit:
    unit = units.first()
    if unit is None:
        raise not_found()
    return unit


def people_of(viewer: Viewer, *units: Unit) -> dict[int, int]:
    """Unit id -> persons in it and below whom the viewer sees, in one statement."""
    return headcounts.of(viewer, [(unit.pk, unit.path) for unit in units])


# node: rows of org_unit; {visible} speaks of `unit`, here of the units below each of them.
_NODES = """
SELECT node.id, node.short_name, node.full_name, node.node_type,
       node.path,
       EXISTS (SELECT FROM org_unit unit WHERE unit.parent_id = node.id AND {visible}) AS has_children,
       node.sort
"""
_LEVEL = f"""
{_NODES}
FROM (
    SELECT * FROM org_unit unit
    WHERE unit.parent_id = %(parent)s AND (unit.sort, unit.id) > (%(sort)s, %(id)s) AND {{visible}}
    ORDER BY unit.sort, unit.id LIMIT %(limit)s
) AS node
ORDER BY node.sort, node.id
"""
_OPEN_LEVELS = f"""
{_NODES}, node.parent_id, node.place
FROM (
    SELECT *, row_number() OVER (PARTITION BY unit.parent_id ORDER BY unit.sort, unit.id) AS place
    FROM org_unit unit WHERE unit.parent_id = ANY(%(parents)s) AND {{visible}}
) AS node
WHERE node.place <= %(limit)s OR node.id = ANY(%(parents)s)
ORDER BY node.parent_id, node.sort, node.id
"""


def level(viewer: Viewer, parent: Unit, *, after: str = "", limit: int = PAGE) -> Level:
    """The units directly below, in maintained order, `limit` at a time."""
    sort, unit_id, _ = _place(after)
    rows = _fetch(_LEVEL, viewer, {"parent": parent.pk, "sort": sort, "id": unit_id, "limit": limit + 1})
    return _cut(_nodes(viewer, rows), limit)


def open_levels(viewer: Viewer, line: Sequence[Unit]) -> dict[int, Level]:
    """First pages of all levels down a line of ancestors, in one statement: parent's id -> its level.

    A unit of the line that stands beyond its page is put at the end of it.
    """
    ids = [unit.pk for unit in line]
    levels: dict[int, list[tuple[int, Node]]] = defaultdict(list)
    rows = _fetch(_OPEN_LEVELS, viewer, {"parents": ids, "limit": PAGE + 1})
    nodes = _nodes(viewer, [tuple(values) for *values, _, _ in rows])
    for node, (*_, parent_id, place) in zip(nodes, rows, strict=True):
        levels[parent_id].append((place, node))
    return {parent_id: _cut_around(placed, ids) for parent_id, placed in levels.items()}


def _fetch(statement: str, viewer: Viewer, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    """By hand: the ORM takes longer to write these statements than the database to answer them."""
    visible, who = visibility.unit_condition(viewer)
    with connection.cursor() as cursor:
        cursor.execute(statement.format(visible=visible), {**parameters, **who})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _nodes(viewer: Viewer, rows: Sequence[tuple[Any, ...]]) -> list[Node]:
    """Rows of _NODES with their counts."""
    people = headcounts.of(viewer, [(row[0], row[4]) for row in rows])
    return [
        Node(unit_id, name, full_name, node_type, people[unit_id], has_children, sort)
        for unit_id, name, full_name, node_type, _, has_children, sort in rows
    ]


_BEGINNINGS = f"""
SELECT left(unit.path, length)
FROM org_unit unit, generate_series({STEP}, {STEP * (MAX_DEPTH + 1)}, {STEP}) AS length
WHERE unit.id = %s
"""


def line_to(viewer: Viewer, unit_id: int) -> list[Unit]:
    """The unit, last, and its ancestors from the root down, in one statement; 404 as in `get`."""
    beginnings = RawSQL(_BEGINNINGS, [unit_id])  # noqa: S611  a constant; the id is bound
    line = list(visibility.units(viewer).filter(path__in=beginnings).order_by("level"))
    if not line or line[-1].pk != unit_id:
        raise not_found()
    return line


def members(
    viewer: Viewer, unit: Unit, *, after: str = "", limit: int = PAGE, by_strokes: bool = False
) -> Members:
    """Who serves in that very unit: the leaders first, then as its administrator sorted them (R2-8).

    by_strokes: the others by 姓氏笔画; leaders stand in their maintained order in every list.
    """
    posts = (
        Post.objects.filter(unit=unit, is_living=True, person__in=visibility.persons(viewer))
        .select_related("person", "person__photo")
        .only(*_SHOWN)
        .annotate(rank=Case(When(is_leader=True, then=Value(0)), default=Value(1)))
    )
    if by_strokes:
        return _by_strokes(viewer, posts, after, limit)
    sort, post_id, rank = _place(after)
    later = Q(sort__gt=sort) | Q(sort=sort, pk__gt=post_id)
    posts = posts.filter(Q(rank__gt=rank) | Q(Q(rank=rank) & later)).order_by("rank", "sort", "id")
    found = list(posts[: limit + 1])
    _withhold(viewer, found)
    if len(found) <= limit:
        return Members(found)
    last = found[limit - 1]
    return Members(found[:limit], f"{last.sort}.{last.pk}.{0 if last.is_leader else 1}")


def _by_strokes(viewer: Viewer, posts: QuerySet[Post], after: str, limit: int) -> Members:
    """The leaders all on the first page, the others page by page."""
    strokes, post_id = ("", -1)
    leaders: list[Post] = []
    if after:
        parts = _AFTER_NAME.fullmatch(after)
        if parts is None:
            raise invalid("cursor", _BAD_PLACE)
        strokes, post_id = parts[1], int(parts[2])
    else:
        leaders = list(posts.filter(is_leader=True).order_by("sort", "id")[:limit])
    later = Q(person__strokes__gt=strokes) | Q(person__strokes=strokes, pk__gt=post_id)
    others = posts.filter(later, is_leader=False).order_by("person__strokes", "id")
    found = list(others.annotate(strokes=F("person__strokes"))[: limit + 1])
    shown = [*leaders, *found[:limit]]
    _withhold(viewer, shown)
    if len(found) <= limit:
        return Members(shown)
    last: Any = found[limit - 1]
    return Members(shown, f"{last.strokes}.{last.pk}")


def _withhold(viewer: Viewer, posts: Sequence[Post]) -> None:
    """Empty what is kept from this viewer; the rows are for showing only and are never saved."""
    kept = withheld.of(viewer, {post.person_id for post in posts})
    for post in posts:
        hidden = kept[post.person_id]
        if "title" in hidden:
            post.title = ""
        if "office_phone" in hidden:
            post.person.office_phone = ""
        if "room" in hidden:
            post.person.room = ""
        if "photo" in hidden:
            post.person.photo = None


def aliases_of(unit: Unit) -> list[UnitAlias]:
    """Former names, the latest first, then the plates it carries besides its own (加挂牌子)."""
    return list(UnitAlias.objects.filter(unit=unit).order_by("kind", "-valid_to", "id"))


def versions_of(unit: Unit) -> list[UnitVersion]:
    """What it was and since when, the latest first."""
    return list(UnitVersion.objects.filter(unit=unit).order_by("-valid_from"))


_OWN = f"""
SELECT unit.id, unit.short_name, unit.duty_phone,
       leader.id, leader.name, leader.title
FROM org_unit unit LEFT JOIN LATERAL (
    SELECT person.id, person.name, post.title
    FROM org_post post JOIN org_person person ON person.id = post.person_id
    WHERE post.unit_id = unit.id AND post.is_living AND post.is_leader AND {{visible}}
    ORDER BY post.sort, post.id LIMIT {_LEADERS}
) AS leader ON true
WHERE unit.path = %s
"""


def own_department(viewer: Viewer) -> OwnDepartment | None:
    """The viewer's department with its leaders in one statement; None for who has none."""
    path = viewer.unit_path[: STEP * (DEPARTMENT_LEVEL + 1)]
    if viewer.is_temporary or not path:
        return None
    visible, parameters = visibility.condition(viewer)
    with connection.cursor() as cursor:
        cursor.execute(_OWN.format(visible=visible), [*parameters, path])
        rows = cursor.fetchall()
    if not rows:
        return None
    unit_id, name, duty_phone = rows[0][:3]
    people = headcounts.of(viewer, [(unit_id, path)])[unit_id]
    found = [row[3:] for row in rows if row[3] is not None]
    kept = withheld.of(viewer, [person_id for person_id, _, _ in found])
    leaders = [(one, name, "" if "title" in kept[one] else title) for one, name, title in found]
    return OwnDepartment(unit_id, name, people, duty_phone, leaders)


def _place(after: str) -> tuple[int, int, int]:
    """Sort, id and rank of the last row shown; before everything without one."""
    if not after:
        return (-1, -1, -1)
    parts = _AFTER.fullmatch(after)
    if parts is None:
        raise invalid("cursor", _BAD_PLACE)
    return (int(parts[1]), int(parts[2]), int(parts[3] or 0))


def _cut(nodes: list[Node], limit: int = PAGE) -> Level:
    shown = nodes[:limit]
    return Level(shown, shown[-1].place if len(nodes) > limit else "")


def _cut_around(placed: list[tuple[int, Node]], kept: list[int]) -> Level:
    page = _cut([node for place, node in placed if place <= PAGE + 1])
    beyond = [node for place, node in placed if place > PAGE and node.id in kept]
    return Level(page.nodes + beyond, page.next)
