"""Changes of the tree. They are the bare acts; review, preview and effective dates are in `changes`.

All writes of the tree stand under one advisory lock, so that two moves can never make a cycle together.
"""

import datetime
from collections.abc import Sequence

from django.db import connection, transaction
from django.utils import timezone

from yiwang.kernel import database
from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, invalid, require
from yiwang.platform.org import hooks, rules
from yiwang.platform.org.actions.projection import refresh_tree
from yiwang.platform.org.models import Person, Unit, UnitAlias, UnitVersion
from yiwang.platform.org.models.unit import MAX_DEPTH
from yiwang.platform.org.queries.units import path_part
from yiwang.platform.org.vocabulary import (
    UNIT_CREATED,
    UNIT_HIDDEN,
    UNIT_MOVED,
    UNIT_RENAMED,
    UNIT_REVOKED,
    UNIT_SHOWN,
    UNIT_SORTED,
)

_SORT_STEP = 10
_LEVEL_REFUSED = "一至三级节点由区级统一维护，请提交调整申请"


def _require_level(actor: Actor, *, level: int, at: str) -> None:
    require(rules.can_edit_level(actor, level=level, at=at), _LEVEL_REFUSED, status=403, code="E-ORG-02")


def _require_free_name(parent: Unit | None, full_name: str, *, besides: Unit | None = None) -> None:
    same = Unit.objects.filter(parent=parent, full_name=full_name).exclude(status=Unit.Status.REVOKED)
    if besides is not None:
        same = same.exclude(pk=besides.pk)
    if same.exists():
        raise invalid("full_name", "同级已存在同名机构", code="E-ORG-01")


def _locked(unit: Unit) -> Unit:
    """The unit as it is now, under the lock of the tree."""
    database.lock("org.tree")
    current = Unit.objects.select_for_update().get(pk=unit.pk)
    state = current.get_status_display()
    require(
        current.status != Unit.Status.REVOKED,
        f"当前状态为“{state}”，不能执行“调整”",
        code="E-STATE-01",
    )
    return current


def _next_sort(parent: Unit | None) -> int:
    last = Unit.objects.filter(parent=parent).order_by("-sort").values_list("sort", flat=True).first()
    return min((last or 0) + _SORT_STEP, 9999)


def _remember_version(unit: Unit, *, day: datetime.date, change: str, basis: str) -> None:
    """Close the current version at `day` and open the next; two changes on one day are one version."""
    current = UnitVersion.objects.filter(unit=unit, valid_to=None).first()
    if current is not None and current.valid_from >= day:
        current.delete()
    elif current is not None:
        current.valid_to = day
        current.save(update_fields=["valid_to"])
    UnitVersion.objects.create(
        unit=unit,
        full_name=unit.full_name,
        short_name=unit.short_name,
        node_type=unit.node_type,
        parent_id=unit.parent_id,
        level=unit.level,
        sort=unit.sort,
        valid_from=day,
        change=change,
        basis=basis,
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
    uscc: str | None = None,
    sort: int | None = None,
    valid_from: datetime.date | None = None,
    basis: str = "",
) -> Unit:
    """Set up a unit below `parent` (新设). Without `sort` it stands last."""
    database.lock("org.tree")
    level = 0 if parent is None else parent.level + 1
    _require_level(actor, level=level, at="" if parent is None else parent.path)
    if level > MAX_DEPTH:
        raise invalid("parent", f"组织架构最多{MAX_DEPTH}级")
    if uscc and node_type in (Unit.NodeType.SECTION, Unit.NodeType.CATEGORY, Unit.NodeType.GROUP):
        raise invalid("uscc", "内设机构、分类和虚拟分组没有统一社会信用代码")
    if Unit.objects.filter(code=code).exists():
        raise invalid("code", "机构编码已被使用")
    _require_free_name(parent, full_name)

    day = valid_from or timezone.localdate()
    unit = Unit(
        code=code,
        full_name=full_name,
        short_name=short_name,
        node_type=node_type,
        nature=nature,
        uscc=uscc or None,
        parent=parent,
        level=level,
        sort=sort or _next_sort(parent),
        valid_from=day,
    )
    unit.pk = _next_id()
    unit.path = ("" if parent is None else parent.path) + path_part(unit.pk)
    unit.save(force_insert=True)
    _remember_version(unit, day=day, change="新设", basis=basis)

    audit.record(UNIT_CREATED, unit, actor=actor, reason=basis)
    refresh_tree(actor=actor)
    unit.refresh_from_db()
    return unit


def _next_id() -> int:
    """The id must be known before the row is written, because the path contains it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('org_unit', 'id'))")
        return int(cursor.fetchone()[0])


@transaction.atomic
def rename_unit(
    unit: Unit,
    *,
    full_name: str,
    short_name: str,
    actor: Actor,
    day: datetime.date | None = None,
    basis: str = "",
) -> Unit:
    """Give a unit a new name (更名). The old one stays with its period, and search finds both."""
    unit = _locked(unit)
    _require_level(actor, level=unit.level, at=unit.path)
    _require_free_name(unit.parent, full_name, besides=unit)
    if (full_name, short_name) == (unit.full_name, unit.short_name):
        return unit

    day = day or timezone.localdate()
    former = {"full_name": unit.full_name, "short_name": unit.short_name}
    UnitAlias.objects.get_or_create(
        unit=unit, name=unit.full_name, kind=UnitAlias.Kind.FORMER, defaults={"valid_to": day}
    )
    unit.full_name, unit.short_name = full_name, short_name
    unit.save(update_fields=["full_name", "short_name", "updated_at"])
    _remember_version(unit, day=day, change="更名", basis=basis)

    changes = {field: [old, getattr(unit, field)] for field, old in former.items()}
    audit.record(UNIT_RENAMED, unit, actor=actor, reason=basis, changes=changes)
    hooks.tree_changed()
    return unit


@transaction.atomic
def move_unit(
    unit: Unit, *, to: Unit, actor: Actor, day: datetime.date | None = None, basis: str = ""
) -> Unit:
    """Put a unit and all below it under another parent (划转)."""
    unit = _locked(unit)
    target = Unit.objects.get(pk=to.pk)
    _require_level(actor, level=unit.level, at=unit.path)
    _require_level(actor, level=target.level + 1, at=target.path)
    if target.path.startswith(unit.path):
        raise invalid("parent", "不能划转到本机构或其下级机构")
    if target.status == Unit.Status.REVOKED:
        raise invalid("parent", "上级机构已撤销")
    if unit.parent_id == target.pk:
        return unit
    deepest = Unit.objects.below(unit.path).order_by("-level").values_list("level", flat=True)[0]
    shift = target.level + 1 - unit.level
    if deepest + shift > MAX_DEPTH:
        raise invalid("parent", f"组织架构最多{MAX_DEPTH}级")
    _require_free_name(target, unit.full_name)

    former_path, former_parent = unit.path, unit.parent
    new_path = target.path + path_part(unit.pk)
    _rewrite_paths(former_path, new_path, shift)
    unit.refresh_from_db()
    unit.parent, unit.sort = target, _next_sort(target)
    unit.save(update_fields=["parent", "sort", "updated_at"])
    _remember_version(unit, day=day or timezone.localdate(), change="划转", basis=basis)

    changes = {"parent": [str(former_parent), str(target)]}
    audit.record(UNIT_MOVED, unit, actor=actor, reason=basis, changes=changes)
    refresh_tree(actor=actor)
    hooks.unit_moved(unit=unit, former_path=former_path)
    unit.refresh_from_db()
    return unit


def _rewrite_paths(former: str, new: str, shift: int) -> None:
    """One statement for the whole branch; the parent is changed afterwards, so checks hold throughout."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE org_unit SET path = %s || substr(path, %s), level = level + %s"
            " WHERE path >= %s AND path < %s",
            [new, len(former) + 1, shift, former, former + "~"],
        )


@transaction.atomic
def sort_children(parent: Unit, *, unit_ids: Sequence[int], actor: Actor) -> None:
    """Put the units below `parent` into this order (排序调整). All of them must be named once."""
    parent = _locked(parent)
    _require_level(actor, level=parent.level + 1, at=parent.path)
    children = {child.pk: child for child in Unit.objects.living().filter(parent=parent)}
    if sorted(unit_ids) != sorted(children):
        raise Refused("下级机构已有变化，请刷新后重试", status=409, code="E-CONC-01")
    if len(children) * _SORT_STEP > 9999:
        raise invalid("unit_ids", "下级机构过多，请先设立分组")

    for place, unit_id in enumerate(unit_ids, start=1):
        children[unit_id].sort = place * _SORT_STEP
    Unit.objects.bulk_update(children.values(), ["sort"])
    audit.record(UNIT_SORTED, parent, actor=actor)
    refresh_tree(actor=actor)


@transaction.atomic
def set_listed(unit: Unit, *, is_listed: bool, reason: str, actor: Actor) -> Unit:
    """Hide a unit and all below it from the address book, or show it again (R2-9)."""
    unit = _locked(unit)
    _require_level(actor, level=unit.level, at=unit.path)
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


@transaction.atomic
def revoke_unit(unit: Unit, *, actor: Actor, day: datetime.date | None = None, basis: str = "") -> Unit:
    """Dissolve a unit that holds nobody and nothing any more (撤销)."""
    unit = _locked(unit)
    _require_level(actor, level=unit.level, at=unit.path)
    people = Person.objects.filter(posts__unit=unit, posts__is_living=True).distinct().count()
    below = Unit.objects.living().filter(parent=unit).count()
    require(
        not people and not below,
        f"该机构下仍有{people}名人员、{below}个下级机构，不能撤销",
        code="E-ORG-03",
    )
    day = day or timezone.localdate()
    unit.status, unit.valid_to = Unit.Status.REVOKED, day
    unit.save(update_fields=["status", "valid_to", "updated_at"])
    UnitVersion.objects.filter(unit=unit, valid_to=None, valid_from__lt=day).update(valid_to=day)

    audit.record(UNIT_REVOKED, unit, actor=actor, reason=basis)
    hooks.unit_revoked(unit=unit)
    refresh_tree(actor=actor)
    unit.refresh_from_db()
    return unit
