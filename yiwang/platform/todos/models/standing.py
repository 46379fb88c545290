"""How an application stands with the nightly looks: its owners are told of changes, not every night."""

from django.db import models


class Standing(models.Model):
    """One application and one look. number: differences or dead links when it was looked last."""

    class Check(models.TextChoices):
        RECONCILE = "reconcile", "待办对账"
        LINKS = "links", "链接检查"

    app = models.CharField("业务系统", max_length=40, db_collation="C")
    check_kind = models.CharField("检查", max_length=9, choices=Check)
    is_good = models.BooleanField("正常", default=True)
    number = models.PositiveIntegerField("问题数", default=0)
    since = models.DateTimeField("状态起始")
    looked_at = models.DateTimeField("最近检查")

    class Meta:
        verbose_name = "应用运行检查"
        constraints = [
            models.UniqueConstraint(fields=["app", "check_kind"], name="todos_standing_once"),
            models.CheckConstraint(
                condition=models.Q(is_good=True, number=0) | models.Q(is_good=False, number__gt=0),
                name="todos_standing_number",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.app} {self.check_kind}"
