"""Whom the rules let somebody reach, for groups of persons at once: each group is a bit of a large number.

The same order as in queries/policy.py (domain reference §3.5, steps 4 to 9), over the groups of a 试算.
Single pairs, of whom contacts and person rules speak, are added by queries/trial.py.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from yiwang.platform.addressbook import rules
from yiwang.platform.addressbook.models.book import Mode, Preset, Tier
from yiwang.platform.addressbook.queries.alike import Group
from yiwang.platform.addressbook.queries.policy import DEPARTMENT, spoken
from yiwang.platform.addressbook.queries.rulebook import Passes, RuleBook, Sight, Veil
from yiwang.platform.addressbook.rules import Spoken


@dataclass(frozen=True, slots=True)
class Eyes:
    """All that tells one viewer from another.

    rules: ids of those that speak for him; zones: hidden units he sees into; passes: hidden persons on whose
    white list he is; veils: places in the book of hidden fields that stay hidden for him.
    """

    tier: int
    rules: frozenset[int]
    zones: frozenset[int]
    passes: frozenset[int]
    veils: frozenset[int]


@dataclass(frozen=True, slots=True)
class Reached:
    """Groups whom these eyes reach.

    direct, search: of those who are no colleagues; near: directly, of colleagues; free: of those who are no
    colleagues, whom no hiding keeps from him.
    """

    direct: int
    search: int
    near: int
    free: int


@dataclass(frozen=True, slots=True)
class Veiled:
    """Field -> groups whose field is hidden."""

    of_others: Mapping[str, int]
    of_colleagues: Mapping[str, int]


def of_numbers(numbers: Sequence[int]) -> int:
    """The number with these bits set."""
    if not numbers:
        return 0
    written = bytearray(max(numbers) // 8 + 1)
    for number in numbers:
        written[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(written, "little")


class _Openings:
    """Which of many white lists somebody is on, by what puts him there."""

    def __init__(self) -> None:
        self.by_path: dict[str, set[int]] = defaultdict(set)
        self.by_group: dict[int, set[int]] = defaultdict(set)
        self.by_person: dict[int, set[int]] = defaultdict(set)

    def add(self, number: int, passes: Passes, paths: Iterable[str] = ()) -> None:
        """paths: whoever serves there needs no list."""
        for path in (*passes.paths, *paths):
            self.by_path[path].add(number)
        for group in passes.groups:
            self.by_group[group].add(number)
        for person in passes.persons:
            self.by_person[person].add(number)

    def of(self, one: Group) -> set[int]:
        """Numbers of the lists that let him pass."""
        found = set(self.by_person.get(one.singled, ())) if one.singled else set()
        for path in one.marks:
            found |= self.by_path.get(path, set())
        for group in one.groups:
            found |= self.by_group.get(group, set())
        return found


class Targets:
    """Groups by each thing that rules ask of a target. sights: the class of each group in one state."""

    def __init__(self, groups: Sequence[Group], sights: Sequence[Sight | None]) -> None:
        by: dict[str, dict[object, list[int]]] = defaultdict(lambda: defaultdict(list))
        for number, (one, sight) in enumerate(zip(groups, sights, strict=True)):
            for path in one.line:
                by["place"][path].append(number)
            if one.singled:
                by["singled"][one.singled].append(number)
            if sight is not None:
                by["tier"][sight.tier].append(number)
                by["zone"][sight.zone].append(number)
                by["reserve"][sight.reserve].append(number)
                for group in sight.groups:
                    by["group"][group].append(number)
        self._sets = {
            what: {key: of_numbers(one) for key, one in found.items()} for what, found in by.items()
        }
        self.present = of_numbers([number for number, sight in enumerate(sights) if sight is not None])

    def of(self, what: str, key: object) -> int:
        """Groups of that tier, zone, reserve or rule group; that serve in a place; who is singled out."""
        return self._sets.get(what, {}).get(key, 0)


class Reach:
    """One state of the rules over all groups."""

    def __init__(self, book: RuleBook, targets: Targets, *, with_veils: bool) -> None:
        self.book = book
        self.targets = targets
        self._with_veils = with_veils
        self._rules = {one.id: spoken(one) for one in book.rules}
        self._sort_viewing()
        self._kept: dict[tuple[int, frozenset[str], frozenset[int], int], Eyes] = {}
        self._known: dict[Eyes, Reached] = {}

    def _sort_viewing(self) -> None:
        """Rules and white lists by what they ask of a viewer."""
        self._speaking = _Openings()
        for rule in self.book.rules:
            groups = frozenset((rule.viewer_group,)) if not rule.viewer_path else frozenset()
            self._speaking.add(
                rule.id, Passes(groups=groups), (rule.viewer_path,) if rule.viewer_path else ()
            )
        self._zones, self._persons, self._veils = _Openings(), _Openings(), _Openings()
        for number, hidden in enumerate(self.book.hidden):
            self._zones.add(number, hidden.passes, _own(hidden.path, except_own=hidden.except_own))
        for person, passes in self.book.hidden_persons.items():
            self._persons.add(person, passes)
        for number, veil in enumerate(self.book.veils if self._with_veils else ()):
            own = _own(veil.path, except_own=veil.except_own) if veil.path else ()
            self._veils.add(number, veil.passes, own)

    def eyes(self, one: Group, tier: int) -> Eyes:
        """What the group is when it looks."""
        key = (tier, one.marks, one.groups, one.singled)
        if key not in self._kept:
            veils = frozenset(range(len(self.book.veils))) if self._with_veils else frozenset()
            self._kept[key] = Eyes(
                tier=tier,
                rules=frozenset(self._speaking.of(one)),
                zones=self._zones_of(one),
                passes=frozenset(self._persons.of(one)),
                veils=veils - self._veils.of(one),
            )
        return self._kept[key]

    def _zones_of(self, one: Group) -> frozenset[int]:
        """Hidden units seen into: on the white list or inside, and so for every hidden unit above."""
        found = {0}
        for number in sorted(self._zones.of(one)):  # in order of paths
            hidden = self.book.hidden[number]
            if hidden.above in found:
                found.add(hidden.id)
        return frozenset(found)

    def reached(self, eyes: Eyes) -> Reached:
        """Whom these eyes reach."""
        if eyes not in self._known:
            self._known[eyes] = self._work_out(eyes)
        return self._known[eyes]

    def _work_out(self, eyes: Eyes) -> Reached:
        open_zones = 0
        for zone in eyes.zones:
            open_zones |= self.targets.of("zone", zone)
        passed = 0
        for person in eyes.passes:
            passed |= self.targets.of("singled", person)
        unreserved = self.targets.of("reserve", 0)
        free = open_zones & (unreserved | passed)
        near = open_zones & (unreserved | self.targets.of("reserve", 1) | passed)
        direct, search, rest = 0, 0, free
        for rule in sorted((self._rules[one] for one in eyes.rules), key=rules.strength, reverse=True):
            hit = rest & self._spoken_of(rule)
            rest ^= hit
            direct |= hit if rule.mode == Mode.DIRECT else 0
            search |= hit if rule.mode == Mode.SEARCH else 0
        matrix = rules.MATRICES[Preset(self.book.preset)][Tier(eyes.tier)]
        for tier, mode in zip(Tier, matrix, strict=True):
            hit = rest & self.targets.of("tier", int(tier))
            direct |= hit if mode == Mode.DIRECT else 0
            search |= hit if mode == Mode.SEARCH else 0
        return Reached(direct, search, near & self.targets.present, free & self.targets.present)

    def _spoken_of(self, rule: Spoken) -> int:
        if rule.target_path:
            return self.targets.of("place", rule.target_path)
        return self.targets.of("group", rule.target_group)

    def veiled(self, eyes: Eyes) -> Veiled:
        """Whose fields are hidden from these eyes."""
        of_others: dict[str, int] = defaultdict(int)
        of_colleagues: dict[str, int] = defaultdict(int)
        for number in eyes.veils:
            veil: Veil = self.book.veils[number]
            concerned = (
                self.targets.of("place", veil.path)
                if veil.path
                else self.targets.of("singled", veil.person_id)
            )
            for name in veil.fields:
                of_others[name] |= concerned
                if veil.path or not veil.except_own:
                    of_colleagues[name] |= concerned
        return Veiled(of_others, of_colleagues)


def _own(path: str, *, except_own: bool) -> tuple[str, ...]:
    """Where one serves who sees what is hidden there: within, and with except_own in the department."""
    return (path, path[:DEPARTMENT]) if except_own and len(path) >= DEPARTMENT else (path,)
