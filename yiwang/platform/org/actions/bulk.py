"""Entering many people at once, by COPY: what is written is what `people.add_person` would write."""

import datetime
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone

from yiwang.kernel import bulk, database
from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.chinese.pinyin import name_pinyin
from yiwang.kernel.chinese.strokes import stroke_key
from yiwang.kernel.crypto.fields import blind_for, seal_for
from yiwang.kernel.errors import require_right
from yiwang.platform.org import hooks, rules
from yiwang.platform.org.actions import events
from yiwang.platform.org.actions.projection import recount_heads
from yiwang.platform.org.models import Event, Person, Post, Unit
from yiwang.platform.org.models.unit import Visibility
from yiwang.platform.org.queries import people
from yiwang.platform.org.vocabulary import HEADS_COUNTED, MANAGE_UNIT, PERSON_ADDED, POST_STARTED

_PERSON = (
    "id", "row_key", "name", "name_mark", "pinyin", "initials", "strokes", "id_number", "id_number_index",
    "sex", "birth_date", "mobile", "mobile_index", "category", "establishment", "duty_level", "grade",
    "office_phone", "room", "email", "updated_at", "unit_id", "unit_path", "title", "position", "visibility",
)  # fmt: skip
_POST = ("person_id", "unit_id", "title", "is_leader", "is_head", "sort", "valid_from", "basis")


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A person with his main post, as checked input. sex: a value of Person.Sex."""

    name: str
    id_number: str
    sex: str
    birth_date: datetime.date
    mobile: str
    category: str
    unit_id: int
    title: str
    name_mark: str = ""
    establishment: str = ""
    duty_level: str = ""
    grade: str = ""
    office_phone: str = ""
    room: str = ""
    email: str = ""
    is_leader: bool = False
    is_head: bool = False
    sort: int = 100
    valid_from: datetime.date | None = None
    basis: str = ""


@transaction.atomic
def add_people(newcomers: Sequence[Newcomer], *, actor: Actor) -> list[int | None]:
    """Enter them all (新增); their ids in the same order, None for who is in the district already.

    Head counts are left as they were: call `count_heads` when the last of them is in.
    """
    database.share("org.tree")  # units cannot be dissolved or moved meanwhile
    units = {unit.pk: unit for unit in Unit.objects.filter(pk__in={one.unit_id for one in newcomers})}
    for unit in units.values():
        require_right(rules.can_manage_people(actor, unit), MANAGE_UNIT.label)
    known = people.known_id_numbers(one.id_number for one in newcomers)
    wanted = [
        (place, one)
        for place, one in enumerate(newcomers)
        if one.id_number not in known and one.unit_id in units
        and units[one.unit_id].status == Unit.Status.ACTIVE
    ]  # fmt: skip
    ids = bulk.take_ids(Person, len(wanted))
    entered = _enter(
        (person_id, one, units[one.unit_id]) for person_id, (_, one) in zip(ids, wanted, strict=True)
    )
    found: list[int | None] = [None] * len(newcomers)
    for person_id, (place, _) in zip(ids, wanted, strict=True):
        found[place] = person_id if person_id in entered else None
    pairs = [(found[place], one) for place, one in wanted if found[place] is not None]
    _start_posts([(person_id, one) for person_id, one in pairs if person_id is not None])
    _remember([(person_id, one) for person_id, one in pairs if person_id is not None], units, actor)
    return found


def _enter(rows: Iterable[tuple[int, Newcomer, Unit]]) -> set[int]:
    """Write the persons; the ids of those whose identity number nobody entered at the same moment."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE incoming_person (LIKE org_person INCLUDING DEFAULTS) ON COMMIT DROP"
        )
        copy = bulk.Copy(Person, _PERSON, onto="incoming_person")
        copy.add(_person(person_id, one, unit, now) for person_id, one, unit in rows)
        cursor.execute(
            f"INSERT INTO org_person ({copy.columns}) SELECT {copy.columns} FROM incoming_person ORDER BY id"
            " ON CONFLICT (id_number_index) DO NOTHING RETURNING id"
        )
        entered = {person_id for (person_id,) in cursor.fetchall()}
        cursor.execute("DROP TABLE incoming_person")
    return entered


def _person(person_id: int, one: Newcomer, unit: Unit, now: datetime.datetime) -> bulk.Row:
    """A row of _PERSON: the numbers sealed, and what the projection copies from the main post."""
    key, spelling = uuid.uuid4(), name_pinyin(one.name)
    is_listed = one.category != Person.Category.EXTERNAL and unit.visibility == Visibility.LISTED
    return (
        person_id, key, one.name, one.name_mark, spelling.letters, spelling.initials,
        stroke_key(one.name),
        bytes(seal_for(Person, "id_number", key, one.id_number)),
        blind_for(Person, "id_number", one.id_number), one.sex, one.birth_date,
        bytes(seal_for(Person, "mobile", key, one.mobile)), blind_for(Person, "mobile", one.mobile),
        one.category, one.establishment, one.duty_level, one.grade, one.office_phone, one.room, one.email,
        now, unit.pk, unit.path, one.title, unit.position * 10_000 + one.sort,
        int(Visibility.LISTED if is_listed else Visibility.HIDDEN),
    )  # fmt: skip


def _start_posts(entered: Sequence[tuple[int, Newcomer]]) -> None:
    today = timezone.localdate()
    bulk.Copy(Post, _POST).add(
        (
            person_id, one.unit_id, one.title, one.is_leader, one.is_head, one.sort,
            one.valid_from or today, one.basis,
        )
        for person_id, one in entered
    )  # fmt: skip


def _remember(entered: Sequence[tuple[int, Newcomer]], units: dict[int, Unit], actor: Actor) -> None:
    """Two lines for each, as when he is entered alone."""
    targets = [(("org.person", person_id, one.name), one) for person_id, one in entered]
    audit.record_many(PERSON_ADDED, [audit.Event(target) for target, _ in targets], actor=actor)
    started = [
        audit.Event(target, one.basis, {"post": [None, f"{units[one.unit_id]} {one.title}"]})
        for target, one in targets
    ]
    audit.record_many(POST_STARTED, started, actor=actor)
    told = [Event(kind=Event.Kind.PERSON_ADDED, unit_id=one.unit_id, person_id=pk) for pk, one in entered]
    events.note_many(told)


@transaction.atomic
def count_heads(*, actor: Actor) -> None:
    """After people were entered: the units' head counts anew, and the news that the address book changed."""
    database.share("org.tree")
    recount_heads()
    audit.record(HEADS_COUNTED, ("org.unit", "", "组织架构"), actor=actor)
    hooks.tree_changed()
