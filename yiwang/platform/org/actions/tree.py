"""Parts that acts on the tree share: the lock, paths, versions. Each is part of an action, which records."""

import datetime
from collections.abc import Collection

from django.db import connection
from django.db.models import Q

from yiwang.kernel import database
from yiwang.kernel.errors import invalid, require
from yiwang.platform.org.models import Unit, UnitVersion
from yiwang.platform.org.models.unit import MAX_DEPTH
from yiwang.platform.org.queries import checks
from yiwang.platform.org.queries.units import path_part

SORT_STEP = 10
LAST_SORT = 9999


def lock(unit: Unit) -> Unit:
    """The unit as it is now, under the lock of the tree."""
    database.lock("org.tree")
    current = Unit.objects.select_for_update().get(pk=unit.pk)
    require(
        current.status != Unit.Status.REVOKED,
        f"当前状态为“{current.get_status_display()}”，不能执行“调整”",
        code="E-STATE-01",
    )
    return current


def next_sort(parent: Unit | None) -> int:
    """The place behind all living siblings."""
    siblings = Unit.objects.filter(parent=parent).exclude(status=Unit.Status.REVOKED)
    last = siblings.order_by("-sort").values_list("sort", flat=True).first()
    return min((last or 0) + SORT_STEP, LAST_SORT)


def next_id() -> int:
    """The id must be known before the row is written, because the path contains it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('org_unit', 'id'))")
        return int(cursor.fetchone()[0])


def put_below(unit: Unit, target: Unit, *, day: datetime.date, change: str, basis: str) -> Unit:
    """Hang the whole branch under another parent, last of its children. Who may, and whether, is decided."""
    shift = target.level + 1 - unit.level
    deepest = Unit.objects.living().below(unit.path).order_by("-level").values_list("level", flat=True)
    if (deepest.first() or unit.level) + shift > MAX_DEPTH:
        raise invalid("parent", f"组织架构最多{MAX_DEPTH}级")
    checks.require_place(unit.node_type, target.level + 1, field="parent")
    checks.require_free_names(target, target.level + 1, unit.full_name, unit.short_name, besides=unit)
    branch = list(Unit.objects.below(unit.path).living().values_list("pk", flat=True)) if shift else [unit.pk]

    sort = next_sort(target)
    _rewrite_paths(unit.path, target.path + path_part(unit.pk), shift)
    unit = Unit.objects.get(pk=unit.pk)
    unit.parent, unit.sort = target, sort
    unit.save(update_fields=["parent", "sort", "updated_at"])
    remember([unit.pk], day=day, change=change, basis=basis)
    remember([pk for pk in branch if pk != unit.pk], day=day, change="随上级调整", basis=basis)
    return unit


def _rewrite_paths(former: str, new: str, shift: int) -> None:
    """One statement for the whole branch; the parent is changed afterwards, so checks hold throughout."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE org_unit SET path = %s || substr(path, %s), level = level + %s"
            " WHERE path >= %s AND path < %s",
            [new, len(former) + 1, shift, former, former + "~"],
        )


def remember(unit_ids: Collection[int], *, day: datetime.date, change: str, basis: str) -> None:
    """Close the current versions at `day` and open the next; two changes on one day are one version.

    History is not rewritten: a day before the current version began is refused.
    """
    current = list(UnitVersion.objects.filter(unit__in=unit_ids, valid_to=None).select_related("unit"))
    for version in current:
        require_not_before(version, day)
    replaced = {one.unit_id: one.change for one in current if one.valid_from == day}
    UnitVersion.objects.filter(unit__in=replaced, valid_to=None).delete()
    UnitVersion.objects.filter(unit__in=unit_ids, valid_to=None).update(valid_to=day)
    UnitVersion.objects.bulk_create(
        UnitVersion(
            unit=unit,
            full_name=unit.full_name,
            short_name=unit.short_name,
            node_type=unit.node_type,
            rank=unit.rank,
            parent_id=unit.parent_id,
            level=unit.level,
            sort=unit.sort,
            valid_from=day,
            change=_joined(replaced.get(unit.pk, ""), change),
            basis=basis,
        )
        for unit in Unit.objects.filter(pk__in=unit_ids)
    )


def require_not_before(version: UnitVersion, day: datetime.date) -> None:
    """A change cannot lie before the last one of the same unit."""
    if version.valid_from > day:
        since = f"{version.valid_from.year}年{version.valid_from.month}月{version.valid_from.day}日"
        raise invalid(
            "effective_on",
            f"生效日期不能早于{version.short_name}上一次调整的日期（{since}）",
            code="E-DATE-01",
        )


def _joined(former: str, change: str) -> str:
    """新设 on the same day stays 新设; 更名 and 划转 on one day are 更名、划转."""
    if not former or former == change:
        return change
    if former == "新设" or change in former.split("、"):
        return former
    return f"{former}、{change}"[:60]


def close(unit: Unit, *, day: datetime.date, merged_into: Unit | None = None) -> Unit:
    """Let a unit end: it was this until `day`, and is nothing since."""
    current = UnitVersion.objects.filter(unit=unit, valid_to=None)
    for version in current:
        require_not_before(version, day)
    UnitVersion.objects.filter(unit=unit, valid_to=None, valid_from=day).delete()  # never lived a whole day
    UnitVersion.objects.filter(unit=unit, valid_to=None).update(valid_to=day)
    unit.aliases.filter(Q(valid_to=None) | Q(valid_to__gt=day), kind="plate").update(valid_to=day)
    unit.agency_words.filter(valid_to=None).update(valid_to=day)
    unit.status, unit.valid_to, unit.merged_into = Unit.Status.REVOKED, day, merged_into
    unit.save(update_fields=["status", "valid_to", "merged_into", "updated_at"])
    return unit
