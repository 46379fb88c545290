"""试算: what a proposal would change, counted group by group instead of pair by pair.

Two states of the rules are compared for everybody who looks and everybody who is looked for. Persons whom
both states treat alike are one group (queries/alike.py), and each group is one bit of a large number: whom
somebody reaches is such a number, what changes for him is the difference of two, and how many people these
are is a sum over its bits. Viewers for whom the same rules speak, and who see into the same hidden units,
share the work.

Whoever is in 应急模式 counts as he sees without it: that mode is over in two hours, the proposal stays.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from yiwang.platform.addressbook.models.book import Mode
from yiwang.platform.addressbook.queries.alike import Group
from yiwang.platform.addressbook.queries.reach import Eyes, Reach, Reached, Targets, of_numbers
from yiwang.platform.addressbook.queries.rulebook import RuleBook

LOST, GAINED, LESS_FOUND, FOUND, VEILED, UNVEILED = (
    "lost",
    "gained",
    "less_found",
    "found",
    "veiled",
    "unveiled",
)
KINDS = (LOST, GAINED, LESS_FOUND, FOUND, VEILED, UNVEILED)
_MOST_SAMPLES = 5
_STEPS = 50
# Told how many of all groups have been judged.
Tell = Callable[[int, int], None]


def tell_nobody(done: int, total: int) -> None:
    """Nobody waits."""


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


# Kind -> the groups for whom it happens, of those who are no colleagues and of those who are.
_Changes = dict[str, int]


@dataclass(frozen=True, slots=True)
class _Shared:
    """What viewers have in common for whom the same rules speak: far: of others; near: of colleagues."""

    far: _Changes
    near: _Changes
    before: Reached
    after: Reached


class Comparison:
    """before and after, over the same groups."""

    def __init__(
        self, before: State, after: State, groups: Sequence[Group], contacts: Iterable[tuple[int, int]]
    ) -> None:
        self.before, self.after, self.groups = before, after, groups
        targets = after_targets = Targets(groups, [one.sight for one in groups])
        is_touched = any(not _alike(one) for one in groups)
        if is_touched:
            after_targets = Targets(groups, [one.becomes for one in groups])
        self._has_veils = has_veils = before.book.veils != after.book.veils
        self._was = Reach(before.book, targets, with_veils=has_veils)
        self._becomes = Reach(after.book, after_targets, with_veils=has_veils)
        # Where classes, preset, fields and persons' own lists stay, only eyes that change see otherwise.
        self._is_for_all = (
            is_touched
            or has_veils
            or before.book.preset != after.book.preset
            or before.book.hidden_persons != after.book.hidden_persons
        )
        self._looks_alike = not has_veils and all(
            getattr(before.book, part) == getattr(after.book, part)
            for part in ("rules", "hidden", "hidden_persons")
        )
        self._people = _Weights([one.people for one in groups])
        self._departments = _by_department(groups)
        self._near: dict[frozenset[str], int] = {}
        self._shared: dict[tuple[Eyes, Eyes], _Shared | None] = {}
        self._by_person = {one.singled: number for number, one in enumerate(groups) if one.singled}
        self._contacts = self._pairs({*contacts, *((other, one) for one, other in contacts)})
        self._ruled = self._pairs({*before.by_person, *after.by_person})

    def _pairs(self, pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
        """Viewer's group -> groups of those he is paired with."""
        found: dict[int, int] = defaultdict(int)
        for viewer, target in pairs:
            if viewer in self._by_person and target in self._by_person and viewer != target:
                found[self._by_person[viewer]] |= 1 << self._by_person[target]
        return found

    def effects(self, tell: Tell = tell_nobody) -> list[Effect]:
        """Each kind that occurs."""
        tallies = {kind: _Tally(self.groups, self._people) for kind in KINDS}
        total = len(self.groups)
        step = max(total // _STEPS, 1)
        for number, one in enumerate(self.groups):
            if number % step == 0:
                tell(number, total)
            if one.sight is not None:
                for kind, targets in self._changes(number, one).items():
                    tallies[kind].count(number, targets)
        return [found for kind, tally in tallies.items() if (found := tally.effect(kind)) is not None]

    def eyes(self, one: Group) -> tuple[Eyes, Eyes]:
        """What he is when he looks, before and after."""
        was = self._was.eyes(one, one.tier)
        if self._looks_alike and one.tier == one.tier_after:
            return was, was
        return was, self._becomes.eyes(one, one.tier_after)

    def _changes(self, number: int, one: Group) -> _Changes:
        """What changes for a group that looks."""
        shared = self._of(self.eyes(one))
        alone = self._contacts.get(number, 0) | self._ruled.get(number, 0)
        if shared is None:
            if not alone or not self._is_moved(number, alone):
                return {}
            shared = self._work_out(*self.eyes(one))
        near = self._colleagues(one)
        changes = {
            kind: targets
            for kind in KINDS
            if (targets := (shared.far.get(kind, 0) & ~near) | (shared.near.get(kind, 0) & near))
        }
        return self._with_pairs(number, shared, near, changes) if alone else changes

    def _is_moved(self, number: int, alone: int) -> bool:
        """May single pairs of somebody change for whom no rule that concerns all does?"""
        viewer = self.groups[number].singled
        return any(
            self.before.by_person.get(pair) != self.after.by_person.get(pair)
            for target in _bits(alone)
            for pair in ((viewer, self.groups[target].singled),)
        )

    def _of(self, both: tuple[Eyes, Eyes]) -> _Shared | None:
        """What changes for these eyes; None when nothing can."""
        if both not in self._shared:
            was, becomes = both
            is_same = was == becomes and not self._is_for_all
            self._shared[both] = None if is_same else self._work_out(was, becomes)
        return self._shared[both]

    def _work_out(self, was: Eyes, becomes: Eyes) -> _Shared:
        before, after = self._was.reached(was), self._becomes.reached(becomes)
        veils = (self._was.veiled(was), self._becomes.veiled(becomes)) if self._has_veils else None
        far = _kinds(before.direct, before.search, after.direct, after.search)
        near = _kinds(before.near, 0, after.near, 0)
        if veils is not None:
            far |= _veils(before.direct & after.direct, *(one.of_others for one in veils))
            near |= _veils(before.near & after.near, *(one.of_colleagues for one in veils))
        return _Shared(far, near, before, after)

    def _colleagues(self, one: Group) -> int:
        """Groups that serve in a department of his."""
        if one.departments not in self._near:
            found = 0
            for department in one.departments:
                found |= self._departments.get(department, 0)
            self._near[one.departments] = found
        return self._near[one.departments]

    def _with_pairs(self, number: int, shared: _Shared, near: int, changes: _Changes) -> _Changes:
        """The same, with what contacts and person rules make of single pairs."""
        contacts, ruled = self._contacts.get(number, 0), self._ruled.get(number, 0)
        was = self._singly(
            number, self.before, self._was.targets.present, shared.before, (near, contacts, ruled)
        )
        becomes = self._singly(
            number, self.after, self._becomes.targets.present, shared.after, (near, contacts, ruled)
        )
        found = _kinds(*was, *becomes)
        if self._has_veils:
            eyes, eyes_after = self.eyes(self.groups[number])
            before, after = self._was.veiled(eyes), self._becomes.veiled(eyes_after)
            both = was[0] & becomes[0]
            for side, part in (("of_others", both & ~near), ("of_colleagues", both & near)):
                for kind, bits in _veils(part, getattr(before, side), getattr(after, side)).items():
                    found[kind] = found.get(kind, 0) | bits
        alone = contacts | ruled
        return {
            kind: targets
            for kind in KINDS
            if (targets := (changes.get(kind, 0) & ~alone) | (found.get(kind, 0) & alone))
        }

    def _singly(
        self, number: int, state: State, present: int, reached: Reached, which: tuple[int, int, int]
    ) -> tuple[int, int]:
        """Whom he reaches directly and by search, contacts and person rules included."""
        near, contacts, ruled = which
        direct = (reached.near & near) | ((reached.direct | (reached.free & contacts)) & ~near)
        search = reached.search & ~near & ~direct
        viewer = self.groups[number].singled
        for target in _bits(ruled):
            mode = state.by_person.get((viewer, self.groups[target].singled))
            bit = 1 << target
            if mode is not None and present & bit:
                direct, search = direct & ~bit, search & ~bit
                direct |= bit if mode == Mode.DIRECT else 0
                search |= bit if mode == Mode.SEARCH else 0
        return direct, search


def _alike(one: Group) -> bool:
    """Is his class before and after the same but for its number?"""
    was, becomes = one.sight, one.becomes
    if was is None or becomes is None:
        return was is becomes
    return (was.tier, was.zone, was.reserve, was.groups) == (
        becomes.tier,
        becomes.zone,
        becomes.reserve,
        becomes.groups,
    )


def _by_department(groups: Sequence[Group]) -> dict[str, int]:
    found: dict[str, list[int]] = defaultdict(list)
    for number, one in enumerate(groups):
        for department in one.departments:
            found[department].append(number)
    return {department: of_numbers(numbers) for department, numbers in found.items()}


def _kinds(direct: int, search: int, direct_after: int, search_after: int) -> _Changes:
    """What happens to whom, from whom one reaches before and after."""
    found = {
        LOST: direct & ~direct_after,
        GAINED: direct_after & ~direct,
        LESS_FOUND: search & ~direct_after & ~search_after,
        FOUND: search_after & ~direct & ~search,
    }
    return {kind: targets for kind, targets in found.items() if targets}


def _veils(seen: int, before: Mapping[str, int], after: Mapping[str, int]) -> _Changes:
    """Of those seen before and after: of whom fields are hidden that were not, and the other way round."""
    more = fewer = 0
    for name in {*before, *after}:
        was, becomes = before.get(name, 0), after.get(name, 0)
        more |= becomes & ~was
        fewer |= was & ~becomes
    found = {VEILED: seen & more, UNVEILED: seen & fewer & ~more}
    return {kind: targets for kind, targets in found.items() if targets}


def _bits(number: int) -> Iterator[int]:
    """Places of the bits that are set, from below."""
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest


class _Weights:
    """How many people stand behind a set of groups: by the binary digits of their numbers."""

    def __init__(self, people: Sequence[int]) -> None:
        digits = max(people, default=0).bit_length()
        self._masks = [
            of_numbers([number for number, count in enumerate(people) if count >> digit & 1])
            for digit in range(digits)
        ]
        self._kept: dict[int, int] = {}

    def of(self, groups: int) -> int:
        """People in these groups."""
        kept = self._kept.get(groups)
        if kept is None:
            kept = sum((groups & mask).bit_count() << digit for digit, mask in enumerate(self._masks) if mask)
            self._kept[groups] = kept
        return kept


@dataclass(slots=True)
class _Tally:
    """Adds up one kind of change over all who look."""

    groups: Sequence[Group]
    people: _Weights
    viewers: int = 0
    pairs: int = 0
    some: list[int] = field(default_factory=list)
    seen_by: int = 0

    def count(self, number: int, targets: int) -> None:
        """A group that looks; nobody loses or gains himself."""
        one, own = self.groups[number], 1 << number
        many = self.people.of(targets)
        if targets & own:
            many -= 1
            if one.people == 1:
                targets ^= own
        if many:
            self.viewers += one.people
            self.pairs += one.people * many
            self.seen_by |= targets
            if len(self.some) < _MOST_SAMPLES:
                self.some.extend(one.some)

    def effect(self, kind: str) -> Effect | None:
        """The sum; None when nobody is concerned."""
        if not self.viewers:
            return None
        first = [number for number, _ in zip(_bits(self.seen_by), range(_MOST_SAMPLES), strict=False)]
        some = [person for number in first for person in self.groups[number].some]
        targets = self.people.of(self.seen_by)
        return Effect(kind, self.viewers, targets, self.pairs, tuple(self.some), tuple(some))


def zone_views(comparison: Comparison) -> list[ZoneView]:
    """How hidden units are seen into by those for whom that changes."""
    is_changed = comparison.before.book.hidden != comparison.after.book.hidden
    found: dict[tuple[frozenset[int], frozenset[int]], list[Group]] = defaultdict(list)
    for one in comparison.groups:
        if one.sight is not None:
            was, becomes = comparison.eyes(one)
            if is_changed or was.zones != becomes.zones:
                found[was.zones, becomes.zones].append(one)
    return [
        ZoneView(*zones, sum(one.people for one in members), members[0].some)
        for zones, members in found.items()
    ]
