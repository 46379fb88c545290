"""Who began to write to whom: the right to answer (§3.5)."""

from typing import TYPE_CHECKING

from django.db import models

from yiwang.platform.org.models import Person


class Conversation(models.Model):
    """A private conversation, kept for the right to answer it; what is said belongs to messaging modules."""

    beginner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    answerer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField("开始时间", auto_now_add=True)
    last_at = models.DateTimeField("最近一次")

    if TYPE_CHECKING:
        beginner_id: int
        answerer_id: int

    class Meta:
        verbose_name = "会话"
        constraints = [
            models.UniqueConstraint(fields=["beginner", "answerer"], name="addressbook_conversation_once"),
            models.CheckConstraint(
                condition=~models.Q(beginner=models.F("answerer")), name="addressbook_conversation_two"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.beginner} → {self.answerer}"
