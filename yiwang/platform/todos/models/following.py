"""我关注: items that a person keeps in sight, whoever they lie with."""

from typing import TYPE_CHECKING, Self

from django.db import models

from yiwang.platform.org.models import Person
from yiwang.platform.org.models.viewer import Viewer
from yiwang.platform.todos.models.item import Item


class FollowQuerySet(models.QuerySet["Follow"]):
    """What is followed."""

    def visible_to(self, viewer: Viewer | None) -> Self:
        """His own; nobody is told who follows what."""
        return self.none() if viewer is None else self.filter(person_id=viewer.person_id)


class Follow(models.Model):
    """A person follows an item that lay with him once, or that he started."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    since = models.DateTimeField("关注时间")

    objects = FollowQuerySet.as_manager()

    if TYPE_CHECKING:
        item_id: int
        person_id: int

    class Meta:
        verbose_name = "关注"
        constraints = [models.UniqueConstraint(fields=["item", "person"], name="todos_follow_once")]
        indexes = [models.Index(fields=["person", "-since", "-id"], name="todos_follow_latest")]

    def __str__(self) -> str:
        return f"{self.person_id}→{self.item_id}"
