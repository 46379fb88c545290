"""How many persons a viewer may see in a unit and below it: no number betrays anybody (§3.5).

The tallies hold people by unit and sight class. A unit's count is the sum over the classes that the viewer
sees there; for each part of the tree below it that he sees otherwise, the difference; and single persons.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db import connection

from yiwang.platform.addressbook.queries import policy as policies
from yiwang.platform.addressbook.queries.policy import Policy, Region
from yiwang.platform.addressbook.queries.visibility import Looker, sees_everybody
from yiwang.platform.org.models.unit import STEP
from yiwang.platform.org.vocabulary import MANAGE_UNIT

_TALLIES = "SELECT unit_id, sight_id, people FROM addressbook_tally WHERE unit_id = ANY(%s)"

Tallies = Mapping[int, Mapping[int, int]]


def of(viewer: Looker, places: Iterable[tuple[int, str]]) -> dict[int, int]:
    """(unit id, path) -> unit id -> persons in it and below whom this viewer sees; one statement."""
    wanted = dict(places)
    if not wanted or viewer.is_temporary:
        return dict.fromkeys(wanted, 0)
    sees_all = sees_everybody(viewer)
    policy = None if sees_all else policies.of(viewer.person_id)
    inner = () if policy is None else policy.regions[:-1]
    below = [one for one in inner if any(one.path.startswith(path) for path in wanted.values())]
    managed = (
        () if sees_all else tuple(path for path, all_below in viewer.scopes(MANAGE_UNIT.key) if all_below)
    )
    ids = {*wanted, *(unit_id(one.path) for one in below), *(unit_id(path) for path in managed)}
    tallies = _read(ids)
    if policy is None:
        return {one: sum(tallies.get(one, {}).values()) for one in wanted}
    return {one: _count(policy, managed, path, tallies) for one, path in wanted.items()}


def unit_id(path: str) -> int:
    """The unit a path leads to; 0 for the whole tree."""
    return int(path[-STEP:], 36) if path else 0


def _read(ids: Iterable[int]) -> Tallies:
    found: dict[int, dict[int, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(_TALLIES, [list(ids)])
        for unit, sight, people in cursor.fetchall():
            found[unit][sight] = people
    return found


def _count(policy: Policy, managed: tuple[str, ...], path: str, tallies: Tallies) -> int:
    if any(path.startswith(own) for own in managed):
        return sum(tallies.get(unit_id(path), {}).values())
    count = _seen(policy.region(path), path, tallies)
    for one in policy.regions:
        if one.path != path and one.path.startswith(path) and one.path:
            around = policy.region(one.path[:-STEP])
            count += _seen(one, one.path, tallies) - _seen(around, one.path, tallies)
    count += sum(step for place, step in policy.shifts if place.startswith(path))
    for own in managed:
        if own.startswith(path) and not any(own != other and own.startswith(other) for other in managed):
            count += sum(tallies.get(unit_id(own), {}).values()) - _count(policy, (), own, tallies)
    return count


def _seen(region: Region, path: str, tallies: Tallies) -> int:
    return sum(people for sight, people in tallies.get(unit_id(path), {}).items() if sight in region.direct)
