"""Corrections (纠错): somebody says that the address book is wrong about a person or a unit.

One matter is one correction, however many report it: there is one open correction for each field of a person
or unit. What people typed may name numbers, so it is sealed.
"""

import uuid
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from yiwang.kernel.crypto.fields import EncryptedTextField
from yiwang.platform.org.models import Person, Unit
from yiwang.platform.upkeep.models.scope import within


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def visible_to(self, viewer: Any) -> Self:
        """Those of the units that he maintains; all for the district; those he reported himself."""
        if viewer is None or viewer.is_temporary:
            return self.none()
        own = CorrectionReport.objects.filter(correction=OuterRef("pk"), reporter=viewer.person_id)
        return self.filter(self.maintained_q(viewer) | Exists(own))

    def maintained_by(self, viewer: Any) -> Self:
        """Those of the units that he maintains; all for the district."""
        return self.filter(self.maintained_q(viewer))

    @staticmethod
    def maintained_q(viewer: Any) -> Q:
        return within(viewer, "keeper__path")

    def waiting(self) -> Self:
        return self.filter(state=Correction.State.WAITING)


class Correction(models.Model):
    """One matter. keeper: the unit whose administrators answer; turn rises when it goes to another unit.

    source: who found it. due_on: the 7th working day after the first report (§30).
    """

    class Field(models.TextChoices):
        NAME = "name", "姓名"
        UNIT = "unit", "单位、部门"
        TITLE = "title", "职务"
        OFFICE_PHONE = "office_phone", "办公电话"
        MOBILE = "mobile", "手机号码"
        EMAIL = "email", "电子邮箱"
        ROOM = "room", "办公地址/房间"
        PHOTO = "photo", "照片"
        STATUS = "status", "在岗状态"
        UNIT_NAME = "unit_name", "机构名称"
        UNIT_PLACE = "unit_place", "上级机构或顺序"
        DUTY_PHONE = "duty_phone", "值班电话"
        ADDRESS = "address", "机构地址、邮编"
        OTHER = "other", "其他"

    class State(models.TextChoices):
        WAITING = "waiting", "待处理"
        CORRECTED = "corrected", "已更正"
        UNFOUNDED = "unfounded", "不属实"
        WITHDRAWN = "withdrawn", "已撤销"

    class Source(models.TextChoices):
        PERSON = "person", "用户纠错"
        SAMPLE = "sample", "抽样核查"
        SMS = "sms", "短信回执"

    OF_PERSON = (
        Field.NAME, Field.UNIT, Field.TITLE, Field.OFFICE_PHONE, Field.MOBILE, Field.EMAIL, Field.ROOM,
        Field.PHOTO, Field.STATUS, Field.OTHER,
    )  # fmt: skip
    OF_UNIT = (Field.UNIT_NAME, Field.UNIT_PLACE, Field.DUTY_PHONE, Field.ADDRESS, Field.OTHER)

    number = models.CharField("编号", max_length=40, unique=True, null=True)
    person = models.ForeignKey(
        Person, verbose_name="人员", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    unit = models.ForeignKey(
        Unit, verbose_name="机构", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    about_name = models.CharField("对象", max_length=100)
    field = models.CharField("有误的内容", max_length=12, choices=Field)
    source = models.CharField("来源", max_length=8, choices=Source, default=Source.PERSON)
    keeper = models.ForeignKey(Unit, verbose_name="办理单位", on_delete=models.PROTECT, related_name="+")
    turn = models.PositiveSmallIntegerField("转办次数", default=0)
    state = models.CharField("状态", max_length=10, choices=State, default=State.WAITING)
    reports = models.PositiveIntegerField("反映人次", default=0)
    reported_at = models.DateTimeField("反映时间")
    due_on = models.DateField("办理期限")
    due_history = models.JSONField("期限变更", default=list, blank=True)
    answer = models.CharField("答复", max_length=300, blank=True)
    answered_at = models.DateTimeField("办结时间", null=True, blank=True)
    answered_by_name = models.CharField("办理人", max_length=60, blank=True)
    answered_by_unit = models.CharField("办理人单位", max_length=100, blank=True)
    late_by = models.PositiveSmallIntegerField("逾期工作日", default=0)

    objects = CorrectionQuerySet.as_manager()

    if TYPE_CHECKING:
        person_id: int | None
        unit_id: int | None
        keeper_id: int
        given: Any
        events: Any

    class Meta:
        verbose_name = "通讯录纠错"
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, unit=None) | Q(person=None, unit__isnull=False),
                name="upkeep_correction_about_one",
            ),
            models.UniqueConstraint(
                fields=["person", "field"],
                condition=Q(state="waiting", person__isnull=False),
                name="upkeep_correction_one_person",
            ),
            models.UniqueConstraint(
                fields=["unit", "field"],
                condition=Q(state="waiting", unit__isnull=False),
                name="upkeep_correction_one_unit",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting") | Q(answered_at__isnull=False), name="upkeep_correction_answered"
            ),
            models.CheckConstraint(
                condition=~Q(state="unfounded") | ~Q(answer=""), name="upkeep_correction_reasoned"
            ),
        ]
        indexes = [
            models.Index(fields=["keeper", "-id"], name="upkeep_correction_keeper"),
            models.Index(fields=["due_on", "id"], condition=Q(state="waiting"), name="upkeep_correction_due"),
            models.Index(fields=["person", "-id"], name="upkeep_correction_person"),
        ]

    def __str__(self) -> str:
        return f"{self.number or ''}（{self.about_name}：{self.get_field_display()}）"


class CorrectionReport(models.Model):
    """What one reporter said of it. reporter None: the platform itself (a dead number, a sample)."""

    row_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    correction = models.ForeignKey(Correction, on_delete=models.CASCADE, related_name="given")
    reporter = models.ForeignKey(
        Person, verbose_name="反映人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reporter_name = models.CharField("反映人姓名", max_length=60)
    reporter_unit = models.CharField("反映人单位", max_length=100, blank=True)
    wrong = EncryptedTextField("有误之处", purpose="upkeep.correction")
    right = EncryptedTextField("正确内容", purpose="upkeep.correction", blank=True)
    at = models.DateTimeField("时间")
    is_withdrawn = models.BooleanField("已撤销", default=False)

    if TYPE_CHECKING:
        correction_id: int
        reporter_id: int | None

    class Meta:
        verbose_name = "纠错反映"
        constraints = [
            models.UniqueConstraint(
                fields=["correction", "reporter"],
                condition=Q(reporter__isnull=False, is_withdrawn=False),
                name="upkeep_report_once",
            ),
        ]
        indexes = [models.Index(fields=["reporter", "-at"], name="upkeep_report_reporter")]

    def __str__(self) -> str:
        return f"{self.correction_id} {self.reporter_name}"


class CorrectionEvent(models.Model):
    """One moment in its life (办理过程). Only added."""

    correction = models.ForeignKey(Correction, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField("时间")
    act = models.CharField("事项", max_length=30)
    actor_name = models.CharField("人员", max_length=60)
    actor_unit = models.CharField("单位", max_length=100, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        verbose_name = "纠错办理过程"
        indexes = [models.Index(fields=["correction", "id"], name="upkeep_correctionevent_story")]

    def __str__(self) -> str:
        return f"{self.act} {self.actor_name}"
