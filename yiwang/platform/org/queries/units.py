"""Reading the tree: levels, lines of ancestors, versions of a day."""

import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from yiwang.platform.org.models import Unit, UnitQuerySet, UnitVersion
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL, STEP
from yiwang.platform.org.models.viewer import Viewer

_HYPHEN_AFTER = (0, DEPARTMENT_LEVEL)
_BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"


def path_part(unit_id: int) -> str:
    """One level of a path: the id in base 36, so that a move of siblings never rewrites paths."""
    digits = ""
    number = unit_id
    while number:
        number, rest = divmod(number, 36)
        digits = _BASE36[rest] + digits
    if len(digits) > STEP:
        raise ValueError(f"unit id {unit_id} does not fit into {STEP} base-36 characters")
    return digits.rjust(STEP, "0")


def root() -> Unit:
    """The one root, 青浦区 (R2-4)."""
    return Unit.objects.get(level=0, status=Unit.Status.ACTIVE)


def children(parent: Unit, viewer: Viewer) -> UnitQuerySet:
    """The next level below, in maintained order, each with `has_children` as this viewer sees it."""
    below = Unit.objects.living().visible_to(viewer).filter(parent=OuterRef("pk"))
    return (
        Unit.objects.living()
        .visible_to(viewer)
        .filter(parent=parent)
        .annotate(has_children=Exists(below))
        .order_by("sort", "id")
    )


def line_of(unit: Unit) -> UnitQuerySet:
    """The unit's ancestors from the root down, itself last."""
    return Unit.objects.filter(path__in=unit.ancestor_paths).order_by("level")


def department_of(unit: Unit) -> Unit:
    """The level-2 unit it belongs to (区级部门、街道、镇), or itself above that level."""
    if unit.level <= DEPARTMENT_LEVEL:
        return unit
    return Unit.objects.get(path=unit.path[: STEP * (DEPARTMENT_LEVEL + 1)])


def versions_on(day: datetime.date) -> QuerySet[UnitVersion]:
    """The whole tree as it was on that day."""
    return UnitVersion.objects.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day).order_by(
        "level", "sort", F("unit_id")
    )


def children_on(parent: Unit, day: datetime.date) -> QuerySet[UnitVersion]:
    """The next level below as it was on that day, in the order of that day."""
    return versions_on(day).filter(parent=parent).select_related("unit")


def name_on(unit: Unit, day: datetime.date, *, short: bool = False) -> str:
    """What the unit was called on that day: papers show the name of their date, however it is called now.

    Before it was set up its first name, after it was dissolved its last.
    """
    names = UnitVersion.objects.filter(unit=unit).order_by("valid_from")
    version = names.filter(valid_from__lte=day).last() or names.first()
    known = version or unit
    return known.short_name if short else known.full_name


def next_code(parent: Unit) -> str:
    """A code nobody has had, in the manner of its siblings: QP-0203, QP-0203-01, QP-0203-0101."""
    stem = parent.code + ("-" if parent.level in _HYPHEN_AFTER else "")
    taken = set(Unit.objects.filter(code__startswith=stem).values_list("code", flat=True))
    number = 1
    while f"{stem}{number:02}" in taken:
        number += 1
    return f"{stem}{number:02}"


def version_on(unit: Unit, day: datetime.date) -> UnitVersion | None:
    """What the unit was on that day; None when it did not exist."""
    return versions_on(day).filter(unit=unit).first()
