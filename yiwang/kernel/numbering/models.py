"""Counters and the numbers they issued. The series themselves are registered by the modules."""

from django.db import models

from yiwang.kernel.extension.numbering import number_series


class Counter(models.Model):
    """The last value issued in a series, year and scope. Its row lock keeps two clerks apart."""

    series = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    scope = models.CharField(max_length=60, blank=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "year", "scope"], name="numbering_one_counter"),
        ]
        verbose_name = "计数器"

    def __str__(self) -> str:
        return f"{self.series} {self.scope} {self.year}: {self.last}"


class Number(models.Model):
    """A number that was issued. Rows are never deleted; those made void form the 废号台账."""

    class State(models.TextChoices):
        VALID = "valid", "有效"
        VOID = "void", "作废"

    series = models.CharField("编号类别", max_length=60)
    year = models.PositiveSmallIntegerField("年份")
    scope = models.CharField("范围", max_length=60, blank=True)
    value = models.PositiveIntegerField("序号")
    text = models.CharField("编号", max_length=120)
    state = models.CharField("状态", max_length=5, choices=State, default=State.VALID)
    target_type = models.CharField(max_length=100)
    target_id = models.CharField(max_length=64)
    target_title = models.CharField("事项", max_length=300, blank=True)
    issued_at = models.DateTimeField("取号时间")
    issued_by_id = models.BigIntegerField(null=True)
    issued_by_name = models.CharField("取号人", max_length=30)
    voided_at = models.DateTimeField("作废时间", null=True)
    voided_by_id = models.BigIntegerField(null=True)
    voided_by_name = models.CharField("作废人", max_length=30, blank=True)
    void_reason = models.CharField("作废原因", max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "year", "scope", "value"], name="numbering_value_once"),
            models.UniqueConstraint(fields=["series", "scope", "text"], name="numbering_text_once"),
            models.CheckConstraint(condition=models.Q(value__gte=1), name="numbering_from_one"),
            models.CheckConstraint(
                condition=models.Q(state="valid", voided_at=None)
                | (models.Q(state="void", voided_at__isnull=False) & ~models.Q(void_reason="")),
                name="numbering_void_has_reason",
            ),
        ]
        indexes = [models.Index(fields=["target_type", "target_id"], name="numbering_target")]
        ordering = ["series", "year", "scope", "value"]
        verbose_name = "编号"

    def __str__(self) -> str:
        return self.text

    @property
    def series_label(self) -> str:
        """The series' name, or its key when the module is gone."""
        return number_series.get(self.series).label if self.series in number_series else self.series
