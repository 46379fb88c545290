"""试算: what a proposal would change, counted group by group instead of pair by pair.

Two states of the rules are compared for everybody who looks and everybody who is looked for. Persons whom
both states treat alike are one group (queries/alike.py); of two groups only those pairs are judged that the
difference can touch, once for colleagues and once for the others (§3.5, steps 5 and 6). Single pairs that
contacts and person rules speak of are judged alone. Whoever is in 应急模式 counts as he sees without it: that
mode is over in two hours, the proposal stays.
"""

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from yiwang.kernel.errors import Refused
from yiwang.platform.addressbook.models.book import Mode
from yiwang.platform.addressbook.queries.alike import Group, target_marks, viewing_marks
from yiwang.platform.addressbook.queries.policy import View, Viewer, lets_pass
from yiwang.platform.addressbook.queries.rulebook import RuleBook, Sight, Veil

LOST, GAINED, LESS_FOUND, FOUND, VEILED, UNVEILED = (
    "lost",
    "gained",
    "less_found",
    "found",
    "veiled",
    "unveiled",
)
KINDS = (LOST, GAINED, LESS_FOUND, FOUND, VEILED, UNVEILED)
LONGEST_SECONDS = 30
_MOST_SAMPLES = 5


@dataclass(frozen=True, slots=True)
class State:
    """The rules in one state. by_person: (viewer, target) -> what person rules say of the two."""

    book: RuleBook
    by_person: Mapping[tuple[int, int], Mode]


@dataclass(frozen=True, slots=True)
class Effect:
    """viewers lose or gain targets; pairs: how often in all. some_viewers, some_targets: ids to name."""

    kind: str
    viewers: int
    targets: int
    pairs: int
    some_viewers: tuple[int, ...]
    some_targets: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ZoneView:
    """Hidden units that some people see into before and after; how many they are, one or two of them."""

    before: frozenset[int]
    after: frozenset[int]
    people: int
    some: tuple[int, ...]


# What a target is, as far as rules can tell: class before and after, place, who he is if named.
_Cell = tuple[Sight | None, Sight | None, str, int]
# The same of a viewer: tier before and after, marks, groups, who he is if named.
_Eyes = tuple[int, int, frozenset[str], frozenset[int], int]


@dataclass(slots=True)
class _Reached:
    """Cells in which something changes for one pair of eyes: of colleagues, or of others."""

    colleagues: set[_Cell] = field(default_factory=set)
    others: set[_Cell] = field(default_factory=set)


class Comparison:
    """before and after, over the same groups."""

    def __init__(
        self, before: State, after: State, groups: Sequence[Group], contacts: Iterable[tuple[int, int]]
    ) -> None:
        self.before, self.after, self.groups = before, after, groups
        self.contacts = set(contacts)
        self.until = time.monotonic() + LONGEST_SECONDS
        self._named_targets = {
            one
            for state in (before, after)
            for one in (*state.book.hidden_persons, *(veil.person_id for veil in state.book.veils))
        }
        self._named_viewers = {
            person for state in (before, after) for one in _lists(state.book) for person in one
        }
        self._viewing = viewing_marks(before.book) | viewing_marks(after.book)
        self._places = target_marks(before.book) | target_marks(after.book)
        self._kept: dict[_Eyes, tuple[View, View]] = {}
        self.members: dict[_Cell, list[int]] = defaultdict(list)
        self.lookers: dict[_Eyes, list[int]] = defaultdict(list)
        for number, one in enumerate(groups):
            self.members[self.cell(one)].append(number)
            if one.sight is not None:
                self.lookers[self.eyes(one)].append(number)
        self._by_zone: dict[int, list[_Cell]] = defaultdict(list)
        for cell in self.members:
            if cell[0] is not None:
                self._by_zone[cell[0].zone].append(cell)
        self._touched = [cell for cell in self.members if self._is_touched(cell)]

    def _is_touched(self, cell: _Cell) -> bool:
        """Is he of another class afterwards, or are white lists or fields of his own not the same?"""
        if _differ(cell[0], cell[1]):
            return True
        was, becomes = self.before.book, self.after.book
        return bool(cell[3]) and (
            was.hidden_persons.get(cell[3]) != becomes.hidden_persons.get(cell[3])
            or [one for one in was.veils if one.person_id == cell[3]]
            != [one for one in becomes.veils if one.person_id == cell[3]]
        )

    def cell(self, one: Group) -> _Cell:
        """What he is when looked for."""
        named = one.singled if one.singled in self._named_targets else 0
        place = next((path for path in reversed(one.line) if path in self._places), "")
        return one.sight, one.becomes, place, named

    def eyes(self, one: Group) -> _Eyes:
        """What he is when he looks."""
        named = one.singled if one.singled in self._named_viewers else 0
        return one.tier, one.tier_after, one.marks & self._viewing, one.groups, named

    def effects(self) -> list[Effect]:
        """Each kind that occurs."""
        tallies = {kind: _Tally(self.groups) for kind in KINDS}
        apart = self._apart()
        for eyes, lookers in self.lookers.items():
            if time.monotonic() > self.until:
                raise Refused(f"试算超过{LONGEST_SECONDS}秒，请缩小范围后重试", status=422)
            changes = self._reached(eyes)
            for kind in {*changes, *apart}:
                reached = changes.get(kind, _Reached())
                cells = {cell: self.members[cell] for cell in reached.colleagues | reached.others}
                tallies[kind].count(lookers, reached, cells, apart.get(kind, {}))
        return [found for kind, tally in tallies.items() if (found := tally.effect(kind)) is not None]

    def _reached(self, eyes: _Eyes) -> dict[str, _Reached]:
        was, becomes = self.views(eyes)
        found: dict[str, _Reached] = defaultdict(_Reached)
        for cell in self._candidates(eyes, was, becomes):
            for is_own in (True, False):
                kind = _kind(
                    _mode(was, cell[0], cell, is_own=is_own), _mode(becomes, cell[1], cell, is_own=is_own)
                )
                if kind == "":
                    kind = _veiled(was, becomes, cell, is_own=is_own)
                if kind:
                    side = found[kind].colleagues if is_own else found[kind].others
                    side.add(cell)
        return found

    def views(self, eyes: _Eyes) -> tuple[View, View]:
        """The rules as they concern these eyes, before and after."""
        if eyes not in self._kept:
            tier, tier_after, paths, groups, named = eyes
            was, becomes = (
                View(state.book, Viewer(named, number, tuple(paths), groups, frozenset(), {}))
                for state, number in ((self.before, tier), (self.after, tier_after))
            )
            self._kept[eyes] = was, becomes
        return self._kept[eyes]

    def _candidates(self, eyes: _Eyes, was: View, becomes: View) -> Iterable[_Cell]:
        """Cells that the difference can touch at all."""
        if eyes[0] != eyes[1] or was.book.preset != becomes.book.preset:
            return list(self.members)
        rules = set(was.spoken) ^ set(becomes.spoken)
        zones = was.zones ^ becomes.zones
        veils = {one.path for one in set(was.veils()) ^ set(becomes.veils()) if one.path}
        if not (rules or zones or veils):
            return self._touched
        of_zones = [cell for zone in zones for cell in self._by_zone.get(zone, ())]
        if not (rules or veils):
            return dict.fromkeys([*self._touched, *of_zones])
        others = (
            cell
            for cell in self.members
            if any(cell[0] is not None and one.speaks_of(cell[2], cell[0].groups) for one in rules)
            or any(cell[2].startswith(path) for path in veils)
        )
        return dict.fromkeys([*self._touched, *of_zones, *others])

    def _apart(self) -> dict[str, dict[tuple[int, int], int]]:
        """Kind -> pair of groups -> what contacts and person rules add to what their cells say, or take."""
        by_person = {one.singled: number for number, one in enumerate(self.groups) if one.singled}
        pairs = {*self.before.by_person, *self.after.by_person, *self.contacts}
        pairs |= {(target, viewer) for viewer, target in self.contacts}
        found: dict[str, dict[tuple[int, int], int]] = defaultdict(lambda: defaultdict(int))
        for viewer, target in pairs:
            if viewer not in by_person or target not in by_person or viewer == target:
                continue
            pair = by_person[viewer], by_person[target]
            if self.groups[pair[0]].sight is None:
                continue
            alike, alone = self._judge_pair(*pair)
            if alike != alone:
                for kind, step in ((alike, -1), (alone, 1)):
                    if kind:
                        found[kind][pair] += step
        return found

    def _judge_pair(self, viewer: int, target: int) -> tuple[str, str]:
        """What happens to the two by their groups alone, and what really happens."""
        looks, seen = self.groups[viewer], self.groups[target]
        cell = self.cell(seen)
        was, becomes = self.views(self.eyes(looks))
        is_own = bool(looks.departments & seen.departments)
        names = (looks.singled, seen.singled)
        is_contact = names in self.contacts or names[::-1] in self.contacts
        by_groups, really = [], []
        for view, state, sight in ((was, self.before, cell[0]), (becomes, self.after, cell[1])):
            by_groups.append(_mode(view, sight, cell, is_own=is_own))
            mode = _mode(view, sight, cell, is_own=is_own or is_contact, is_near=is_own)
            ruled = state.by_person.get(names)
            really.append(mode if ruled is None or sight is None else ruled)
        kinds = [_kind(*by_groups), _kind(*really)]
        veiled = _veiled(was, becomes, cell, is_own=is_own)
        modes = (by_groups, really)
        return tuple(  # type: ignore[return-value]
            kind or (veiled if mode[0] == mode[1] == Mode.DIRECT else "")
            for kind, mode in zip(kinds, modes, strict=True)
        )


class _Tally:
    """Adds up one kind of change over all eyes."""

    def __init__(self, groups: Sequence[Group]) -> None:
        self.groups = groups
        self.viewers = self.pairs = 0
        self.some: list[int] = []
        self.seen_by: dict[int, int] = defaultdict(int)

    def count(
        self,
        lookers: Sequence[int],
        reached: _Reached,
        cells: Mapping[_Cell, Sequence[int]],
        apart: Mapping[tuple[int, int], int],
    ) -> None:
        """All who look with these eyes."""
        others = {number for cell in reached.others for number in cells[cell]}
        colleagues = {number for cell in reached.colleagues for number in cells[cell]}
        of_others = sum(self.groups[number].people for number in others)
        near_others, near_colleagues = self._by_department(others), self._by_department(colleagues)
        steps: dict[int, int] = defaultdict(int)
        own = set(lookers)
        for (viewer, target), step in apart.items():
            steps[viewer] += step
            if viewer in own:
                self.seen_by[target] += step
        for number in lookers:
            one = self.groups[number]
            far = of_others - self._people(near_others, one)
            near = self._people(near_colleagues, one)
            if number in (colleagues if one.departments else others):
                near, far = (near - 1, far) if one.departments else (near, far - 1)  # himself
            self._note(one, far + near + steps[number])
        self._turn_round(lookers, others, colleagues)

    def _note(self, one: Group, targets: int) -> None:
        if targets > 0:
            self.viewers += one.people
            self.pairs += one.people * targets
            if len(self.some) < _MOST_SAMPLES:
                self.some.extend(one.some)

    def _by_department(self, numbers: Iterable[int]) -> dict[str, set[int]]:
        found: dict[str, set[int]] = defaultdict(set)
        for number in numbers:
            for department in self.groups[number].departments:
                found[department].add(number)
        return found

    def _people(self, by_department: Mapping[str, set[int]], one: Group) -> int:
        """How many of them serve in a department of his."""
        near: set[int] = set()
        for department in one.departments:
            near |= by_department.get(department, set())
        return sum(self.groups[number].people for number in near)

    def _turn_round(self, lookers: Sequence[int], others: set[int], colleagues: set[int]) -> None:
        """By how many each target is lost or gained."""
        everybody = sum(self.groups[number].people for number in lookers)
        near_lookers, own = self._by_department(lookers), set(lookers)
        for number in others | colleagues:
            one = self.groups[number]
            near = self._people(near_lookers, one)
            himself = 1 if number in own else 0
            if number in others:
                self.seen_by[number] += everybody - near - (0 if one.departments else himself)
            if number in colleagues:
                self.seen_by[number] += near - (himself if one.departments else 0)

    def effect(self, kind: str) -> Effect | None:
        """The sum; None when nobody is concerned."""
        concerned = [self.groups[number] for number, count in self.seen_by.items() if count > 0]
        if not self.viewers or not concerned:
            return None
        some = [person for one in concerned[:_MOST_SAMPLES] for person in one.some]
        targets = sum(one.people for one in concerned)
        return Effect(kind, self.viewers, targets, self.pairs, tuple(self.some), tuple(some))


def zone_views(comparison: Comparison) -> list[ZoneView]:
    """How hidden units are seen into by those for whom that changes."""
    found = []
    for eyes, lookers in comparison.lookers.items():
        was, becomes = comparison.views(eyes)
        if was.zones != becomes.zones or was.book.hidden != becomes.book.hidden:
            members = [comparison.groups[number] for number in lookers]
            found.append(
                ZoneView(was.zones, becomes.zones, sum(one.people for one in members), members[0].some)
            )
    return found


def _lists(book: RuleBook) -> list[frozenset[int]]:
    return [
        *(one.passes.persons for one in book.hidden),
        *(one.passes.persons for one in book.veils),
        *(one.persons for one in book.hidden_persons.values()),
    ]


def _differ(one: Sight | None, other: Sight | None) -> bool:
    if one is None or other is None:
        return one is not other
    return (one.tier, one.zone, one.reserve, one.groups) != (
        other.tier,
        other.zone,
        other.reserve,
        other.groups,
    )


def _mode(view: View, sight: Sight | None, cell: _Cell, *, is_own: bool, is_near: bool | None = None) -> Mode:
    """Steps 4 to 9 of §3.5. is_near: serves in his department, where is_own also means a contact."""
    near = is_own if is_near is None else is_near
    if sight is None or sight.zone not in view.zones:
        return Mode.NONE
    if sight.reserve > (1 if near else 0):
        passes = view.book.hidden_persons.get(cell[3])
        if passes is None or not lets_pass(passes, view.viewer):
            return Mode.NONE
    return Mode.DIRECT if is_own else view.by_rules(sight, cell[2])


def _kind(was: Mode, becomes: Mode) -> str:
    if was == becomes:
        return ""
    if Mode.DIRECT in (was, becomes):
        return LOST if was == Mode.DIRECT else GAINED
    return LESS_FOUND if was == Mode.SEARCH else FOUND


def _veiled(was: View, becomes: View, cell: _Cell, *, is_own: bool) -> str:
    """Do hidden fields of somebody who is seen before and after become more, or fewer?"""
    if _mode(becomes, cell[1], cell, is_own=is_own) != Mode.DIRECT:
        return ""
    before, after = _fields(was.veils(), cell, is_own), _fields(becomes.veils(), cell, is_own)
    if after - before:
        return VEILED
    return UNVEILED if before - after else ""


def _fields(veils: Iterable[Veil], cell: _Cell, is_own: bool) -> set[str]:
    *_, place, person = cell
    found: set[str] = set()
    for one in veils:
        if one.path:
            concerns = place.startswith(one.path)
        else:
            concerns = one.person_id == person and not (one.except_own and is_own)
        if concerns:
            found |= one.fields
    return found
