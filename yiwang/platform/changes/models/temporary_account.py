"""Applications for temporary accounts (临时账号, R1-9): to open one for a vendor's employee, to extend it."""

import uuid
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import F, Q

from yiwang.kernel.crypto.fields import EncryptedTextField
from yiwang.kernel.files.models import StoredFile
from yiwang.platform.accounts.models import Account
from yiwang.platform.org.models import Person, Unit

_SEEN_WITH = ("changes.apply_temporary", "changes.review_unit", "accounts.manage")


class TemporaryRequestQuerySet(models.QuerySet["TemporaryRequest"]):
    def visible_to(self, viewer: Any) -> Self:
        """His own, and those of units where he applies for such accounts, reviews or manages them."""
        if viewer is None or viewer.is_temporary:
            return self.none()
        scope = Q(applicant_id=viewer.person_id)
        for permission in _SEEN_WITH:
            for path, below in viewer.scopes(permission):
                if not path:
                    return self.filter(scope | ~Q(state="draft"))
                inside = Q(unit__path__startswith=path) if below else Q(unit__path=path)
                scope |= inside & (~Q(state="draft") | Q(number__isnull=False))
        return self.filter(scope)


class TemporaryRequest(models.Model):
    """One application. The numbers of the person are wiped when it is decided; the masked ones stay.

    returned: why it came back to the draft; failure: why an approved one could not be carried out.
    """

    class Kind(models.TextChoices):
        OPEN = "open", "新开临时账号"
        EXTEND = "extend", "临时账号延期"

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        REVIEW = "review", "待审批"
        DONE = "done", "已办结"
        FAILED = "failed", "待处理"
        REJECTED = "rejected", "已驳回"
        CANCELLED = "cancelled", "已取消"

    OPEN_STATES = (State.DRAFT, State.REVIEW, State.FAILED)

    row_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField("编号", max_length=40, null=True, blank=True, unique=True)
    kind = models.CharField("申请类别", max_length=6, choices=Kind, default=Kind.OPEN)
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFT)
    unit = models.ForeignKey(Unit, verbose_name="接入单位", on_delete=models.PROTECT, related_name="+")
    sponsor = models.ForeignKey(Person, verbose_name="接入联系人", on_delete=models.PROTECT, related_name="+")
    vendor_name = models.CharField("服务商名称", max_length=100)
    vendor_uscc = models.CharField("统一社会信用代码", max_length=18)
    name = models.CharField("姓名", max_length=60)
    id_kind = models.CharField(
        "证件类型", max_length=12, choices=Person.IdKind, default=Person.IdKind.CITIZEN
    )
    id_number = EncryptedTextField("证件号码", purpose="changes.temporary", blank=True)
    id_masked = models.CharField("证件号码（隐去）", max_length=40, blank=True)
    mobile = EncryptedTextField("手机号码", purpose="changes.temporary", blank=True)
    mobile_masked = models.CharField("手机号码（隐去）", max_length=20, blank=True)
    applications = models.CharField("申请使用的应用", max_length=300)
    purpose = models.CharField("用途", max_length=200)
    starts_on = models.DateField("启用日期")
    ends_on = models.DateField("到期日期")
    commitment = models.ForeignKey(
        StoredFile,
        verbose_name="保密承诺书",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    account = models.ForeignKey(
        Account, verbose_name="临时账号", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    applicant = models.ForeignKey(Person, verbose_name="申请人", on_delete=models.PROTECT, related_name="+")
    applicant_name = models.CharField("申请人姓名", max_length=60)
    returned = models.CharField("退回意见", max_length=500, blank=True)
    failure = models.CharField("未能办理的原因", max_length=300, blank=True)
    revision = models.PositiveIntegerField("版本", default=1)
    updated_by_name = models.CharField("最近修改人", max_length=60)
    created_at = models.DateTimeField("填写时间", auto_now_add=True)
    updated_at = models.DateTimeField("更新时间", auto_now=True)
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    decided_at = models.DateTimeField("办结时间", null=True, blank=True)

    objects = TemporaryRequestQuerySet.as_manager()

    if TYPE_CHECKING:
        unit_id: int
        sponsor_id: int
        account_id: int | None
        applicant_id: int
        commitment_id: uuid.UUID | None

    class Meta:
        verbose_name = "临时账号申请"
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="changes_temporary_period"),
            models.CheckConstraint(
                condition=~Q(kind="extend") | Q(account__isnull=False), name="changes_temporary_extended"
            ),
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(kind="extend", state__in=("draft", "review", "failed")),
                name="changes_temporary_one_extension",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "-id"], name="changes_temporary_unit"),
            models.Index(fields=["applicant", "-id"], name="changes_temporary_applicant"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.name}（{self.vendor_name}）"
