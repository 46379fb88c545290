"""A plan in words that people read: what it says, and where people, children and roles go."""

from collections.abc import Iterator
from typing import Any

from yiwang.platform.accounts.models import RoleGrant
from yiwang.platform.accounts.queries.roles import called
from yiwang.platform.changes.models import UnitChange
from yiwang.platform.changes.queries import unit_parts
from yiwang.platform.changes.rules import plans
from yiwang.platform.org.models import Post, Unit, UnitAlias

Kind = UnitChange.Kind
Facts = list[tuple[str, object]]

DETAIL_LABELS = {
    field.name: str(field.verbose_name) for field in Unit._meta.get_fields() if hasattr(field, "verbose_name")
}


def facts(change: UnitChange) -> Facts:
    """What the plan says, as pairs of label and value."""
    plan = plans.read(change.kind, change.plan)
    target = unit_parts.target_of(change)
    told = _BY_KIND[Kind(change.kind)](plan, target)
    return [pair for pair in told if pair[1] not in ("", None)]


def _new(unit: plans.NewUnit) -> Facts:
    return [
        ("机构编码", unit.code),
        ("全称", unit.full_name),
        ("简称", unit.short_name),
        ("节点类型", _label(Unit.NodeType, unit.node_type)),
        ("单位性质", _label(Unit.Nature, unit.nature)),
        ("机构规格", _label(Unit.Rank, unit.rank)),
        ("统一社会信用代码", unit.uscc),
        ("值班电话", unit.duty_phone),
        ("行政区划代码", unit.region_code),
        ("独立收发文", "是" if unit.exchanges_documents else ""),
        ("发文机关代字", unit.word),
    ]


def _label(choices: Any, value: str) -> str:
    return str(choices(value).label) if value in choices.values else value


def _name(pk: int) -> str:
    unit = Unit.objects.filter(pk=pk).first()
    return unit.full_name if unit else ""


def _create(plan: plans.Create, target: Unit | None) -> Facts:
    return [("上级机构", _name(plan.parent)), *_new(plan.unit)]


def _rename(plan: plans.Rename, target: Unit | None) -> Facts:
    return [
        ("原全称", _before(target, "full_name", plan.full_name)),
        ("新全称", plan.full_name),
        ("新简称", plan.short_name),
        ("新发文机关代字", plan.word),
    ]


def _before(target: Unit | None, field: str, new: str) -> str:
    """What it is called now; after the change took effect that is the new name, which says nothing."""
    now = str(getattr(target, field)) if target else ""
    return "" if now == new else now


def _merge(plan: plans.Merge, target: Unit | None) -> Facts:
    sources = "、".join(_name(pk) for pk in plan.sources if pk != plan.into)
    if plan.unit is not None:
        return [
            ("合并的机构", sources),
            ("合并为新机构", ""),
            ("上级机构", _name(plan.parent)),
            *_new(plan.unit),
        ]
    return [("并入的机构", sources), ("接收机构", _name(plan.into))]


def _split(plan: plans.Split, target: Unit | None) -> Facts:
    told: Facts = [("原机构", "保留" if plan.survives else "撤销")]
    for number, part in enumerate(plan.parts, start=1):
        told.append((f"新机构{number}", f"{part.full_name}（{part.short_name}，{part.code}）"))
    return told


def _move(plan: plans.Move, target: Unit | None) -> Facts:
    return [("划转到", _name(plan.to))]


def _rank(plan: plans.Rank, target: Unit | None) -> Facts:
    return [
        ("机构规格", _label(Unit.Rank, plan.rank)),
        ("节点类型", _label(Unit.NodeType, plan.node_type)),
        ("上级机构", _name(plan.to) if plan.to else ""),
    ]


def _plate(plan: plans.Plate, target: Unit | None) -> Facts:
    if plan.ends:
        plate = UnitAlias.objects.filter(pk=plan.ends).first()
        return [("摘除的牌子", plate.name if plate else "")]
    return [
        ("牌子名称", plan.name),
        ("牌子简称", plan.short_name),
        ("牌子的发文机关代字", plan.word),
        ("有效期至", plan.until),
    ]


def _revoke(plan: plans.Revoke, target: Unit | None) -> Facts:
    return [
        ("人员、下级机构和事项划入", _name(plan.to) if plan.to else "不划转（须无人员、下级机构和未了事项）")
    ]


def _sort(plan: plans.Sort, target: Unit | None) -> Facts:
    known = unit_parts.names(plan.order)
    return [("新的顺序", "、".join(known.get(pk, "") for pk in plan.order))]


def _edit(plan: plans.Edit, target: Unit | None) -> Facts:
    return [(DETAIL_LABELS.get(field, field), _value(field, value)) for field, value in plan.details.items()]


def _value(field: str, value: Any) -> str:
    if field in {"nature", "node_type"}:
        return _label(Unit.Nature if field == "nature" else Unit.NodeType, str(value)) or "清空"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dict):
        known = [f"{_label(Unit.ExternalId, key)}：{text}" for key, text in value.items() if text]
        return "；".join(known) or "清空"
    return "清空" if value in ("", None) else str(value)


_BY_KIND: dict[Kind, Any] = {
    Kind.CREATE: _create,
    Kind.RENAME: _rename,
    Kind.MERGE: _merge,
    Kind.SPLIT: _split,
    Kind.MOVE: _move,
    Kind.RANK: _rank,
    Kind.PLATE: _plate,
    Kind.REVOKE: _revoke,
    Kind.SORT: _sort,
    Kind.EDIT: _edit,
}


def fates(change: UnitChange) -> list[tuple[str, str, str]]:
    """What becomes of whom beyond the rule: (kind, what, where it goes)."""
    plan = plans.read(change.kind, change.plan)
    if change.kind not in plans.WITH_PEOPLE:
        return []
    names = _places(plan, change)
    children = dict(_children(plan))
    known = unit_parts.names(children)
    told = [
        ("下级机构", known.get(pk, ""), f"{word}{names.get(to, '')}") for pk, (to, word) in children.items()
    ]
    posts = Post.objects.filter(pk__in=plan.posts).select_related("person", "unit").order_by("sort", "pk")
    told += [("人员", f"{one.person.name}　{one.title}", names.get(plan.posts[one.pk], "")) for one in posts]
    granted = RoleGrant.objects.filter(pk__in=getattr(plan, "roles", None) or ()).select_related(
        "account__person", "unit"
    )
    return told + [("角色", called(one), "保留，转入接收机构") for one in granted]


def _children(plan: Any) -> Iterator[tuple[int, tuple[int, str]]]:
    """Child → (where it goes, how)."""
    for pk, child in plan.children.items():
        if isinstance(child, plans.Child):
            yield pk, (child.to, "并入" if child.how == "into" else "划入")
        else:
            yield pk, (child, "划入")


def _places(plan: Any, change: UnitChange) -> dict[int, str]:
    """Names of the places that the numbers of the plan stand for."""
    if isinstance(plan, plans.Split):
        target = unit_parts.target_of(change)
        own = {0: f"{target.short_name if target else ''}（留任）"}
        return own | {number: part.short_name for number, part in enumerate(plan.parts, start=1)}
    ids = {child.to for child in plan.children.values()} | set(plan.posts.values())
    new = plan.unit.short_name if isinstance(plan, plans.Merge) and plan.unit else ""
    return {0: new} | unit_parts.names(ids)
