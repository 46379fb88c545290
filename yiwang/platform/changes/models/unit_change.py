"""Unit changes (机构调整): what is to become of a unit, reviewed, and carried out on its day."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.org.models import Person, Unit

APPLY_KEY = "changes.apply"


class UnitChangeQuerySet(models.QuerySet["UnitChange"]):
    """Unit changes."""

    def visible_to(self, viewer: Principal | None) -> Self:
        """All for who maintains the tree; else those of his units, whoever applied, and his own.

        A draft that was never sent off is its writer's alone.
        """
        if viewer is None or viewer.is_temporary:
            return self.none()
        own = Q(applicant_id=viewer.person_id)
        sent = ~Q(state="draft", number=None)
        if viewer.allows("org.manage_tree"):
            return self.filter(own | sent)
        inside = Q()
        for path, includes_below in viewer.scopes(APPLY_KEY):
            inside |= Q(unit__path__startswith=path) if includes_below else Q(unit__path=path)
        if not inside:
            return self.filter(own)
        touched = ChangedUnit.objects.filter(inside, change=OuterRef("pk"))
        return self.filter(own | sent & Exists(touched))

    def due(self, today: Any) -> Self:
        """Approved, and their day has come."""
        return self.filter(state=UnitChange.State.PENDING, effective_on__lte=today)


class UnitChange(models.Model):
    """One application. plan: what is to happen, as one of `rules.plans`; preview: what it will touch.

    level: the highest level it touches; review depends on it (R2-5). remark: why it was returned, rejected,
    ended, or could not take effect.
    """

    class Kind(models.TextChoices):
        CREATE = "create", "新设"
        RENAME = "rename", "更名"
        MERGE = "merge", "合并"
        SPLIT = "split", "拆分"
        MOVE = "move", "划转"
        RANK = "rank", "升格、降格"
        PLATE = "plate", "挂牌"
        REVOKE = "revoke", "撤销"
        SORT = "sort", "排序调整"
        EDIT = "edit", "信息修改"

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        IN_REVIEW = "in_review", "待审核"
        PENDING = "pending", "待生效"
        EFFECTIVE = "effective", "已生效"
        REJECTED = "rejected", "已驳回"
        TERMINATED = "terminated", "已终止"
        FAILED = "failed", "生效失败"

    OPEN = (State.DRAFT, State.IN_REVIEW, State.PENDING, State.FAILED)

    number = models.CharField("编号", max_length=30, unique=True, null=True, blank=True)
    kind = models.CharField("调整类型", max_length=10, choices=Kind)
    state = models.CharField("状态", max_length=12, choices=State, default=State.DRAFT)
    title = models.CharField("事项", max_length=200)
    level = models.PositiveSmallIntegerField("涉及层级")
    plan = models.JSONField("调整方案")
    preview = models.JSONField("影响预览", default=dict, blank=True)
    previewed_at = models.DateTimeField("预览时间", null=True, blank=True)
    effective_on = models.DateField("生效日期", null=True, blank=True)
    backdating_reason = models.CharField("追溯生效原因", max_length=200, blank=True)
    basis = models.CharField("依据文号", max_length=60, blank=True)
    reason = models.CharField("调整事由", max_length=500, blank=True)
    remark = models.CharField("说明", max_length=500, blank=True)
    applicant = models.ForeignKey(Person, verbose_name="申报人", on_delete=models.PROTECT, related_name="+")
    applicant_name = models.CharField("申报人", max_length=60)
    applicant_unit = models.ForeignKey(
        Unit, verbose_name="申报单位", on_delete=models.PROTECT, related_name="+"
    )
    applicant_unit_name = models.CharField("申报单位", max_length=30)
    created_at = models.DateTimeField("填写时间", auto_now_add=True)
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    decided_at = models.DateTimeField("审核时间", null=True, blank=True)
    effected_at = models.DateTimeField("生效时间", null=True, blank=True)

    objects = UnitChangeQuerySet.as_manager()

    if TYPE_CHECKING:
        applicant_id: int
        applicant_unit_id: int
        touched: Any

    class Meta:
        verbose_name = "机构调整"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=("draft", "terminated")) | Q(number__isnull=False),
                name="changes_unitchange_numbered",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "terminated", "rejected")) | Q(effective_on__isnull=False),
                name="changes_unitchange_dated",
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="changes_unitchange_latest"),
            models.Index(
                fields=["effective_on"], condition=Q(state="pending"), name="changes_unitchange_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number or '草稿'} {self.title}"


class ChangedUnit(models.Model):
    """A unit that a change touches: who administers it may see the change and is told of it."""

    class Part(models.TextChoices):
        TARGET = "target", "调整对象"
        RECEIVER = "receiver", "接收机构"
        PARENT = "parent", "上级机构"
        RESULT = "result", "新机构"

    change = models.ForeignKey(UnitChange, on_delete=models.CASCADE, related_name="touched")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    part = models.CharField("关系", max_length=10, choices=Part)

    if TYPE_CHECKING:
        unit_id: int

    class Meta:
        verbose_name = "调整涉及的机构"
        constraints = [
            models.UniqueConstraint(fields=["change", "unit", "part"], name="changes_changedunit_once"),
        ]
        indexes = [models.Index(fields=["unit"], name="changes_changedunit_unit")]

    def __str__(self) -> str:
        return f"{self.get_part_display()} {self.unit_id}"
