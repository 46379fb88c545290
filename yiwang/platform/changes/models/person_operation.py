"""Person operations (人员变动): the seven reviewed acts on persons, from the draft to their day of effect.

What an operation says is in `payload` (plain) and `secrets` (sealed); what it will do is in actions.
"""

import json
import uuid
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import F, Q

from yiwang.kernel.crypto.fields import BlindIndexField, EncryptedTextField
from yiwang.platform.changes.models.import_batch import ImportBatch
from yiwang.platform.org.models import Person, Post, Unit
from yiwang.platform.org.models.unit import MAX_DEPTH, STEP

_PATH = STEP * (MAX_DEPTH + 1)
_ADMINISTRATORS = ("changes.apply", "changes.review_unit")
_NOT_SUBMITTED = ("draft",)
UNDER_WAY = ("waiting_unit", "waiting_other", "waiting_district", "waiting_day", "failed")


def _within(column: str, path: str, *, below: bool) -> Q:
    if not below:
        return Q(**{column: path})
    return Q(**{f"{column}__gte": path, f"{column}__lt": path + "~"})


class PersonOperationQuerySet(models.QuerySet["PersonOperation"]):
    def visible_to(self, viewer: Any) -> Self:
        """Those of the units whose administrator or office he is, on either side; those about himself.

        A draft is seen by the side that writes it. District reviewers see all that was submitted. Whoever was
        asked to handle one sees it through approvals (`queries.person_operations.visible`).
        """
        if viewer is None or viewer.is_temporary:
            return self.none()
        submitted = ~Q(state__in=_NOT_SUBMITTED)
        own, other = Q(pk__in=[]), Q(pk__in=[])
        for path, below in {scope for permission in _ADMINISTRATORS for scope in viewer.scopes(permission)}:
            if not path:
                return self
            own |= _within("unit_path", path, below=below)
            other |= _within("other_path", path, below=below)
        if viewer.allows("changes.review_district"):
            return self.filter(own | submitted)
        # Part by part, each along its own index: one condition over all of them would read the whole table.
        every = PersonOperationQuerySet(self.model, using=self.db).order_by().values("pk")
        others = every.filter(other & ~Q(other_path=""), submitted)
        himself = every.filter(submitted, person_id=viewer.person_id)
        return self.filter(pk__in=every.filter(own).union(others, himself))

    def under_way(self) -> Self:
        """Submitted and not at an end: such a one keeps any other about the same person out."""
        return self.filter(state__in=UNDER_WAY)


class PersonOperation(models.Model):
    """One application to change something about one person (R1-8, R2-6).

    unit: the side that applies, other: the side that must agree (调动、借调). Paths are copies, kept true
    when units move. from_unit, to_unit: where the person serves and shall serve. change_date: when it
    happened in the office (the paper's date or the real start); due_on: the 7th working day after it (R1-10);
    effective_on: from when the platform shall show it; applied_at: when it did.
    """

    class Kind(models.TextChoices):
        ADD = "add", "新增"
        CORRECT = "correct", "修改"
        REMOVE = "remove", "移除"
        TRANSFER = "transfer", "调动"
        SECOND = "second", "借调"
        CONCURRENT = "concurrent", "兼任"
        DEREGISTER = "deregister", "注销"

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        WAITING_UNIT = "waiting_unit", "待单位审核"
        WAITING_OTHER = "waiting_other", "待对方确认"
        WAITING_DISTRICT = "waiting_district", "待区级审核"
        WAITING_DAY = "waiting_day", "待生效"
        EFFECTIVE = "effective", "已生效"
        FAILED = "failed", "待处理"
        REJECTED = "rejected", "已驳回"
        CANCELLED = "cancelled", "已取消"

    class Verification(models.TextChoices):
        """How the real-name verification stands that the operation has asked for."""

        NONE = "", "—"
        WAITING = "waiting", "实名认证中"
        PASSED = "passed", "实名认证通过"
        FAILED = "failed", "实名认证未通过"

    IN_REVIEW = (State.WAITING_UNIT, State.WAITING_OTHER, State.WAITING_DISTRICT)
    ENDED = (State.EFFECTIVE, State.REJECTED, State.CANCELLED)

    row_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField("编号", max_length=40, unique=True, null=True, blank=True)
    kind = models.CharField("类别", max_length=12, choices=Kind)
    state = models.CharField("状态", max_length=18, choices=State, default=State.DRAFT)
    revision = models.PositiveIntegerField("版本", default=1)

    person = models.ForeignKey(
        Person, verbose_name="人员", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    person_name = models.CharField("姓名", max_length=60, db_collation="C")
    post = models.ForeignKey(
        Post, verbose_name="所涉任职", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    begun_post = models.ForeignKey(Post, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, verbose_name="申报单位", on_delete=models.PROTECT, related_name="+")
    unit_path = models.CharField(max_length=_PATH, db_collation="C")
    other = models.ForeignKey(
        Unit, verbose_name="对方单位", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    other_path = models.CharField(max_length=_PATH, db_collation="C", blank=True, default="")
    from_unit = models.ForeignKey(
        Unit, verbose_name="现单位", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    to_unit = models.ForeignKey(
        Unit, verbose_name="拟任单位", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    title = models.CharField("职务", max_length=60, blank=True)
    until = models.DateField("结束日期", null=True, blank=True)
    departure = models.CharField("离开原因", max_length=16, choices=Person.Departure, blank=True)
    basis = models.CharField("依据文号", max_length=60, blank=True)
    reason = models.CharField("事由", max_length=200, blank=True)
    payload = models.JSONField("内容", default=dict, blank=True)
    secrets = EncryptedTextField("敏感内容", purpose="changes.person_operation", null=True, blank=True)
    id_number = EncryptedTextField("证件号码", purpose="changes.person_operation", null=True, blank=True)
    id_number_index = BlindIndexField(of="id_number")
    differences = models.JSONField("变动内容", default=list, blank=True)

    change_date = models.DateField("变动日期")
    due_on = models.DateField("更新期限")
    due_history = models.JSONField("期限变更", default=list, blank=True)
    effective_on = models.DateField("生效日期")
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    approved_at = models.DateTimeField("审核通过时间", null=True, blank=True)
    applied_at = models.DateTimeField("生效时间", null=True, blank=True)
    ended_at = models.DateTimeField("办结时间", null=True, blank=True)
    is_late = models.BooleanField("逾期", default=False)
    late_by = models.PositiveSmallIntegerField("逾期工作日", default=0)

    verification = models.CharField(
        "实名认证", max_length=8, choices=Verification, blank=True, default=Verification.NONE
    )
    failure = models.CharField("未生效原因", max_length=200, blank=True)
    failed_at = models.DateTimeField("生效失败时间", null=True, blank=True)
    returned = models.CharField("退回意见", max_length=300, blank=True)

    batch = models.ForeignKey(
        ImportBatch,
        verbose_name="批次",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="operations",
    )
    applicant = models.ForeignKey(Person, verbose_name="申报人", on_delete=models.PROTECT, related_name="+")
    applicant_name = models.CharField("申报人", max_length=60)
    applicant_unit = models.CharField("申报人单位", max_length=60, blank=True)
    created_at = models.DateTimeField("填写时间", auto_now_add=True)
    updated_at = models.DateTimeField("更新时间", auto_now=True)
    updated_by_name = models.CharField("更新人", max_length=60, blank=True)

    objects = PersonOperationQuerySet.as_manager()

    if TYPE_CHECKING:
        events: Any
        person_id: int | None
        post_id: int | None
        begun_post_id: int | None
        unit_id: int
        other_id: int | None
        from_unit_id: int | None
        to_unit_id: int | None
        applicant_id: int
        batch_id: int | None

    class Meta:
        verbose_name = "人员变动"
        constraints = [
            # One at a time: whoever comes second is refused, with a pointer to the first.
            models.UniqueConstraint(
                fields=["person"], condition=Q(state__in=UNDER_WAY), name="changes_operation_one_person"
            ),
            models.UniqueConstraint(
                fields=["id_number_index"],
                condition=Q(state__in=UNDER_WAY, kind="add"),
                name="changes_operation_one_id",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(number__isnull=False), name="changes_operation_numbered"
            ),
            models.CheckConstraint(
                condition=Q(kind="add") | Q(person__isnull=False), name="changes_operation_about_somebody"
            ),
            models.CheckConstraint(
                condition=~Q(state="effective") | Q(applied_at__isnull=False),
                name="changes_operation_applied",
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | ~Q(failure=""), name="changes_operation_failure"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("effective_on")), name="changes_operation_period"
            ),
        ]
        indexes = [
            models.Index(fields=["unit_path", "-id"], name="changes_operation_unit"),
            models.Index(
                fields=["other_path", "-id"], condition=~Q(other_path=""), name="changes_operation_other"
            ),
            models.Index(fields=["person", "-id"], name="changes_operation_person"),
            models.Index(
                fields=["effective_on", "id"],
                condition=Q(state="waiting_day"),
                name="changes_operation_waiting",
            ),
            models.Index(
                fields=["state", "unit_path"],
                condition=Q(state__in=("draft", "failed")),
                name="changes_operation_unfinished",
            ),
            models.Index(fields=["due_on", "id"], condition=Q(applied_at=None), name="changes_operation_due"),
            models.Index(fields=["-applied_at"], name="changes_operation_applied"),
            models.Index(fields=["person_name"], name="changes_operation_name"),
        ]

    def __str__(self) -> str:
        return f"{self.number or ''} {self.person_name}（{self.get_kind_display()}）".strip()

    @property
    def known_secrets(self) -> dict[str, str]:
        """The sealed part of what it says: mobile numbers, and what was known before."""
        found: dict[str, str] = json.loads(self.secrets) if self.secrets else {}
        return found

    @property
    def state_text(self) -> str:
        """待生效 · 实名认证中, while the identity service has not answered."""
        if self.state == self.State.WAITING_DAY and self.verification == self.Verification.WAITING:
            return f"{self.get_state_display()} · {self.get_verification_display()}"
        return str(self.get_state_display())


class OperationEvent(models.Model):
    """One moment in the life of an operation besides the steps of its review (办理过程). Only added."""

    operation = models.ForeignKey(PersonOperation, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField("时间")
    act = models.CharField("事项", max_length=30)
    actor_name = models.CharField("人员", max_length=60)
    actor_unit = models.CharField("单位", max_length=60, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)

    if TYPE_CHECKING:
        operation_id: int

    class Meta:
        verbose_name = "人员变动过程"
        indexes = [models.Index(fields=["operation", "id"], name="changes_operationevent_story")]

    def __str__(self) -> str:
        return f"{self.operation_id} {self.act}"
