"""What a unit change will touch (预览): people, posts, roles, to-dos, words … of the units it concerns."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from yiwang.kernel.extension.holdings import Held
from yiwang.platform.accounts.models import RoleGrant
from yiwang.platform.changes.models import ChangedUnit, UnitChange
from yiwang.platform.changes.queries.unit_parts import Parts
from yiwang.platform.org.models import AgencyWord, Post, Unit, UnitAlias
from yiwang.platform.org.queries import remains

Kind = UnitChange.Kind
EXAMPLES = 5
_QUIET = frozenset({Kind.SORT, Kind.EDIT})  # nothing but the unit's own row changes


@dataclass
class Touched:
    """Things of one kind. examples: title, grey line, address. is_blocking: forbids to revoke the unit."""

    key: str
    label: str
    count: int
    examples: list[dict[str, str]] = field(default_factory=list)
    is_blocking: bool = False


def of(kind: str, parts: Parts) -> list[Touched]:
    """Kind by kind, over all units that are changed; nothing of which there is none."""
    targets = [unit for unit, part in parts if part == ChangedUnit.Part.TARGET]
    if kind in _QUIET or not targets:
        return []
    own = [
        _posts(targets),
        _children(targets),
        _names("words", "发文机关代字", AgencyWord.objects.filter(unit__in=targets, valid_to=None)),
        _names("plates", "加挂牌子", UnitAlias.objects.filter(_carried(), unit__in=targets, kind="plate")),
    ]
    return [one for one in [*own, *_holdings(targets)] if one.count]


def _below(targets: Iterable[Unit], column: str) -> Q:
    inside = Q()
    for unit in targets:
        inside |= Q(**{f"{column}__gte": unit.path, f"{column}__lt": unit.path + "~"})
    return inside


def _carried() -> Q:
    return Q(valid_to=None)


def _posts(targets: Sequence[Unit]) -> Touched:
    living = Post.objects.filter(_below(targets, "unit__path"), is_living=True)
    shown = living.select_related("person", "unit").order_by("unit__position", "sort", "pk")[:EXAMPLES]
    return Touched(
        "people",
        "人员任职",
        living.count(),
        [
            _example(
                one.person.name,
                f"{one.unit.short_name} {one.title}",
                reverse("addressbook:person", args=[one.person_id]),
            )
            for one in shown
        ],
    )


def _children(targets: Sequence[Unit]) -> Touched:
    below = Unit.objects.living().filter(_below(targets, "path")).exclude(pk__in=[one.pk for one in targets])
    shown = below.select_related("parent").order_by("position")[:EXAMPLES]
    return Touched(
        "units", "下级机构", below.count(), [_example(one.short_name, str(one.parent or "")) for one in shown]
    )


def _names(key: str, label: str, rows: QuerySet[Any]) -> Touched:
    shown = rows.select_related("unit").order_by("pk")[:EXAMPLES]
    return Touched(key, label, rows.count(), [_example(str(one), one.unit.short_name) for one in shown])


def _holdings(targets: Sequence[Unit]) -> list[Touched]:
    """What modules keep of the units, by the registry of holdings."""
    found: dict[str, Touched] = {}
    for unit in targets:
        for one in remains.held_by(unit, includes_below=True, limit=EXAMPLES):
            known = found.setdefault(one.key, Touched(one.key, one.label, 0, [], one.is_blocking))
            known.count += one.count
            known.examples += [_held(thing) for thing in one.examples]
    for known in found.values():
        del known.examples[EXAMPLES:]
    return list(found.values())


def _held(thing: Held) -> dict[str, str]:
    return _example(thing.title, thing.note, thing.url)


def _example(title: str, note: str = "", url: str = "") -> dict[str, str]:
    return {"title": title, "note": note, "url": url}


def written(touched: Iterable[Touched]) -> list[dict[str, Any]]:
    """As the column `preview` keeps it."""
    return [asdict(one) for one in touched]


def carriable_roles(units: Iterable[Unit]) -> list[RoleGrant]:
    """Roles for exactly these units that may go on at the unit they become."""
    here = RoleGrant.objects.living().filter(unit__in=list(units), is_pending=False)
    return list(here.select_related("account__person", "unit").order_by("unit__position", "role", "pk"))
