"""Rules: who may reach whom, where the matrix of tiers does not fit (R2-10: 也可以按照规则进行设置)."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from yiwang.platform.addressbook.models.book import Mode
from yiwang.platform.addressbook.models.group import Group
from yiwang.platform.addressbook.models.proposal import Proposal
from yiwang.platform.org.models import Person, Unit


class Rule(Proposal):
    """From viewers to targets, each a person, a unit with all below it, or a group (a tag, a duty).

    Which kind of rule it is (domain reference §3.5, steps 3 and 8) follows from its sides: a person on both
    makes a person rule, a unit on both a unit rule, a tag on one a tag rule, a duty on one a post rule.
    """

    class Kind(models.TextChoices):
        PERSON = "person", "人员规则"
        UNIT = "unit", "单位规则"
        TAG = "tag", "标签规则"
        POST = "post", "职务规则"

    kind = models.CharField("类别", max_length=8, choices=Kind)
    mode = models.PositiveSmallIntegerField("沟通方式", choices=Mode)
    viewer_person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    viewer_unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    viewer_group = models.ForeignKey(Group, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    target_person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    target_unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    target_group = models.ForeignKey(Group, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    priority = models.PositiveSmallIntegerField(
        "优先级", default=50, help_text="同样具体的规则，数字大的优先"
    )

    if TYPE_CHECKING:
        viewer_person_id: int | None
        viewer_unit_id: int | None
        viewer_group_id: int | None
        target_person_id: int | None
        target_unit_id: int | None
        target_group_id: int | None

    class Meta:
        verbose_name = "通讯规则"
        constraints = [
            models.CheckConstraint(
                condition=Q(viewer_person__isnull=False, viewer_unit=None, viewer_group=None)
                | Q(viewer_person=None, viewer_unit__isnull=False, viewer_group=None)
                | Q(viewer_person=None, viewer_unit=None, viewer_group__isnull=False),
                name="addressbook_rule_one_viewer",
            ),
            models.CheckConstraint(
                condition=Q(target_person__isnull=False, target_unit=None, target_group=None)
                | Q(target_person=None, target_unit__isnull=False, target_group=None)
                | Q(target_person=None, target_unit=None, target_group__isnull=False),
                name="addressbook_rule_one_target",
            ),
            models.CheckConstraint(
                condition=Q(kind="person", viewer_person__isnull=False, target_person__isnull=False)
                | (~Q(kind="person") & Q(viewer_person=None, target_person=None)),
                name="addressbook_rule_person_to_person",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="addressbook_rule_period"
            ),
        ]
        indexes = [models.Index(fields=["state", "kind"], name="addressbook_rule_state")]

    def __str__(self) -> str:
        return f"{self.viewer} → {self.target}：{self.get_mode_display()}"

    @property
    def viewer(self) -> Person | Unit | Group | None:
        """The side that looks."""
        return self.viewer_person or self.viewer_unit or self.viewer_group

    @property
    def target(self) -> Person | Unit | Group | None:
        """The side that is looked for."""
        return self.target_person or self.target_unit or self.target_group
