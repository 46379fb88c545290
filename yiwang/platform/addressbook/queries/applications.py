"""Persons and units as an application may read them: its range, its granted fields, nothing that is hidden.

What is kept back is named with the reason, so that nobody searches for a fault (`withheld`). Identity numbers
are not in these answers, whatever was granted.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from yiwang.kernel.crypto.fields import blind_index
from yiwang.kernel.database import planned
from yiwang.kernel.extension.open_calls import Caller
from yiwang.platform.addressbook.models import Followed
from yiwang.platform.addressbook.queries import visibility
from yiwang.platform.addressbook.queries.fields import hidden_fields
from yiwang.platform.clients.models import Client
from yiwang.platform.org.models import Person, PersonQuerySet, Post, Unit, UnitQuerySet

NOT_GRANTED, HIDDEN = "not_granted", "hidden"
_SEEN = """
    SELECT person.id FROM unnest(%s::bigint[]) AS wanted (id) JOIN org_person person ON person.id = wanted.id
    WHERE {condition}"""
FIELDS = tuple(str(one) for one in Client.Field.values)


@dataclass(frozen=True, slots=True)
class PostRecord:
    """One living post in a unit that the application sees."""

    unit_id: int
    title: str
    kind: str
    is_main: bool
    is_leader: bool
    sort: int


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """fields: the granted ones that are not hidden; withheld: the others with the reason."""

    id: int
    name: str
    status: str
    unit_id: int | None
    posts: tuple[PostRecord, ...]
    fields: Mapping[str, str]
    withheld: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class UnitRecord:
    """parent_id: 0 where the application does not see the parent."""

    id: int
    code: str
    name: str
    full_name: str
    node_type: str
    level: int
    parent_id: int
    sort: int


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the feed. change: created, updated or removed; then there is no record."""

    seq: int
    kind: str
    id: int
    change: str
    unit: UnitRecord | None = None
    person: PersonRecord | None = None


def persons(caller: Caller) -> PersonQuerySet:
    """Persons the application may read."""
    return Person.objects.visible_to(caller.viewer)


def seen(caller: Caller, ids: Iterable[int]) -> set[int]:
    """Those of the persons whom it may read; the fast way, for calls that come by the thousand."""
    condition, parameters = visibility.condition(caller.viewer)
    rows = planned(_SEEN.format(condition=condition), [list(set(ids)), *parameters])
    return {row["id"] for row in rows}


def units(caller: Caller) -> UnitQuerySet:
    """Units in use that it may read."""
    return Unit.objects.living().visible_to(caller.viewer)


def roots(caller: Caller) -> list[Unit]:
    """The units its range begins with, as far as it sees them."""
    return list(units(caller).filter(path__in=caller.range_paths).order_by("position"))


def by_mobile(caller: Caller, mobile: str) -> int | None:
    """Whose number it is: only for applications that may read mobile numbers, of whom they may."""
    found = persons(caller).filter(mobile_index__in=blind_index(Person, "mobile", mobile)).first()
    if found is None or "mobile" in hidden_fields(caller.viewer, [found.pk])[found.pk]:
        return None
    return found.pk


def person_records(caller: Caller, ids: Iterable[int]) -> dict[int, PersonRecord]:
    """The persons with these ids whom it may read."""
    found = list(persons(caller).filter(pk__in=set(ids)))
    hidden = hidden_fields(caller.viewer, [one.pk for one in found])
    posts = defaultdict(list)
    own = Post.objects.filter(is_living=True, person__in=found, unit__in=units(caller))
    for post in own.order_by("person_id", "pk"):
        posts[post.person_id].append(post)
    return {one.pk: _person(caller, one, posts[one.pk], hidden[one.pk]) for one in found}


def _person(caller: Caller, person: Person, posts: list[Post], hidden: frozenset[str]) -> PersonRecord:
    withheld = {one: NOT_GRANTED for one in FIELDS if one not in caller.fields}
    withheld |= {one: HIDDEN for one in FIELDS if one in caller.fields and one in hidden}
    shows_title = "title" not in withheld
    return PersonRecord(
        id=person.pk,
        name=person.name,
        status=person.status,
        unit_id=person.unit_id,
        posts=tuple(
            PostRecord(
                unit_id=one.unit_id,
                title=one.title if shows_title else "",
                kind=one.kind,
                is_main=one.kind == Post.Kind.MAIN,
                is_leader=one.is_leader,
                sort=one.sort,
            )
            for one in sorted(posts, key=lambda one: (one.kind != Post.Kind.MAIN, one.pk))
        ),
        fields={one: getattr(person, one) for one in FIELDS if one not in withheld},
        withheld=withheld,
    )


def unit_records(caller: Caller, ids: Iterable[int]) -> dict[int, UnitRecord]:
    """The units with these ids that it may read."""
    found = list(units(caller).filter(pk__in=set(ids)))
    return {one.id: one for one in describe(caller, found)}


def describe(caller: Caller, found: Iterable[Unit]) -> list[UnitRecord]:
    """Units that it may read, with their parents where it may read those too."""
    rows = list(found)
    above = {one.parent_id for one in rows if one.parent_id is not None}
    seen = set(units(caller).filter(pk__in=above).values_list("pk", flat=True))
    return [
        UnitRecord(
            id=one.pk,
            code=one.code,
            name=one.short_name,
            full_name=one.full_name,
            node_type=one.node_type,
            level=one.level,
            parent_id=one.parent_id if one.parent_id in seen else 0,
            sort=one.sort,
        )
        for one in rows
    ]


def changes(caller: Caller, after: int, limit: int) -> tuple[list[Change], bool]:
    """The feed after that number, and whether there is more. What is no longer seen is told as removed."""
    told = Followed.objects.filter(client_id=caller.client_pk, seq__gt=after)
    if after == 0:
        told = told.filter(is_gone=False)  # who begins was not told of them
    rows = list(told.order_by("seq")[: limit + 1])
    page, has_more = rows[:limit], len(rows) > limit
    found_units = unit_records(caller, [one.object_id for one in page if one.kind == Followed.Kind.UNIT])
    found_persons = person_records(
        caller, [one.object_id for one in page if one.kind == Followed.Kind.PERSON]
    )
    return [_change(one, after, found_units, found_persons) for one in page], has_more


def _change(
    row: Followed,
    after: int,
    found_units: Mapping[int, UnitRecord],
    found_persons: Mapping[int, PersonRecord],
) -> Change:
    unit = found_units.get(row.object_id) if row.kind == Followed.Kind.UNIT else None
    person = found_persons.get(row.object_id) if row.kind == Followed.Kind.PERSON else None
    if row.is_gone or (unit is None and person is None):
        return Change(row.seq, row.kind, row.object_id, "removed")
    word = "created" if row.first_seq > after else "updated"
    return Change(row.seq, row.kind, row.object_id, word, unit, person)


def members(caller: Caller, paths: Iterable[str], *, includes_below: bool) -> list[int]:
    """Ids of persons with a living post in units with these paths, in the order of the address book."""
    seen = units(caller)
    wanted = Unit.objects.none()
    for path in paths:
        wanted = wanted | (seen.below(path) if includes_below else seen.filter(path=path))
    posts = Post.objects.filter(is_living=True, unit__in=wanted)
    own = persons(caller).filter(pk__in=posts.values("person_id"))
    return list(own.order_by("position", "pk").values_list("pk", flat=True))
