"""What one person may see, as a few sets of numbers (domain reference §3.5).

A policy is compiled from the rule book and two small reads about the viewer; then it is a comparison of a
target's sight class and place with these sets. Whatever concerns single persons (contacts, person rules,
white lists, colleagues by a concurrent post) is worked out one by one while compiling.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection
from django.utils import timezone

from yiwang.platform.addressbook import rules
from yiwang.platform.addressbook.models.book import Mode, Tier
from yiwang.platform.addressbook.queries import rulebook
from yiwang.platform.addressbook.queries.rulebook import HiddenUnit, Passes, RuleBook, RuleRow, Sight, Veil
from yiwang.platform.addressbook.rules import Spoken
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL, STEP

DEPARTMENT = STEP * (DEPARTMENT_LEVEL + 1)
_MOST_KEPT = 50_000


@dataclass(frozen=True, slots=True)
class Region:
    """How classes are seen in a part of the tree; path "" is all of it."""

    path: str
    direct: frozenset[int]
    search: frozenset[int]

    def mode(self, sight: int) -> Mode:
        """How somebody of that class is reached here."""
        if sight in self.direct:
            return Mode.DIRECT
        return Mode.SEARCH if sight in self.search else Mode.NONE


@dataclass(frozen=True, slots=True)
class Policy:
    """One person's view. regions: the innermost first, the last one is the whole tree.

    zones: hidden units he sees into. shown, findable: single persons reached directly or by search. barred:
    single persons whom their class would show, but who are reached less. shifts: (path, ±1) for head counts.
    contacts: who agreed to be his contact.
    """

    person_id: int
    tier: int
    departments: tuple[str, ...]
    regions: tuple[Region, ...]
    zones: frozenset[int]
    shown: frozenset[int]
    findable: frozenset[int]
    barred: frozenset[int]
    shifts: tuple[tuple[str, int], ...]
    veils: tuple[Veil, ...] = ()
    contacts: frozenset[int] = frozenset()

    def region(self, path: str) -> Region:
        """The innermost region that the place lies in."""
        return next(one for one in self.regions if path.startswith(one.path))

    def serves_with(self, paths: Iterable[str]) -> bool:
        """Do his and these units lie in one department?"""
        return any(path[:DEPARTMENT] in self.departments for path in paths)

    def mode(self, person_id: int, sight: int, path: str) -> Mode:
        """How he reaches that person."""
        if person_id in self.shown:
            return Mode.DIRECT
        if person_id in self.findable:
            return Mode.SEARCH
        if person_id in self.barred:
            return Mode.NONE
        return self.region(path).mode(sight)


@dataclass(frozen=True, slots=True)
class Viewer:
    """What the policy must know of who looks. paths: the units of all his living posts."""

    person_id: int
    tier: int
    paths: tuple[str, ...]
    groups: frozenset[int]
    contacts: frozenset[int]
    person_rules: Mapping[int, Mode]

    @property
    def departments(self) -> tuple[str, ...]:
        """Level-2 units he serves in."""
        whole = (path[:DEPARTMENT] for path in self.paths if len(path) >= DEPARTMENT)
        return tuple(sorted(set(whole)))


@dataclass(frozen=True, slots=True)
class Target:
    """A single person to be judged. paths: the units of his living posts; path: that of his main post."""

    person_id: int
    sight: int
    path: str
    paths: tuple[str, ...]


_VIEWER = """
SELECT person.tier,
       ARRAY(SELECT unit.path FROM org_post post JOIN org_unit unit ON unit.id = post.unit_id
             WHERE post.person_id = person.id AND post.is_living ORDER BY unit.path),
       ARRAY(SELECT member.group_id FROM addressbook_groupmember member WHERE member.person_id = person.id
             UNION SELECT duty.id
             FROM addressbook_group duty JOIN org_post post ON post.title = duty.reference
             WHERE duty.source = 'org.title' AND post.person_id = person.id AND post.is_living),
       ARRAY(SELECT CASE WHEN asker_id = person.id THEN asked_id ELSE asker_id END FROM addressbook_contact
             WHERE state = 'accepted' AND (asker_id = person.id OR asked_id = person.id)),
       ARRAY(SELECT rule.target_person_id || ':' || min(rule.mode) FROM addressbook_rule rule
             WHERE rule.viewer_person_id = person.id AND rule.state = 'active'
               AND rule.valid_from <= %(today)s
               AND (rule.valid_to IS NULL OR rule.valid_to >= %(today)s) GROUP BY rule.target_person_id)
FROM org_person person WHERE person.id = %(person)s
"""
_ORDINARY = """
SELECT unit.path, EXISTS (
    SELECT FROM org_unit towns
    WHERE towns.id = coalesce((SELECT towns_unit_id FROM addressbook_book),
            (SELECT id FROM org_unit WHERE level = 1 AND short_name = '镇街道' ORDER BY id LIMIT 1))
        AND unit.path >= towns.path AND unit.path < towns.path || '~' COLLATE "C")
FROM org_unit unit WHERE unit.id = %s
"""
# Contacts, whom rules name, hidden persons, and who serves in these departments beside his main post.
_TARGETS = """
WITH chosen AS MATERIALIZED (
    SELECT unnest(%(ids)s::bigint[]) AS id
  UNION
    SELECT post.person_id
    FROM unnest(%(departments)s::text[]) AS department (path)
    JOIN org_unit unit ON unit.path >= department.path COLLATE "C"
                      AND unit.path < department.path || '~' COLLATE "C"
    JOIN org_post post ON post.unit_id = unit.id AND post.is_living AND post.kind <> 'main'
)
SELECT person.id, person.sight, person.unit_path,
       ARRAY(SELECT unit.path FROM org_post post JOIN org_unit unit ON unit.id = post.unit_id
             WHERE post.person_id = person.id AND post.is_living)
FROM chosen JOIN org_person person ON person.id = chosen.id
"""


def of(person_id: int, *, book: RuleBook | None = None) -> Policy:
    """The person's policy under the rules in force, or under that book (then nothing is kept)."""
    if book is not None:
        policy = View(book, viewer_of(person_id)).policy()
        return _opened(book, policy) if is_in_emergency(book, person_id) else policy
    book = rulebook.book()
    in_emergency = is_in_emergency(book, person_id)
    key = (person_id, in_emergency)  # a negative person is an ordinary member of a unit
    kept: Policy | None = book.policies.get(key)
    if kept is None:
        if len(book.policies) >= _MOST_KEPT:
            book.policies.clear()
        policy = View(book, viewer_of(person_id)).policy()
        kept = book.policies[key] = _opened(book, policy) if in_emergency else policy
    return kept


def is_in_emergency(book: RuleBook, person_id: int) -> bool:
    """Is he looking behind every hiding at the moment (应急模式)?"""
    until = book.emergencies.get(person_id)
    return until is not None and until > timezone.now()


def _opened(book: RuleBook, policy: Policy) -> Policy:
    """Everybody who is there at all, with every field."""
    return replace(
        policy,
        regions=(Region("", frozenset(book.sights), frozenset()),),
        zones=frozenset({0, *(one.id for one in book.hidden)}),
        shown=frozenset({policy.person_id}),
        findable=frozenset(),
        barred=frozenset(),
        shifts=(),
        veils=(),
    )


class View:
    """The rules as they concern one viewer."""

    def __init__(self, book: RuleBook, viewer: Viewer) -> None:
        self.book = book
        self.viewer = viewer
        self.spoken = [spoken(rule) for rule in book.rules if self._concerns(rule)]
        self.zones = self._zones()
        self._veils: tuple[Veil, ...] | None = None

    def policy(self) -> Policy:
        """Everything worked out."""
        regions = self._regions()
        targets = _targets(self.book, self.viewer)
        modes = {one.person_id: self.judge(one) for one in targets}
        modes[self.viewer.person_id] = Mode.DIRECT
        shifts: list[tuple[str, int]] = []
        barred: set[int] = set()
        for one in targets:
            by_class = next(part for part in regions if one.path.startswith(part.path)).mode(one.sight)
            mode = modes[one.person_id]
            if mode < by_class:
                barred.add(one.person_id)
            if one.sight and one.path and (mode == Mode.DIRECT) != (by_class == Mode.DIRECT):
                shifts.append((one.path, 1 if mode == Mode.DIRECT else -1))
        return Policy(
            person_id=self.viewer.person_id,
            tier=self.viewer.tier,
            departments=self.viewer.departments,
            regions=regions,
            zones=self.zones,
            shown=frozenset(one for one, mode in modes.items() if mode == Mode.DIRECT),
            findable=frozenset(one for one, mode in modes.items() if mode == Mode.SEARCH),
            barred=frozenset(barred),
            shifts=tuple(shifts),
            veils=self.veils(),
            contacts=self.viewer.contacts,
        )

    def judge(self, target: Target) -> Mode:
        """Steps 1 to 10 for a single person."""
        if target.person_id == self.viewer.person_id:
            return Mode.DIRECT
        sight = self.book.sights.get(target.sight)
        if sight is None:
            return Mode.NONE
        if target.person_id in self.viewer.person_rules:
            return self.viewer.person_rules[target.person_id]
        is_own = self.is_colleague(target)
        if sight.zone not in self.zones or not self.is_free(target, sight):
            return Mode.NONE
        if is_own or target.person_id in self.viewer.contacts:
            return Mode.DIRECT
        return self.by_rules(sight, target.path)

    def is_colleague(self, target: Target) -> bool:
        """Do both serve in one department, in whatever post (step 6)?"""
        return any(path[:DEPARTMENT] in self.viewer.departments for path in target.paths)

    def is_free(self, target: Target, sight: Sight) -> bool:
        """Not 不可搜不可加, or not for this viewer (step 5)."""
        if sight.reserve <= (1 if self.is_colleague(target) else 0):
            return True
        passes = self.book.hidden_persons.get(target.person_id)
        return passes is not None and lets_pass(passes, self.viewer)

    def by_rules(self, sight: Sight, path: str) -> Mode:
        """Steps 8 and 9."""
        rule = rules.strongest(self.spoken, path, sight.groups)
        return rule.mode if rule else rules.by_matrix(self.book.preset, self.viewer.tier, sight.tier)

    def _by_class(self, sight: Sight, path: str, *, is_own: bool) -> Mode:
        """Steps 4 to 9 for whoever is of that class and serves there."""
        if sight.zone not in self.zones or sight.reserve > (1 if is_own else 0):
            return Mode.NONE
        return Mode.DIRECT if is_own else self.by_rules(sight, path)

    def _regions(self) -> tuple[Region, ...]:
        """One region for each place where something else than in the rest of the tree may hold."""
        paths = {"", *self.viewer.departments, *(one.target_path for one in self.spoken)}
        return tuple(self._region(path) for path in sorted(paths, key=lambda path: (-len(path), path)))

    def _region(self, path: str) -> Region:
        modes: dict[Mode, set[int]] = {mode: set() for mode in Mode}
        is_own = any(path.startswith(own) for own in self.viewer.departments)
        for sight in self.book.sights.values():
            modes[self._by_class(sight, path, is_own=is_own)].add(sight.id)
        return Region(path, frozenset(modes[Mode.DIRECT]), frozenset(modes[Mode.SEARCH]))

    def _zones(self) -> frozenset[int]:
        """Hidden units he sees into: on the white list or inside, and so for every hidden unit above."""
        open_zones = {0}
        for one in self.book.hidden:
            if one.above in open_zones and self._sees_into(one):
                open_zones.add(one.id)
        return frozenset(open_zones)

    def _sees_into(self, hidden: HiddenUnit) -> bool:
        if any(own.startswith(hidden.path) for own in self.viewer.paths):
            return True
        if hidden.except_own and hidden.path[:DEPARTMENT] in self.viewer.departments:
            return True
        return lets_pass(hidden.passes, self.viewer)

    def veils(self) -> tuple[Veil, ...]:
        """Hidden fields that neither a white list nor serving in the unit opens for him."""
        if self._veils is None:
            self._veils = tuple(one for one in self.book.veils if not self._sees_through(one))
        return self._veils

    def _sees_through(self, veil: Veil) -> bool:
        if veil.path and any(own.startswith(veil.path) for own in self.viewer.paths):
            return True
        if veil.path and veil.except_own and veil.path[:DEPARTMENT] in self.viewer.departments:
            return True
        return lets_pass(veil.passes, self.viewer)

    def _concerns(self, rule: RuleRow) -> bool:
        if rule.viewer_path:
            return any(own.startswith(rule.viewer_path) for own in self.viewer.paths)
        return rule.viewer_group in self.viewer.groups


def spoken(rule: RuleRow) -> Spoken:
    """A rule as it speaks for whoever is on its viewing side."""
    return Spoken(
        id=rule.id,
        kind=rule.kind,
        mode=rule.mode,
        target_path=rule.target_path,
        target_group=rule.target_group,
        depth=len(rule.viewer_path),
        priority=rule.priority,
    )


def viewer_of(person_id: int) -> Viewer:
    """What is to be known of who looks, in one statement.

    A negative number is an ordinary member of the unit with that number, as whom its applications look.
    """
    if person_id < 0:
        return _ordinary(-person_id)
    with connection.cursor() as cursor:
        cursor.execute(_VIEWER, {"person": person_id, "today": timezone.localdate()})
        row = cursor.fetchone()
    if row is None:
        return Viewer(person_id, Tier.Q4, (), frozenset(), frozenset(), {})
    tier, paths, groups, contacts, single = row
    modes = {int(target): Mode(int(mode)) for target, mode in (one.split(":") for one in single)}
    return Viewer(person_id, tier, tuple(paths), frozenset(groups), frozenset(contacts), modes)


def _ordinary(unit_id: int) -> Viewer:
    """Q4 in the towns, Q3 elsewhere; nobody's friend, in no group."""
    with connection.cursor() as cursor:
        cursor.execute(_ORDINARY, [unit_id])
        row = cursor.fetchone()
    path, is_town = row or (None, True)
    tier = Tier.Q4 if is_town else Tier.Q3
    return Viewer(-unit_id, tier, (path,) if path else (), frozenset(), frozenset(), {})


def _targets(book: RuleBook, viewer: Viewer) -> list[Target]:
    whitelisted = {one for one, passes in book.hidden_persons.items() if lets_pass(passes, viewer)}
    ids = {viewer.person_id, *viewer.contacts, *viewer.person_rules, *whitelisted}
    departments = list(viewer.departments)
    parameters: dict[str, Any] = {"ids": list(ids), "departments": departments}
    with connection.cursor() as cursor:
        cursor.execute(_TARGETS, parameters)
        rows = cursor.fetchall()
    return [Target(person_id, sight, path, tuple(paths)) for person_id, sight, path, paths in rows]


def lets_pass(passes: Passes, viewer: Viewer) -> bool:
    """Is he on this white list?"""
    return (
        viewer.person_id in passes.persons
        or bool(passes.groups & viewer.groups)
        or any(own.startswith(path) for path in passes.paths for own in viewer.paths)
    )
