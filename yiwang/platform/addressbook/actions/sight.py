"""Sight classes and tallies follow the facts: set by set, in the transaction that changes a fact.

Part of other actions, which do the audit. All of 300,000 persons take seconds, one person a millisecond.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from django.db import connection
from django.utils import timezone

from yiwang.kernel import database
from yiwang.platform.accounts.models import Account
from yiwang.platform.addressbook import hooks
from yiwang.platform.addressbook.queries import rulebook, sight_facts
from yiwang.platform.org.models import Person
from yiwang.platform.org.models.unit import STEP

_MOST_SINGLE = 500  # more persons than this are counted anew as a whole

_ZONES = """
WITH hidden AS MATERIALIZED (
    SELECT unit.id, unit.path FROM org_unit unit
    WHERE NOT unit.is_listed OR unit.id IN (
        SELECT hiding.unit_id FROM addressbook_hiding hiding
        WHERE hiding.unit_id IS NOT NULL AND hiding.state = 'active' AND hiding.fields = '{}'
          AND hiding.valid_from <= %(today)s AND (hiding.valid_to IS NULL OR hiding.valid_to >= %(today)s))
), inside AS MATERIALIZED (
    SELECT DISTINCT ON (unit.id) unit.id, hidden.id AS zone
    FROM hidden JOIN org_unit unit
      ON unit.path >= hidden.path AND unit.path < hidden.path || '~' COLLATE "C"
    ORDER BY unit.id, length(hidden.path) DESC
)
UPDATE org_unit unit SET zone = coalesce(inside.zone, 0)
FROM org_unit own LEFT JOIN inside ON inside.id = own.id
WHERE own.id = unit.id AND unit.zone <> coalesce(inside.zone, 0)
"""

# New classes are made and used in one statement; the lock sees to it that nobody makes the same meanwhile.
_CLASSIFY = """
WITH facts AS MATERIALIZED ({facts}), made AS (
    INSERT INTO addressbook_sightclass (tier, zone, reserve, groups)
    SELECT DISTINCT tier, zone, reserve, groups FROM facts WHERE is_present
    ON CONFLICT DO NOTHING RETURNING id, tier, zone, reserve, groups
), class AS (
    SELECT id, tier, zone, reserve, groups FROM addressbook_sightclass UNION ALL SELECT * FROM made
), known AS (
    SELECT facts.id, facts.tier, CASE WHEN facts.is_present THEN class.id ELSE 0 END AS sight
    FROM facts LEFT JOIN class ON class.tier = facts.tier AND class.zone = facts.zone
        AND class.reserve = facts.reserve AND class.groups = facts.groups
)
UPDATE org_person person SET sight = known.sight, tier = known.tier FROM known
WHERE person.id = known.id AND (person.sight <> known.sight OR person.tier <> known.tier)
"""
_TALLY_ALL = """
INSERT INTO addressbook_tally (unit_id, sight_id, people)
SELECT unit.id, counted.sight, counted.people
FROM (
    SELECT left(alone.unit_path, length) AS path, alone.sight, sum(alone.people) AS people
    FROM (
        SELECT unit_path, sight, count(*) AS people FROM org_person
        WHERE sight > 0 AND unit_path <> '' GROUP BY 1, 2
    ) AS alone, generate_series(5, length(alone.unit_path), 5) AS length
    GROUP BY 1, 2
) AS counted JOIN org_unit unit ON unit.path = counted.path COLLATE "C"
"""
_TALLY_MOVED = """
INSERT INTO addressbook_tally AS tally (unit_id, sight_id, people)
SELECT unit.id, moved.sight, moved.step
FROM unnest(%s::text[], %s::int[], %s::int[]) AS moved (path, sight, step)
JOIN org_unit unit ON unit.path = moved.path COLLATE "C"
ORDER BY unit.id, moved.sight
ON CONFLICT (unit_id, sight_id) DO UPDATE SET people = tally.people + excluded.people
"""
_RAISE_VERSION = """
INSERT INTO addressbook_book (id, preset, version) VALUES (1, 'graded', nextval('addressbook_version'))
ON CONFLICT (id) DO UPDATE SET version = excluded.version
"""


def follow(*, former: Mapping[int, str] | None) -> None:
    """The organisation changed: persons by id with the path they were counted at, None for everybody."""
    database.lock("org.headcount")
    is_whole = former is None or len(former) > _MOST_SINGLE
    hooks.groups_wanted(person_ids=None if is_whole else sorted(former or ()))
    if former is None or is_whole:
        place_zones()
        _classify(None)
        _count_all()
    else:
        _follow_persons(former)
    _announce()


def follow_persons(person_ids: Collection[int]) -> None:
    """What the policy must know of these persons changed, but not where they serve."""
    paths = Person.objects.filter(pk__in=person_ids).values_list("pk", "unit_path")
    follow(former=dict(paths))


def follow_account(*, account: Account, **_more: object) -> None:
    """An account was opened, barred, let in again or closed: others may see its person, or no more."""
    follow_persons([account.person_id])


def follow_rules() -> None:
    """Rules, groups or hidings changed: everybody may belong to another class."""
    follow(former=None)


def bring_groups() -> None:
    """A rule or white list names a group now: let whoever keeps it fill it."""
    database.lock("org.headcount")
    hooks.groups_wanted(person_ids=None)


def announce() -> None:
    """Something changed that makes no class: contacts, person rules, white lists, the preset."""
    _announce()


def _follow_persons(former: Mapping[int, str]) -> None:
    ids = sorted(former)
    before = _places(ids)
    _classify(ids)
    after = _places(ids)
    steps: Counter[tuple[str, int]] = Counter()
    for person_id in ids:
        _, sight = before[person_id]
        _step(steps, former[person_id], sight, -1)
        _step(steps, *after[person_id], 1)
    moved = [(path, sight, step) for (path, sight), step in steps.items() if step]
    if moved:
        with connection.cursor() as cursor:
            cursor.execute(_TALLY_MOVED, [list(column) for column in zip(*moved, strict=True)])


def _places(ids: Sequence[int]) -> dict[int, tuple[str, int]]:
    rows = Person.objects.filter(pk__in=ids).values_list("pk", "unit_path", "sight")
    return {person_id: (path, sight) for person_id, path, sight in rows}


def _step(steps: Counter[tuple[str, int]], path: str, sight: int, step: int) -> None:
    if sight:
        for end in range(STEP, len(path) + 1, STEP):
            steps[path[:end], sight] += step


def place_zones() -> None:
    """Which hidden unit each unit lies in. Part of other actions, and of trying out."""
    with connection.cursor() as cursor:
        cursor.execute(_ZONES, {"today": timezone.localdate()})


def _classify(ids: Sequence[int] | None) -> None:
    facts, parameters = sight_facts.statement(ids)
    with connection.cursor() as cursor:
        cursor.execute(_CLASSIFY.format(facts=facts), parameters)


def _count_all() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM addressbook_tally")
        cursor.execute(_TALLY_ALL)


def _announce() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_RAISE_VERSION)
    rulebook.forget()
    database.notify(rulebook.CHANNEL)
