"""Deputies (委托): somebody handles another's tasks for a time."""

import datetime
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from yiwang.platform.org.models import Person

LONGEST_DAYS = 90  # domain reference §0.6


class Deputy(models.Model):
    """person's tasks that arrive in the period go to deputy. Not transitive.

    procedures: keys, empty for all. valid_to is the last day. includes_open: what lies with person on the
    first day goes to the deputy as well.
    """

    person = models.ForeignKey(Person, verbose_name="委托人", on_delete=models.PROTECT, related_name="+")
    deputy = models.ForeignKey(Person, verbose_name="代理人", on_delete=models.PROTECT, related_name="+")
    procedures = ArrayField(models.CharField(max_length=60), verbose_name="范围", default=list, blank=True)
    valid_from = models.DateField("开始日期")
    valid_to = models.DateField("结束日期")
    includes_open = models.BooleanField("含现有待办", default=False)
    reason = models.CharField("事由", max_length=200)
    created_at = models.DateTimeField("设置时间", auto_now_add=True)
    begun_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)

    objects = models.Manager["Deputy"]()

    if TYPE_CHECKING:
        person_id: int
        deputy_id: int

    class Meta:
        verbose_name = "委托"
        constraints = [
            models.CheckConstraint(condition=~Q(person=F("deputy")), name="approvals_deputy_another"),
            models.CheckConstraint(
                condition=Q(valid_to__gte=F("valid_from")), name="approvals_deputy_period"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__lt=F("valid_from") + datetime.timedelta(LONGEST_DAYS)),
                name="approvals_deputy_90_days",
            ),
        ]
        indexes = [
            models.Index(fields=["person"], condition=Q(ended_at=None), name="approvals_deputy_person"),
            models.Index(fields=["deputy"], condition=Q(ended_at=None), name="approvals_deputy_deputy"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} → {self.deputy_id}"

    def is_in_force(self, today: datetime.date) -> bool:
        """Does it hold on that day?"""
        return self.ended_at is None and self.valid_from <= today <= self.valid_to
