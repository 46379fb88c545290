"""What a trial found, in words, with names of some of those concerned as far as the asker may know them."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from yiwang.platform.addressbook.queries import trial, unit_names, visibility
from yiwang.platform.addressbook.queries.trial import Comparison, Effect, Tell, ZoneView, tell_nobody
from yiwang.platform.addressbook.queries.visibility import Looker, sees_everybody
from yiwang.platform.org.models import Unit

_WORDS = {
    trial.LOST: "将看不到",
    trial.GAINED: "将新看到",
    trial.LESS_FOUND: "按姓名、手机号码也将查不到",
    trial.FOUND: "将可以按完整姓名或手机号码查到",
    trial.VEILED: "将看不到以下人员的部分内容，共",
    trial.UNVEILED: "将重新看到以下人员的部分内容，共",
}
_LOSSES = frozenset((trial.LOST, trial.LESS_FOUND, trial.VEILED))
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of change. is_loss: somebody sees less; viewers, targets: some names; targets may be units."""

    text: str
    is_loss: bool
    viewers: tuple[str, ...]
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """is_partial: only whom the asker may see himself was counted."""

    lines: tuple[Line, ...]
    is_partial: bool

    @property
    def summary(self) -> str:
        """In one sentence, to be kept with the proposal."""
        return "；".join(one.text for one in self.lines) or "没有人看到的范围会变化"


def as_data(found: Report) -> dict[str, Any]:
    """As it is kept with the proposal."""
    return asdict(found)


def from_data(data: Mapping[str, Any]) -> Report:
    """What was kept."""
    lines = tuple(
        Line(one["text"], one["is_loss"], tuple(one["viewers"]), tuple(one["targets"]))
        for one in data["lines"]
    )
    return Report(lines, is_partial=data["is_partial"])


def report(
    comparison: Comparison,
    moved: Mapping[tuple[int, int], list[int]],
    asker: Looker,
    tell: Tell = tell_nobody,
) -> Report:
    """Units first, then people."""
    effects = comparison.effects(tell)
    units = _unit_effects(comparison, moved)
    people = {person for one in (*effects, *units) for person in one.some_viewers}
    people |= {person for one in effects for person in one.some_targets}
    names = _names(people, asker)
    shown = _unit_names(units, asker)
    lines = [_of_units(one, names, shown) for one in units]
    lines += [_of_people(one, names) for one in effects]
    return Report(tuple(lines), is_partial=not sees_everybody(asker))


def _unit_effects(comparison: Comparison, moved: Mapping[tuple[int, int], list[int]]) -> list[Effect]:
    views = trial.zone_views(comparison) if moved else []
    lost = _Units(trial.LOST)
    gained = _Units(trial.GAINED)
    for view in views:
        for (before, after), units in moved.items():
            was, becomes = before in view.before, after in view.after
            if was != becomes:
                (lost if was else gained).add(view, units)
        lost.turn()
        gained.turn()
    return [found.effect() for found in (lost, gained) if found.units]


class _Units:
    """Adds up who loses or gains units."""

    def __init__(self, kind: str) -> None:
        self.kind, self.units = kind, set[int]()
        self.viewers = self.pairs = self.of_view = self.people = 0
        self.some: list[int] = []

    def add(self, view: ZoneView, units: list[int]) -> None:
        self.of_view += len(units)
        self.people = view.people
        self.units |= set(units)
        self.some += view.some

    def turn(self) -> None:
        """The next view comes."""
        if self.of_view:
            self.viewers += self.people
            self.pairs += self.people * self.of_view
        self.of_view = 0

    def effect(self) -> Effect:
        some = tuple(sorted(self.units)[:_MOST_NAMED])
        return Effect(self.kind, self.viewers, len(self.units), self.pairs, tuple(self.some), some)


def _of_people(one: Effect, names: Mapping[int, str]) -> Line:
    text = f"{one.viewers:,}人{_WORDS[one.kind]}{one.targets:,}人"
    return Line(text, one.kind in _LOSSES, _some(one.some_viewers, names), _some(one.some_targets, names))


def _of_units(one: Effect, names: Mapping[int, str], units: Mapping[int, str]) -> Line:
    text = f"{one.viewers:,}人{_WORDS[one.kind]}{one.targets:,}个单位"
    return Line(text, one.kind in _LOSSES, _some(one.some_viewers, names), _some(one.some_targets, units))


def _some(ids: Iterable[int], names: Mapping[int, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names[one] for one in ids if one in names))[:_MOST_NAMED]


def _names(ids: set[int], asker: Looker) -> dict[int, str]:
    rows = list(visibility.persons(asker).filter(pk__in=ids).values_list("pk", "name", "unit_id"))
    places = unit_names.names_of([unit for _, _, unit in rows if unit])
    return {pk: f"{name}（{places.get(unit, ('', ''))[1] or '区级'}）" for pk, name, unit in rows}


def _unit_names(units: Iterable[Effect], asker: Looker) -> dict[int, str]:
    ids = {unit for one in units for unit in one.some_targets}
    return dict(Unit.objects.visible_to(asker).filter(pk__in=ids).values_list("pk", "short_name"))
