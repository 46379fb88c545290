"""The working-day calendar as tables: one row a day for years whose notice is known."""

from django.db import models


class Year(models.Model):
    """A year whose calendar has been entered.

    is_official: taken from the State Council's notice; only then do its days count. revision rises with
    each import, so that processes notice that their copy of the calendar is old.
    """

    year = models.PositiveSmallIntegerField("年份", primary_key=True)
    is_official = models.BooleanField("已按通知维护", default=False)
    source_doc = models.CharField("依据文件", max_length=200, blank=True)
    imported_at = models.DateTimeField("导入时间")
    imported_by_name = models.CharField("导入人", max_length=30, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(year__gte=2000, year__lte=2099), name="workdays_year_in_this_century"
            ),
        ]
        ordering = ["year"]
        verbose_name = "年度工作日历"

    def __str__(self) -> str:
        return f"{self.year}年工作日历"


class Day(models.Model):
    """What one day is (domain reference §0.5). name: of the holiday it belongs to, also on 调休上班 days."""

    class Kind(models.TextChoices):
        WORKDAY = "workday", "工作日"
        REST = "rest", "休息日"
        HOLIDAY = "holiday", "法定节假日"
        MAKEUP = "makeup", "调休上班"

        @property
        def is_work(self) -> bool:
            return self in (Day.Kind.WORKDAY, Day.Kind.MAKEUP)

    date = models.DateField("日期", primary_key=True)
    kind = models.CharField("类型", max_length=8, choices=Kind)
    name = models.CharField("名称", max_length=30, blank=True)
    source = models.CharField("依据文件", max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["workday", "rest", "holiday", "makeup"]),
                name="workdays_day_kind",
            ),
        ]
        ordering = ["date"]
        verbose_name = "日历日"

    def __str__(self) -> str:
        return f"{self.date} {self.get_kind_display()}"
