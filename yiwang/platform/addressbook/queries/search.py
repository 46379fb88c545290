"""Finding a person while typing: one hand-written statement, in the maintained order of the district.

Each kind of input has its own shape of statement, so that PostgreSQL has one sensible plan only (ADR 5):
a walk along an index that is already in display order, or all rows with a long prefix and then a sort.
Which shape is used changes how long it takes, never what is found. Pages and API only render what comes out.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import msgspec
from django.core import signing
from django.db import connection

from yiwang.kernel.chinese.pinyin import respelled
from yiwang.kernel.crypto.fields import blind_index
from yiwang.kernel.errors import invalid
from yiwang.platform.addressbook.models import HotPrefix
from yiwang.platform.addressbook.queries import hot_prefixes, titles, typed, unit_names, visibility, withheld
from yiwang.platform.addressbook.queries.typed import Kind, Typed
from yiwang.platform.org.models import Person
from yiwang.platform.org.models.viewer import Viewer

PAGE = 20
STRANGER_SALT = "addressbook.stranger"
_LAST_LETTER = "~"  # after every letter
_LAST_CHARACTER = "\U0010ffff"  # after every Chinese character
_AFTER = re.compile(r"([0-3])\.(\d{1,18})\.(\d{1,18})")


class Row(msgspec.Struct, frozen=True):
    """A person as a list shows him. unit: where his main post is; department: the level-2 unit above it."""

    id: int
    name: str
    title: str
    unit: str
    department: str
    office_phone: str

    @property
    def place(self) -> str:
        """Where he serves and as what, in one line; what is the same twice is said once."""
        return " · ".join(dict.fromkeys(filter(None, (self.department, self.unit, self.title))))


class Stranger(msgspec.Struct, frozen=True):
    """Somebody reached by his whole name or number only (可搜可加): no more than name and department.

    ticket: opens his minimal card for this viewer, for an hour.
    """

    id: int
    name: str
    department: str
    ticket: str


class Found(msgspec.Struct, frozen=True):
    """One page of persons. next: what to pass as `after` for the next page, "" on the last.

    strangers: on the first page, who is found because the whole name or the whole number was typed.
    """

    people: list[Row]
    has_more: bool = False
    next: str = ""
    hint: str = ""
    strangers: list[Stranger] = []

    @property
    def number(self) -> int:
        """How many persons this page shows, whichever way."""
        return len(self.people) + len(self.strangers)


@dataclass(frozen=True, slots=True)
class _Place:
    """The last row shown: 0 beginning with what was typed, 1 containing it, 2 and 3 by post; position, id."""

    stage: int = 0
    position: int = 0
    id: int = 0

    def __str__(self) -> str:
        return f"{self.stage}.{self.position}.{self.id}"


@dataclass(frozen=True, slots=True)
class _Branch:
    """A condition on `person` with its parameters.

    walks: the expression whose index has the rows in order of position; "" when they must be sorted.
    """

    condition: str
    parameters: list[Any]
    walks: str = ""


COLUMNS = ", ".join(
    f"person.{column}" for column in ("id", "name", "title", "office_phone", "unit_id", "position")
)
Record = tuple[int, str, str, str, int, int]  # these columns of one person


def people(
    viewer: Viewer | None, text: str, *, after: str = "", limit: int = PAGE, within: str = ""
) -> Found:
    """The persons this viewer may find by what he typed, the same order for everybody.

    after: `next` of the page before; refused with 422 when it is none.
    within: path of the unit that they serve in or below, by their main post; "" for the whole district.
    """
    place = _read_place(after)
    what = typed.read(text)
    if what.kind is Kind.NOTHING or viewer is None or viewer.is_temporary:
        return Found([], hint=what.hint)
    hits: list[tuple[int, Record]] = []
    stages = (
        (0, 1, 2, 3) if what.kind is Kind.NAME and not what.letters and len(what.characters) > 1 else (0,)
    )
    for stage in stages[place.stage :]:
        start = place if stage == place.stage else _Place(stage)
        wanted = limit + 1 - len(hits)
        hits += [(stage, record) for record in _of_stage(viewer, what, within, start, wanted)]
        if len(hits) > limit:
            last_stage, last = hits[limit - 1]
            place = _Place(last_stage, last[5], last[0])
            rows = rows_of(viewer, [record for _, record in hits[:limit]])
            return Found(
                rows, has_more=True, next=str(place), strangers=_strangers(viewer, what, after, within)
            )
    rows = rows_of(viewer, [record for _, record in hits])
    strangers = _strangers(viewer, what, after, within)
    return Found(rows, hint="" if rows or strangers else what.hint, strangers=strangers)


# Whose number is hidden is not found by it: the hit would tell whose it is.
_BETRAYED = {Kind.MOBILE: "mobile", Kind.PHONE: "office_phone"}


def _of_stage(viewer: Viewer, what: Typed, within: str, place: _Place, limit: int) -> list[Record]:
    if place.stage > 1:
        return _with_post(viewer, what, within, place, limit)
    branches = _within(_branches(what, place.stage), within)
    return _shown(branches, viewer, place, limit, _BETRAYED.get(what.kind, ""))


def _shown(branches: list[_Branch], viewer: Viewer, place: _Place, limit: int, field: str) -> list[Record]:
    """What is fetched, without those of whom this field is kept from the viewer."""
    if not field:
        return _fetch(branches, viewer, place, limit)
    shown: list[Record] = []
    while len(shown) < limit:
        found = _fetch(branches, viewer, place, limit)
        kept = withheld.of(viewer, [record[0] for record in found])
        shown += [record for record in found if field not in kept[record[0]]]
        if len(found) < limit:
            break
        place = _Place(place.stage, found[-1][5], found[-1][0])
    return shown[:limit]


_MOST_STRANGERS = 20


def _strangers(viewer: Viewer, what: Typed, after: str, within: str) -> list[Stranger]:
    """Persons with exactly this name or mobile number whom the viewer may find but not see in lists."""
    if after or not (what.kind is Kind.MOBILE or (what.kind is Kind.NAME and not what.letters)):
        return []
    findable = visibility.search_condition(viewer)
    if findable is None or (what.kind is Kind.NAME and len(what.characters) < 2):
        return []
    condition = "person.name = %s"
    own: list[Any] = [what.characters]
    if what.kind is Kind.MOBILE:
        condition, own = "person.mobile_index = ANY(%s)", [blind_index(Person, "mobile", what.mobile)]
    (branch,) = _within([_Branch(condition, own)], within)
    sql = (
        f"SELECT person.id, person.name, person.unit_id FROM org_person person"
        f" WHERE {branch.condition} AND {findable[0]} ORDER BY person.position + 0, person.id LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*branch.parameters, *findable[1], _MOST_STRANGERS])
        rows = cursor.fetchall()
    names = unit_names.names_of([unit_id for _, _, unit_id in rows])
    kept = withheld.of(viewer, [row[0] for row in rows]) if what.kind is Kind.MOBILE else {}
    return [
        Stranger(
            person_id,
            name,
            names.get(unit_id, ("", ""))[1],
            signing.dumps([viewer.person_id, person_id], salt=STRANGER_SALT),
        )
        for person_id, name, unit_id in rows
        if "mobile" not in kept.get(person_id, ())
    ]


def people_json(viewer: Viewer | None, text: str, *, after: str = "", limit: int = PAGE) -> bytes:
    """The same, ready to be sent."""
    return msgspec.json.encode(people(viewer, text, after=after, limit=limit))


def _read_place(after: str) -> _Place:
    if not after:
        return _Place()
    parts = _AFTER.fullmatch(after)
    if parts is None:
        raise invalid("cursor", "翻页位置无效，请重新查找")
    return _Place(int(parts[1]), int(parts[2]), int(parts[3]))


def rows_of(viewer: Viewer, records: Sequence[Record]) -> list[Row]:
    """Persons as lists show them to this viewer; whom he may see is for the statement to know."""
    names = unit_names.names_of([record[4] for record in records])
    kept = withheld.of(viewer, [record[0] for record in records])
    return [
        Row(
            person_id,
            name,
            "" if "title" in kept[person_id] else title,
            *names.get(unit_id, ("", "")),
            "" if "office_phone" in kept[person_id] else office_phone,
        )
        for person_id, name, title, office_phone, unit_id, _ in records
    ]


def _fetch(branches: list[_Branch], viewer: Viewer, place: _Place, limit: int) -> list[Record]:
    """One statement. Several branches have no person in common; each is cut before they are merged."""
    if not branches:
        return []
    visible, visible_parameters = visibility.condition(viewer)
    statements: list[str] = []
    parameters: list[Any] = []
    for branch in branches:
        # The order names the walked expression, and "+ 0" hides the column, so that the planner never walks
        # the whole district in order: it thinks that quick, because it takes all conditions for independent.
        order = (
            f"{branch.walks}, person.position, person.id"
            if branch.walks
            else "person.position + 0, person.id"
        )
        statements.append(
            f"SELECT {COLUMNS} FROM org_person person WHERE {branch.condition} AND {visible}"
            f" AND (person.position, person.id) > (%s, %s) AND person.position < {Person.NO_PLACE:d}"
            f" ORDER BY {order} LIMIT %s"
        )
        parameters += [*branch.parameters, *visible_parameters, place.position, place.id, limit]
    sql = statements[0]
    if len(statements) > 1:
        merged = ") UNION ALL (".join(statements)
        sql = f"SELECT * FROM (({merged})) AS person ORDER BY person.position, person.id LIMIT {limit:d}"
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cast("list[Record]", cursor.fetchall())


def _branches(what: Typed, stage: int) -> list[_Branch]:
    if what.kind is Kind.MOBILE:
        indexes = blind_index(Person, "mobile", what.mobile)
        return [_Branch("person.mobile_index = ANY(%s)", [indexes])]
    if what.kind is Kind.PHONE:
        return _by_phone(what.phone)
    if what.kind is Kind.NAME and not what.letters:
        return [_name_beginning(what.characters) if stage == 0 else _name_containing(what.characters)]
    branches = [_by_letters("pinyin", what.pinyin)]
    if what.initials and len(what.letters) > 1:  # one letter is a beginning of pinyin as well
        by_initials = _by_letters("initials", what.initials)
        condition = f"{by_initials.condition} AND left(person.pinyin, %s) <> %s"
        parameters = [*by_initials.parameters, len(what.pinyin), what.pinyin]
        branches.append(_Branch(condition, parameters, by_initials.walks))
    if not what.characters:
        return branches + _read_otherwise(what)
    count = len(what.characters)
    return [_narrowed(branch, "name", count, what.characters) for branch in branches]


def _read_otherwise(what: Typed) -> list[_Branch]:
    """Families read their surname differently: who types 仇 as chou finds also those who are called qiu."""
    branches = []
    for surname, letters in respelled(what.pinyin):
        branch = _narrowed(_walk("name", surname[0]), "name", len(surname), surname)
        branch = _narrowed(branch, "pinyin", len(letters), letters)
        condition = f"{branch.condition} AND left(person.pinyin, %s) <> %s"
        parameters = [*branch.parameters, len(what.pinyin), what.pinyin]
        if what.initials:
            condition += " AND left(person.initials, %s) <> %s"
            parameters += [len(what.initials), what.initials]
        branches.append(_Branch(condition, parameters, branch.walks))
    return branches


# The digits of an office phone from its end, as migration 0010 indexes them; then those before an extension.
_PHONE = "reverse(regexp_replace(person.office_phone, '[^0-9]', '', 'g')) COLLATE \"C\""
_HAS_EXTENSION = "person.office_phone ~ '-[0-9]{1,6}$'"
_PHONE_BEFORE = (
    "reverse(regexp_replace(regexp_replace(person.office_phone, '-[0-9]{1,6}$', ''), '[^0-9]', '', 'g'))"
    ' COLLATE "C"'
)


def _by_phone(digits: str) -> list[_Branch]:
    """Office phones that end so, with an extension or before it."""
    whole = _between(f"({_PHONE})", digits[::-1], _LAST_LETTER)
    before = _between(f"({_PHONE_BEFORE})", digits[::-1], _LAST_LETTER)
    condition = f"{_HAS_EXTENSION} AND {before.condition} AND NOT ({whole.condition})"
    return [whole, _Branch(condition, [*before.parameters, *whole.parameters])]


_COMMON = 2_000  # holders of a post: from here on walking the district in order finds a page of them sooner


def _with_post(viewer: Viewer, what: Typed, within: str, place: _Place, limit: int) -> list[Record]:
    """Who holds a post that is called so, and is not found by his name already; shown with that post."""
    found = titles.containing(what.characters, exactly=place.stage == 2)
    if found is None:
        return []
    besides = titles.held_besides(viewer, found)
    condition = "(person.title = ANY(%s) OR person.id = ANY(%s)) AND strpos(person.name, %s) = 0"
    parameters: list[Any] = [found.names, list(besides), what.characters]
    nearer = titles.containing(what.characters, exactly=True) if place.stage == 3 else None
    if nearer is not None:  # who was found by that already
        condition += " AND NOT (person.title = ANY(%s) OR person.id = ANY(%s))"
        parameters += [nearer.names, list(titles.held_besides(viewer, nearer))]
    branch = _Branch(condition, parameters)
    if found.people > _COMMON:
        branch = _Branch(f"coalesce({condition}, false)", parameters, walks="person.position")
    records = _shown(_within([branch], within), viewer, place, limit, "title")
    return [_as_holder(record, besides, found.names) for record in records]


def _as_holder(record: Record, besides: Mapping[int, titles.Besides], names: list[str]) -> Record:
    person_id, name, title, office_phone, _, position = record
    if title in names or person_id not in besides:
        return record
    other = besides[person_id]
    return (person_id, name, other.title, office_phone, other.unit_id, position)


def _within(branches: list[_Branch], path: str) -> list[_Branch]:
    """Only who serves in the unit with that path or below it."""
    if not path:
        return branches
    condition = "person.unit_path >= %s AND person.unit_path < %s"
    return [
        _Branch(f"{branch.condition} AND {condition}", [*branch.parameters, path, path + "~"], branch.walks)
        for branch in branches
    ]


def _name_beginning(characters: str) -> _Branch:
    if len(characters) == 1:
        return _walk("name", characters)
    if hot_prefixes.is_hot(HotPrefix.Kind.NAME, characters):
        return _narrowed(_walk("name", characters[0]), "name", len(characters), characters)
    return _between("person.name", characters, _LAST_CHARACTER)


def _name_containing(characters: str) -> _Branch:
    """At least two characters, from the second on: the given name 明华, or a part of a long name.

    The three alternatives are three indexes (migrations 0002, 0004); names over four characters are few.
    """
    second = _between("substr(person.name, 2)", characters, _LAST_CHARACTER)
    third = _between("substr(person.name, 3)", characters, _LAST_CHARACTER)
    return _Branch(
        f"(({second.condition}) OR (length(person.name) > 3 AND {third.condition})"
        " OR (length(person.name) > 4 AND addressbook_bigrams(person.name) @> addressbook_bigrams(%s)"
        " AND strpos(substr(person.name, 4), %s) > 0))"
        " AND left(person.name, %s) <> %s",
        [*second.parameters, *third.parameters, characters, characters, len(characters), characters],
    )


def _by_letters(column: str, letters: str) -> _Branch:
    """Persons whose pinyin or initials begin so."""
    short = min(len(letters), 2)
    walk = _walk(column, letters[:short])
    if len(letters) == short:
        return walk
    if hot_prefixes.is_hot(column, letters):
        return _narrowed(walk, column, len(letters), letters)
    return _between(f"person.{column}", letters, _LAST_LETTER)


def _walk(column: str, prefix: str) -> _Branch:
    """Persons with this short prefix, in order. Two bounds: the planner drops a constant from an order."""
    expression = f"left(person.{column}, {len(prefix)})"
    return _Branch(f"{expression} BETWEEN %s AND %s", [prefix, prefix], walks=expression)


def _between(expression: str, prefix: str, last: str) -> _Branch:
    """Everything that begins with the prefix, in C collation; no pattern, so % and _ mean themselves."""
    return _Branch(f"{expression} >= %s AND {expression} < %s", [prefix, prefix + last])


def _narrowed(branch: _Branch, column: str, length: int, value: str) -> _Branch:
    """Also the first `length` characters of that column. coalesce() hides the test from the planner, which
    would otherwise think that few rows remain and fetch all of them to sort."""
    condition = f"{branch.condition} AND coalesce(left(person.{column}, %s) = %s, false)"
    return _Branch(condition, [*branch.parameters, length, value], branch.walks)
