"""Single fields that are hidden (R2-9: 字段隐藏): which ones of whom are kept from this viewer.

Whoever shows, exports or answers with a field of `Hiding.Field` asks here for all persons of a page at once.
"""

from collections.abc import Iterable, Iterator

from django.db import connection

from yiwang.platform.addressbook.models import Hiding
from yiwang.platform.addressbook.queries import policy as policies
from yiwang.platform.addressbook.queries.policy import Policy
from yiwang.platform.addressbook.queries.rulebook import Veil
from yiwang.platform.addressbook.queries.visibility import Looker, manages, sees_everybody

ALL = frozenset(str(one) for one in Hiding.Field.values)
_NOTHING: frozenset[str] = frozenset()
_PLACES = """
SELECT person.id, person.unit_path,
       ARRAY(SELECT unit.path FROM org_post post JOIN org_unit unit ON unit.id = post.unit_id
             WHERE post.person_id = person.id AND post.is_living)
FROM org_person person WHERE person.id = ANY(%s)
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
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, [list(ids)])
        rows = cursor.fetchall()
    for person_id, path, paths in rows:
        if person_id != viewer.person_id and not manages(viewer, path):
            hidden = (one.fields for one in _veils_of(policy, person_id, path, paths))
            found[person_id] = _NOTHING.union(*hidden)
    return found


def _veils_of(policy: Policy, person_id: int, path: str, paths: list[str]) -> Iterator[Veil]:
    is_colleague = policy.serves_with(paths)
    for veil in policy.veils:
        if veil.path:
            if path.startswith(veil.path):
                yield veil
        elif veil.person_id == person_id and not (veil.except_own and is_colleague):
            yield veil
