"""The tag itself: its name, its owner, its rule; and who may know of it."""

import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import F, Q

from yiwang.platform.org.models import Unit
from yiwang.platform.org.models.unit import STEP

NAME_LENGTH = 30
MOST_MEMBERS = 10_000  # kept by hand; a rule has no list and so no such limit


def _line(path: str) -> list[str]:
    """Paths from the root down to this one."""
    return [path[:end] for end in range(STEP, len(path) + 1, STEP)]


class TagQuerySet(models.QuerySet["Tag"]):
    def living(self) -> Self:
        """All but the deleted, whose rows stay for the logs."""
        return self.exclude(state=Tag.State.DELETED)

    def in_force(self, today: datetime.date) -> Self:
        """Those that can be used today: a period that is over counts before any job has noticed it."""
        begun = Q(valid_from=None) | Q(valid_from__lte=today)
        lasts = Q(valid_to=None) | Q(valid_to__gte=today)
        return self.filter(begun, lasts, state=Tag.State.ACTIVE)

    def kept_by(self, scopes: list[tuple[str, bool]]) -> Self:
        """Those whose owners lie in one of these parts of the tree, as rights are granted for them."""
        found = Q(pk__in=[])
        for path, below in scopes:
            if not path:
                return self
            place = Q(unit__path__gte=path, unit__path__lt=path + "~") if below else Q(unit__path=path)
            found |= place
        return self.filter(found)

    def usable_at(self, unit_path: str) -> Self:
        """Those that somebody who serves there may use: his own units', and those shared with one of them.

        Tags of the whole district reach nobody by themselves: they are used by whom they are shared with.
        """
        line = _line(unit_path)
        if not line:
            return self.none()
        shared = Tag.objects.filter(shares__unit__path__in=line, shares__ended_at=None)
        own = Q(unit__path__in=line, unit__level__gt=0)
        return self.filter(own | Q(pk__in=shared.values("pk")))

    def visible_to(self, viewer: Any) -> Self:
        """Whose keeper he is; all for who reads the whole district's; what he may use where he serves."""
        if viewer is None or viewer.is_temporary:
            return self.none()
        if viewer.allows("tags.manage_district") or viewer.allows("tags.read"):
            return self.living()
        kept = Tag.objects.kept_by(viewer.scopes("tags.manage")).values("pk")
        found = Q(pk__in=kept)
        if viewer.allows("tags.use", at=viewer.unit_path):
            found |= Q(
                pk__in=Tag.objects.usable_at(viewer.unit_path).filter(state=Tag.State.ACTIVE).values("pk")
            )
        return self.living().filter(found)


class Tag(models.Model):
    """A tag of a unit, or of the whole district when the root owns it (R2-11).

    rule: of a dynamic tag, as `rules.language` writes it; client_id: the application that made it by the
    interface, "" for people. last_count: living members when they were counted last, for lists.
    """

    class Kind(models.TextChoices):
        STATIC = "static", "静态"
        DYNAMIC = "dynamic", "动态"

    class State(models.TextChoices):
        ACTIVE = "active", "启用"
        SUSPENDED = "suspended", "停用"
        DELETED = "deleted", "已删除"

    name = models.CharField("名称", max_length=NAME_LENGTH)
    group = models.CharField("分组", max_length=20, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    unit = models.ForeignKey(Unit, verbose_name="所有单位", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField("类型", max_length=8, choices=Kind)
    rule = models.JSONField("规则", null=True, blank=True)
    sensitivity = models.CharField("敏感用词说明", max_length=200, blank=True)
    state = models.CharField("状态", max_length=10, choices=State, default=State.ACTIVE)
    valid_from = models.DateField("生效日期", null=True, blank=True)
    valid_to = models.DateField("失效日期", null=True, blank=True)
    client_id = models.CharField("创建应用", max_length=64, blank=True, db_collation="C")
    made_by_name = models.CharField("创建人", max_length=60)
    made_at = models.DateTimeField("创建时间", auto_now_add=True)
    changed_by_name = models.CharField("修改人", max_length=60)
    changed_at = models.DateTimeField("修改时间", auto_now=True)
    version = models.PositiveIntegerField("版本", default=1)
    reminded_for = models.DateField("已提醒的到期日", null=True, blank=True)
    last_count = models.PositiveIntegerField("成员数", default=0)
    last_counted_at = models.DateTimeField("统计时间", null=True, blank=True)

    objects = TagQuerySet.as_manager()

    if TYPE_CHECKING:
        unit_id: int
        shares: Any
        members: Any

    class Meta:
        verbose_name = "标签"
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "name"], condition=~Q(state="deleted"), name="tags_tag_name_once"
            ),
            models.CheckConstraint(
                condition=Q(kind="static", rule=None) | Q(kind="dynamic", rule__isnull=False),
                name="tags_tag_rule_of_dynamic",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from=None) | Q(valid_to__gte=F("valid_from")),
                name="tags_tag_period",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "valid_to"], name="tags_tag_ending"),
            models.Index(fields=["-changed_at", "-id"], name="tags_tag_latest"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_dynamic(self) -> bool:
        """Does a rule say who belongs to it?"""
        return self.kind == Tag.Kind.DYNAMIC

    @property
    def is_of_district(self) -> bool:
        """Does the whole district own it?"""
        return self.unit.level == 0

    @property
    def owner_name(self) -> str:
        """朱家角镇, or 全区."""
        return "全区" if self.is_of_district else self.unit.short_name

    def is_in_force(self, today: datetime.date) -> bool:
        """Can it be used on this day?"""
        begun = self.valid_from is None or self.valid_from <= today
        lasts = self.valid_to is None or self.valid_to >= today
        return self.state == Tag.State.ACTIVE and begun and lasts
