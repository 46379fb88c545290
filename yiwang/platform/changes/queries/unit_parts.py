"""The units, posts and levels that a plan speaks of; what it is called in one line."""

from collections.abc import Iterable
from typing import Any

from yiwang.kernel.errors import invalid, not_found
from yiwang.platform.changes.models import ChangedUnit, UnitChange
from yiwang.platform.org.models import Unit, UnitAlias

Kind = UnitChange.Kind
Part = ChangedUnit.Part
Parts = list[tuple[Unit, str]]


def unit(pk: int, field: str = "unit") -> Unit:
    """A unit in use."""
    found = Unit.objects.filter(pk=pk).exclude(status=Unit.Status.REVOKED).first()
    if found is None:
        raise invalid(field, "请选择启用中的机构")
    return found


def target_of(change: UnitChange) -> Unit | None:
    """The unit a change is about; None when it sets up a new one."""
    first = change.touched.filter(part=Part.TARGET).select_related("unit").order_by("pk").first()
    return first.unit if first else None


def touched(kind: str, plan: Any, target: Unit | None) -> Parts:
    """The units of a plan and what each is to it; the target first."""
    if kind == Kind.CREATE:
        return [(unit(plan.parent, "parent"), Part.PARENT)]
    if target is None:
        raise not_found()
    parts: Parts = [(target, Part.TARGET)]
    if kind == Kind.MERGE:
        others = [pk for pk in dict.fromkeys(plan.sources) if pk != target.pk]
        parts = [(unit(pk, "sources"), Part.TARGET) for pk in [target.pk, *others]]
        parts = [one for one in parts if one[0].pk != plan.into]
        receiver = plan.into or plan.parent
        part = Part.RECEIVER if plan.into else Part.PARENT
        parts.append((unit(receiver, "into"), part))
    elif kind in {Kind.MOVE, Kind.RANK} and plan.to:
        parts.append((unit(plan.to, "to"), Part.PARENT))
    elif kind == Kind.REVOKE and plan.to:
        parts.append((unit(plan.to, "to"), Part.RECEIVER))
    return parts


def level_of(kind: str, parts: Parts) -> int:
    """The highest level touched: review and basis depend on it. Of a parent it is the level below."""
    levels = [one.level + 1 if part == Part.PARENT else one.level for one, part in parts]
    if kind == Kind.SORT:
        levels = [parts[0][0].level + 1]
    return min(levels)


def title_of(kind: str, plan: Any, parts: Parts) -> str:
    """“将区政务服务办公室更名为区数据局”: what happens, in one line without a full stop."""
    first = parts[0][0].short_name
    others = [one.short_name for one, part in parts[1:] if part == Part.TARGET]
    last = parts[-1][0].short_name
    if kind == Kind.MERGE:
        goal = plan.unit.short_name if plan.unit else last
        return f"{'、'.join([first, *others])}并入{goal}" if not plan.unit else (
            f"{'、'.join([first, *others])}合并为{goal}"
        )  # fmt: skip
    words = {
        Kind.CREATE: lambda: f"在{first}下新设{plan.unit.short_name}",
        Kind.RENAME: lambda: f"{first}更名为{plan.short_name}",
        Kind.SPLIT: lambda: _split(first, plan),
        Kind.MOVE: lambda: f"{first}划转至{last}",
        Kind.RANK: lambda: f"{first}{_ranked(parts, plan)}",
        Kind.PLATE: lambda: _plate(first, plan),
        Kind.REVOKE: lambda: f"撤销{first}" + (f"，职责划入{last}" if plan.to else ""),
        Kind.SORT: lambda: f"调整{first}下级机构的顺序",
        Kind.EDIT: lambda: f"修改{first}的机构信息",
    }
    return words[Kind(kind)]()


def _split(name: str, plan: Any) -> str:
    goals = "、".join(part.short_name for part in plan.parts)
    return f"{name}分设{goals}" if plan.survives else f"{name}拆分为{goals}"


def _ranked(parts: Parts, plan: Any) -> str:
    """升格 and 降格 by the order of ranks; 调整规格 where it cannot be told."""
    order = list(Unit.Rank.values)
    before, after = parts[0][0].rank, plan.rank
    if before not in order or after not in order or before == after:
        return "调整规格和隶属"
    word = "升格" if order.index(after) < order.index(before) else "降格"
    return f"{word}为{Unit.Rank(after).label}"


def _plate(name: str, plan: Any) -> str:
    if plan.ends:
        plate = UnitAlias.objects.filter(pk=plan.ends).first()
        return f"{name}摘除“{plate.name if plate else ''}”牌子"
    return f"{name}加挂“{plan.short_name or plan.name}”牌子"


def names(ids: Iterable[int]) -> dict[int, str]:
    """Short names by id."""
    return dict(Unit.objects.filter(pk__in=list(ids)).values_list("pk", "short_name"))
