"""Reading the quarterly check: who confirms, whom it covers, what differs since the last confirmation."""

import datetime
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q

from yiwang.kernel.crypto import sm3
from yiwang.kernel.errors import not_found
from yiwang.platform.accounts.models import Account, RoleGrant
from yiwang.platform.accounts.vocabulary import GRADED_ADMINISTRATOR
from yiwang.platform.addressbook.queries import unit_names
from yiwang.platform.org.models import Person, PersonQuerySet, Unit
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL
from yiwang.platform.upkeep.models import Quarter, UnitCheck
from yiwang.platform.upkeep.queries import gaps

State = UnitCheck.State
Line = Sequence[Any]  # person id, name, place, title, office phone
_LABELS = ("姓名", "单位部门", "职务", "办公电话")
MOST_SHOWN = 100


def confirming_units(*, today: datetime.date) -> list[Unit]:
    """Level-2 units, those below with a 分级管理员 of their own, those above with people of their own."""
    own = RoleGrant.objects.in_force(today).filter(
        unit=OuterRef("pk"), role=GRADED_ADMINISTRATOR.key, account__state=Account.State.ACTIVE
    )
    present = gaps.counted().filter(unit=OuterRef("pk"))
    wanted = (
        Q(level=DEPARTMENT_LEVEL)
        | (Q(level__gt=DEPARTMENT_LEVEL) & Exists(own))
        | (Q(level__lt=DEPARTMENT_LEVEL) & Exists(present))
    )
    return list(Unit.objects.living().filter(wanted).order_by("position"))


def covered(path: str, others: Sequence[str]) -> PersonQuerySet:
    """Persons in and below the unit, but those of units among `others` that lie below it."""
    rows = gaps.counted().filter(unit_path__gte=path, unit_path__lt=f"{path}~")
    for other in others:
        if other != path and other.startswith(path):
            rows = rows.exclude(unit_path__gte=other, unit_path__lt=f"{other}~")
    return rows


def covered_by(check: UnitCheck) -> PersonQuerySet:
    """Whom this confirmation covers today."""
    path = check.unit.path
    below = UnitCheck.objects.filter(quarter=check.quarter_id).exclude(state=State.LAPSED)
    others = below.filter(unit__path__gt=path, unit__path__lt=f"{path}~").values_list("unit__path", flat=True)
    return covered(path, _outermost(others))


def _outermost(paths: Any) -> list[str]:
    """Of paths within each other only the outer ones."""
    kept: list[str] = []
    for path in sorted(paths):
        if not kept or not path.startswith(kept[-1]):
            kept.append(path)
    return kept


def roll_of(check: UnitCheck) -> list[Line]:
    """The list as it stands, in the maintained order: what is confirmed, and compared the next time."""
    rows = list(
        covered_by(check)
        .order_by("position", "pk")
        .values_list("pk", "name", "unit_id", "title", "office_phone")
    )
    names = unit_names.names_of({unit_id for _, _, unit_id, _, _ in rows if unit_id})
    return [
        [pk, name, names[unit_id][0] if unit_id else "", title, phone]
        for pk, name, unit_id, title, phone in rows
    ]


def digest_of(roll: Sequence[Line]) -> str:
    """SM3 of the list, hexadecimal."""
    text = json.dumps([list(line) for line in roll], ensure_ascii=False, separators=(",", ":"))
    return sm3.digest(text.encode()).hex()


@dataclass(frozen=True, slots=True)
class Differences:
    """Since the last confirmation. changed: (name, what, before, after)."""

    added: Sequence[str]
    gone: Sequence[str]
    changed: Sequence[tuple[str, str, str, str]]

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.gone or self.changed)


def differences(before: Sequence[Line], now: Sequence[Line]) -> Differences:
    """What somebody who confirmed the list `before` has not confirmed of the list `now`."""
    known = {line[0]: line for line in before}
    present = {line[0] for line in now}
    changed = [
        (str(line[1]), label, str(known[line[0]][place]), str(line[place]))
        for line in now
        if line[0] in known
        for place, label in enumerate(_LABELS, start=1)
        if line[place] != known[line[0]][place]
    ]
    return Differences(
        added=[str(line[1]) for line in now if line[0] not in known],
        gone=[str(line[1]) for line in before if line[0] not in present],
        changed=changed,
    )


def last_confirmed(check: UnitCheck) -> UnitCheck | None:
    """The unit's confirmation before this one."""
    former = UnitCheck.objects.filter(unit=check.unit_id, state=State.CONFIRMED).exclude(pk=check.pk)
    return former.filter(pk__lt=check.pk).select_related("quarter").order_by("-pk").first()


def history_of(check: UnitCheck) -> list[UnitCheck]:
    """The unit's confirmations, the newest first, without their lists."""
    rows = UnitCheck.objects.filter(unit=check.unit_id).exclude(pk=check.pk)
    return list(rows.defer("roll").select_related("quarter").order_by("-pk")[:12])


def visible(viewer: Any, pk: int) -> UnitCheck:
    """The check, if he may see it; otherwise 404."""
    rows = UnitCheck.objects.visible_to(viewer).select_related("unit", "quarter")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise not_found()
    return found


def open_checks() -> Any:
    """Those that wait, in units that still are there."""
    waiting = UnitCheck.objects.filter(state=State.WAITING).defer("roll")
    return waiting.select_related("unit", "quarter").order_by("pk")


def latest() -> Quarter | None:
    """The round that was opened last."""
    return Quarter.objects.order_by("-year", "-quarter").first()


def waiting_in_reach(viewer: Any) -> int:
    """For the console's first page: how many of his units have not confirmed."""
    return UnitCheck.objects.visible_to(viewer).filter(state=State.WAITING)[:1_000].count()


def overdue_in_reach(viewer: Any, today: datetime.date) -> int:
    """How many of them are late."""
    waiting = UnitCheck.objects.visible_to(viewer).filter(state=State.WAITING, quarter__due_on__lt=today)
    return waiting[:1_000].count()


def post_of(viewer: Any) -> tuple[str, str]:
    """(unit, title) of the post that somebody signs in."""
    current = viewer.current
    if current is None:
        person = Person.objects.get(pk=viewer.person_id)
        return "", person.title
    names = dict.fromkeys((current.department, current.unit_name))
    return "".join(names), current.title
