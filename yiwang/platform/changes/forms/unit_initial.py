"""A draft as its form shows it when somebody goes on with it."""

from collections.abc import Callable
from typing import Any

from yiwang.platform.changes.models import UnitChange
from yiwang.platform.changes.rules import plans
from yiwang.platform.org.models import Unit

Kind = UnitChange.Kind
Initial = dict[str, Any]


def of(change: UnitChange) -> Initial:
    """Values of the form of its kind."""
    plan = plans.read(change.kind, change.plan)
    common = {
        "effective_on": change.effective_on,
        "backdating_reason": change.backdating_reason,
        "basis": change.basis,
        "reason": change.reason,
    }
    return common | _BY_KIND[Kind(change.kind)](plan)


def _unit(pk: int) -> Unit | None:
    return Unit.objects.filter(pk=pk).first() if pk else None


def _new(unit: plans.NewUnit, prefix: str = "") -> Initial:
    return {prefix + name: value for name, value in plans.write(unit).items()}


def _create(plan: plans.Create) -> Initial:
    return {"parent": _unit(plan.parent), **_new(plan.unit)}


def _merge(plan: plans.Merge) -> Initial:
    others = {f"source_{number}": _unit(pk) for number, pk in enumerate(plan.sources[1:], start=1)}
    new = _new(plan.unit) if plan.unit else {}
    return {**others, "into": _unit(plan.into), "parent": _unit(plan.parent), **new}


def _split(plan: plans.Split) -> Initial:
    parts: Initial = {"survives": "1" if plan.survives else ""}
    for number, part in enumerate(plan.parts, start=1):
        parts |= _new(part, f"part_{number}_")
    return parts


def _sort(plan: plans.Sort) -> Initial:
    return {f"place_{pk}": place for place, pk in enumerate(plan.order, start=1)}


def _edit(plan: plans.Edit) -> Initial:
    external = plan.details.get("external_ids", {})
    given = {name: value for name, value in plan.details.items() if name != "external_ids"}
    return given | {f"external_{key}": text for key, text in external.items()}


def _plain(plan: plans.Plan) -> Initial:
    return plans.write(plan)


def _to(plan: plans.Move | plans.Rank | plans.Revoke) -> Initial:
    return plans.write(plan) | {"to": _unit(plan.to)}


def _plate(plan: plans.Plate) -> Initial:
    return plans.write(plan) | {"ends": str(plan.ends or ""), "until": plan.until}


_BY_KIND: dict[Kind, Callable[[Any], Initial]] = {
    Kind.CREATE: _create,
    Kind.RENAME: _plain,
    Kind.MERGE: _merge,
    Kind.SPLIT: _split,
    Kind.MOVE: _to,
    Kind.RANK: _to,
    Kind.PLATE: _plate,
    Kind.REVOKE: _to,
    Kind.SORT: _sort,
    Kind.EDIT: _edit,
}
