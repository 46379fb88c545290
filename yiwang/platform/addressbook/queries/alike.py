"""Persons whom two states of the rules treat alike, as who looks and as who is looked for: a census for 试算.

One statement over everybody, in the transaction in which the other state has been brought about; a city of
300,000 makes some thousand groups.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import connection

from yiwang.platform.addressbook.models.book import Tier
from yiwang.platform.addressbook.queries import sight_facts
from yiwang.platform.addressbook.queries.policy import DEPARTMENT
from yiwang.platform.addressbook.queries.rulebook import Passes, RuleBook, Sight
from yiwang.platform.addressbook.queries.visibility import SqlCondition

# A place is written department|mark,mark; marks are paths that rules speak of and that lead to the unit.
_CENSUS = """
WITH mark AS MATERIALIZED (
    SELECT path FROM unnest(%(marks)s::text[]) AS marked (path)
), place AS MATERIALIZED (
    SELECT unit.id, CASE WHEN length(unit.path) >= %(length)s THEN left(unit.path, %(length)s) ELSE '' END
               || '|' || coalesce(string_agg(mark.path, ',' ORDER BY mark.path), '') AS written
    FROM org_unit unit
    CROSS JOIN generate_series(5, length(unit.path), 5) AS ending
    LEFT JOIN mark ON mark.path = left(unit.path, ending) COLLATE "C"
    GROUP BY unit.id, unit.path
), fact AS MATERIALIZED (
    {facts}
), serving AS MATERIALIZED (
    SELECT post.person_id, array_agg(DISTINCT place.written ORDER BY place.written) AS places
    FROM org_post post JOIN place ON place.id = post.unit_id
    WHERE post.is_living GROUP BY post.person_id
), belonging AS MATERIALIZED (
    SELECT person_id, array_agg(DISTINCT group_id ORDER BY group_id) AS groups FROM (
        SELECT member.person_id, member.group_id FROM addressbook_groupmember member
        WHERE member.group_id = ANY(%(groups)s)
      UNION ALL
        SELECT post.person_id, duty.id
        FROM addressbook_group duty JOIN org_post post ON post.title = duty.reference AND post.is_living
        WHERE duty.source = 'org.title' AND duty.id = ANY(%(groups)s)
    ) AS member GROUP BY person_id
)
SELECT person.sight, person.tier, fact.is_present, fact.tier, fact.zone, fact.reserve, fact.groups,
       coalesce(main.written, '|'), coalesce(serving.places, '{{}}'), coalesce(belonging.groups, '{{}}'),
       CASE WHEN person.id = ANY(%(singled)s) THEN person.id ELSE 0 END,
       count(*), min(person.id), max(person.id)
FROM org_person person
JOIN fact ON fact.id = person.id
LEFT JOIN place main ON main.id = person.unit_id
LEFT JOIN serving ON serving.person_id = person.id
LEFT JOIN belonging ON belonging.person_id = person.id
WHERE (person.sight > 0 OR fact.is_present) AND {visible}
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
"""

_AS_THEY_STAND = """
SELECT id, true AS is_present, tier,
       NULL::bigint AS zone, NULL::smallint AS reserve, NULL::bigint[] AS groups
FROM org_person WHERE sight > 0
"""


@dataclass(frozen=True, slots=True)
class Group:
    """Persons alike. sight, becomes: their class before and after, None for who is not there at all.

    marks: marked paths that lead to their posts; line: those that lead to the main post, from above. singled:
    the id of somebody who is counted alone, else 0. some: one or two of them.
    """

    sight: Sight | None
    becomes: Sight | None
    tier: int
    tier_after: int
    departments: frozenset[str]
    marks: frozenset[str]
    line: tuple[str, ...]
    groups: frozenset[int]
    singled: int
    people: int
    some: tuple[int, ...]


def groups(
    before: RuleBook, after: RuleBook, visible: SqlCondition, singled: Collection[int], *, anew: bool
) -> list[Group]:
    """Everybody whom the asker may see (visible); before: the book of the classes that stand in org_person.

    anew: facts that make classes have changed, so everybody's class is worked out as it would be.
    """
    census, parameters = _statement(before, after, visible, singled, anew=anew)
    with connection.cursor() as cursor:
        cursor.execute(census, parameters)
        rows = cursor.fetchall()
    return [_group(row, before) for row in rows]


def _statement(
    before: RuleBook, after: RuleBook, visible: SqlCondition, singled: Collection[int], *, anew: bool
) -> tuple[str, dict[str, Any]]:
    facts, parameters = sight_facts.statement(None) if anew else (_AS_THEY_STAND, {})
    seen, values = visible
    for number, value in enumerate(values):
        seen = seen.replace("%s", f"%(seen_{number})s", 1)
        parameters[f"seen_{number}"] = value
    parameters |= {
        "marks": sorted(marks(before) | marks(after)),
        "length": DEPARTMENT,
        "groups": sorted(_viewing(before) | _viewing(after)),
        "singled": sorted({*singled, *_named(before), *_named(after)}),
    }
    return _CENSUS.format(facts=facts, visible=seen), parameters


def marks(book: RuleBook) -> set[str]:
    """Every path that the book speaks of, on either side."""
    return viewing_marks(book) | {path for path in target_marks(book) if path}


def viewing_marks(book: RuleBook) -> set[str]:
    """Paths that tell viewers apart."""
    hidden = {path for one in book.hidden for path in (one.path, one.path[:DEPARTMENT])}
    veiled = {path for one in book.veils for path in (one.path, one.path[:DEPARTMENT])}
    ruled = {one.viewer_path for one in book.rules}
    passing = {path for one in _lists(book) for path in one.paths}
    return (hidden | veiled | ruled | passing) - {""}


def target_marks(book: RuleBook) -> set[str]:
    """Paths that tell targets apart; "" for whoever serves in none of them."""
    return {"", *(one.target_path for one in book.rules), *(one.path for one in book.veils)}


def _lists(book: RuleBook) -> list[Passes]:
    return [
        *(one.passes for one in book.hidden),
        *(one.passes for one in book.veils),
        *book.hidden_persons.values(),
    ]


def _viewing(book: RuleBook) -> set[int]:
    """Groups that look by a rule or pass by a white list."""
    ruled = {one.viewer_group for one in book.rules if one.viewer_group}
    return ruled.union(*(one.groups for one in _lists(book)))


def _named(book: RuleBook) -> set[int]:
    """Whom the book knows by name: on white lists, hidden with a list of their own, with hidden fields."""
    veiled = {one.person_id for one in book.veils if one.person_id}
    return {*book.hidden_persons, *veiled}.union(*(one.persons for one in _lists(book)))


def _group(row: tuple[Any, ...], before: RuleBook) -> Group:
    sight, tier, is_present, tier_after, zone, reserve, of_groups, main, places, in_groups = row[:10]
    singled, people, first, last = row[10:]
    told_apart = [place.split("|") for place in places]
    leading = [mark for _, written in told_apart for mark in written.split(",") if mark]
    becomes = was = before.sights.get(sight)
    if zone is not None:
        becomes = Sight(0, tier_after, zone, reserve, frozenset(of_groups)) if is_present else None
    return Group(
        sight=was,
        becomes=becomes,
        tier=Tier(tier),
        tier_after=Tier(tier_after),
        departments=frozenset(department for department, _ in told_apart if department),
        marks=frozenset(leading),
        line=tuple(main.split("|")[1].split(",")),
        groups=frozenset(in_groups),
        singled=singled,
        people=people,
        some=tuple(dict.fromkeys((first, last))),
    )
