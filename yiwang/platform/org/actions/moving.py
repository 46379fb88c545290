"""Where units stand: another parent (划转), another rank or level (升格、降格)."""

import datetime

from django.db import transaction
from django.utils import timezone

from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import invalid
from yiwang.platform.org import hooks, rules
from yiwang.platform.org.actions import events, tree
from yiwang.platform.org.actions.projection import refresh_tree
from yiwang.platform.org.models import Event, Unit
from yiwang.platform.org.queries import checks
from yiwang.platform.org.vocabulary import UNIT_MOVED, UNIT_RANKED


@transaction.atomic
def move_unit(
    unit: Unit, *, to: Unit, actor: Actor, day: datetime.date | None = None, basis: str = ""
) -> Unit:
    """Put a unit and all below it under another parent (划转)."""
    unit = tree.lock(unit)
    target = Unit.objects.get(pk=to.pk)
    checks.require_level(actor, level=unit.level, at=unit.path)
    checks.require_level(actor, level=target.level + 1, at=target.path)
    if unit.parent_id == target.pk:
        return unit
    fault = rules.move_fault(unit, target)
    if fault:
        raise invalid("parent", fault)
    former_path, former_parent = unit.path, unit.parent
    unit = tree.put_below(unit, target, day=day or timezone.localdate(), change="划转", basis=basis)

    changes = {"parent": [str(former_parent), str(target)]}
    audit.record(UNIT_MOVED, unit, actor=actor, reason=basis, changes=changes)
    return _moved(unit, former_path, Event.Kind.UNIT_MOVED, actor)


@transaction.atomic
def change_rank(
    unit: Unit,
    *,
    rank: str,
    actor: Actor,
    to: Unit | None = None,
    node_type: str = "",
    day: datetime.date | None = None,
    basis: str = "",
) -> Unit:
    """Raise or lower a unit (升格、降格): its rank, and perhaps its parent and so its level."""
    unit = tree.lock(unit)
    checks.require_level(actor, level=unit.level, at=unit.path)
    rank, node_type = checks.rank(rank), node_type or unit.node_type
    day = day or timezone.localdate()
    former = {
        "rank": unit.get_rank_display(),
        "parent": str(unit.parent),
        "type": unit.get_node_type_display(),
    }
    former_path, target = unit.path, Unit.objects.get(pk=to.pk) if to is not None else None
    is_moving = target is not None and target.pk != unit.parent_id
    if (rank, node_type) == (unit.rank, unit.node_type) and not is_moving:
        raise invalid("rank", "机构规格、类型和上级均未变化")
    level = target.level + 1 if target is not None else unit.level
    checks.require_place(node_type, level)
    checks.details({"node_type": node_type, "uscc": unit.uscc}, unit=_at_level(unit, level))

    unit.rank, unit.node_type = rank, node_type
    unit.save(update_fields=["rank", "node_type", "updated_at"])
    if target is not None and is_moving:
        checks.require_level(actor, level=level, at=target.path)
        fault = rules.rank_fault(unit, target)
        if fault:
            raise invalid("parent", fault)
        unit = tree.put_below(unit, target, day=day, change="升格、降格", basis=basis)
    else:
        tree.remember([unit.pk], day=day, change="升格、降格", basis=basis)

    now = {"rank": unit.get_rank_display(), "parent": str(unit.parent), "type": unit.get_node_type_display()}
    changes = {field: [former[field], now[field]] for field in now if former[field] != now[field]}
    audit.record(UNIT_RANKED, unit, actor=actor, reason=basis, changes=changes)
    return _moved(unit, former_path, Event.Kind.UNIT_RANKED, actor)


def _at_level(unit: Unit, level: int) -> Unit:
    return Unit(pk=unit.pk, node_type=unit.node_type, level=level, uscc=unit.uscc)


def _moved(unit: Unit, former_path: str, kind: Event.Kind, actor: Actor) -> Unit:
    refresh_tree(actor=actor)
    unit.refresh_from_db()
    if unit.path != former_path:
        hooks.unit_moved(unit=unit, former_path=former_path)
    data = {"parent": unit.parent_id, "level": unit.level, "rank": unit.rank}
    events.note(kind, unit=unit, data=data)
    return unit
