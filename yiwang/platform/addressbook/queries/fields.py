"""Single fields that are hidden (R2-9: 字段隐藏): which ones of whom are kept from this viewer.

Whoever shows, exports or answers with a field of `Hiding.Field` asks here for all persons of a page at once.
"""

from collections.abc import Iterable, Iterator

from yiwang.kernel.database import planned
from yiwang.platform.addressbook.models import Hiding
from yiwang.platform.addressbook.queries import policy as policies
from yiwang.platform.addressbook.queries.policy import Policy
from yiwang.platform.addressbook.queries.rulebook import Veil
from yiwang.platform.addressbook.queries.visibility import Looker, manages, sees_everybody

ALL = frozenset(str(one) for one in Hiding.Field.values)
_NOTHING: frozenset[str] = frozenset()
# Posts beside the main one matter only for persons who are hidden from other units than their own.
_PLACES = "SELECT id, unit_path AS path, NULL AS paths FROM org_person WHERE id = ANY(%(ids)s)"
_PLACES_AND_POSTS = """
SELECT person.id, person.unit_path AS path,
       ARRAY(SELECT unit.path FROM org_post post JOIN org_unit unit ON unit.id = post.unit_id
             WHERE post.person_id = person.id AND post.is_living) AS paths
FROM org_person person WHERE person.id = ANY(%(ids)s)
"""


def hidden_fields(viewer: Looker | None, person_ids: Iterable[int]) -> dict[int, frozenset[str]]:
    """Person -> keys of `Hiding.Field` that this viewer must not be shown; one statement, or none.

    Every id asked for is in the answer. Says nothing of whether the person himself may be shown.
    """
    ids = set(person_ids)
    if viewer is None:
        return dict.fromkeys(ids, ALL)
    found = dict.fromkeys(ids, _NOTHING)
    if not ids or sees_everybody(viewer):
        return found
    policy = policies.of(viewer.person_id)
    if not policy.veils:
        return found
    of_units = [one for one in policy.veils if one.path]
    of_persons = [one for one in policy.veils if one.person_id in ids]
    if not of_units:
        ids = {one.person_id for one in of_persons}
    for person_id, path, paths in _places(ids, any(one.except_own for one in of_persons)):
        if person_id != viewer.person_id and not manages(viewer, path):
            veils = [one for one in of_units if path.startswith(one.path)]
            veils += _own_veils(policy, of_persons, person_id, paths)
            found[person_id] = _NOTHING.union(*(one.fields for one in veils))
    return found


def _places(ids: set[int], with_posts: bool) -> list[tuple[int, str, list[str] | None]]:
    if not ids:
        return []
    rows = planned(_PLACES_AND_POSTS if with_posts else _PLACES, {"ids": list(ids)})
    return [(row["id"], row["path"], row["paths"]) for row in rows]


def _own_veils(policy: Policy, veils: list[Veil], person_id: int, paths: list[str] | None) -> Iterator[Veil]:
    for veil in veils:
        if veil.person_id == person_id and not (veil.except_own and policy.serves_with(paths or [])):
            yield veil
