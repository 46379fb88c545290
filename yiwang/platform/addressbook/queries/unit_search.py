"""Finding units by any part of a present or former name: one hand-written statement. Browsing is in `units`.

A pair of characters is the smallest thing the indexes of migration 0003 know; that is why two are needed.
"""

from dataclasses import dataclass
from operator import itemgetter

from django.db import connection

from yiwang.platform.addressbook.queries import typed, visibility
from yiwang.platform.org.models import UnitAlias
from yiwang.platform.org.models.viewer import Viewer

# Three short lists rather than one OR, so that each has one sensible plan for common words and for rare ones.
_FIND = """
WITH alias AS MATERIALIZED (
    SELECT unit_id, kind, coalesce(nullif(short_name, ''), name) AS name FROM org_unitalias
    WHERE strpos(name, %(name)s) > 0 OR strpos(short_name, %(name)s) > 0 ORDER BY valid_to DESC LIMIT 50
)
(
    SELECT unit.id, unit.short_name, unit.full_name, unit.node_type, '' AS kind, '' AS alias,
           unit.position, unit.level,
           CASE WHEN unit.short_name = %(name)s THEN 0
                WHEN strpos(unit.short_name, %(name)s) = 1 THEN 1 ELSE 2 END AS fit
    FROM org_unit unit
    WHERE addressbook_bigrams(unit.short_name) @> addressbook_bigrams(%(name)s)
      AND strpos(unit.short_name, %(name)s) > 0 AND {visible}
    ORDER BY fit, unit.level, unit.position LIMIT %(limit)s
) UNION ALL (
    SELECT unit.id, unit.short_name, unit.full_name, unit.node_type, '', '', unit.position,
           unit.level, 3
    FROM org_unit unit
    WHERE addressbook_bigrams(unit.full_name) @> addressbook_bigrams(%(name)s)
      AND strpos(unit.full_name, %(name)s) > 0 AND strpos(unit.short_name, %(name)s) = 0 AND {visible}
    ORDER BY unit.position LIMIT %(limit)s
) UNION ALL (
    SELECT unit.id, unit.short_name, unit.full_name, unit.node_type, alias.kind, alias.name,
           unit.position, unit.level, 4
    FROM alias JOIN org_unit unit ON unit.id = alias.unit_id
    WHERE strpos(unit.full_name, %(name)s) = 0 AND strpos(unit.short_name, %(name)s) = 0 AND {visible}
    ORDER BY unit.position LIMIT %(limit)s
)
"""


@dataclass(frozen=True, slots=True)
class UnitHit:
    """A unit found by a name. alias: 原…, 挂…牌子 or 并入… when it was that name, "" when it is today's."""

    id: int
    name: str
    full_name: str
    node_type: str
    alias: str

    @property
    def shown(self) -> str:
        """区数据局（原区政务服务办公室）"""
        return f"{self.name}（{self.alias}）" if self.alias else self.name


def find(viewer: Viewer, text: str, *, limit: int) -> list[UnitHit]:
    """Units whose present, former or further name contains what was typed; at least two characters.

    First those whose short name is that, or begins so; the higher ones before the lower.
    """
    name = typed.unit_name(text)
    if not name:
        return []
    visible, parameters = visibility.unit_condition(viewer)
    with connection.cursor() as cursor:
        cursor.execute(_FIND.format(visible=visible), {**parameters, "name": name, "limit": limit})
        rows = cursor.fetchall()
    found: dict[int, UnitHit] = {}
    for unit_id, short_name, full_name, node_type, kind, alias, *_ in sorted(
        rows, key=itemgetter(-1, -2, -3)
    ):
        found.setdefault(unit_id, UnitHit(unit_id, short_name, full_name, node_type, _alias(kind, alias)))
    return list(found.values())[:limit]


def _alias(kind: str, name: str) -> str:
    if not name:
        return ""
    if kind == UnitAlias.Kind.PLATE:
        return f"挂{name}牌子"
    return f"原{name}" if kind == UnitAlias.Kind.FORMER else f"并入{name}"
