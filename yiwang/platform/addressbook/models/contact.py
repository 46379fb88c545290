"""Contacts: 添加联系人, with the consent of the person who is asked (R2-10: 可搜可加)."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least

from yiwang.platform.org.models import Person


class Contact(models.Model):
    """A request from one person to another and what became of it. Accepted, it holds both ways."""

    class State(models.TextChoices):
        ASKED = "asked", "待对方同意"
        ACCEPTED = "accepted", "已添加"
        REFUSED = "refused", "对方未同意"
        BLOCKED = "blocked", "已屏蔽"
        WITHDRAWN = "withdrawn", "已撤回"
        REMOVED = "removed", "已解除"

    asker = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField("申请理由", max_length=100)
    state = models.CharField("状态", max_length=10, choices=State, default=State.ASKED)
    created_at = models.DateTimeField("申请时间", auto_now_add=True)
    decided_at = models.DateTimeField("处理时间", null=True, blank=True)

    if TYPE_CHECKING:
        asker_id: int
        asked_id: int

    class Meta:
        verbose_name = "联系人"
        constraints = [
            models.CheckConstraint(condition=~Q(asker=F("asked")), name="addressbook_contact_not_self"),
            models.UniqueConstraint(
                Least("asker", "asked"),
                Greatest("asker", "asked"),
                condition=Q(state__in=["asked", "accepted"]),
                name="addressbook_contact_once",
            ),
        ]
        indexes = [
            models.Index(fields=["asked", "state"], name="addressbook_contact_asked"),
            models.Index(fields=["asker", "state"], name="addressbook_contact_asker"),
        ]

    def __str__(self) -> str:
        return f"{self.asker} → {self.asked}"
