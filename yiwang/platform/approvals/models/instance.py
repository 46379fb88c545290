"""Instances: one business object on its way through the steps of a procedure."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from yiwang.platform.approvals.models.definition import Definition
from yiwang.platform.org.models import Person, Post
from yiwang.platform.org.models.unit import MAX_DEPTH, STEP
from yiwang.platform.org.models.viewer import Viewer


class InstanceQuerySet(models.QuerySet["Instance"]):
    """Instances."""

    def visible_to(self, viewer: Viewer | None) -> Self:
        """What he has submitted and what he was ever asked to handle or to read.

        The subject's own `may_see` may open an instance to more people: ask `queries.instances.visible`.
        Administrators of procedures watch all instances, but not their content, on pages of their own.
        """
        if viewer is None:
            return self.none()
        reached = ("open", "done", "withdrawn", "lapsed", "passed")
        own = Q(tasks__person=viewer.person_id) | Q(tasks__owner=viewer.person_id)
        handled = Instance.objects.filter(own, pk=OuterRef("pk"), tasks__state__in=reached)
        return self.filter(Q(drafter=viewer.person_id) | Exists(handled))

    def open(self) -> Self:
        """Not at an end: running, suspended, or in the drafter's hands."""
        return self.filter(state__in=Instance.OPEN)


class Instance(models.Model):
    """One run of a procedure. context is what resolvers and conditions read; it holds plain data.

    step: key of the step it stands at, "" in the drafter's hands and at the end. visits: how often any step
    was entered; visit: the one it is in. Tasks belong to a visit, so returning never overwrites what was
    said. sent_by: the task whose handling brought it to this step, None when its drafter submitted it;
    whoever sent it last may take it back while nobody has opened it.
    """

    class State(models.TextChoices):
        RUNNING = "running", "审批中"
        SUSPENDED = "suspended", "已挂起"
        RETURNED = "returned", "已退回"
        WITHDRAWN = "withdrawn", "已撤回"
        APPROVED = "approved", "已通过"
        REJECTED = "rejected", "未通过"
        TERMINATED = "terminated", "已终止"
        VOIDED = "voided", "已作废"

    UNDER_WAY = (State.RUNNING, State.SUSPENDED)
    WITH_DRAFTER = (State.RETURNED, State.WITHDRAWN)
    OPEN = (*UNDER_WAY, *WITH_DRAFTER)

    class Urgency(models.IntegerChoices):
        ORDINARY = 0, "平急"
        URGENT = 1, "加急"
        MOST_URGENT = 2, "特急"

    definition = models.ForeignKey(
        Definition, verbose_name="流程", on_delete=models.PROTECT, related_name="instances"
    )
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=64)
    title = models.CharField("标题", max_length=100)
    summary = models.CharField("摘要", max_length=300, blank=True)
    urgency = models.PositiveSmallIntegerField("紧急程度", choices=Urgency, default=Urgency.ORDINARY)
    context = models.JSONField(default=dict)
    state = models.CharField("状态", max_length=12, choices=State, default=State.RUNNING)
    step = models.CharField("当前步骤", max_length=40, blank=True)
    visit = models.PositiveIntegerField(default=0)
    visits = models.PositiveIntegerField(default=0)
    sent_by = models.ForeignKey("Task", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    drafter = models.ForeignKey(
        Person, verbose_name="提交人", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    drafter_post = models.ForeignKey(
        Post, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    drafter_name = models.CharField("提交人", max_length=60)
    drafter_unit = models.CharField("提交单位", max_length=60, blank=True)
    unit_path = models.CharField(max_length=STEP * (MAX_DEPTH + 1), db_collation="C", blank=True)
    submitted_at = models.DateTimeField("提交时间")
    suspended_at = models.DateTimeField("挂起时间", null=True)
    ended_at = models.DateTimeField("办结时间", null=True)

    objects = InstanceQuerySet.as_manager()

    if TYPE_CHECKING:
        tasks: Any
        trail: Any
        drafter_id: int
        drafter_post_id: int | None
        definition_id: int
        sent_by_id: int | None

    class Meta:
        verbose_name = "审批"
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id"],
                condition=Q(state__in=("running", "suspended", "returned", "withdrawn")),
                name="approvals_instance_one_open",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("running", "suspended")) & ~Q(step="")
                | ~Q(state__in=("running", "suspended")) & Q(step=""),
                name="approvals_instance_step",
            ),
            models.CheckConstraint(
                condition=Q(state="suspended", suspended_at__isnull=False)
                | ~Q(state="suspended") & Q(suspended_at=None),
                name="approvals_instance_suspended",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=("running", "suspended", "returned", "withdrawn"), ended_at__isnull=True
                )
                | Q(state__in=("approved", "rejected", "terminated", "voided"), ended_at__isnull=False),
                name="approvals_instance_ended",
            ),
            models.CheckConstraint(condition=Q(urgency__lte=2), name="approvals_instance_urgency"),
        ]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "-id"], name="approvals_instance_subject"),
            models.Index(fields=["drafter", "-submitted_at", "-id"], name="approvals_instance_drafter"),
            models.Index(fields=["state", "-submitted_at", "-id"], name="approvals_instance_state"),
            models.Index(fields=["-submitted_at", "-id"], name="approvals_instance_latest"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN
