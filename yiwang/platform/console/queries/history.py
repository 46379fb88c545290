"""The tree of a day gone by, and what became different between two days. From UnitVersion alone."""

import datetime
import re
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from yiwang.kernel.errors import invalid
from yiwang.kernel.listing.sources import SqlSource
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.console.queries import tree
from yiwang.platform.org.models import Unit, UnitVersion
from yiwang.platform.org.queries.units import versions_on
from yiwang.platform.org.vocabulary import MANAGE_TREE, MANAGE_UNIT

PAGE = 100
_AFTER = re.compile(r"(\d{1,9})\.(\d{1,18})")

KINDS = ("新设", "更名", "划转", "升格、降格", "撤销")


@dataclass(frozen=True, slots=True)
class Level:
    """Units side by side on that day, each with `has_children`. next: what to pass as `after`, "" at last."""

    versions: list[UnitVersion]
    next: str = ""


def read_day(text: str, *, default: datetime.date) -> datetime.date:
    """The day in an address; 422 when it is none."""
    if not text:
        return default
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise invalid("day", "日期格式应为2026-11-23") from None


def first_day(user: Principal) -> datetime.date | None:
    """Since when anything is known of his part of the tree."""
    versions = UnitVersion.objects.filter(unit__in=tree.administered(user)).order_by("valid_from")
    return versions.values_list("valid_from", flat=True).first()


def tops(user: Principal, day: datetime.date) -> list[UnitVersion]:
    """Where his tree began on that day."""
    if user.allows(MANAGE_TREE.key):
        return list(_with_children(versions_on(day).filter(level=0), day))
    found = versions_on(day).filter(unit__path__in=tree.highest(user))
    return list(_with_children(found, day).order_by("unit__position"))


def level(parent: Unit, day: datetime.date, *, after: str = "", limit: int = PAGE) -> Level:
    """The units directly below one of his as they were on that day, in the order of that day."""
    versions = versions_on(day).filter(parent=parent)
    if after:
        parts = _AFTER.fullmatch(after)
        if parts is None:
            raise invalid("cursor", "翻页位置无效，请刷新页面")
        sort, pk = int(parts[1]), int(parts[2])
        versions = versions.filter(Q(sort__gt=sort) | Q(sort=sort, unit__gt=pk), sort__gte=sort)
    found = list(_with_children(versions, day).order_by("sort", "unit_id")[: limit + 1])
    shown = found[:limit]
    return Level(shown, f"{shown[-1].sort}.{shown[-1].unit_id}" if len(found) > limit else "")


def _with_children(versions: QuerySet[UnitVersion], day: datetime.date) -> QuerySet[UnitVersion]:
    below = versions_on(day).order_by().filter(parent=OuterRef("unit_id"))
    return versions.select_related("unit__parent").annotate(has_children=Exists(below))


_OF_DAY = """
    SELECT unit_id, full_name, short_name, parent_id, level, rank FROM org_unitversion
    WHERE valid_from <= %s AND (valid_to IS NULL OR valid_to > %s)"""
_PARENT = """
    LEFT JOIN LATERAL (
        SELECT short_name AS name FROM org_unitversion
        WHERE unit_id = {side}.parent_id AND valid_from <= %s AND (valid_to IS NULL OR valid_to > %s)
    ) {name} ON true"""
_TABLES = f"""
    ({_OF_DAY}) before FULL JOIN ({_OF_DAY}) after USING (unit_id)
    JOIN org_unit unit ON unit.id = unit_id
    {_PARENT.format(side="before", name="former")}
    {_PARENT.format(side="after", name="present")}
    CROSS JOIN LATERAL (SELECT concat_ws('、',
        CASE WHEN before.full_name IS NULL THEN '新设' END,
        CASE WHEN after.full_name IS NULL THEN '撤销' END,
        CASE WHEN (before.full_name, before.short_name) <> (after.full_name, after.short_name)
             THEN '更名' END,
        CASE WHEN before.parent_id <> after.parent_id THEN '划转' END,
        CASE WHEN (before.level, before.rank) <> (after.level, after.rank) THEN '升格、降格' END
    ) AS kinds) said"""
_COLUMNS = """
    unit_id AS id, unit.code, said.kinds, before.full_name AS before, after.full_name AS after,
    former.name AS former_parent, present.name AS parent, unit.short_name AS name"""


def differences(user: Principal, first: datetime.date, last: datetime.date) -> SqlSource:
    """Units that were not the same on both days; of his part of the tree."""
    where, scope = "said.kinds <> ''", []
    if not user.allows(MANAGE_TREE.key):
        reach = []
        for path, below in user.scopes(MANAGE_UNIT.key):
            reach.append("(unit.path >= %s AND unit.path < %s)" if below else "unit.path = %s")
            scope += [path, f"{path}~"] if below else [path]
        where += f" AND ({' OR '.join(reach) or 'false'})"
    days = [first, first, last, last, first, first, last, last]
    return SqlSource(
        columns=_COLUMNS,
        tables=_TABLES,
        where=where,
        parameters=(*days, *scope),
        fields={
            "id": "unit_id",
            "position": "unit.position",
            "kinds": "said.kinds",
            "code": "unit.code",
            "before": "coalesce(before.full_name, '')",
            "after": "coalesce(after.full_name, '')",
        },
        never_null=frozenset({"id", "position", "kinds", "code", "before", "after"}),
    )
