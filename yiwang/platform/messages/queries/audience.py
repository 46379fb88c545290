"""Whom a message is for: persons, units, tags and roles, resolved in the statement that stores it.

Nothing is listed beforehand: a tag of a hundred thousand costs one condition. Who is hidden from the sender
receives too; the sender learns a number, never names (domain reference §6, acceptance 5).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import timezone

from yiwang.platform.accounts.queries.roles import label_of
from yiwang.platform.messages.models import Message
from yiwang.platform.org.models import Person, Unit
from yiwang.platform.tags.models import Tag
from yiwang.platform.tags.queries import compiled, reach

# On a row called person. Closed accounts are left out; who has none yet reads it later. Almost everybody has
# an open one, so that is asked first.
STANDS = """(
    EXISTS (SELECT FROM accounts_account account
        WHERE account.person_id = person.id AND account.state <> 'closed')
    OR NOT EXISTS (SELECT FROM accounts_account account WHERE account.person_id = person.id))"""
_PERSONS = "person.id = ANY(%s)"
_UNITS = """person.id IN (
    SELECT post.person_id FROM org_post post
    JOIN org_unit place ON place.id = post.unit_id
    JOIN org_unit top ON top.id = ANY(%s)
        AND place.path >= top.path AND place.path < top.path || '~' COLLATE "C"
    WHERE post.is_living)"""
_ROLES = """person.id IN (
    SELECT account.person_id FROM accounts_rolegrant given
    JOIN accounts_account account ON account.id = given.account_id
    LEFT JOIN org_unit place ON place.id = given.unit_id
    WHERE given.role = ANY(%s) AND given.ended_at IS NULL AND NOT given.is_pending
        AND given.valid_from <= %s AND (given.valid_to IS NULL OR given.valid_to >= %s)
        AND EXISTS (SELECT FROM unnest(%s::text[]) AS scope(path)
            WHERE scope.path = ''
                OR place.path >= scope.path AND place.path < scope.path || '~' COLLATE "C"))"""


@dataclass(frozen=True, slots=True)
class Audience:
    """persons, units (with all below), tags: ids. roles: keys, within the paths of scopes ("" is all)."""

    persons: tuple[int, ...] = ()
    units: tuple[int, ...] = ()
    tags: tuple[int, ...] = ()
    roles: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.persons or self.units or self.tags or self.roles)


@dataclass(frozen=True, slots=True)
class Part:
    """One of the choices: a condition on a row called person, and the tag that it is, or 0."""

    sql: str
    values: list[Any]
    tag: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """Everybody chosen, each once, as common table expressions that end in `told (id)`.

    numbers: an expression that says how many each choice stands for, for `of_tags`.
    """

    sql: str
    values: dict[str, Any]
    numbers: str
    tags: tuple[int, ...]

    def of_tags(self, numbers: str | dict[str, int]) -> dict[int, int]:
        """Tag → people, from the value of `numbers`."""
        known: dict[str, int] = json.loads(numbers) if isinstance(numbers, str) else numbers
        return {tag: known.get(str(place), 0) for place, tag in enumerate(self.tags) if tag}


def _parts(audience: Audience) -> list[Part]:
    today = timezone.localdate()
    parts: list[Part] = []
    if audience.persons:
        parts.append(Part(_PERSONS, [list(audience.persons)]))
    if audience.units:
        parts.append(Part(_UNITS, [list(audience.units)]))
    if audience.roles:
        parts.append(Part(_ROLES, [list(audience.roles), today, today, list(audience.scopes)]))
    for tag in Tag.objects.filter(pk__in=audience.tags).select_related("unit").order_by("pk"):
        sql, values = compiled.members_sql(tag, reach.of_unit(tag.unit), today=today)
        parts.append(Part(sql, values, tag.pk))
    return parts


def _named(parts: Sequence[Part]) -> tuple[list[str], dict[str, Any]]:
    """The conditions with named values, for a statement that has others."""
    values: dict[str, Any] = {}
    texts = []
    for part in parts:
        pieces = part.sql.split("%s")
        built = pieces[0]
        for value, piece in zip(part.values, pieces[1:], strict=True):
            name = f"audience_{len(values)}"
            values[name] = value
            built += f"%({name})s{piece}"
        texts.append(f"({built})")
    return texts, values


def condition(audience: Audience) -> tuple[str, dict[str, Any]]:
    """On a row called person, with named values, for a statement that has others."""
    texts, values = _named(_parts(audience))
    return " OR ".join(texts) or "FALSE", values


def told(audience: Audience) -> Told:
    """For the statement that stores receipts: each choice is resolved once, and counted on the way.

    Who stands is asked of those who are chosen: left to itself the planner asks it of the whole district.
    """
    parts = _parts(audience)
    texts, values = _named(parts)
    tags = tuple(one.tag for one in parts)
    if len(parts) < 2:
        chosen = texts[0] if texts else "FALSE"
        sql = f"""chosen AS MATERIALIZED (SELECT person.id FROM org_person person WHERE {chosen}),
            told AS (SELECT person.id FROM chosen person WHERE {STANDS})"""
        return Told(sql, values, "jsonb_build_object('0', message.receivers)", tags)
    each = " UNION ALL ".join(
        f"SELECT person.id, {place} AS part FROM org_person person WHERE {chosen}"
        for place, chosen in enumerate(texts)
    )
    sql = f"""chosen AS MATERIALIZED ({each}),
        hit AS (SELECT person.id, person.part FROM chosen person WHERE {STANDS}),
        told AS (SELECT DISTINCT hit.id FROM hit)"""
    numbers = """(SELECT jsonb_object_agg(counted.part, counted.number) FROM (
        SELECT hit.part, count(*) AS number FROM hit GROUP BY hit.part) AS counted)"""
    return Told(sql, values, numbers, tags)


def count(audience: Audience) -> int:
    """How many would receive it now, those hidden from whoever asks included."""
    chosen, values = condition(audience)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM org_person person WHERE ({chosen}) AND {STANDS}", values)
        (number,) = cursor.fetchone()
    return int(number)


def described(audience: Audience) -> list[dict[str, Any]]:
    """In words, as they are at this moment, to be kept with the message."""
    names = dict(Person.objects.filter(pk__in=audience.persons).values_list("pk", "name"))
    units = dict(Unit.objects.filter(pk__in=audience.units).values_list("pk", "short_name"))
    tags = dict(Tag.objects.filter(pk__in=audience.tags).values_list("pk", "name"))
    return [
        *({"kind": "person", "id": one, "label": names.get(one, "")} for one in audience.persons),
        *({"kind": "unit", "id": one, "label": units.get(one, "")} for one in audience.units),
        *({"kind": "tag", "id": one, "label": tags.get(one, "")} for one in audience.tags),
        *({"kind": "role", "id": one, "label": label_of(one)} for one in audience.roles),
    ]


def why(message: Message, person_id: int) -> list[str]:
    """为什么收到这条: by which of the sender's choices he is among them today."""
    chosen: Sequence[dict[str, Any]] = message.audience
    return [text for one in chosen if (text := _why(one, person_id))]


def _why(one: dict[str, Any], person_id: int) -> str:
    kind, label = one["kind"], one["label"]
    if kind == "person":
        return "发送人选择了您本人" if one["id"] == person_id else ""
    audience = {
        "unit": lambda: Audience(units=(one["id"],)),
        "tag": lambda: Audience(tags=(one["id"],)),
        "role": lambda: Audience(roles=(one["id"],), scopes=("",)),
    }[kind]()
    text, values = condition(audience)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT EXISTS (SELECT FROM org_person person WHERE person.id = %(person)s AND ({text}))",
            values | {"person": person_id},
        )
        if not cursor.fetchone()[0]:
            return ""
    words = {
        "unit": f"发送范围为“{label}”及其下级",
        "tag": f"您属于标签“{label}”",
        "role": f"您担任“{label}”",
    }
    return words[kind]
