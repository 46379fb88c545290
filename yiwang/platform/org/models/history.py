"""What units were called and where they stood, further names, and the words of their document numbers."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from yiwang.platform.org.models.unit import Unit


class UnitVersion(models.Model):
    """What a unit was in a period: documents show the name of their date (domain reference §1)."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="versions")
    full_name = models.CharField("全称", max_length=100)
    short_name = models.CharField("简称", max_length=30)
    node_type = models.CharField("节点类型", max_length=20, choices=Unit.NodeType)
    rank = models.CharField("机构规格", max_length=20, choices=Unit.Rank, blank=True, default="")
    parent = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField("层级")
    sort = models.PositiveIntegerField("排序号")
    valid_from = models.DateField("生效日期")
    valid_to = models.DateField("失效日期", null=True, blank=True)
    change = models.CharField("变更", max_length=60, default="新设")
    basis = models.CharField("依据文号", max_length=60, blank=True)

    if TYPE_CHECKING:
        unit_id: int
        parent_id: int | None

    class Meta:
        verbose_name = "机构历史"
        constraints = [
            models.UniqueConstraint(
                fields=["unit"], condition=Q(valid_to=None), name="org_version_one_current"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="org_version_period",
            ),
        ]
        indexes = [models.Index(fields=["unit", "valid_from"], name="org_version_by_date")]

    def __str__(self) -> str:
        return f"{self.short_name}（{self.valid_from}起）"


class UnitAlias(models.Model):
    """A further name: a plate (加挂牌子), a former name, that of a unit merged into it. Search finds all."""

    class Kind(models.TextChoices):
        PLATE = "plate", "加挂牌子"
        FORMER = "former", "原名称"
        MERGED = "merged", "并入机构"

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="aliases")
    name = models.CharField("名称", max_length=100)
    short_name = models.CharField("简称", max_length=30, blank=True, default="")
    kind = models.CharField("类别", max_length=10, choices=Kind)
    valid_from = models.DateField("生效日期", null=True, blank=True)
    valid_to = models.DateField("失效日期", null=True, blank=True)

    class Meta:
        verbose_name = "机构别名"
        constraints = [models.UniqueConstraint(fields=["unit", "name", "kind"], name="org_alias_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def shown(self) -> str:
        """The name as lists show it: short where there is one."""
        return self.short_name or self.name


class AgencyWord(models.Model):
    """The word that a unit's document numbers begin with (发文机关代字): 青政务, later 青数.

    A plate may have its own. In use from `valid_from` until the day before `valid_to`.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="agency_words")
    plate = models.ForeignKey(
        UnitAlias,
        verbose_name="加挂牌子",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="words",
    )
    word = models.CharField("代字", max_length=12)
    valid_from = models.DateField("生效日期")
    valid_to = models.DateField("失效日期", null=True, blank=True)
    basis = models.CharField("依据文号", max_length=60, blank=True)

    if TYPE_CHECKING:
        unit_id: int
        plate_id: int | None

    class Meta:
        verbose_name = "发文机关代字"
        constraints = [
            models.UniqueConstraint(fields=["word"], condition=Q(valid_to=None), name="org_word_one_owner"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="org_word_period"
            ),
        ]
        indexes = [models.Index(fields=["unit", "valid_from"], name="org_word_by_date")]

    def __str__(self) -> str:
        return self.word
