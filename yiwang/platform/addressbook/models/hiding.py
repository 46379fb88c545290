"""Hiding: units and persons that the address book does not show, and to whom it does (R2-9, §3.6)."""

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from yiwang.platform.addressbook.models.group import Group
from yiwang.platform.addressbook.models.proposal import Proposal
from yiwang.platform.org.models import Person, Unit


class Hiding(Proposal):
    """A unit with all below it, or a person. fields: only these are hidden; empty means the whole entry."""

    class Scope(models.TextChoices):
        EVERYBODY = "everybody", "对全部隐藏"
        EXCEPT_OWN = "except_own", "除本单位外隐藏"

    class Field(models.TextChoices):
        MOBILE = "mobile", "手机号码"
        OFFICE_PHONE = "office_phone", "办公电话"
        EMAIL = "email", "电子邮箱"
        ROOM = "room", "办公地址"
        PHOTO = "photo", "照片"
        TITLE = "title", "职务"

    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    scope = models.CharField("范围", max_length=12, choices=Scope, default=Scope.EVERYBODY)
    fields = ArrayField(models.CharField(max_length=20, choices=Field), default=list, blank=True)

    if TYPE_CHECKING:
        unit_id: int | None
        person_id: int | None

    class Meta:
        verbose_name = "隐藏设置"
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=True, person__isnull=False)
                | Q(unit__isnull=False, person__isnull=True),
                name="addressbook_hiding_one_target",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="addressbook_hiding_period",
            ),
            models.UniqueConstraint(
                fields=["unit"],
                condition=Q(state__in=["proposed", "active"], fields=[]),
                name="addressbook_hiding_once_unit",
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state__in=["proposed", "active"], fields=[]),
                name="addressbook_hiding_once_person",
            ),
        ]

    def __str__(self) -> str:
        return str(self.unit or self.person)


class HidingPass(models.Model):
    """Who sees what is hidden all the same (白名单): a person, everybody of a unit and below, or a group."""

    hiding = models.ForeignKey(Hiding, on_delete=models.CASCADE, related_name="passes")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    group = models.ForeignKey(Group, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    if TYPE_CHECKING:
        hiding_id: int
        person_id: int | None
        unit_id: int | None
        group_id: int | None

    class Meta:
        verbose_name = "隐藏白名单"
        constraints = [
            models.UniqueConstraint(
                fields=["hiding", "person", "unit", "group"],
                name="addressbook_pass_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False, unit=None, group=None)
                | Q(person=None, unit__isnull=False, group=None)
                | Q(person=None, unit=None, group__isnull=False),
                name="addressbook_pass_one",
            ),
        ]

    def __str__(self) -> str:
        return str(self.person or self.unit or self.group)
