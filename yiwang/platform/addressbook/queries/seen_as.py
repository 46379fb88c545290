"""One unit through somebody else's eyes: what he sees of it, what not, and why."""

from dataclasses import dataclass

from yiwang.platform.addressbook.queries import explain, headcounts, policy, units
from yiwang.platform.addressbook.queries.explain import Reason
from yiwang.platform.addressbook.queries.visibility import Looker
from yiwang.platform.org.models import Unit


@dataclass(frozen=True, slots=True)
class SeenUnit:
    """A unit below. people: what his badge would say; is_seen: is it in his tree?"""

    id: int
    name: str
    node_type: str
    people: int
    is_seen: bool


@dataclass(frozen=True, slots=True)
class SeenPerson:
    """A member with the deciding step."""

    id: int
    name: str
    title: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class SeenPage:
    """is_seen: does he see the unit itself?"""

    is_seen: bool
    people: int
    units: list[SeenUnit]
    persons: list[SeenPerson]


@dataclass(frozen=True, slots=True)
class _Eyes:
    """Somebody without any right of an administrator."""

    person_id: int
    account_id: int | None = None
    unit_path: str = ""
    is_temporary: bool = False

    def allows(self, permission: str, *, at: str | None = None) -> bool:
        return False

    def scopes(self, permission: str) -> list[tuple[str, bool]]:
        return []


def page(user: Looker, viewer_id: int, unit: Unit) -> SeenPage:
    """The unit as `viewer_id` sees it, as far as the administrator may look himself."""
    eyes, zones = _Eyes(viewer_id), policy.of(viewer_id).zones
    below = units.level(user, unit).nodes
    rows = {one.pk: one for one in Unit.objects.filter(pk__in=[node.id for node in below])}
    counts = headcounts.of(eyes, [(unit.pk, unit.path), *((one.pk, one.path) for one in rows.values())])
    members = units.members(user, unit).posts
    reasons = explain.of_all(viewer_id, {post.person_id for post in members})
    return SeenPage(
        is_seen=unit.zone in zones,
        people=counts[unit.pk],
        units=[
            SeenUnit(node.id, node.name, node.node_type, counts[node.id], rows[node.id].zone in zones)
            for node in below
        ],
        persons=[
            SeenPerson(post.person_id, post.person.name, post.title, reasons[post.person_id])
            for post in members
        ],
    )
