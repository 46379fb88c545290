"""The tree as its administrators see it: their branches only, hidden and suspended units included."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q, Window
from django.db.models.functions import RowNumber

from yiwang.kernel.errors import invalid, not_found
from yiwang.platform.accounts.models import RoleGrant
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.accounts.vocabulary import GRADED_ADMINISTRATOR
from yiwang.platform.org.models import Person, Post, Unit, UnitAlias, UnitQuerySet
from yiwang.platform.org.vocabulary import MANAGE_TREE, MANAGE_UNIT

PAGE = 100
_FOUND = 20
_AFTER = re.compile(r"(\d{1,9})\.(\d{1,18})")


@dataclass(frozen=True, slots=True)
class Level:
    """Units side by side, each with `has_children`. next: what to pass as `after` for more, "" at the end."""

    units: list[Unit]
    next: str = ""


@dataclass(frozen=True, slots=True)
class Staff:
    """Who serves in a unit and who administers it. heads, administrators: (person id, name, title)."""

    posts: int
    leaders: list[tuple[int, str, str]]
    heads: list[tuple[int, str, str]]
    administrators: list[tuple[int, str, str]]


def administered(user: Principal) -> UnitQuerySet:
    """The units he looks after, whatever the address book shows: all, or those of his branches."""
    if user.allows(MANAGE_TREE.key):
        return Unit.objects.all()
    reach = Q(pk__in=[])
    for path, below in user.scopes(MANAGE_UNIT.key):
        reach |= Q(path__gte=path, path__lt=f"{path}~") if below else Q(path=path)
    return Unit.objects.filter(reach)


def standing(units: UnitQuerySet) -> UnitQuerySet:
    """Those that have not been revoked."""
    return units.exclude(status=Unit.Status.REVOKED)


def tops(user: Principal) -> list[Unit]:
    """Where his tree begins: the root, or the highest units of his branches."""
    if user.allows(MANAGE_TREE.key):
        return list(_with_children(standing(Unit.objects.filter(level=0))))
    units = standing(administered(user).filter(path__in=highest(user)))
    return list(_with_children(units).order_by("position"))


def highest(user: Principal) -> list[str]:
    """Paths of his branches that stand below no other of them."""
    paths = {path for path, _ in user.scopes(MANAGE_UNIT.key)}
    return [one for one in paths if not any(one != other and one.startswith(other) for other in paths)]


def _with_children(units: UnitQuerySet) -> UnitQuerySet:
    return units.annotate(has_children=Exists(standing(Unit.objects.filter(parent=OuterRef("pk")))))


def get(user: Principal, pk: int) -> Unit:
    """One of his units, a revoked one too; 404 for others."""
    unit = administered(user).select_related("parent", "merged_into").filter(pk=pk).first()
    if unit is None:
        raise not_found()
    return unit


def line_of(user: Principal, unit: Unit) -> list[Unit]:
    """The unit, last, and those above it down from where his tree begins."""
    above = administered(user).filter(path__in=unit.ancestor_paths[:-1])
    return [*above.order_by("level"), unit]


def level(parent: Unit, *, after: str = "", limit: int = PAGE) -> Level:
    """The units directly below one of his, in maintained order."""
    units = standing(Unit.objects.filter(parent=parent))
    if after:
        parts = _AFTER.fullmatch(after)
        if parts is None:
            raise invalid("cursor", "翻页位置无效，请刷新页面")
        sort, pk = int(parts[1]), int(parts[2])
        units = units.filter(Q(sort__gt=sort) | Q(sort=sort, pk__gt=pk), sort__gte=sort)
    return _cut(list(_with_children(units).order_by("sort", "pk")[: limit + 1]), limit)


def open_levels(line: Sequence[Unit]) -> dict[int, Level]:
    """The levels below each unit of a line, in one statement: parent's id -> its level.

    A unit of the line that stands beyond its page is put at the end of it.
    """
    ids = [unit.pk for unit in line]
    place = Window(RowNumber(), partition_by=F("parent_id"), order_by=(F("sort").asc(), F("pk").asc()))
    placed = standing(Unit.objects.filter(parent__in=ids)).annotate(place=place)
    units = _with_children(placed.filter(Q(place__lte=PAGE + 1) | Q(pk__in=ids)))
    levels: dict[int, list[Unit]] = defaultdict(list)
    for unit in units.order_by("parent_id", "sort", "pk"):
        levels[unit.parent_id or 0].append(unit)
    return {parent: _cut_around(found, ids) for parent, found in levels.items()}


def _cut(units: list[Unit], limit: int = PAGE) -> Level:
    shown = units[:limit]
    return Level(shown, f"{shown[-1].sort}.{shown[-1].pk}" if len(units) > limit else "")


def _cut_around(units: list[Unit], kept: Sequence[int]) -> Level:
    page = _cut(units)
    return Level(page.units + [unit for unit in units[PAGE:] if unit.pk in kept], page.next)


def find(user: Principal, text: str) -> list[Unit]:
    """His units by a part of a present, former or further name, or by the beginning of the code."""
    if not text:
        return []
    aliases = UnitAlias.objects.filter(name__contains=text).values("unit")
    named = Q(short_name__contains=text) | Q(full_name__contains=text) | Q(pk__in=aliases)
    units = administered(user).filter(named | Q(code__startswith=text.upper()))
    return list(units.select_related("parent").order_by("position", "pk")[:_FOUND])


def staff(unit: Unit) -> Staff:
    """Three statements, however many serve there."""
    living = Post.objects.filter(unit=unit, is_living=True)
    chief = living.filter(Q(is_leader=True) | Q(is_head=True)).select_related("person")
    posts = list(chief.order_by("sort", "pk")[:PAGE])
    given = RoleGrant.objects.filter(
        role=GRADED_ADMINISTRATOR.key, unit__path__in=unit.ancestor_paths, ended_at=None
    ).select_related("account__person", "unit")
    covering = [one for one in given if one.unit and (one.unit_id == unit.pk or one.includes_below)]
    nearest = max((one.unit.level for one in covering if one.unit), default=-1)
    administrators = [one.account.person for one in covering if one.unit and one.unit.level == nearest]
    return Staff(
        living.count(),
        [(one.person_id, one.person.name, one.title) for one in posts if one.is_leader],
        [(one.person_id, one.person.name, one.title) for one in posts if one.is_head and not one.is_leader],
        [(one.pk, one.name, one.title) for one in sorted(administrators, key=_place)],
    )


def _place(person: Person) -> tuple[int, int]:
    return person.position, person.pk


def sizes_of(unit: Unit) -> tuple[int, int]:
    """How many units stand below it at all depths, and how many revoked ones once stood directly below."""
    revoked = Q(status=Unit.Status.REVOKED)
    found = Unit.objects.below(unit.path).aggregate(
        standing=Count("pk", filter=~revoked & ~Q(pk=unit.pk)),
        gone=Count("pk", filter=revoked & Q(parent=unit)),
    )
    return found["standing"], found["gone"]
