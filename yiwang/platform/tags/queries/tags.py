"""Which tags somebody may use, keep or choose from."""

import datetime
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from yiwang.kernel.errors import Refused
from yiwang.platform.org.models import Code, Unit, UnitQuerySet
from yiwang.platform.org.models.viewer import Viewer
from yiwang.platform.org.queries import codes
from yiwang.platform.tags.models import Tag, TagMember, TagQuerySet, TagShare, TagUse
from yiwang.platform.tags.rules import language
from yiwang.platform.tags.vocabulary import MANAGE, MANAGE_DISTRICT, READ

SOON = datetime.timedelta(days=7)


def missing() -> Refused:
    """Deleted, ended, never there or not shared: all the same to who asks."""
    return Refused("标签不存在或未共享", status=404, code="E-TAG-01")


def usable_by(unit_path: str, *, today: datetime.date | None = None) -> TagQuerySet:
    """Tags that whoever serves in that unit, or an application of it, may use now."""
    found = Tag.objects.usable_at(unit_path).in_force(today or timezone.localdate())
    return found.select_related("unit")


def usable(tag_id: int, unit_path: str, *, today: datetime.date | None = None) -> Tag:
    """The tag, if it can be used there."""
    found = usable_by(unit_path, today=today).filter(pk=tag_id).first()
    if found is None:
        raise missing()
    return found


def owners(viewer: Any) -> UnitQuerySet:
    """Units that he may make tags for; the root stands for the whole district."""
    found = Q(pk__in=[])
    if viewer.allows(MANAGE_DISTRICT.key):
        found |= Q(level=0)
    for path, _ in viewer.scopes(MANAGE.key):
        found |= Q(path=path) if path else Q(level=0)
    return Unit.objects.living().filter(found).order_by("position")


def with_figures(rows: TagQuerySet, viewer: Any) -> TagQuerySet:
    """For lists: entries of static tags, units shared with, last use, uses of this month.

    is_open: the viewer keeps the tag or reads all, and so may know its figures.
    """
    kept = Tag.objects.living() if viewer.allows(READ.key) else keeper_of(viewer)
    month = timezone.localtime().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    members = _counted(TagMember.objects.filter(tag=OuterRef("pk"), removed_at=None))
    shares = _counted(TagShare.objects.filter(tag=OuterRef("pk"), ended_at=None))
    uses = _counted(TagUse.objects.filter(tag=OuterRef("pk"), at__gte=month))
    last = TagUse.objects.filter(tag=OuterRef("pk")).order_by("-at").values("at")[:1]
    found: TagQuerySet = rows.select_related("unit").annotate(
        is_open=Exists(kept.filter(pk=OuterRef("pk"))),
        entries=members,
        shared=shares,
        uses_this_month=uses,
        last_used_at=Subquery(last),
    )
    return found


def _counted(rows: QuerySet[Any]) -> Coalesce:
    number = rows.order_by().values("tag").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(number, output_field=IntegerField()), 0)


def ending_soon(viewer: Any) -> int:
    """How many tags of his end within a week: for the work list."""
    return ending(keeper_of(viewer)).count()


def keeper_of(viewer: Any) -> TagQuerySet:
    """The tags he may change."""
    if viewer.allows(MANAGE_DISTRICT.key):
        return Tag.objects.living()
    return Tag.objects.living().kept_by(viewer.scopes(MANAGE.key))


def ending(rows: TagQuerySet, *, today: datetime.date | None = None) -> TagQuerySet:
    """Of these, the ones whose last day is near."""
    day = today or timezone.localdate()
    return rows.filter(state=Tag.State.ACTIVE, valid_to__gte=day, valid_to__lte=day + SOON)


def groups(viewer: Any) -> list[str]:
    """Names of groups (分组) that are in use among his tags."""
    names = Tag.objects.visible_to(viewer).exclude(group="").order_by("group")
    return list(names.values_list("group", flat=True).distinct()[:200])


def names_for(rule: language.Rule, viewer: Viewer | None) -> language.Names:
    """How units and levels in a rule are called; units that he may not know of are not."""
    seen = Unit.objects.visible_to(viewer).filter(pk__in=language.units_of(rule))
    levels = {one.code: one.label for one in codes.in_use(Code.List.DUTY_LEVEL)}
    return language.Names(dict(seen.values_list("pk", "short_name")), levels)


def shares_of(tag: Tag) -> QuerySet[TagShare]:
    """With whom it is shared now, in the order of the tree."""
    living = TagShare.objects.filter(tag=tag, ended_at=None)
    return living.select_related("unit").order_by("unit__position")
