"""Tiers set by hand: the “相关同志” of R2-10, such as a leader's secretary (domain reference §3.2)."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from yiwang.platform.addressbook.models.book import Tier
from yiwang.platform.addressbook.models.proposal import Proposal
from yiwang.platform.org.models import Person


class TierOverride(Proposal):
    """One person's tier, with reason, approver and an end that must be named."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    tier = models.PositiveSmallIntegerField("层级", choices=Tier)

    if TYPE_CHECKING:
        person_id: int

    class Meta:
        verbose_name = "层级调整"
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state__in=["proposed", "active"]),
                name="addressbook_tier_once",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=False, valid_to__gte=F("valid_from")),
                name="addressbook_tier_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} Q{self.tier}"
