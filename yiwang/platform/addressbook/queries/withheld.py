"""What of a person is kept from a viewer although he may see him: hidden fields, and cards opened by consent.

A contact who agreed can be written to; his card stays the minimal one it was before (§3.5 step 7). Every
list, card, export and answer asks `of` for all persons of a page at once.
"""

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.utils import timezone

from yiwang.platform.addressbook.models.book import Mode
from yiwang.platform.addressbook.queries import policy as policies
from yiwang.platform.addressbook.queries.fields import hidden_fields
from yiwang.platform.addressbook.queries.visibility import Looker, manages, sees_everybody

# What a minimal card (姓名、单位) does not say. The mobile number is masked anyway and never revealed.
BEYOND_MINIMAL = frozenset({"office_phone", "email", "room", "photo", "title"})

# Accepted contacts among these persons whom no rule of their own opens.
_CONSENTED = """
SELECT person.id, person.sight, person.unit_path,
       ARRAY(SELECT unit.path FROM org_post post JOIN org_unit unit ON unit.id = post.unit_id
             WHERE post.person_id = person.id AND post.is_living)
FROM addressbook_contact contact
JOIN org_person person ON person.id IN (contact.asker_id, contact.asked_id) AND person.id <> %(viewer)s
WHERE contact.state = 'accepted' AND %(viewer)s IN (contact.asker_id, contact.asked_id)
  AND person.id = ANY(%(ids)s)
  AND NOT EXISTS (SELECT FROM addressbook_rule rule
      WHERE rule.viewer_person_id = %(viewer)s AND rule.target_person_id = person.id
        AND rule.state = 'active' AND rule.valid_from <= %(today)s
        AND (rule.valid_to IS NULL OR rule.valid_to >= %(today)s))
"""


def of(viewer: Looker | None, person_ids: Iterable[int]) -> dict[int, frozenset[str]]:
    """Person -> keys of `Hiding.Field` not to be shown. As a rule without any statement."""
    found = hidden_fields(viewer, person_ids)
    for person_id in by_consent(viewer, found):
        found[person_id] |= BEYOND_MINIMAL
    return found


def by_consent(viewer: Looker | None, person_ids: Iterable[int]) -> set[int]:
    """Those of them whom he reaches only because they agreed to be his contacts."""
    if viewer is None or sees_everybody(viewer):
        return set()
    policy = policies.of(viewer.person_id)
    single = policy.contacts & policy.shown.intersection(person_ids)
    if not single:
        return set()
    parameters: dict[str, Any] = {
        "viewer": viewer.person_id,
        "ids": list(single),
        "today": timezone.localdate(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_CONSENTED, parameters)
        rows = cursor.fetchall()
    return {
        person_id
        for person_id, sight, path, paths in rows
        if policy.region(path).mode(sight) != Mode.DIRECT
        and not policy.serves_with(paths)
        and not manages(viewer, path)
    }
