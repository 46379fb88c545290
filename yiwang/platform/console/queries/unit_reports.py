"""Reports about units (§1): how many of which kind, what changed when, whose record is incomplete or old.

They are for who looks after the units, each within his reach; nobody is ranked.
"""

import datetime

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from yiwang.kernel.extension.worklists import MOST
from yiwang.kernel.listing.sources import SqlSource
from yiwang.platform.accounts.models import Account, RoleGrant
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.accounts.vocabulary import GRADED_ADMINISTRATOR
from yiwang.platform.console.queries import tree
from yiwang.platform.org import rules
from yiwang.platform.org.models import Unit, UnitQuerySet
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL
from yiwang.platform.org.vocabulary import MANAGE_TREE, MANAGE_UNIT

FRESH_DAYS = 365
LACKS = (
    ("uscc", "缺统一社会信用代码"),
    ("duty_phone", "缺值班电话"),
    ("administrator", "缺分级管理员"),
    ("stale", "一年以上未更新"),
)
ASKED = (("wanting", "缺代码、电话或管理员"), *LACKS)
CHANGES = (
    *("新设", "更名", "划转", "升格、降格", "合并", "拆分", "撤销", "信息修改", "排序调整", "随上级调整"),
)


def _reach(user: Principal, column: str) -> tuple[str, list[object]]:
    """His branches as a condition of a hand-written statement."""
    if user.allows(MANAGE_TREE.key):
        return "true", []
    parts: list[str] = []
    values: list[object] = []
    for path, below in user.scopes(MANAGE_UNIT.key):
        parts.append(f"({column} >= %s AND {column} < %s)" if below else f"{column} = %s")
        values += [path, f"{path}~"] if below else [path]
    return f"({' OR '.join(parts) or 'false'})", values


def numbers(user: Principal) -> SqlSource:
    """How many units stand at which level, of which type and nature, with the people listed in them."""
    reach, values = _reach(user, "path")
    return SqlSource(
        columns="counted.*",
        tables=f"""(
            SELECT min(id) AS id, level, node_type, nature, count(*) AS units,
                   count(*) FILTER (WHERE uscc IS NOT NULL) AS with_code,
                   count(*) FILTER (WHERE exchanges_documents) AS exchanging
            FROM org_unit WHERE status <> 'revoked' AND {reach}
            GROUP BY level, node_type, nature) counted""",
        parameters=tuple(values),
        fields={
            "id": "counted.id",
            "level": "counted.level",
            "node_type": "counted.node_type",
            "nature": "counted.nature",
            "units": "counted.units",
        },
        never_null=frozenset({"id", "level", "node_type", "nature", "units"}),
    )


def changes(user: Principal, *, since: datetime.date | None = None) -> SqlSource:
    """What was changed when: each beginning of a version, and each end of a unit."""
    reach, values = _reach(user, "unit.path")
    if since is not None:
        reach, values = f"{reach} AND changed.day >= %s", [*values, since]
    return SqlSource(
        columns="changed.*, unit.code, unit.short_name AS name, unit.id AS unit_id",
        tables="""(
            SELECT id, unit_id, valid_from AS day, change, full_name, basis FROM org_unitversion
            UNION ALL
            SELECT -id, id, valid_to, CASE WHEN merged_into_id IS NULL THEN '撤销' ELSE '合并' END, full_name,
                   ''
            FROM org_unit WHERE status = 'revoked' AND valid_to IS NOT NULL
            ) changed JOIN org_unit unit ON unit.id = changed.unit_id""",
        where=reach,
        parameters=tuple(values),
        fields={
            "id": "changed.id",
            "day": "changed.day",
            "change": "changed.change",
            "full_name": "changed.full_name",
            "code": "unit.code",
            "path": "unit.path",
        },
        never_null=frozenset({"id", "day", "change", "full_name", "code", "path"}),
    )


def lacking(which: str) -> Q:
    """Units whose record lacks it. A code and a telephone are wanted of who must have them (§1)."""
    if which == "wanting":
        return lacking("uscc") | lacking("duty_phone") | lacking("administrator")
    if which == "uscc":
        return Q(uscc=None) & ~Q(node_type__in=rules.WITHOUT_CREDIT_CODE)
    if which == "duty_phone":
        return Q(duty_phone="", level=DEPARTMENT_LEVEL) & ~Q(node_type=Unit.NodeType.GROUP)
    if which == "administrator":
        is_house = Q(level=DEPARTMENT_LEVEL) & ~Q(node_type=Unit.NodeType.GROUP)
        return is_house & ~Q(_administered_now())
    return Q(updated_at__lt=timezone.now() - datetime.timedelta(days=FRESH_DAYS))


def incomplete(user: Principal) -> UnitQuerySet:
    """His units that lack something, each with what it lacks."""
    anything = lacking("wanting") | lacking("stale")
    units = tree.standing(tree.administered(user)).filter(anything).select_related("parent")
    return units.annotate(has_administrator=_administered_now())


def _administered_now() -> Exists:
    """Has the unit a 分级管理员 who can act today: in force, and with an account in order?"""
    in_force = RoleGrant.objects.in_force(timezone.localdate())
    given = in_force.filter(role=GRADED_ADMINISTRATOR.key, unit=OuterRef("pk"))
    return Exists(given.filter(account__state=Account.State.ACTIVE))


def lacks_of(unit: Unit) -> list[str]:
    """What its record lacks, in words; the same conditions as `lacking`."""
    is_house = unit.level == DEPARTMENT_LEVEL and unit.node_type != Unit.NodeType.GROUP
    since = timezone.now() - datetime.timedelta(days=FRESH_DAYS)
    found = {
        "uscc": not unit.uscc and unit.node_type not in rules.WITHOUT_CREDIT_CODE,
        "duty_phone": is_house and not unit.duty_phone,
        "administrator": is_house and not getattr(unit, "has_administrator", True),
        "stale": unit.updated_at < since,
    }
    return [label for key, label in LACKS if found[key]]


def count_incomplete(user: Principal) -> int:
    """For the console's first page; what is old is no fault of its own there."""
    units = tree.standing(tree.administered(user)).filter(lacking("wanting"))
    return units.order_by().values("pk")[:MOST].count()


def count_without_administrator(user: Principal) -> int:
    """Departments, streets and towns in which nobody can act as 分级管理员."""
    units = tree.standing(tree.administered(user)).filter(lacking("administrator"))
    return units.order_by().values("pk")[:MOST].count()


def count_stale(user: Principal) -> int:
    """Units nobody has touched for a year."""
    units = tree.standing(tree.administered(user)).filter(lacking("stale"))
    return units.order_by().values("pk")[:MOST].count()
