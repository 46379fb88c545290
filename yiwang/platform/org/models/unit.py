"""Units: the nodes of the one organisation tree. What they were before is in `history`.

Who may change them, and how, is in `actions`; who may see them is in `visible_to`.
"""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from yiwang.kernel.extension.visibility import sight_policy
from yiwang.platform.org.models.viewer import Viewer

STEP = 5  # characters of one level in `path`: base 36 of the id, room for 60 million units
MAX_DEPTH = 9  # levels 0…9 (domain reference §1)
DEPARTMENT_LEVEL = 2  # 区级部门、街道、镇 (R2-4)


class Visibility(models.IntegerChoices):
    """Whether the address book lists a unit or person; 0 also when an ancestor is hidden."""

    HIDDEN = 0, "隐藏"
    LISTED = 1, "显示"


class UnitQuerySet(models.QuerySet["Unit"]):
    def living(self) -> Self:
        """Units in use today."""
        return self.filter(status=Unit.Status.ACTIVE)

    def below(self, path: str) -> Self:
        """The unit with that path and all beneath it."""
        return self.filter(path__gte=path, path__lt=path + "~")

    def visible_to(self, viewer: Viewer | None) -> Self:
        """Units this viewer may know of, as the address book's policy decides (R2-9)."""
        if viewer is None:
            return self.none()
        return self.filter(sight_policy().units(viewer))


class Unit(models.Model):
    """One node: the district, a category, a department, a street, a village committee… (R1-7, R2-3, R2-4)."""

    class NodeType(models.TextChoices):
        CATEGORY = "category", "分类"
        UNIT = "unit", "单位"
        SECTION = "section", "内设机构"
        SUBORDINATE = "subordinate", "下属单位"
        RESIDENTS_COMMITTEE = "residents_committee", "居委会"
        VILLAGE_COMMITTEE = "village_committee", "村委会"
        ENTERPRISE = "enterprise", "企业"
        GROUP = "group", "虚拟分组"

    class Nature(models.TextChoices):
        PARTY = "party", "党委机关"
        CONGRESS = "congress", "人大机关"
        GOVERNMENT = "government", "政府机关"
        CPPCC = "cppcc", "政协机关"
        SUPERVISION = "supervision", "监察机关"
        COURT = "court", "审判机关"
        PROCURATORATE = "procuratorate", "检察机关"
        MASS_ORGANISATION = "mass_organisation", "群团机关"
        CIVIL_SERVICE_INSTITUTION = "civil_service_institution", "参公事业单位"
        INSTITUTION_1 = "institution_1", "公益一类"
        INSTITUTION_2 = "institution_2", "公益二类"
        STATE_ENTERPRISE = "state_enterprise", "国有企业"
        GRASSROOTS = "grassroots", "基层群众性自治组织"

    class Rank(models.TextChoices):
        BUREAU = "bureau", "厅局级正职"
        BUREAU_DEPUTY = "bureau_deputy", "厅局级副职"
        COUNTY = "county", "县处级正职"
        COUNTY_DEPUTY = "county_deputy", "县处级副职"
        TOWNSHIP = "township", "乡科级正职"
        TOWNSHIP_DEPUTY = "township_deputy", "乡科级副职"
        NONE = "none", "无级别"

    class ExternalId(models.TextChoices):
        """Keys of `external_ids`: how other systems call the unit."""

        MUNICIPAL = "municipal", "市级通讯录ID"
        ESTABLISHMENT = "establishment", "编办机构编码"
        BUDGET = "budget", "财政预算单位编码"
        LEGACY_OA = "legacy_oa", "旧OA编码"

    class Status(models.TextChoices):
        PLANNED = "planned", "拟设"
        ACTIVE = "active", "启用"
        SUSPENDED = "suspended", "停用"
        REVOKED = "revoked", "撤销"

    code = models.CharField("机构编码", max_length=32, unique=True)
    full_name = models.CharField("全称", max_length=100)
    short_name = models.CharField("简称", max_length=30)
    node_type = models.CharField("节点类型", max_length=20, choices=NodeType)
    nature = models.CharField("单位性质", max_length=30, choices=Nature, blank=True)
    rank = models.CharField("机构规格", max_length=20, choices=Rank, blank=True)
    uscc = models.CharField("统一社会信用代码", max_length=18, unique=True, null=True, blank=True)
    parent = models.ForeignKey(
        "self", verbose_name="上级", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    level = models.PositiveSmallIntegerField("层级")
    sort = models.PositiveIntegerField("排序号", default=10)
    path = models.CharField("路径", max_length=STEP * (MAX_DEPTH + 1), unique=True, db_collation="C")
    position = models.IntegerField("全区顺序", default=0, help_text="先序编号，由排序号推算")
    region_code = models.CharField("行政区划代码", max_length=12, blank=True)
    duty_phone = models.CharField("值班电话", max_length=30, blank=True)
    fax = models.CharField("传真", max_length=30, blank=True)
    address = models.CharField("地址", max_length=200, blank=True)
    postcode = models.CharField("邮编", max_length=6, blank=True)
    exchanges_documents = models.BooleanField("独立收发文", default=False)
    is_listed = models.BooleanField("在通讯录显示", default=True)
    visibility = models.SmallIntegerField("可见类", choices=Visibility, default=Visibility.LISTED)
    headcount = models.IntegerField("通讯录人数", default=0, help_text="本机构及以下在通讯录显示的人数")
    quota_administrative = models.PositiveIntegerField("行政编制数", null=True, blank=True)
    quota_institution = models.PositiveIntegerField("事业编制数", null=True, blank=True)
    quota_worker = models.PositiveIntegerField("工勤编制数", null=True, blank=True)
    # Kept by the address book: id of the innermost hidden unit that it is or lies in, 0 for none.
    zone = models.BigIntegerField("隐藏区", default=0)
    external_ids = models.JSONField("外部编码", default=dict, blank=True)
    source_note = models.CharField("数据来源说明", max_length=100, blank=True)
    status = models.CharField("状态", max_length=12, choices=Status, default=Status.ACTIVE)
    valid_from = models.DateField("生效日期")
    valid_to = models.DateField("失效日期", null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", verbose_name="并入机构", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = UnitQuerySet.as_manager()

    if TYPE_CHECKING:
        children: Any
        parent_id: int | None
        merged_into_id: int | None

    class Meta:
        verbose_name = "机构"
        indexes = [
            models.Index(fields=["parent", "sort", "id"], name="org_unit_children"),
            models.Index(fields=["position"], name="org_unit_position"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(level__lte=MAX_DEPTH), name="org_unit_depth"),
            models.CheckConstraint(
                condition=Q(level=0, parent=None) | (Q(level__gt=0) & Q(parent__isnull=False)),
                name="org_unit_one_root",
            ),
            models.UniqueConstraint(
                fields=["level"], condition=Q(level=0, status="active"), name="org_unit_single_root"
            ),
            models.UniqueConstraint(
                fields=["parent", "full_name"],
                condition=~Q(status="revoked"),
                name="org_unit_sibling_name",
            ),
            models.CheckConstraint(
                condition=Q(uscc=None) | ~Q(node_type__in=["section", "category", "group"]),
                name="org_unit_no_uscc_inside",
            ),
            models.CheckConstraint(condition=Q(sort__gte=1, sort__lte=9999), name="org_unit_sort_range"),
            # Names of departments stand in 主送 and 抄送: one name, one department.
            models.UniqueConstraint(
                fields=["full_name"],
                condition=Q(level=DEPARTMENT_LEVEL) & ~Q(status="revoked"),
                name="org_unit_department_name",
            ),
            models.UniqueConstraint(
                fields=["short_name"],
                condition=Q(level=DEPARTMENT_LEVEL) & ~Q(status="revoked"),
                name="org_unit_department_short",
            ),
            models.CheckConstraint(
                condition=Q(level__lte=1, node_type="category") | (Q(level__gt=1) & ~Q(node_type="category")),
                name="org_unit_categories_on_top",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | Q(status="revoked"), name="org_unit_merged_is_revoked"
            ),
        ]

    def __str__(self) -> str:
        return self.short_name

    @property
    def ancestor_paths(self) -> list[str]:
        """Paths from the root down to this unit."""
        return [self.path[:end] for end in range(STEP, len(self.path) + 1, STEP)]
