"""The feed of changes: what happened to units and persons, in one order, for whoever keeps a copy."""

from typing import TYPE_CHECKING

from django.db import models

from yiwang.platform.org.models.person import Person
from yiwang.platform.org.models.unit import Unit


class Event(models.Model):
    """One thing that happened. `id` is the cursor: events become visible in its order, never changed."""

    class Kind(models.TextChoices):
        UNIT_CREATED = "unit_created", "新设机构"
        UNIT_RENAMED = "unit_renamed", "机构更名"
        UNIT_MOVED = "unit_moved", "机构划转"
        UNIT_RANKED = "unit_ranked", "机构升格、降格"
        UNIT_MERGED = "unit_merged", "机构合并"
        UNIT_SPLIT = "unit_split", "机构拆分"
        UNIT_REVOKED = "unit_revoked", "机构撤销"
        UNIT_CHANGED = "unit_changed", "机构信息变更"
        UNIT_SORTED = "unit_sorted", "机构排序调整"
        PERSON_ADDED = "person_added", "新增人员"
        PERSON_CHANGED = "person_changed", "人员信息变更"
        PERSON_LEFT = "person_left", "人员注销"
        POST_STARTED = "post_started", "任职"
        POST_MOVED = "post_moved", "任职转入"
        POST_ENDED = "post_ended", "免职"

    kind = models.CharField("类别", max_length=20, choices=Kind)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")
    data = models.JSONField("内容", default=dict)

    if TYPE_CHECKING:
        unit_id: int | None
        person_id: int | None

    class Meta:
        verbose_name = "组织变更事件"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(unit__isnull=False) | models.Q(person__isnull=False),
                name="org_event_about_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.kind}"
