"""应急模式: for a short time the duty office of the district sees whoever is hidden, too (§3.6)."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from yiwang.platform.org.models import Person


class Emergency(models.Model):
    """One person's look behind every hiding, with its reason; it ends by itself."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField("事由", max_length=200)
    opened_at = models.DateTimeField("开启时间")
    until = models.DateTimeField("自动结束时间")
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    ended_by_name = models.CharField("结束人", max_length=60, blank=True)

    if TYPE_CHECKING:
        person_id: int

    class Meta:
        verbose_name = "应急模式"
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("opened_at")), name="addressbook_emergency_period")
        ]
        indexes = [
            models.Index(fields=["person", "until"], name="addressbook_emergency_person"),
            models.Index(fields=["-opened_at"], name="addressbook_emergency_opened"),
        ]

    def __str__(self) -> str:
        return str(self.person)
