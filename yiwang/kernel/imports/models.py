"""Imports under way: the run and its rows, until they are done and a while after.

What the cells hold may be personal data: it is sealed, and forgotten some days after the run's end.
"""

from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

from django.db import models
from django.db.models import Q

from yiwang.kernel.crypto.fields import EncryptedTextField
from yiwang.kernel.extension import imports


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    def visible_to(self, viewer: Any) -> Self:
        """Everybody sees his own runs only."""
        if viewer is None or viewer.account_id is None:
            return self.none()
        return self.filter(account_id=viewer.account_id)


class ImportRun(models.Model):
    """One file on its way in. kind: key of its ImportKind. done, failed: rows applied, rows refused then.

    result, result_url: the application that was made of it, where its kind has them reviewed.
    """

    class State(models.TextChoices):
        CHECKING = "checking", "校验中"
        READY = "ready", "待确认"
        APPLYING = "applying", "导入中"
        DONE = "done", "已完成"
        FAILED = "failed", "未能完成"
        CANCELLED = "cancelled", "已取消"

    RUNNING = (State.CHECKING, State.APPLYING)

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    kind = models.CharField("类别", max_length=60)
    file_name = models.CharField("文件名", max_length=200)
    state = models.CharField("状态", max_length=9, choices=State, default=State.CHECKING)
    account_id = models.BigIntegerField(null=True)
    account_name = models.CharField("导入人", max_length=60)
    created_at = models.DateTimeField("上传时间")
    confirmed_at = models.DateTimeField("确认时间", null=True)
    finished_at = models.DateTimeField("完成时间", null=True)
    total = models.PositiveIntegerField("行数", default=0)
    checked = models.PositiveIntegerField("已校验", default=0)
    new = models.PositiveIntegerField("新增", default=0)
    changed = models.PositiveIntegerField("变更", default=0)
    unchanged = models.PositiveIntegerField("未变", default=0)
    wrong = models.PositiveIntegerField("有误", default=0)
    done = models.PositiveIntegerField("已导入", default=0)
    failed = models.PositiveIntegerField("未导入", default=0)
    message = models.CharField("说明", max_length=300, blank=True)
    forgotten_at = models.DateTimeField("明细清除时间", null=True)
    result = models.CharField("结果", max_length=100, blank=True)
    result_url = models.CharField(max_length=300, blank=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        verbose_name = "导入"
        indexes = [
            models.Index(fields=["account_id", "kind", "-created_at"], name="imports_run_own"),
            models.Index(
                fields=["created_at"], condition=Q(forgotten_at=None), name="imports_run_remembered"
            ),
        ]

    def __str__(self) -> str:
        kinds = imports.import_kinds
        label = kinds.get(self.kind).label if self.kind in kinds else self.kind
        return f"{label}“{self.file_name}”"

    @property
    def is_running(self) -> bool:
        return self.state in self.RUNNING

    @property
    def to_apply(self) -> int:
        """Rows that a confirmation would bring in."""
        return self.new + self.changed

    @property
    def percent(self) -> int:
        """How far the present step has come."""
        if self.state == self.State.APPLYING:
            return 100 * (self.done + self.failed) // max(1, self.to_apply)
        return 100 * self.checked // max(1, self.total)


class ImportRow(models.Model):
    """One row of the sheet. content (as read), differences: JSON, sealed. errors: sentences, one a line."""

    class Outcome(models.TextChoices):
        UNJUDGED = "", "未校验"
        NEW = "new", "新增"
        CHANGED = "changed", "变更"
        UNCHANGED = "unchanged", "未变"
        WRONG = "wrong", "有误"

    class State(models.TextChoices):
        WAITING = "waiting", "待导入"
        DONE = "done", "已导入"
        FAILED = "failed", "未导入"

    row_key = models.UUIDField(default=uuid4, unique=True, editable=False)
    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField("行号")
    content = EncryptedTextField(purpose="imports")
    outcome = models.CharField(
        "校验结果", max_length=9, choices=Outcome, default=Outcome.UNJUDGED, blank=True
    )
    title = models.CharField("名称", max_length=120, blank=True)
    differences = EncryptedTextField(purpose="imports", default="")
    errors = models.TextField("说明", blank=True)
    state = models.CharField("导入结果", max_length=7, choices=State, default=State.WAITING)

    if TYPE_CHECKING:
        run_id: Any

    class Meta:
        verbose_name = "导入明细"
        constraints = [models.UniqueConstraint(fields=["run", "line"], name="imports_row_line")]
        indexes = [models.Index(fields=["run", "outcome", "line"], name="imports_row_outcome")]

    def __str__(self) -> str:
        return f"第{self.line}行"
