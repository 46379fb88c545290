"""Persons: one real human each, whatever posts he holds. What he may log in with is in accounts."""

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Left

from yiwang.kernel.chinese.fields import StrokeKeyField
from yiwang.kernel.crypto.fields import BlindIndexField, EncryptedTextField
from yiwang.kernel.extension.visibility import sight_policy
from yiwang.kernel.files.models import StoredFile
from yiwang.platform.org.models.unit import STEP, Unit, Visibility
from yiwang.platform.org.models.viewer import Viewer


class PersonQuerySet(models.QuerySet["Person"]):
    def visible_to(self, viewer: Viewer | None) -> Self:
        """Persons this viewer may know of, as the address book's policy decides (R2-10)."""
        if viewer is None:
            return self.none()
        return self.filter(sight_policy().persons(viewer))


class Person(models.Model):
    """A person under his real name (R1-8, R2-6). The columns from `unit` on are copied from his main post."""

    class Category(models.TextChoices):
        ESTABLISHED = "established", "在编人员"
        CONTRACTED = "contracted", "非编制内聘用人员"
        EXTERNAL = "external", "外部临时人员"

    class IdKind(models.TextChoices):
        CITIZEN = "citizen", "居民身份证"
        PASSPORT = "passport", "护照"
        HK_MACAO = "hk_macao", "港澳居民来往内地通行证"
        TAIWAN = "taiwan", "台湾居民来往大陆通行证"
        PERMANENT = "permanent", "外国人永久居留身份证"

    class Establishment(models.TextChoices):
        ADMINISTRATIVE = "administrative", "行政编制"
        POLITICAL_LEGAL = "political_legal", "政法专项编制"
        INSTITUTION_CIVIL = "institution_civil", "事业编制（参公）"
        INSTITUTION_FULL = "institution_full", "事业编制（全额拨款）"
        INSTITUTION_PARTIAL = "institution_partial", "事业编制（差额拨款）"
        INSTITUTION_SELF = "institution_self", "事业编制（自收自支）"
        WORKER = "worker", "机关工勤编制"
        MILITARY = "military", "军队"
        ENTERPRISE = "enterprise", "企业编制"
        COMMITTEE = "committee", "居村“两委”班子及社区工作者"
        CONTRACT = "contract", "劳动合同"
        DISPATCH = "dispatch", "劳务派遣"
        PURCHASED = "purchased", "购买服务"
        NONE = "none", "无编制"

    class Status(models.TextChoices):
        ON_POST = "on_post", "在岗"
        LENT = "lent", "借出"
        ATTACHED = "attached", "挂职"
        ON_LEAVE = "on_leave", "离岗"
        RETIRED = "retired", "退休"
        TRANSFERRED_OUT = "transferred_out", "调出"
        LEFT = "left", "离职"
        DECEASED = "deceased", "去世"

    class Departure(models.TextChoices):
        """Why somebody was deregistered (注销)."""

        RETIRED = "retired", "退休"
        RESIGNED = "resigned", "辞职"
        TRANSFERRED_OUT = "transferred_out", "调出本区"
        DISMISSED = "dismissed", "开除"
        DECEASED = "deceased", "死亡"
        CONTRACT_ENDED = "contract_ended", "合同到期"
        ENTRY_CANCELLED = "entry_cancelled", "取消录入"  # never became anybody here

    class Sex(models.TextChoices):
        MALE = "male", "男"
        FEMALE = "female", "女"

    NO_PLACE = 10**15  # position of who holds no main post: behind everybody
    PRESENT = (Status.ON_POST, Status.LENT, Status.ATTACHED)
    GONE = (Status.RETIRED, Status.TRANSFERRED_OUT, Status.LEFT, Status.DECEASED)  # archived, never deleted
    # 在编人员 hold one of these; the others are for 非编制内聘用人员.
    ESTABLISHMENTS = (
        Establishment.ADMINISTRATIVE,
        Establishment.POLITICAL_LEGAL,
        Establishment.INSTITUTION_CIVIL,
        Establishment.INSTITUTION_FULL,
        Establishment.INSTITUTION_PARTIAL,
        Establishment.INSTITUTION_SELF,
        Establishment.WORKER,
        Establishment.MILITARY,
        Establishment.ENTERPRISE,
    )

    row_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField("姓名", max_length=60, db_collation="C")
    name_mark = models.CharField(
        "区分标识", max_length=20, blank=True, help_text="同一单位有同名人员时，如：规划科"
    )
    former_name = models.CharField("曾用名", max_length=100, blank=True)
    pinyin = models.CharField("姓名拼音", max_length=120, db_collation="C")
    initials = models.CharField("拼音首字母", max_length=30, db_collation="C")
    strokes = StrokeKeyField("姓氏笔画", of="name", name_length=60)  # by what neutral lists are sorted
    id_kind = models.CharField("证件类型", max_length=12, choices=IdKind, default=IdKind.CITIZEN)
    id_number = EncryptedTextField("证件号码", purpose="org.person")
    id_number_index = BlindIndexField(of="id_number")
    sex = models.CharField("性别", max_length=6, choices=Sex, blank=True)
    birth_date = models.DateField("出生日期", null=True, blank=True)
    mobile = EncryptedTextField("手机号码", purpose="org.person", blank=True)
    mobile_index = BlindIndexField(of="mobile")
    second_mobile = EncryptedTextField("备用手机号码", purpose="org.person", null=True, blank=True)
    category = models.CharField("人员类别", max_length=12, choices=Category)
    establishment = models.CharField("编制类型", max_length=20, choices=Establishment, blank=True)
    duty_level = models.CharField("职务层次", max_length=24, blank=True, help_text="代码，见代码表")
    grade = models.CharField("职级", max_length=24, blank=True, help_text="代码，见代码表")
    post_grade = models.CharField(
        "岗位等级", max_length=24, blank=True, default="", help_text="代码，见代码表"
    )
    contract_ends_on = models.DateField("聘用合同到期日", null=True, blank=True)
    office_phone = models.CharField("办公电话", max_length=30, blank=True)
    room = models.CharField("办公地址/房间", max_length=100, blank=True)
    email = models.EmailField("电子邮箱", blank=True)
    photo = models.ForeignKey(
        StoredFile, verbose_name="照片", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    status = models.CharField("状态", max_length=16, choices=Status, default=Status.ON_POST)
    departure = models.CharField("离开原因", max_length=16, choices=Departure, blank=True, default="")
    left_on = models.DateField("离开日期", null=True, blank=True)
    is_listed = models.BooleanField("在通讯录显示", default=True)
    checked_on = models.DateField("最近核对日期", null=True, blank=True)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    unit = models.ForeignKey(
        Unit, verbose_name="单位", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    unit_path = models.CharField(max_length=STEP * 10, db_collation="C", blank=True, default="")
    title = models.CharField("职务", max_length=60, blank=True, default="")
    position = models.BigIntegerField(
        "全区顺序", default=NO_PLACE, help_text="机构顺序×10000＋部门内排序号，没有主职的排在最后"
    )
    visibility = models.SmallIntegerField(choices=Visibility, default=Visibility.LISTED)
    # Kept by the address book: whoever the rules treat alike has the same number; 0 is seen by nobody else.
    sight = models.IntegerField("可见类", default=0)
    tier = models.PositiveSmallIntegerField("层级", default=4)  # Q1…Q4 of R2-10

    objects = PersonQuerySet.as_manager()

    if TYPE_CHECKING:
        unit_id: int | None
        photo_id: uuid.UUID | None

    class Meta:
        verbose_name = "人员"
        constraints = [
            models.UniqueConstraint(fields=["id_number_index"], name="org_person_one_per_id"),
        ]
        indexes = [
            models.Index(fields=["mobile_index"], name="org_person_mobile"),
            models.Index(fields=["unit_path", "position"], name="org_person_unit_path"),
            models.Index(fields=["position"], name="org_person_position"),
            # Search while typing: short prefixes come in display order without a sort, long ones by
            # prefix and then sorted (docs/adr/0005-person-search.md).
            models.Index(Left("name", 1), F("position"), name="org_person_name1"),
            models.Index(Left("pinyin", 1), F("position"), name="org_person_pinyin1"),
            models.Index(Left("pinyin", 2), F("position"), name="org_person_pinyin2"),
            models.Index(Left("initials", 2), F("position"), name="org_person_initials2"),
            models.Index(fields=["name"], name="org_person_name"),
            models.Index(fields=["pinyin"], name="org_person_pinyin"),
            models.Index(fields=["initials"], name="org_person_initials"),
            models.Index(fields=["strokes"], name="org_person_strokes"),
            # Lists by what is rare; whoever stands on his post, established, is found along the order.
            models.Index(
                fields=["status", "position"],
                condition=~Q(status="on_post"),
                name="org_person_unusual_status",
            ),
            models.Index(
                fields=["category", "position"],
                condition=~Q(category="established"),
                name="org_person_category",
            ),
            # Contracts that end or are over: those of whom reminders and work lists tell.
            models.Index(
                fields=["contract_ends_on"],
                condition=Q(contract_ends_on__isnull=False),
                name="org_person_contract",
            ),
            models.Index(
                fields=["establishment", "position"],
                condition=~Q(establishment__in=["", "administrative", "institution_full"]),
                name="org_person_establishment",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def marked_name(self) -> str:
        """张伟（规划科）, where another 张伟 serves in the same unit."""
        return f"{self.name}（{self.name_mark}）" if self.name_mark else self.name
