"""Whom a ladder (必达) asks to tell somebody: his deputy, the contact of his unit, the duty room.

Three statements at most for any number of units. Each unit gets groups in order of preference; the first that
holds anybody but the receiver himself is asked.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from yiwang.kernel.extension.duty import on_duty
from yiwang.platform.accounts.models import Account, RoleGrant
from yiwang.platform.org.models import Post, Unit
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL, STEP

Groups = list[list[int]]  # persons, the preferred group first

_DEPARTMENT = STEP * (DEPARTMENT_LEVEL + 1)
_OFFICE = ("accounts.office_director", "accounts.information_officer", "accounts.unit_head")
_DUTY, _DISTRICT_DUTY = "accounts.duty_manager", "accounts.duty_office"


@dataclass(frozen=True, slots=True)
class _Grant:
    role: str
    path: str
    includes_below: bool
    person_id: int

    def covers(self, path: str) -> bool:
        return self.path == path or (self.includes_below and path.startswith(self.path))


def contacts(unit_ids: Collection[int], *, today: datetime.date) -> dict[int, Groups]:
    """A section is looked after by its head, then as its department is: office, 信息员, the head."""
    paths = _paths(unit_ids)
    heads = _heads(paths)
    grants = _grants(_OFFICE, paths.values(), today)
    found: dict[int, Groups] = {}
    for unit, path in paths.items():
        office = [_nearest(grants, role, path) for role in _OFFICE]
        is_inside = len(path) > _DEPARTMENT
        found[unit] = [heads[unit], *office] if is_inside else [*office, heads[unit]]
    return found


def duty_rooms(unit_ids: Collection[int], *, now: datetime.datetime) -> dict[int, Groups]:
    """Who is on duty in the unit's department at this moment, else who keeps its roster, else 总值班室."""
    paths = _paths(unit_ids)
    serving = _serving(on_duty(now))
    grants = _grants((_DUTY, _DISTRICT_DUTY), paths.values(), now.date())
    district = [one.person_id for one in grants if one.role == _DISTRICT_DUTY]
    return {
        unit: [
            [person for person, place in serving if place.startswith(path[:_DEPARTMENT])],
            _nearest(grants, _DUTY, path),
            district,
        ]
        for unit, path in paths.items()
    }


def first_other(groups: Sequence[Sequence[int]], person_id: int) -> list[int]:
    """The preferred group without the person himself; nobody when there is none."""
    others = ([one for one in group if one != person_id] for group in groups)
    return next((group for group in others if group), [])


def _paths(unit_ids: Collection[int]) -> dict[int, str]:
    return dict(Unit.objects.filter(pk__in=unit_ids).values_list("pk", "path"))


def _heads(paths: dict[int, str]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    heads = Post.objects.filter(unit__in=paths, is_head=True, is_living=True).order_by("sort", "pk")
    for unit, person in heads.values_list("unit_id", "person_id"):
        found[unit].append(person)
    return found


def _serving(persons: Collection[int]) -> list[tuple[int, str]]:
    if not persons:
        return []
    posts = Post.objects.filter(person_id__in=persons, is_living=True).order_by("person__position", "pk")
    return list(posts.values_list("person_id", "unit__path"))


def _grants(roles: Sequence[str], paths: Iterable[str], today: datetime.date) -> list[_Grant]:
    """Grants of these roles at the units and above them to their departments, and for the whole district."""
    places = {path[:end] for path in paths for end in range(_DEPARTMENT, len(path) + 1, STEP)}
    usable = RoleGrant.objects.in_force(today).filter(role__in=roles, account__state=Account.State.ACTIVE)
    wide = usable.filter(unit=None, role=_DISTRICT_DUTY)
    near = usable.filter(unit__path__in=places)
    rows = (near | wide).order_by("account__person__position", "pk")
    return [
        _Grant(role, path or "", below, person)
        for role, path, below, person in rows.values_list(
            "role", "unit__path", "includes_below", "account__person_id"
        )
    ]


def _nearest(grants: Sequence[_Grant], role: str, path: str) -> list[int]:
    covering = [one for one in grants if one.role == role and one.path and one.covers(path)]
    nearest = max((len(one.path) for one in covering), default=0)
    return list(dict.fromkeys(one.person_id for one in covering if len(one.path) == nearest))
