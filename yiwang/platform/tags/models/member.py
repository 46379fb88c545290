"""Who a static tag marks, with the history of who it marked before."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from yiwang.platform.org.models import Person, Unit
from yiwang.platform.tags.models.tag import Tag


class TagMember(models.Model):
    """A person, or an organisation: its living people are found when the tag is used.

    is_own: he served in the owner's department when he was added, and is taken off when he serves there no
    more. A row that was taken off stays (移出), with who did it and why.
    """

    class Way(models.TextChoices):
        CHOSEN = "chosen", "选择添加"
        PASTED = "pasted", "名单添加"
        IMPORTED = "imported", "表格导入"
        CALLED = "called", "接口添加"

    class Removal(models.TextChoices):
        NONE = "", "在册"
        TAKEN_OFF = "taken_off", "移出"
        AUTOMATIC = "automatic", "自动移出"

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    is_own = models.BooleanField("本单位人员", default=False)
    way = models.CharField("添加方式", max_length=8, choices=Way, default=Way.CHOSEN)
    added_at = models.DateTimeField("添加时间")
    added_by_name = models.CharField("添加人", max_length=60)
    removal = models.CharField("状态", max_length=10, choices=Removal, blank=True, default="")
    removed_at = models.DateTimeField("移出时间", null=True, blank=True)
    removed_by_name = models.CharField("移出人", max_length=60, blank=True)
    removal_reason = models.CharField("移出原因", max_length=100, blank=True)

    if TYPE_CHECKING:
        tag_id: int
        person_id: int | None
        unit_id: int | None

    class Meta:
        verbose_name = "标签成员"
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, unit=None) | Q(person=None, unit__isnull=False),
                name="tags_member_one_of_both",
            ),
            models.CheckConstraint(
                condition=Q(removal="", removed_at=None) | (~Q(removal="") & Q(removed_at__isnull=False)),
                name="tags_member_removed_when",
            ),
            models.UniqueConstraint(
                fields=["tag", "person"],
                condition=Q(removed_at=None, person__isnull=False),
                name="tags_member_person_once",
            ),
            models.UniqueConstraint(
                fields=["tag", "unit"],
                condition=Q(removed_at=None, unit__isnull=False),
                name="tags_member_unit_once",
            ),
        ]
        indexes = [
            models.Index(fields=["tag", "id"], name="tags_member_of_tag"),
            models.Index(fields=["person"], condition=Q(removed_at=None), name="tags_member_living_person"),
            models.Index(fields=["unit"], condition=Q(removed_at=None), name="tags_member_living_unit"),
        ]

    def __str__(self) -> str:
        return str(self.person or self.unit)
