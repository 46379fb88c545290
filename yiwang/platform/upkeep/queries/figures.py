"""The four rates of §3.8, and what they are made of: a unit's own for it, totals for 区政务办.

Nothing here sorts units by a rate, and no page lists the rates of several (§0.3 #1).
"""

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q
from django.db.models.functions import Left, TruncMonth
from django.utils import timezone

from yiwang.kernel.workdays import queries as workdays
from yiwang.platform.accounts.models import Account
from yiwang.platform.changes.models import ChangedUnit, PersonOperation, UnitChange
from yiwang.platform.org.models import Person
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL, STEP
from yiwang.platform.upkeep import rules
from yiwang.platform.upkeep.models import Correction, DayFigures, KnownChange, SampledPerson
from yiwang.platform.upkeep.models.scope import within
from yiwang.platform.upkeep.queries import gaps

WIDTH = STEP * (DEPARTMENT_LEVEL + 1)
_COUNTS = (
    "people", "complete", "established", "activated",
    "changes_due", "changes_in_time", "sampled", "sampled_wrong",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figures:
    """Numerators and denominators of one unit, or of the district."""

    people: int = 0
    complete: int = 0
    established: int = 0
    activated: int = 0
    changes_due: int = 0
    changes_in_time: int = 0
    sampled: int = 0
    sampled_wrong: int = 0
    missing: Mapping[str, int] = field(default_factory=dict)

    @property
    def completeness(self) -> Fraction | None:
        """完整率 = people whose required fields are filled and valid ÷ people."""
        return rules.rate(self.complete, self.people)

    @property
    def activation(self) -> Fraction | None:
        """激活率 = activated accounts of 在岗在编 ÷ 在岗在编 who should have one."""
        return rules.rate(self.activated, self.established)

    @property
    def timeliness(self) -> Fraction | None:
        """及时率 = changes applied by their due day ÷ changes due."""
        return rules.rate(self.changes_in_time, self.changes_due)

    @property
    def accuracy(self) -> Fraction | None:
        """准确率 = 1 − confirmed corrections ÷ checked sample."""
        return rules.accuracy(self.sampled_wrong, self.sampled)

    @property
    def lacking(self) -> list[tuple[str, str, int]]:
        """(key, label, how many) of the fields that somebody lacks."""
        return [(key, gaps.FIELDS[key], self.missing[key]) for key in gaps.FIELDS if self.missing.get(key)]

    def __add__(self, other: "Figures") -> "Figures":
        both = {key: self.missing.get(key, 0) + other.missing.get(key, 0) for key in gaps.FIELDS}
        missing = {key: number for key, number in both.items() if number}
        counts = {name: getattr(self, name) + getattr(other, name) for name in _COUNTS}
        return Figures(**counts, missing=missing)


def is_activated() -> Exists:
    """Has somebody an account that he has activated and that is not closed?"""
    used = Account.objects.filter(person=OuterRef("pk"), activated_at__isnull=False)
    return Exists(used.exclude(state=Account.State.CLOSED))


def _counts() -> dict[str, Count]:
    """The counts of completeness and activation, over persons that are annotated with has_account."""
    established = Q(category=Person.Category.ESTABLISHED)
    return {
        **gaps.aggregates(),
        "established": Count("pk", filter=established),
        "activated": Count("pk", filter=established & Q(has_account=True)),
    }


def _of_people(row: Mapping[str, Any]) -> Figures:
    found = gaps.from_row(row)
    return Figures(
        people=found.people,
        complete=found.complete,
        established=row["established"],
        activated=row["activated"],
        missing=found.missing,
    )


def live(viewer: Any, *, today: datetime.date) -> Figures:
    """Those of the units he maintains, counted now."""

    def own(column: str) -> Q:
        return within(viewer, column)

    persons = gaps.counted().filter(own("unit_path")).annotate(has_account=is_activated())
    found = _of_people(persons.order_by().aggregate(**_counts()))
    for _, due, in_time in _changes(today, own):
        found += Figures(changes_due=due, changes_in_time=in_time)
    for _, checked, wrong in _samples(today, own):
        found += Figures(sampled=checked, sampled_wrong=wrong)
    return found


def by_department(*, today: datetime.date) -> dict[str, Figures]:
    """Path of each level-2 unit (or higher) -> its figures, in one statement for each part."""
    persons = gaps.counted().annotate(has_account=is_activated(), department=Left("unit_path", WIDTH))
    rows = persons.order_by().values("department").annotate(**_counts())
    found = {row["department"]: _of_people(row) for row in rows}
    for path, due, in_time in _changes(today, _everywhere):
        more = Figures(changes_due=due, changes_in_time=in_time)
        found[path] = found.get(path, Figures()) + more
    for path, checked, wrong in _samples(today, _everywhere):
        more = Figures(sampled=checked, sampled_wrong=wrong)
        found[path] = found.get(path, Figures()) + more
    return found


def _everywhere(column: str) -> Q:
    return ~Q(pk__in=[])


Scope = Callable[[str], Q]
Counted = Iterable[tuple[str, int, int]]


def _changes(today: datetime.date, scope: Scope) -> Counted:
    """(path of the level-2 unit, changes due, in time) since the beginning of the year, source by source.

    Due is what was entered, and what was not though its last day is over.
    """
    first = today.replace(month=1, day=1)
    operations = PersonOperation.objects.filter(scope("unit_path"), due_on__gte=first)
    applied = Q(applied_at__isnull=False)
    in_time = applied & Q(is_late=False)
    waiting = Q(applied_at=None, due_on__lt=today) & ~Q(state__in=PersonOperation.ENDED)
    rows = (
        operations.order_by()
        .values_list(Left("unit_path", WIDTH))
        .annotate(due=Count("pk", filter=applied | waiting), met=Count("pk", filter=in_time))
    )
    yield from rows
    known = KnownChange.objects.filter(scope("unit__path"), due_on__gte=first, operation=None)
    done, late = Q(state=KnownChange.State.DONE), Q(state=KnownChange.State.WAITING, due_on__lt=today)
    yield from (
        known.order_by()
        .values_list(Left("unit__path", WIDTH))
        .annotate(due=Count("pk", filter=done | late), met=Count("pk", filter=done & Q(late_by=0)))
    )
    yield from _unit_changes(first, today, scope)


def _unit_changes(first: datetime.date, today: datetime.date, scope: Scope) -> Counted:
    """Each once, for the unit it is about; there are a few hundred in a year."""
    states = (UnitChange.State.EFFECTIVE, *UnitChange.OPEN)
    targets = ChangedUnit.objects.filter(
        scope("unit__path"),
        part=ChangedUnit.Part.TARGET,
        change__effective_on__gte=first,
        change__state__in=states,
        change__number__isnull=False,
    )
    seen = set()
    for one in targets.select_related("change", "unit").order_by("pk"):
        change = one.change
        if change.pk in seen or change.effective_on is None:
            continue
        seen.add(change.pk)
        due_on = workdays.add_workdays(change.effective_on, rules.UPDATE_WORKDAYS)
        effected = timezone.localdate(change.effected_at) if change.effected_at else None
        if effected is not None or due_on < today:
            yield one.unit.path[:WIDTH], 1, int(effected is not None and effected <= due_on)


def _samples(today: datetime.date, scope: Scope) -> Counted:
    """(path, checked, wrong and confirmed) of the samples of the year."""
    drawn = SampledPerson.objects.filter(scope("unit__path"), sample__drawn_on__year=today.year)
    checked = Q(state__in=(SampledPerson.State.RIGHT, SampledPerson.State.WRONG))
    wrong = Q(state=SampledPerson.State.WRONG, correction__state=Correction.State.CORRECTED)
    return (
        drawn.order_by()
        .values_list(Left("unit__path", WIDTH))
        .annotate(checked=Count("pk", filter=checked), wrong=Count("pk", filter=wrong))
    )


def latest_day() -> datetime.date | None:
    """The day that was counted last."""
    found: datetime.date | None = DayFigures.objects.aggregate(day=Max("day"))["day"]
    return found


def district(day: datetime.date) -> Figures:
    """The totals of a day."""
    return sum((_kept(row) for row in DayFigures.objects.filter(day=day)), Figures())


def of_unit(unit_id: int, day: datetime.date) -> Figures | None:
    """One unit's of a day, for who watches over the district."""
    row = DayFigures.objects.filter(day=day, unit=unit_id).first()
    return None if row is None else _kept(row)


def _kept(row: DayFigures) -> Figures:
    return Figures(**{name: getattr(row, name) for name in _COUNTS}, missing=row.missing)


def trend(unit_id: int | None, *, months: int = 6) -> list[tuple[datetime.date, Figures]]:
    """(day, figures) on the last counted day of each of the latest months; None: of the district."""
    days = DayFigures.objects.order_by().annotate(month=TruncMonth("day")).values("month")
    ends = list(days.annotate(last=Max("day")).order_by("-last").values_list("last", flat=True)[:months])
    rows = DayFigures.objects.filter(day__in=ends)
    if unit_id is not None:
        rows = rows.filter(unit=unit_id)
    found: dict[datetime.date, Figures] = {}
    for row in rows.order_by("day"):
        found[row.day] = found.get(row.day, Figures()) + _kept(row)
    return sorted(found.items())
