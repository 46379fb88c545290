"""The ledger follows shares, the feed of changes and the address book's rules; what is in it gets pushed."""

import datetime
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone

from yiwang.kernel import database, jobs
from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import actions as audit
from yiwang.platform.addressbook.queries import rulebook
from yiwang.platform.org.models import Person
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL, STEP
from yiwang.platform.org.queries import events
from yiwang.platform.sharing.models import Channel, Share, SharedPerson
from yiwang.platform.sharing.queries import scope
from yiwang.platform.sharing.queries import shares as queries
from yiwang.platform.sharing.vocabulary import LEDGER_CHANGED

Wanted = SharedPerson.Wanted
_BATCH = 1_000
_WIDTH = STEP * (DEPARTMENT_LEVEL + 1)
_CHANGED = ["share", "unit", "wanted", "digest", "version", "due_at", "tries"]
_SHARED = frozenset(("name", *Share.Field.values))
Entry = tuple[Share, dict[str, str]]


@transaction.atomic
def follow(*, actor: Actor = SYSTEM, now: datetime.datetime | None = None) -> int:
    """Read the feed on from where it was read last; how many persons differ now.

    When the rules of who sees whom have changed, everybody is looked at anew: whoever is hidden now leaves.
    """
    now = now or timezone.now()
    database.lock("sharing.push")
    channel = Channel.objects.first() or Channel(cursor=events.latest())
    found = events.after(channel.cursor)
    book = rulebook.current_version()
    if book != channel.book:
        changed = _refresh(None, now, actor)
    else:
        changed = _refresh(_touched(found), now, actor) if found else 0
    channel.book = book
    if found:
        channel.cursor = found[-1].pk
    channel.save()
    return changed


def follow_person(*, person: Person, fields: frozenset[str]) -> None:
    """What one changes of himself is not in the feed: look at him soon, if he is shared."""
    if fields & _SHARED and SharedPerson.objects.filter(person=person, wanted=Wanted.PRESENT).exists():
        jobs.enqueue("sharing.refresh_person", person_id=person.pk)


def _touched(found: list[Any]) -> set[int]:
    """Persons of these events; for units everybody in and below them."""
    people = {event.person_id for event in found if event.person_id is not None}
    for path in {event.unit.path for event in found if event.unit is not None and event.person_id is None}:
        below = Person.objects.filter(unit_path__gte=path, unit_path__lt=f"{path}~")
        people.update(below.values_list("pk", flat=True))
    return people


@transaction.atomic
def refresh(
    person_ids: Iterable[int] | None, *, actor: Actor = SYSTEM, now: datetime.datetime | None = None
) -> int:
    """Bring the ledger in line for these persons, None: for everybody; how many differ now."""
    database.lock("sharing.push")
    ids = None if person_ids is None else set(person_ids)
    return _refresh(ids, now or timezone.now(), actor)


def refresh_share(share: Share, *, actor: Actor, now: datetime.datetime | None = None) -> int:
    """The same for everybody whom a share covers or has covered."""
    covered = set(scope.covered(share).values_list("pk", flat=True))
    known = SharedPerson.objects.filter(unit=share.unit_id).values_list("person", flat=True)
    return refresh(covered | set(known), actor=actor, now=now)


def _refresh(ids: set[int] | None, now: datetime.datetime, actor: Actor) -> int:
    known = SharedPerson.objects.all() if ids is None else SharedPerson.objects.filter(person__in=ids)
    rows = {row.person_id: row for row in known.select_for_update()}
    wanted, made, changed = dict(_wanted(ids)), [], []
    for person_id, (share, entry) in wanted.items():
        row = rows.get(person_id)
        if row is None:
            row = SharedPerson(person_id=person_id, share=share, unit=share.unit, wanted=Wanted.PRESENT)
            row.digest, row.due_at = scope.digest_of(row.key.hex, entry), now
            made.append(row)
        elif want(row, share, scope.digest_of(row.key.hex, entry), now):
            changed.append(row)
    gone = [row for person_id, row in rows.items() if person_id not in wanted and give_up(row, now)]
    SharedPerson.objects.bulk_create(made, batch_size=_BATCH)
    SharedPerson.objects.bulk_update([*changed, *gone], _CHANGED, batch_size=_BATCH)
    total = len(made) + len(changed) + len(gone)
    if total:
        title = f"新增{len(made)}人、更新{len(changed)}人、撤下{len(gone)}人"
        audit.record(LEDGER_CHANGED, ("sharing.sharedperson", "", title), actor=actor)
    return total


def want(row: SharedPerson, share: Share, digest: str, now: datetime.datetime) -> bool:
    """The directory shall hold this; True when that is something else than before."""
    is_same = row.wanted == Wanted.PRESENT and row.digest == digest
    if is_same and row.share_id == share.pk:
        return False
    row.share, row.unit = share, share.unit
    if not is_same:
        row.wanted, row.digest = Wanted.PRESENT, digest
        _raise(row, now)
    return True


def give_up(row: SharedPerson, now: datetime.datetime) -> bool:
    """The directory shall hold nothing of him; True when it did before."""
    if row.wanted == Wanted.ABSENT:
        return False
    row.wanted, row.digest = Wanted.ABSENT, ""
    _raise(row, now)
    return True


def _raise(row: SharedPerson, now: datetime.datetime) -> None:
    row.version += 1
    row.due_at, row.tries = now, 0


def _wanted(ids: set[int] | None) -> Iterator[tuple[int, Entry]]:
    """Person -> his share and what it says of him."""
    shares = queries.active()
    if ids is not None:
        paths = Person.objects.filter(pk__in=ids).values_list("unit_path", flat=True)
        shares = shares.filter(unit__path__in={path[:_WIDTH] for path in paths})
    for share in shares.order_by("pk"):
        people = scope.covered(share)
        if ids is not None:
            people = people.filter(pk__in=ids)
        found = people.order_by("pk").iterator(chunk_size=_BATCH)
        while batch := list(islice(found, _BATCH)):
            for person_id, entry in scope.entries_of(share, batch).items():
                yield person_id, (share, entry)
