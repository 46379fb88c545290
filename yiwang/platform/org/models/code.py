"""Code lists (代码表): words of the law and of the district, kept as data, in order (§23)."""

from django.db import models


class Code(models.Model):
    """One value of a code list. Persons bear the code; the word may be corrected, a code is for ever."""

    class List(models.TextChoices):
        DUTY_LEVEL = "duty_level", "职务层次"
        GRADE = "grade", "职级"
        POST_GRADE = "post_grade", "岗位等级"
        POLITICAL = "political", "政治面貌"
        EDUCATION = "education", "学历"
        DEGREE = "degree", "学位"
        DISCLOSURE = "disclosure", "公开属性"
        RETENTION = "retention", "保管期限"
        DIRECTION = "direction", "行文方向"
        DATA_LABEL = "data_label", "数据标签"
        ADDRESSEES = "addressees", "常用主送"

    list = models.CharField("代码表", max_length=20, choices=List)
    code = models.CharField("代码", max_length=24, db_collation="C")
    label = models.CharField("名称", max_length=100)
    series = models.CharField("系列", max_length=30, blank=True)
    sort = models.PositiveSmallIntegerField("排序号", help_text="由高到低")
    is_active = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = "代码"
        constraints = [
            models.UniqueConstraint(fields=["list", "code"], name="org_code_once"),
            models.UniqueConstraint(fields=["list", "series", "label"], name="org_code_label_once"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def called(self) -> str:
        """职级“一级调研员（综合管理类公务员）”, as the log names it."""
        series = f"（{self.series}）" if self.series else ""
        return f"{self.get_list_display()}“{self.label}{series}”"


# Lists of a law, a national standard or of the platform itself, and of which: their words may be corrected
# and retired, but none is added and their order is theirs.
FIXED_LISTS = {
    Code.List.DUTY_LEVEL.value: "公务员法",
    Code.List.POLITICAL.value: "国家标准",
    Code.List.DIRECTION.value: "公文处理工作条例",
    Code.List.DATA_LABEL.value: "平台",
}
# Whose codes persons bear here; the others wait for the modules that use them (人事管理 §13, 公文管理 §7).
BORNE_LISTS = (Code.List.DUTY_LEVEL, Code.List.GRADE, Code.List.POST_GRADE)
# A phrase of addressees names whole groups of organs; every other value is a word.
LONGEST_LABEL = {Code.List.ADDRESSEES.value: 100}

# 职务层次 (公务员法 第十八条), high to low: the smaller code is the higher rank.
BUREAU_DEPUTY = "06"  # 厅局级副职: from here up district leaders, 副局级以上区领导
COUNTY_DEPUTY = "08"  # 县处级副职: leaders of departments and towns
