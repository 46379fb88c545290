"""Whom a viewer may find: the one place where policies become conditions (R2-9, R2-10, §3.5).

Every list, search, count, picker, export and API of the platform narrows by these: org's `visible_to` asks
here, and hand-written statements take `condition`. Who is reached by search only (可搜可加) is in
`search_condition`.
"""

from typing import Any, Protocol

from django.db.models import Q

from yiwang.kernel.extension.open_calls import Onlooker
from yiwang.platform.accounts.models import Account
from yiwang.platform.addressbook.queries import policy as policies
from yiwang.platform.addressbook.queries.conditions import (
    All,
    Always,
    Below,
    Condition,
    In,
    Not,
    OfSight,
    Some,
)
from yiwang.platform.addressbook.queries.policy import Policy, Region
from yiwang.platform.addressbook.vocabulary import APPROVE
from yiwang.platform.org.models import Person, PersonQuerySet, Unit, UnitQuerySet
from yiwang.platform.org.vocabulary import MANAGE_TREE, MANAGE_UNIT

# A condition on the table alias `person` and its parameters, to be put into hand-written statements.
SqlCondition = tuple[str, list[Any]]

NOBODY = Always(holds=False)
EVERYBODY = Always(holds=True)


class Looker(Protocol):
    """Who looks; accounts' Principal fulfils it. scopes: where he holds a right, ("", True): everywhere."""

    @property
    def account_id(self) -> int | None: ...
    @property
    def person_id(self) -> int: ...
    @property
    def unit_path(self) -> str: ...
    @property
    def is_temporary(self) -> bool: ...
    def allows(self, permission: str, *, at: str | None = None) -> bool: ...
    def scopes(self, permission: str) -> list[tuple[str, bool]]: ...


def persons(viewer: Looker | None) -> PersonQuerySet:
    """Persons this viewer may open; nobody for temporary accounts, who have no address book (§2)."""
    if viewer is None or viewer.is_temporary:
        return Person.objects.none()
    return Person.objects.filter(_direct(viewer).q())


def units(viewer: Looker | None) -> UnitQuerySet:
    """Units in use that this viewer may open."""
    if viewer is None:
        return Unit.objects.none()
    return Unit.objects.living().filter(_units(viewer).q())


def persons_q(viewer: Looker) -> Q:
    """What `Person.objects.visible_to` narrows by. Temporary accounts know themselves and their sponsor."""
    if viewer.is_temporary:
        sponsor = Account.objects.get_queryset().filter(person_id=viewer.person_id).values("sponsor_id")
        return Q(pk=viewer.person_id) | Q(pk__in=sponsor)
    return _direct(viewer).q()


def units_q(viewer: Looker) -> Q:
    """What `Unit.objects.visible_to` narrows by."""
    return _units(viewer).q()


def condition(viewer: Looker | None) -> SqlCondition:
    """The same as `persons` for statements that name org_person `person`."""
    if viewer is None or viewer.is_temporary:
        return NOBODY.sql("person")
    return _direct(viewer).sql("person")


def search_condition(viewer: Looker | None) -> SqlCondition | None:
    """Whom he finds by a whole name or mobile number only; None when there is nobody of the kind."""
    if viewer is None or viewer.is_temporary or sees_everybody(viewer):
        return None
    policy = policies.of(viewer.person_id)
    findable = _by_class(policy, "search")
    if findable == NOBODY and not policy.findable:
        return None
    without = In("id", policy.shown | policy.barred)
    found = Some((In("id", policy.findable), All((findable, Not(without)))))
    return All((found, Not(_managed(viewer, "unit_path")))).sql("person")


def unit_condition(viewer: Looker | None) -> tuple[str, dict[str, Any]]:
    """The same as `units` for statements that name org_unit `unit`; parameters by name."""
    if viewer is None:
        return "FALSE", {}
    sql, values = _units(viewer).sql("unit")
    parameters = {f"sight_{number}": value for number, value in enumerate(values)}
    for name in parameters:
        sql = sql.replace("%s", f"%({name})s", 1)
    return f"unit.status = '{Unit.Status.ACTIVE.value}' AND {sql}", parameters


def sees_everybody(viewer: Looker) -> bool:
    """In administration mode: who keeps the tree, and who decides what is hidden (§3.6, §29)."""
    return viewer.allows(MANAGE_TREE.key) or viewer.allows(APPROVE.key)


def manages(viewer: Looker, path: str) -> bool:
    """Is he the administrator of whoever serves there (§3.6)?"""
    return bool(path) and viewer.allows(MANAGE_UNIT.key, at=path)


def _managed(viewer: Looker, column: str) -> Some:
    """An administrator always sees what he administers (§3.6)."""
    scopes = viewer.scopes(MANAGE_UNIT.key)
    return Some(tuple(Below(column, path, includes_below=below) for path, below in scopes))


def _of_application(viewer: Onlooker, column: str, seen: Condition) -> Condition:
    """What ordinary people of its unit can reach at all, within the range that it was granted."""
    return All((seen, Some(tuple(Below(column, path) for path in viewer.range_paths))))


def _reached(policy: Policy) -> Condition:
    """Directly or by search (可搜可加)."""
    by_class = Some((_by_class(policy, "direct"), _by_class(policy, "search")))
    singly = In("id", policy.shown | policy.findable)
    return Some((All((by_class, Not(In("id", policy.barred)))), singly))


def _direct(viewer: Looker) -> Condition:
    if isinstance(viewer, Onlooker):
        return _of_application(viewer, "unit_path", _reached(policies.of(viewer.person_id)))
    if sees_everybody(viewer):
        return EVERYBODY
    policy = policies.of(viewer.person_id)
    by_class = _by_class(policy, "direct")
    if policy.barred:
        by_class = All((by_class, Not(In("id", policy.barred))))
    return Some((*_parts(by_class), In("id", policy.shown), *_managed(viewer, "unit_path").conditions))


def _parts(condition: Condition) -> tuple[Condition, ...]:
    return condition.conditions if isinstance(condition, Some) else (condition,)


def _units(viewer: Looker) -> Condition:
    if isinstance(viewer, Onlooker):
        return _of_application(viewer, "path", In("zone", policies.of(viewer.person_id).zones))
    if viewer.is_temporary:
        return NOBODY
    if sees_everybody(viewer):
        return EVERYBODY
    zones = In("zone", policies.of(viewer.person_id).zones)
    return Some((zones, *_managed(viewer, "path").conditions))


def _by_class(policy: Policy, mode: str) -> Condition:
    """Sight classes, by the part of the tree.

    As a rule a viewer sees more at home than elsewhere: then the parts need not exclude each other, and the
    statement is short.
    """
    regions = _distinct(policy, mode)
    *inner, whole = regions
    if all(_classes(one, mode) >= _classes(_around(one, regions), mode) for one in inner):
        return Some((OfSight(_classes(whole, mode)), *(_in_region(one, mode) for one in inner)))
    return Some(
        tuple(
            All(
                (
                    _in_region(one, mode),
                    *(Not(Below("unit_path", other.path)) for other in _inside(one, regions)),
                )
            )
            for one in regions
        )
    )


def _classes(region: Region, mode: str) -> frozenset[int]:
    return region.direct if mode == "direct" else region.search


def _in_region(region: Region, mode: str) -> Condition:
    classes = OfSight(_classes(region, mode))
    return All((Below("unit_path", region.path), classes)) if region.path else classes


def _distinct(policy: Policy, mode: str) -> list[Region]:
    """Without the regions that are seen just as what lies around them."""
    kept: list[Region] = []
    for one in reversed(policy.regions):  # from the whole tree inwards
        around = next((other for other in reversed(kept) if one.path.startswith(other.path)), None)
        if around is None or _classes(one, mode) != _classes(around, mode):
            kept.append(one)
    return kept[::-1]


def _around(region: Region, regions: list[Region]) -> Region:
    return next(one for one in regions if one is not region and region.path.startswith(one.path))


def _inside(region: Region, regions: list[Region]) -> list[Region]:
    return [one for one in regions if one is not region and one.path.startswith(region.path)]
