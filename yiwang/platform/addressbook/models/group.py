"""Groups of persons that rules speak of: the members of a tag, the bearers of a duty."""

from typing import TYPE_CHECKING

from django.db import models

from yiwang.platform.org.models import Person


class Group(models.Model):
    """Somebody else's set of persons, copied as far as rules need it.

    source: who keeps it, such as tags.tag; reference: its id there. For a duty (org.title) the reference is
    the title itself and the members are read from the posts.
    """

    TITLE = "org.title"

    source = models.CharField("来源", max_length=40)
    reference = models.CharField("标识", max_length=60)
    label = models.CharField("名称", max_length=60)

    class Meta:
        verbose_name = "规则分组"
        constraints = [models.UniqueConstraint(fields=["source", "reference"], name="addressbook_group_once")]

    def __str__(self) -> str:
        return self.label


class GroupMember(models.Model):
    """A person who belongs to a group today."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")

    if TYPE_CHECKING:
        group_id: int
        person_id: int

    class Meta:
        verbose_name = "规则分组成员"
        constraints = [
            models.UniqueConstraint(fields=["group", "person"], name="addressbook_group_member_once")
        ]
        indexes = [models.Index(fields=["person"], name="addressbook_member_person")]

    def __str__(self) -> str:
        return f"{self.group_id}: {self.person_id}"
