"""Samples (抽样核查): persons drawn by chance whose entries are checked, for the accuracy (准确率)."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from yiwang.platform.org.models import Person, Unit
from yiwang.platform.upkeep.models.correction import Correction


class Sample(models.Model):
    """One draw. Who is in it follows from seed, share, least and the persons of the day.

    population: how many it was drawn from; share: in percent of each unit, but `least` at least.
    """

    number = models.CharField("编号", max_length=40, unique=True, null=True)
    drawn_on = models.DateField("抽取日期")
    drawn_at = models.DateTimeField("抽取时间")
    drawn_by_name = models.CharField("抽取人", max_length=60)
    seed = models.CharField("随机种子", max_length=64)
    share = models.PositiveSmallIntegerField("每单位比例（%）")
    least = models.PositiveSmallIntegerField("每单位最少人数")
    population = models.PositiveIntegerField("抽样总体人数")
    size = models.PositiveIntegerField("样本人数")
    digest = models.CharField("样本摘要（SM3）", max_length=64)

    class Meta:
        verbose_name = "抽样核查"

    def __str__(self) -> str:
        return f"{self.number or ''}抽样核查"


class SampledPerson(models.Model):
    """One person of a sample. unit: his level-2 unit on that day. place: in the order of the draw."""

    class State(models.TextChoices):
        WAITING = "waiting", "待核查"
        RIGHT = "right", "无误"
        WRONG = "wrong", "有误"
        UNREACHED = "unreached", "未能核实"

    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="persons")
    person = models.ForeignKey(Person, verbose_name="人员", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="+")
    place = models.PositiveIntegerField("序号")
    state = models.CharField("核查结果", max_length=10, choices=State, default=State.WAITING)
    correction = models.ForeignKey(
        Correction, verbose_name="纠错", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.CharField("说明", max_length=200, blank=True)
    checked_at = models.DateTimeField("核查时间", null=True, blank=True)
    checked_by_name = models.CharField("核查人", max_length=60, blank=True)

    if TYPE_CHECKING:
        sample_id: int
        person_id: int
        unit_id: int
        correction_id: int | None

    class Meta:
        verbose_name = "样本人员"
        constraints = [
            models.UniqueConstraint(fields=["sample", "person"], name="upkeep_sampled_once"),
            models.CheckConstraint(
                condition=Q(state="waiting") | Q(checked_at__isnull=False), name="upkeep_sampled_checked"
            ),
            models.CheckConstraint(
                condition=~Q(state="wrong") | Q(correction__isnull=False), name="upkeep_sampled_wrong"
            ),
        ]
        indexes = [models.Index(fields=["sample", "place"], name="upkeep_sampled_place")]

    def __str__(self) -> str:
        return f"{self.sample_id} {self.place}"
