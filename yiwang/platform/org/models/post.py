"""Posts (任职): which person serves in which unit, as what, from when to when."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from yiwang.platform.org.models.person import Person
from yiwang.platform.org.models.unit import Unit


class Post(models.Model):
    """One person's service in one unit. A living post has no end or an end in the future."""

    class Kind(models.TextChoices):
        MAIN = "main", "主职"
        CONCURRENT = "concurrent", "兼职"
        SECONDMENT = "secondment", "借调"
        ATTACHMENT = "attachment", "挂职"
        REHIRED = "rehired", "返聘"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="posts")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="posts")
    title = models.CharField("职务名称", max_length=60)
    kind = models.CharField("任职类型", max_length=12, choices=Kind, default=Kind.MAIN)
    is_leader = models.BooleanField("领导班子成员", default=False)
    is_head = models.BooleanField("部门负责人", default=False)
    portfolio = models.CharField("分管范围", max_length=200, blank=True)
    sort = models.PositiveIntegerField("部门内排序号", default=100)
    valid_from = models.DateField("生效日期")
    valid_to = models.DateField("失效日期", null=True, blank=True)
    basis = models.CharField("依据文号", max_length=60, blank=True)
    is_living = models.BooleanField("现任", default=True)

    # The unit that a transfer takes the person to while it ends this post: for who hears of it, not stored.
    moving_to: Unit | None = None

    if TYPE_CHECKING:
        person_id: int
        unit_id: int

    class Meta:
        verbose_name = "任职"
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(kind="main", is_living=True), name="org_post_one_main"
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(kind="secondment", is_living=True),
                name="org_post_one_secondment",
            ),
            models.UniqueConstraint(
                fields=["person", "unit", "title"],
                condition=Q(is_living=True),
                name="org_post_not_twice",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="org_post_period"
            ),
            models.CheckConstraint(condition=Q(sort__gte=1, sort__lte=9999), name="org_post_sort_range"),
        ]
        indexes = [
            models.Index(fields=["unit", "sort", "id"], condition=Q(is_living=True), name="org_post_unit"),
            models.Index(fields=["person"], condition=Q(is_living=True), name="org_post_person"),
            models.Index(
                fields=["valid_to"],
                condition=Q(is_living=True, kind__in=("secondment", "attachment")),
                name="org_post_away",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.title}"
