"""The rules as they stand, read whole: there are hundreds of them, not hundreds of thousands.

A book is known by its version, which is never used twice and changes in the transaction of whatever changes
who sees whom. So a kept book is true as long as the version is; a notification tells when it is no more.
"""

import datetime
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from yiwang.kernel import request_context
from yiwang.kernel.database import Listener, planned
from yiwang.platform.addressbook.models.book import Mode
from yiwang.platform.addressbook.queries import planted

CHANNEL = "addressbook.policy"
_LONGEST_SECONDS = 60.0
_MEMO = "addressbook.rulebook"


@dataclass(frozen=True, slots=True)
class Sight:
    """A sight class (models.SightClass)."""

    id: int
    tier: int
    zone: int
    reserve: int
    groups: frozenset[int]


@dataclass(frozen=True, slots=True)
class Passes:
    """A white list."""

    persons: frozenset[int] = frozenset()
    paths: tuple[str, ...] = ()
    groups: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class HiddenUnit:
    """A hidden unit. above: the hidden unit next above it, 0 for none; except_own: its department sees it."""

    id: int
    path: str
    above: int
    except_own: bool
    passes: Passes


@dataclass(frozen=True, slots=True)
class Veil:
    """Single fields that are hidden: of whoever serves there, or of one person (path "").

    except_own: colleagues see them.
    """

    path: str
    person_id: int
    except_own: bool
    fields: frozenset[str]
    passes: Passes


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A living rule. Paths are "" and groups 0 where the side is something else."""

    id: int
    kind: str
    mode: Mode
    viewer_path: str
    viewer_group: int
    target_path: str
    target_group: int
    priority: int


@dataclass(frozen=True, slots=True)
class RuleBook:
    """Everything but what concerns single persons. policies: what was made of it, by person.

    emergencies: person in 应急模式 -> until when.
    """

    version: int
    preset: str
    sights: dict[int, Sight]
    hidden: tuple[HiddenUnit, ...]
    rules: tuple[RuleRow, ...]
    hidden_persons: dict[int, Passes] = field(default_factory=dict)
    veils: tuple[Veil, ...] = ()
    emergencies: dict[int, datetime.datetime] = field(default_factory=dict)
    canaries: tuple[planted.CanaryRow, ...] = ()
    policies: dict[tuple[int, bool], Any] = field(default_factory=dict)


def current_version() -> int:
    """The version that this transaction sees."""
    rows = planned("SELECT version FROM addressbook_book WHERE id = 1", {})
    return int(rows[0]["version"]) if rows else 0


_HIDDEN = """
SELECT unit.id, unit.path, coalesce(hiding.scope = 'except_own', false), hiding.id
FROM org_unit unit
LEFT JOIN addressbook_hiding hiding ON hiding.unit_id = unit.id AND hiding.state = 'active'
    AND hiding.fields = '{}' AND hiding.valid_from <= %(today)s
    AND (hiding.valid_to IS NULL OR hiding.valid_to >= %(today)s)
WHERE unit.zone = unit.id
ORDER BY unit.path
"""
# hidden_person: whose whole entry is hidden; a list for single fields opens nothing else.
_PASSES = """
SELECT pass.hiding_id, CASE WHEN hiding.fields = '{}' THEN hiding.person_id END AS hidden_person,
       pass.person_id, unit.path, pass.group_id
FROM addressbook_hidingpass pass
JOIN addressbook_hiding hiding ON hiding.id = pass.hiding_id AND hiding.state = 'active'
    AND hiding.valid_from <= %(today)s AND (hiding.valid_to IS NULL OR hiding.valid_to >= %(today)s)
LEFT JOIN org_unit unit ON unit.id = pass.unit_id
"""
_VEILS = """
SELECT hiding.id, coalesce(unit.path, ''), coalesce(hiding.person_id, 0), hiding.scope = 'except_own',
       hiding.fields::text[]
FROM addressbook_hiding hiding LEFT JOIN org_unit unit ON unit.id = hiding.unit_id
WHERE hiding.state = 'active' AND hiding.fields <> '{}'
  AND hiding.valid_from <= %(today)s AND (hiding.valid_to IS NULL OR hiding.valid_to >= %(today)s)
ORDER BY hiding.id
"""
_RULES = """
SELECT rule.id, rule.kind, rule.mode, coalesce(viewer.path, ''), coalesce(rule.viewer_group_id, 0),
       coalesce(target.path, ''), coalesce(rule.target_group_id, 0), rule.priority
FROM addressbook_rule rule
LEFT JOIN org_unit viewer ON viewer.id = rule.viewer_unit_id
LEFT JOIN org_unit target ON target.id = rule.target_unit_id
WHERE rule.state = 'active' AND rule.kind <> 'person' AND rule.valid_from <= %(today)s
  AND (rule.valid_to IS NULL OR rule.valid_to >= %(today)s)
ORDER BY rule.id
"""
_EMERGENCIES = "SELECT person_id, until FROM addressbook_emergency WHERE ended_at IS NULL AND until > %(now)s"


def read() -> RuleBook:
    """The book as this transaction sees it, kept nowhere: for trying out what has not been decided."""
    today = {"today": timezone.localdate()}
    with connection.cursor() as cursor:
        cursor.execute("SELECT version, preset FROM addressbook_book WHERE id = 1")
        version, preset = cursor.fetchone() or (0, "graded")
        cursor.execute("SELECT id, tier, zone, reserve, groups FROM addressbook_sightclass")
        sights = {
            number: Sight(number, tier, zone, reserve, frozenset(groups))
            for number, tier, zone, reserve, groups in cursor.fetchall()
        }
        cursor.execute(_PASSES, today)
        by_hiding, by_person = _passes(cursor.fetchall())
        cursor.execute(_HIDDEN, today)
        hidden = _hidden(cursor.fetchall(), by_hiding)
        cursor.execute(_VEILS, today)
        veils = tuple(
            Veil(path, person, except_own, frozenset(fields), by_hiding.get(hiding, Passes()))
            for hiding, path, person, except_own, fields in cursor.fetchall()
        )
        cursor.execute(_RULES, today)
        rules = tuple(RuleRow(row[0], row[1], Mode(row[2]), *row[3:]) for row in cursor.fetchall())
        cursor.execute(_EMERGENCIES, {"now": timezone.now()})
        emergencies = dict(cursor.fetchall())
    return RuleBook(
        version,
        preset,
        sights,
        hidden,
        rules,
        by_person,
        veils,
        emergencies=emergencies,
        canaries=planted.living_rows(),
    )


def _passes(
    rows: list[tuple[int, int | None, int | None, str | None, int | None]],
) -> tuple[dict[int, Passes], dict[int, Passes]]:
    """White lists by hiding and by hidden person."""
    found: dict[int, list[tuple[int | None, str | None, int | None]]] = defaultdict(list)
    owners: dict[int, int] = {}
    for hiding, hidden_person, person, path, group in rows:
        found[hiding].append((person, path, group))
        if hidden_person is not None:
            owners[hiding] = hidden_person
    lists = {
        hiding: Passes(
            frozenset(person for person, _, _ in one if person is not None),
            tuple(path for _, path, _ in one if path is not None),
            frozenset(group for _, _, group in one if group is not None),
        )
        for hiding, one in found.items()
    }
    return lists, {person: lists[hiding] for hiding, person in owners.items()}


def _hidden(
    rows: list[tuple[int, str, bool, int | None]], passes: dict[int, Passes]
) -> tuple[HiddenUnit, ...]:
    """In order of paths, so that whatever is above has been met before."""
    found: list[HiddenUnit] = []
    for unit_id, path, except_own, hiding in rows:
        above = next((one.id for one in reversed(found) if path.startswith(one.path)), 0)
        found.append(HiddenUnit(unit_id, path, above, except_own, passes.get(hiding or 0, Passes())))
    return tuple(found)


class _Kept:
    """This process's book. Trusted while news arrives, or when the version is asked."""

    def __init__(self) -> None:
        self.book: RuleBook | None = None
        self.since = 0.0
        self.generation = 0
        self._lock = threading.Lock()

    def forget(self, _news: str = "") -> None:
        with self._lock:
            self.book = None
            self.generation += 1

    def keep(self, book: RuleBook, *, since: float, generation: int) -> None:
        """Unless news came while it was read."""
        with self._lock:
            if self.generation == generation:
                self.book, self.since = book, since


_kept = _Kept()
listener = Listener(CHANNEL, on_news=_kept.forget, on_reconnect=_kept.forget)


def book() -> RuleBook:
    """The book in force, the same one throughout a request."""
    memo = request_context.current().memo
    if memo is None:
        return _in_force()
    if _MEMO not in memo:
        memo[_MEMO] = _in_force()
    found: RuleBook = memo[_MEMO]
    return found


def forget() -> None:
    """The transaction of this request has just changed what the book says."""
    memo = request_context.current().memo
    if memo is not None:
        memo.pop(_MEMO, None)


def is_outdated() -> bool:
    """Have the rules changed since this request took its book? Then it is forgotten, by this process too."""
    memo = request_context.current().memo or {}
    taken: RuleBook | None = memo.get(_MEMO)
    if taken is None or taken.version == current_version():
        return False
    forget()
    _kept.forget()
    return True


def _in_force() -> RuleBook:
    """From memory while news arrives, else after asking for the version."""
    if settings.CACHE_PRINCIPALS:
        listener.start()
    kept, at, generation = _kept.book, time.monotonic(), _kept.generation
    if kept is not None:
        fresh = listener.is_connected and at - _kept.since < _LONGEST_SECONDS
        if fresh or kept.version == current_version():
            return kept
    found = read()
    _kept.keep(found, since=at, generation=generation)
    return found
