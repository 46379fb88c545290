"""The address book as a whole: tiers, modes, the preset of its matrix (R2-10, domain reference §3.2–3.4)."""

from django.db import models


class Mode(models.IntegerChoices):
    """How a viewer may reach somebody (R2-10). The higher one says more."""

    NONE = 0, "不可搜不可加"
    SEARCH = 1, "可搜可加"
    DIRECT = 2, "直接沟通"


class Tier(models.IntegerChoices):
    """The four groups of R2-10; the lower number stands higher."""

    Q1 = 1, "Q1 副局级以上区领导和相关同志"
    Q2 = 2, "Q2 区级部门、街镇领导和相关同志"
    Q3 = 3, "Q3 区级部门其他用户"
    Q4 = 4, "Q4 街镇其他用户和居村用户"


class Preset(models.TextChoices):
    """The matrices that are shipped (domain reference §3.4)."""

    GRADED = "graded", "分级互通"
    OPEN = "open", "全部互通"
    STRICT = "strict", "严格分级"


class Book(models.Model):
    """One row. version rises with whatever changes who sees whom, so that caches know."""

    preset = models.CharField("通讯规则", max_length=10, choices=Preset, default=Preset.GRADED)
    version = models.BigIntegerField(default=1)
    towns_unit_id = models.BigIntegerField("镇街道分类", null=True, blank=True)

    class Meta:
        verbose_name = "通讯录设置"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="addressbook_one_book")]

    def __str__(self) -> str:
        return "通讯录设置"
