"""Requests for correction (个人信息更正): what somebody cannot edit himself is put right (PIPL 第46条)."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from yiwang.platform.org.models import Person, Unit


class DataRequestQuerySet(models.QuerySet["DataRequest"]):
    def visible_to(self, viewer: Any) -> Self:
        """His own, and those of the units whose persons he looks after."""
        if viewer is None or viewer.is_temporary:
            return self.none()
        scope = Q(person_id=viewer.person_id)
        for path, below in viewer.scopes("changes.apply"):
            if not path:
                return self
            scope |= Q(unit__path__gte=path, unit__path__lt=path + "~") if below else Q(unit__path=path)
        return self.filter(scope)

    def open(self) -> Self:
        return self.filter(state=DataRequest.State.WAITING)


class DataRequest(models.Model):
    """One thing that somebody says is wrong in what is kept of him, and what was answered.

    unit: where his main post was; its administrators answer. due_on: the 15th working day (domain §30).
    """

    class Field(models.TextChoices):
        NAME = "name", "姓名"
        DOCUMENT = "document", "证件信息"
        CATEGORY = "category", "人员类别"
        ESTABLISHMENT = "establishment", "编制类型"
        TITLE = "title", "职务"
        RANK = "rank", "职务层次、职级"
        POSTS = "posts", "任职经历"
        OTHER = "other", "其他"

    class State(models.TextChoices):
        WAITING = "waiting", "待答复"
        CORRECTED = "corrected", "已更正"
        REFUSED = "refused", "不予更正"
        WITHDRAWN = "withdrawn", "已撤回"

    number = models.CharField("编号", max_length=40, unique=True)
    person = models.ForeignKey(Person, verbose_name="申请人", on_delete=models.PROTECT, related_name="+")
    person_name = models.CharField("申请人", max_length=60)
    unit = models.ForeignKey(Unit, verbose_name="所在单位", on_delete=models.PROTECT, related_name="+")
    field = models.CharField("更正内容", max_length=16, choices=Field)
    wrong = models.CharField("现有信息的问题", max_length=200)
    right = models.CharField("更正为", max_length=200, blank=True)
    state = models.CharField("状态", max_length=10, choices=State, default=State.WAITING)
    asked_at = models.DateTimeField("申请时间")
    due_on = models.DateField("答复期限")
    answer = models.CharField("答复", max_length=300, blank=True)
    answered_by_name = models.CharField("答复人", max_length=60, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)

    objects = DataRequestQuerySet.as_manager()

    if TYPE_CHECKING:
        person_id: int
        unit_id: int

    class Meta:
        verbose_name = "个人信息更正申请"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "field"], condition=Q(state="waiting"), name="changes_datarequest_one_open"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("corrected", "refused"))
                | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="changes_datarequest_answered",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "state"], name="changes_datarequest_unit"),
            models.Index(fields=["due_on"], condition=Q(state="waiting"), name="changes_datarequest_due"),
        ]

    def __str__(self) -> str:
        return self.number
