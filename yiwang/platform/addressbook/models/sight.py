"""Sight classes: whoever the rules treat alike shares one, so that seeing is a comparison of numbers."""

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models

from yiwang.platform.addressbook.models.book import Tier
from yiwang.platform.org.models import Unit


class SightClass(models.Model):
    """What the policy must know of a target besides who he is and where he serves.

    zone: id of the innermost hidden unit he serves in, 0 for none. reserve: 0 none, 1 not to be found but by
    his own department, 2 by nobody. groups: ids of the groups that rules name and he belongs to, rising.
    """

    tier = models.PositiveSmallIntegerField("层级", choices=Tier)
    zone = models.BigIntegerField("隐藏区", default=0)
    reserve = models.PositiveSmallIntegerField("不可搜不可加", default=0)
    groups = ArrayField(models.BigIntegerField(), verbose_name="规则分组", default=list)

    class Meta:
        verbose_name = "可见类"
        constraints = [
            models.UniqueConstraint(
                fields=["tier", "zone", "reserve", "groups"], name="addressbook_sight_class_once"
            )
        ]

    def __str__(self) -> str:
        return f"Q{self.tier}/{self.zone}/{self.reserve}/{self.groups}"


class Tally(models.Model):
    """How many persons of a class serve in a unit and below it, by their main posts."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    sight = models.ForeignKey(SightClass, on_delete=models.CASCADE, related_name="+")
    people = models.IntegerField("人数")

    if TYPE_CHECKING:
        unit_id: int
        sight_id: int

    class Meta:
        verbose_name = "分类人数"
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "sight"], include=["people"], name="addressbook_tally_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit_id}/{self.sight_id}: {self.people}"
