"""Templates of texts (短信模板): words with {变量}, agreed to by a second person (§16)."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from yiwang.platform.org.models import Person, Unit
from yiwang.platform.org.models.unit import STEP
from yiwang.platform.org.models.viewer import Viewer

# Keys of the rights that vocabulary registers.
SEND_TEXTS, APPROVE_TEXTS = "messages.send_texts", "messages.approve_texts"
READ_TEXTS = "messages.read_texts"
EDIT_TEMPLATES, APPROVE_TEMPLATES = "messages.edit_templates", "messages.approve_templates"


class TextPurpose(models.TextChoices):
    """What a text is for. 值班 and 应急 go at any hour and cost no quota."""

    MEETING = "meeting", "会议"
    DOCUMENT = "document", "公文"
    SUPERVISION = "supervision", "督办"
    DUTY = "duty", "值班"
    EMERGENCY = "emergency", "应急"
    ACCOUNT = "account", "账号"
    OTHER = "other", "其他"


def below(viewer: Viewer, permission: str) -> Q:
    """Rows of units for which he holds the right; with the right for the district, all."""
    found = Q(pk__in=[])
    for path, includes_below in viewer.scopes(permission):
        if not path:
            return ~Q(pk__in=[])
        under = Q(unit__path__gte=path, unit__path__lt=path + "~")
        found |= under if includes_below else Q(unit__path=path)
    return found


class TextTemplateQuerySet(models.QuerySet["TextTemplate"]):
    """Templates."""

    def visible_to(self, viewer: Viewer | None) -> Self:
        """Those he may send by; in any state those of units for which he keeps or agrees to them."""
        if viewer is None or viewer.is_temporary:
            return self.none()
        kept = below(viewer, EDIT_TEMPLATES) | below(viewer, APPROVE_TEMPLATES)
        return self.filter(kept | self.of_unit(viewer.unit_path) | Q(creator_id=viewer.person_id))

    @staticmethod
    def of_unit(path: str) -> Q:
        """In use for senders of the unit with this path: the district's, and those of the units above it."""
        above = [path[:length] for length in range(STEP, len(path) + 1, STEP)]
        own = Q(unit=None) | Q(unit__path__in=above)
        return own & Q(state__in=(TextTemplate.State.ENABLED, TextTemplate.State.RETIRED))

    def current(self) -> Self:
        """Without versions that a later one has replaced."""
        later = TextTemplate.objects.filter(
            code=OuterRef("code"), version__gt=OuterRef("version"), state=TextTemplate.State.ENABLED
        )
        return self.exclude(Exists(later))


class TextTemplate(models.Model):
    """One version of a template. What was agreed to never changes: other words are another version.

    code: the same for all versions; of a shipped one the key of its SmsTemplate. unit: whose it is, None for
    the whole district. samples: what the variables may be, for the preview. report_number: under which the
    carrier knows it (报备号). is_shipped: the platform's own, kept by its code and by nobody else.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        PENDING = "pending", "待审核"
        ENABLED = "enabled", "已启用"
        RETURNED = "returned", "已退回"
        RETIRED = "retired", "已停用"

    OPEN = (State.DRAFT, State.PENDING, State.RETURNED)
    EDITABLE = (State.DRAFT, State.RETURNED)

    code = models.CharField("模板编号", max_length=100)
    version = models.PositiveSmallIntegerField("版本", default=1)
    name = models.CharField("模板名称", max_length=30)
    kind = models.CharField("类型", max_length=12, choices=TextPurpose)
    text = models.CharField("模板内容", max_length=300)
    samples = models.JSONField("变量样例", default=dict, blank=True)
    unit = models.ForeignKey(
        Unit, verbose_name="所属单位", null=True, on_delete=models.PROTECT, related_name="+"
    )
    is_shipped = models.BooleanField("平台内置", default=False)
    for_batches = models.BooleanField("可用于批次", default=True)
    report_number = models.CharField("报备号", max_length=60, blank=True)
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFT)
    creator = models.ForeignKey(
        Person, verbose_name="起草人", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    creator_name = models.CharField("起草人姓名", max_length=60)
    created_at = models.DateTimeField("起草时间")
    changed_at = models.DateTimeField("更新时间")
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    decider_name = models.CharField("审核人", max_length=60, blank=True)
    decided_at = models.DateTimeField("审核时间", null=True, blank=True)
    opinion = models.CharField("审核意见", max_length=200, blank=True)
    ended_at = models.DateTimeField("停用时间", null=True, blank=True)
    end_reason = models.CharField("停用原因", max_length=200, blank=True)

    objects = TextTemplateQuerySet.as_manager()

    if TYPE_CHECKING:
        unit_id: int | None
        creator_id: int | None

    class Meta:
        verbose_name = "短信模板"
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="messages_texttemplate_version"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(state="enabled"), name="messages_texttemplate_enabled"
            ),
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(state__in=("draft", "pending", "returned")),
                name="messages_texttemplate_open",
            ),
        ]
        indexes = [models.Index(fields=["-changed_at", "-id"], name="messages_texttemplate_latest")]

    def __str__(self) -> str:
        return f"{self.name}（{self.code}第{self.version}版）"

    @property
    def place(self) -> str:
        """Whose it is: 全区, or the unit's short name."""
        return self.unit.short_name if self.unit else "全区"

    @property
    def path(self) -> str:
        """Of the unit it belongs to; "" is the district, as rights have it."""
        return self.unit.path if self.unit else ""
