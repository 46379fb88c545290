"""Setting up, correcting, sorting and hiding units. Other acts on the tree: `naming`, `moving`, `merging`.

They are the bare acts; review, preview and effective dates are in `changes`. All writes of the tree stand
under one advisory lock, so that two moves can never make a cycle together.
"""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from yiwang.kernel import database
from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, invalid, require
from yiwang.platform.org.actions import events, tree
from yiwang.platform.org.actions.projection import refresh_tree
from yiwang.platform.org.models import Event, Unit
from yiwang.platform.org.queries import checks
from yiwang.platform.org.queries.checks import Facts
from yiwang.platform.org.queries.units import path_part
from yiwang.platform.org.vocabulary import (
    UNIT_CREATED,
    UNIT_EDITED,
    UNIT_HIDDEN,
    UNIT_SHOWN,
    UNIT_SORTED,
)


@transaction.atomic
def create_unit(
    *,
    parent: Unit | None,
    code: str,
    full_name: str,
    short_name: str,
    node_type: str,
    actor: Actor,
    nature: str = "",
    rank: str = "",
    uscc: str | None = None,
    details: Mapping[str, Any] | None = None,
    sort: int | None = None,
    valid_from: datetime.date | None = None,
    basis: str = "",
) -> Unit:
    """Set up a unit below `parent` (新设). Without `sort` it stands last. details: see `checks.DETAILS`."""
    database.lock("org.tree")
    given = {"nature": nature, "uscc": uscc, **(details or {})}
    facts = Facts(code, "", full_name, short_name, node_type, given, rank, sort)
    parent = None if parent is None else Unit.objects.get(pk=parent.pk)
    unit = _set_up(facts, parent, actor=actor, day=valid_from or timezone.localdate(), basis=basis)
    refresh_tree(actor=actor)
    unit.refresh_from_db()
    return unit


def _set_up(facts: Facts, parent: Unit | None, *, actor: Actor, day: datetime.date, basis: str) -> Unit:
    """One new unit, remembered and told of; what follows from the tree is still to be computed."""
    level = 0 if parent is None else parent.level + 1
    checks.require_level(actor, level=level, at="" if parent is None else parent.path)
    if parent is not None:
        require(parent.status != Unit.Status.REVOKED, "上级机构已撤销", status=422, fields=_REVOKED_PARENT)
    unit = Unit(
        code=checks.code(facts.code),
        full_name=checks.name("full_name", facts.full_name, longest=100),
        short_name=checks.name("short_name", facts.short_name, longest=30),
        node_type=facts.node_type,
        rank=checks.rank(facts.rank),
        parent=parent,
        level=level,
        sort=_checked_sort(facts.sort) if facts.sort else tree.next_sort(parent),
        valid_from=day,
    )
    for field, value in checks.details(facts.details, unit=unit).items():
        setattr(unit, field, value)
    checks.require_free_names(parent, level, unit.full_name, unit.short_name)
    unit.pk = tree.next_id()
    unit.path = ("" if parent is None else parent.path) + path_part(unit.pk)
    unit.save(force_insert=True)
    tree.remember([unit.pk], day=day, change="新设", basis=basis)

    audit.record(UNIT_CREATED, unit, actor=actor, reason=basis)
    events.note(Event.Kind.UNIT_CREATED, unit=unit, data={"name": unit.full_name, "parent": unit.parent_id})
    return unit


_REVOKED_PARENT = {"parent": "上级机构已撤销"}


def _checked_sort(sort: int) -> int:
    if not 1 <= sort <= tree.LAST_SORT:
        raise invalid("sort", "排序号应为1至9999")
    return sort


@transaction.atomic
def edit_unit(
    unit: Unit,
    *,
    details: Mapping[str, Any],
    actor: Actor,
    day: datetime.date | None = None,
    basis: str = "",
) -> Unit:
    """Correct what is known of a unit (信息修改); names, place, rank and order have acts of their own."""
    unit = tree.lock(unit)
    checks.require_level(actor, level=unit.level, at=unit.path)
    clean = checks.details(details, unit=unit)
    changed = {field: value for field, value in clean.items() if getattr(unit, field) != value}
    if not changed:
        return unit
    former = {field: _shown(unit, field) for field in changed}
    for field, value in changed.items():
        setattr(unit, field, value)
    unit.save(update_fields=[*changed, "updated_at"])
    if "node_type" in changed:
        tree.remember([unit.pk], day=day or timezone.localdate(), change="信息修改", basis=basis)

    changes = {field: [former[field], _shown(unit, field)] for field in changed}
    audit.record(UNIT_EDITED, unit, actor=actor, reason=basis, changes=changes)
    events.note(Event.Kind.UNIT_CHANGED, unit=unit, data={"fields": sorted(changed)})
    return unit


@transaction.atomic
def enter_units(facts: Sequence[Facts], *, actor: Actor, basis: str = "") -> None:
    """Set up units and correct known ones (批量导入), all or none: parents before what is below them.

    Of known ones details and order are corrected; name, parent and rank have acts of their own.
    """
    database.lock("org.tree")
    day = timezone.localdate()
    codes = {one.code for one in facts} | {one.parent_code for one in facts}
    known = {unit.code: unit for unit in Unit.objects.filter(code__in=codes)}
    waiting = list(facts)
    while waiting:
        later = []
        for one in waiting:
            if one.code in known:
                _correct(known[one.code], one, actor=actor, day=day, basis=basis)
            elif one.parent_code in known:
                parent = known[one.parent_code]
                known[one.code] = _set_up(one, parent, actor=actor, day=day, basis=basis)
            else:
                later.append(one)
        if len(later) == len(waiting):
            raise invalid("parent", f"没有编码为“{later[0].parent_code}”的上级机构")
        waiting = later
    refresh_tree(actor=actor)


def _correct(unit: Unit, facts: Facts, *, actor: Actor, day: datetime.date, basis: str) -> None:
    unit = edit_unit(unit, details=facts.details, actor=actor, day=day, basis=basis)
    if facts.sort is None or facts.sort == unit.sort:
        return
    former, unit.sort = unit.sort, _checked_sort(facts.sort)
    unit.save(update_fields=["sort", "updated_at"])
    tree.remember([unit.pk], day=day, change="排序调整", basis=basis)
    audit.record(UNIT_EDITED, unit, actor=actor, reason=basis, changes={"sort": [former, unit.sort]})


def _shown(unit: Unit, field: str) -> Any:
    """The value in words people read."""
    shown = getattr(unit, f"get_{field}_display", None)
    value = shown() if shown else getattr(unit, field)
    return value if isinstance(value, str | int | bool | dict) or value is None else str(value)


@transaction.atomic
def sort_children(
    parent: Unit,
    *,
    unit_ids: Sequence[int],
    actor: Actor,
    seen: Sequence[int] | None = None,
    day: datetime.date | None = None,
    basis: str = "",
) -> None:
    """Put the units below `parent` into this order (排序调整). All of them must be named once.

    seen: the order he saw when he began, if he saw one: what another has arranged meanwhile is not undone.
    """
    parent = tree.lock(parent)
    checks.require_level(actor, level=parent.level + 1, at=parent.path)
    children = {child.pk: child for child in Unit.objects.living().filter(parent=parent)}
    former = sorted(children.values(), key=lambda one: (one.sort, one.pk))
    is_stale = seen is not None and list(seen) != [one.pk for one in former]
    if is_stale or sorted(unit_ids) != sorted(children):
        raise Refused("下级机构已有变化，请刷新后重试", status=409, code="E-CONC-01")
    if len(children) * tree.SORT_STEP > tree.LAST_SORT:
        raise invalid("unit_ids", "下级机构过多，请先设立分组")

    before = {child.pk: child.sort for child in former}
    for place, unit_id in enumerate(unit_ids, start=1):
        children[unit_id].sort = place * tree.SORT_STEP
    moved = [child for child in children.values() if child.sort != before[child.pk]]
    if not moved:
        return
    Unit.objects.bulk_update(moved, ["sort"])
    tree.remember([one.pk for one in moved], day=day or timezone.localdate(), change="排序调整", basis=basis)
    order = [[one.short_name for one in former], [children[unit_id].short_name for unit_id in unit_ids]]
    audit.record(UNIT_SORTED, parent, actor=actor, reason=basis, changes={"order": order})
    refresh_tree(actor=actor)
    events.note(Event.Kind.UNIT_SORTED, unit=parent, data={"order": list(unit_ids)})


@transaction.atomic
def set_listed(unit: Unit, *, is_listed: bool, reason: str, actor: Actor) -> Unit:
    """Hide a unit and all below it from the address book, or show it again (R2-9)."""
    unit = tree.lock(unit)
    checks.require_level(actor, level=unit.level, at=unit.path)
    if not reason.strip():
        raise invalid("reason", "请填写事由")
    if unit.is_listed == is_listed:
        return unit
    unit.is_listed = is_listed
    unit.save(update_fields=["is_listed", "updated_at"])

    audit.record(UNIT_SHOWN if is_listed else UNIT_HIDDEN, unit, actor=actor, reason=reason)
    refresh_tree(actor=actor)
    unit.refresh_from_db()
    return unit
