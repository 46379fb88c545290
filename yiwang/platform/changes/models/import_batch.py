"""Import batches (批量申报): many person operations that came by one workbook and are reviewed as one."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from yiwang.platform.org.models import Person, Unit


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    def visible_to(self, viewer: Any) -> Self:
        """Those of the units whose administrator or office he is; all for district reviewers."""
        if viewer is None or viewer.is_temporary:
            return self.none()
        if viewer.allows("changes.review_district"):
            return self
        scope = Q(applicant_id=viewer.person_id)
        for permission in ("changes.apply", "changes.review_unit"):
            for path, below in viewer.scopes(permission):
                if not path:
                    return self
                scope |= Q(unit__path__startswith=path) if below else Q(unit__path=path)
        return self.filter(scope)


class ImportBatch(models.Model):
    """One workbook's sound rows on their way. unit: the department they are entered in.

    applied: operations that were carried out, failed: those that wait for somebody (待处理).
    """

    class State(models.TextChoices):
        WAITING_UNIT = "waiting_unit", "待单位审核"
        WAITING_DISTRICT = "waiting_district", "待区级审核"
        RETURNED = "returned", "已退回"
        APPLYING = "applying", "办理中"
        DONE = "done", "已办结"
        REJECTED = "rejected", "已驳回"
        CANCELLED = "cancelled", "已取消"

    IN_REVIEW = (State.WAITING_UNIT, State.WAITING_DISTRICT)

    number = models.CharField("编号", max_length=40, unique=True)
    unit = models.ForeignKey(Unit, verbose_name="申报单位", on_delete=models.PROTECT, related_name="+")
    state = models.CharField("状态", max_length=16, choices=State, default=State.WAITING_UNIT)
    new = models.PositiveIntegerField("新增人数", default=0)
    changed = models.PositiveIntegerField("修改人数", default=0)
    applied = models.PositiveIntegerField("已办理", default=0)
    failed = models.PositiveIntegerField("待处理", default=0)
    needs_district = models.BooleanField("须区级审核", default=False)
    applicant = models.ForeignKey(Person, verbose_name="申报人", on_delete=models.PROTECT, related_name="+")
    applicant_name = models.CharField("申报人姓名", max_length=60)
    applicant_unit = models.CharField("申报人单位", max_length=60, blank=True)
    submitted_at = models.DateTimeField("提交时间")
    approved_at = models.DateTimeField("审核通过时间", null=True, blank=True)
    finished_at = models.DateTimeField("办结时间", null=True, blank=True)
    opinion = models.CharField("意见", max_length=300, blank=True)

    objects = ImportBatchQuerySet.as_manager()

    if TYPE_CHECKING:
        operations: Any
        unit_id: int
        applicant_id: int

    class Meta:
        verbose_name = "人员批量申报"
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="done") | Q(finished_at__isnull=False), name="changes_batch_finished"
            ),
        ]
        indexes = [models.Index(fields=["unit", "-id"], name="changes_batch_unit")]

    def __str__(self) -> str:
        return self.number

    @property
    def total(self) -> int:
        return self.new + self.changed

    @property
    def percent(self) -> int:
        """How far its operations have been carried out."""
        return 100 * (self.applied + self.failed) // max(1, self.total)
