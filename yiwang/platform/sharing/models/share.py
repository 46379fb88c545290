"""Shares (市级共享): which entries of a unit the municipal address book may hold (R2-14)."""

from typing import TYPE_CHECKING, Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from yiwang.platform.org.models import Person, Unit

PROPOSE_KEY, OVERSEE_KEY = "sharing.propose", "sharing.oversee"
_NONE, _ALL = Q(pk__in=[]), ~Q(pk__in=[])


def within(viewer: Any, column: str) -> Q:
    """Units that he may propose shares for; all for who oversees sharing."""
    if viewer is None or viewer.is_temporary:
        return _NONE
    if viewer.allows(OVERSEE_KEY):
        return _ALL
    scope = _NONE
    for path, below in viewer.scopes(PROPOSE_KEY):
        if not path:
            return _ALL
        scope |= Q(**{f"{column}__gte": path, f"{column}__lt": f"{path}~"}) if below else Q(**{column: path})
    return scope


class ShareQuerySet(models.QuerySet["Share"]):
    def visible_to(self, viewer: Any) -> Self:
        """Those of his units; all that were submitted for who oversees sharing."""
        own = within(viewer, "unit__path")
        if viewer is not None and viewer.allows(OVERSEE_KEY):
            return self.filter(~Q(state="draft") | Q(number__isnull=False))
        return self.filter(own)


class Share(models.Model):
    """One application, and what came of it. It is in force while ACTIVE; a SUSPENDED one shares nobody.

    persons: who of the unit; fields: which fields of them, name and unit aside. review_on: the last day on
    which it must have been reviewed (yearly). renewal: why the unit still needs it, while that is reviewed.
    """

    class Persons(models.TextChoices):
        LEADERS = "leaders", "领导班子成员"
        HEADS = "heads", "领导班子成员和部门负责人"
        CHOSEN = "chosen", "指定人员"
        ALL = "all", "全部在岗人员"

    class Field(models.TextChoices):
        TITLE = "title", "职务"
        OFFICE_PHONE = "office_phone", "办公电话"
        EMAIL = "email", "电子邮箱"
        ROOM = "room", "办公地址"
        MOBILE = "mobile", "手机号码"

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        REVIEW = "review", "待审批"
        ACTIVE = "active", "共享中"
        SUSPENDED = "suspended", "已暂停"
        WITHDRAWN = "withdrawn", "已撤回"
        REPLACED = "replaced", "已变更"
        REJECTED = "rejected", "未通过"
        CANCELLED = "cancelled", "已取消"

    number = models.CharField("编号", max_length=40, unique=True, null=True, blank=True)
    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="+")
    unit_name = models.CharField("单位名称", max_length=100)
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFT)
    persons = models.CharField("共享人员", max_length=8, choices=Persons, default=Persons.LEADERS)
    fields = ArrayField(models.CharField(max_length=20, choices=Field), verbose_name="共享字段", default=list)
    reason = models.CharField("共享事由", max_length=300)
    renewal = models.CharField("复核说明", max_length=300, blank=True)
    returned = models.CharField("退回意见", max_length=300, blank=True)
    revision = models.PositiveIntegerField("版本", default=1)
    applicant = models.ForeignKey(Person, verbose_name="申请人", on_delete=models.PROTECT, related_name="+")
    applicant_name = models.CharField("申请人", max_length=60)
    updated_by_name = models.CharField("最近修改人", max_length=60)
    created_at = models.DateTimeField("填写时间", auto_now_add=True)
    updated_at = models.DateTimeField("更新时间", auto_now=True)
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    approved_at = models.DateTimeField("批准时间", null=True, blank=True)
    review_on = models.DateField("复核期限", null=True, blank=True)
    reviewed_at = models.DateTimeField("最近复核时间", null=True, blank=True)
    ended_at = models.DateTimeField("终止时间", null=True, blank=True)
    ended_by_name = models.CharField("终止人", max_length=60, blank=True)
    end_reason = models.CharField("终止原因", max_length=300, blank=True)
    cleared_at = models.DateTimeField("市级确认清除时间", null=True, blank=True)

    objects = ShareQuerySet.as_manager()

    if TYPE_CHECKING:
        unit_id: int
        applicant_id: int
        members: Any

    class Meta:
        verbose_name = "市级共享"
        constraints = [
            models.UniqueConstraint(
                fields=["unit"], condition=Q(state__in=("active", "suspended")), name="sharing_share_one"
            ),
            models.UniqueConstraint(
                fields=["unit"], condition=Q(state__in=("draft", "review")), name="sharing_share_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(number__isnull=False), name="sharing_share_numbered"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("active", "suspended")) | Q(review_on__isnull=False),
                name="sharing_share_reviewed_yearly",
            ),
        ]
        indexes = [
            models.Index(fields=["review_on"], condition=Q(state="active"), name="sharing_share_review")
        ]

    def __str__(self) -> str:
        return f"{self.number or ''}{self.unit_name}市级共享"

    @property
    def field_labels(self) -> list[str]:
        """姓名、单位 and what else is shared."""
        return ["姓名", "单位部门", *(str(self.Field(one).label) for one in self.fields)]


class ShareMember(models.Model):
    """Somebody chosen by name (指定人员)."""

    share = models.ForeignKey(Share, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    if TYPE_CHECKING:
        person_id: int

    class Meta:
        verbose_name = "指定共享人员"
        constraints = [models.UniqueConstraint(fields=["share", "person"], name="sharing_member_once")]

    def __str__(self) -> str:
        return f"{self.share_id} {self.person_id}"
