"""What applications follow (通讯录同步): for each one the units and persons it was told of, in one order.

The feed keeps the latest change of each thing only: who reads from 0 gets everything that is there, who goes
on from his cursor gets what has changed since, and what went out of his sight as removed.
"""

from typing import TYPE_CHECKING

from django.db import models

from yiwang.platform.clients.models import Client


class Following(models.Model):
    """How far an application's feed has been written. event: the last org.Event it has taken in.

    compared_at: when everything was last compared with what the application may see; range_paths: with which
    range. The row is locked while the feed is written, so numbers become visible in their order.
    """

    client = models.OneToOneField(Client, on_delete=models.CASCADE, primary_key=True, related_name="+")
    event = models.BigIntegerField(default=0)
    compared_at = models.DateTimeField(null=True)
    range_paths = models.TextField(default="", blank=True)

    class Meta:
        verbose_name = "通讯录同步进度"

    def __str__(self) -> str:
        return f"{self.pk} {self.event}"


class Followed(models.Model):
    """One thing an application was told of. seq: its place in the feed; first_seq: when it came in."""

    class Kind(models.TextChoices):
        UNIT = "unit", "机构"
        PERSON = "person", "人员"

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=6, choices=Kind)
    object_id = models.BigIntegerField()
    seq = models.BigIntegerField()
    first_seq = models.BigIntegerField()
    is_gone = models.BooleanField(default=False)

    if TYPE_CHECKING:
        client_id: int

    class Meta:
        verbose_name = "已同步对象"
        constraints = [
            models.UniqueConstraint(fields=["client", "kind", "object_id"], name="addressbook_followed_once"),
            models.UniqueConstraint(fields=["client", "seq"], name="addressbook_followed_order"),
        ]

    def __str__(self) -> str:
        return f"{self.client_id} {self.kind} {self.object_id}"
