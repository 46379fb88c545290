"""What a page shows of an approval: what the viewer can do, with whom it lies, the chart, the trail."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils import timezone

from yiwang.kernel.files.models import StoredFile
from yiwang.kernel.workdays import queries as workdays
from yiwang.kernel.workdays.calendar import Remaining
from yiwang.platform.approvals import rules
from yiwang.platform.approvals.models import Instance, Task, Trail
from yiwang.platform.approvals.queries import charts, instances
from yiwang.platform.approvals.queries.charts import Chart


@dataclass(frozen=True)
class Act:
    """A button. is_main: stands in the bar itself, the others in its menu."""

    key: str
    label: str
    url: str
    icon: str
    tone: str = ""
    is_main: bool = False


@dataclass(frozen=True)
class Lying:
    """With whom it lies now."""

    task: Task
    remaining: Remaining | None

    @property
    def name(self) -> str:
        owner = self.task.owner
        return f"{self.task.person.name}（代 {owner.name}）" if owner else self.task.person.name


@dataclass(frozen=True)
class Panel:
    """Everything the parts of approvals/parts.html show."""

    instance: Instance
    task: Task | None
    acts: Sequence[Act]
    lying: Sequence[Lying]
    readers: Sequence[Task]
    trail: Sequence[Trail]
    files: Mapping[int, Sequence[StoredFile]]
    chart: Chart
    step_label: str
    recall_urls: dict[int, str] = field(default_factory=dict)

    @property
    def main_acts(self) -> list[Act]:
        return [act for act in self.acts if act.is_main]

    @property
    def more_acts(self) -> list[Act]:
        return [act for act in self.acts if not act.is_main]


def panel_of(subject: Model, viewer: Any) -> Panel | None:
    """The panel of a business object's latest approval; None before it was ever submitted."""
    instance = instances.of_subject(subject)
    return None if instance is None else panel(instance, viewer)


def panel(instance: Instance, viewer: Any, *, now: datetime.datetime | None = None) -> Panel:
    """The panel of an instance. Whether he may see it at all was asked before."""
    now = now or timezone.now()
    tasks = list(instance.tasks.select_related("person", "owner").order_by("id"))
    trail = list(instance.trail.order_by("id"))
    files = files_of(trail)
    own = [task for task in tasks if task.person_id == viewer.person_id and task.state == Task.State.OPEN]
    task = min(own, key=lambda one: one.kind == Task.Kind.READ, default=None)
    lying = [
        Lying(one, workdays.remaining(now, one.due_at) if one.due_at else None)
        for one in tasks
        if one.state == Task.State.OPEN and one.kind != Task.Kind.READ
    ]
    readers = [one for one in tasks if one.kind == Task.Kind.READ and one.state != Task.State.WITHDRAWN]
    takes_part = instances.takes_part(instance, viewer)
    recalled = [one for one in readers if one.is_active and one.opened_at is None] if takes_part else []
    label = rules.label_of(instance, instance.step) if instance.step else ""
    return Panel(
        instance=instance,
        task=task,
        acts=_acts(instance, task, tasks, viewer, takes_part=takes_part),
        lying=lying,
        readers=readers,
        trail=trail,
        files=files,
        chart=charts.of_instance(instance, tasks, trail, label=label),
        step_label=label,
        recall_urls={one.pk: _url("task_act", one.pk, "recall") for one in recalled},
    )


def files_of(trail: Sequence[Trail]) -> dict[int, list[StoredFile]]:
    """What was attached to each row; no statement when there was nothing."""
    owners = {str(file_id): row.pk for row in trail for file_id in row.files}
    found: dict[int, list[StoredFile]] = {}
    for file in StoredFile.objects.filter(pk__in=owners) if owners else ():
        found.setdefault(owners[str(file.pk)], []).append(file)
    return found


def _url(name: str, pk: int, act: str) -> str:
    return reverse(f"approvals:{name}", args=[pk, act])


def _acts(
    instance: Instance, task: Task | None, tasks: Sequence[Task], viewer: Any, *, takes_part: bool
) -> list[Act]:
    """Only what the rules would not refuse him now."""
    found = _of_task(instance, task) if task is not None else []
    found += _of_sender(instance, tasks, viewer)
    if takes_part and instance.state not in {Instance.State.TERMINATED, Instance.State.VOIDED}:
        found.append(Act("notify", "知会", _url("instance_act", instance.pk, "notify"), "bell-ringing"))
        found.append(Act("circulate", "传阅", _url("instance_act", instance.pk, "circulate"), "users"))
    is_handling = task is not None and task.kind != Task.Kind.READ
    if rules.can_suspend(viewer, instance, is_handling=is_handling):
        if instance.state == Instance.State.RUNNING:
            found.append(Act("suspend", "挂起", _url("instance_act", instance.pk, "suspend"), "player-pause"))
        elif instance.state == Instance.State.SUSPENDED:
            found.append(Act("resume", "恢复", _url("instance_act", instance.pk, "resume"), "player-play"))
    if instance.is_open and rules.is_drafter(viewer, instance):
        found.append(
            Act("terminate", "终止", _url("instance_act", instance.pk, "terminate"), "ban", "danger")
        )
    return found


def _of_task(instance: Instance, task: Task) -> list[Act]:
    if instance.state != Instance.State.RUNNING or task.kind in {Task.Kind.REVISE, Task.Kind.READ}:
        return []  # reading is done by opening; what was returned is mended on the object's own page
    step = rules.step_of(instance, task.step)
    acts = [
        Act("agree", "同意", _url("task_act", task.pk, "agree"), "check", "primary", is_main=True),
        Act("disagree", "不同意", _url("task_act", task.pk, "disagree"), "x", "danger", is_main=True),
    ]
    if task.kind != Task.Kind.SEAT or step is None:
        return acts
    acts.append(Act("return", "退回", _url("task_act", task.pk, "return"), "arrow-back-up", is_main=True))
    if step.may_add:
        acts.append(Act("add", "加签", _url("task_act", task.pk, "add"), "user-plus"))
    if step.may_pass_on:
        acts.append(Act("pass", "转办", _url("task_act", task.pk, "pass"), "arrow-forward-up"))
    return acts


def _of_sender(instance: Instance, tasks: Sequence[Task], viewer: Any) -> list[Act]:
    """撤回 while nobody has opened it, 催办 of others with whom it lies."""
    acts = []
    here = [task for task in tasks if task.visit == instance.visit and task.kind != Task.Kind.READ]
    is_untouched = not any(task.opened_at or task.state == Task.State.DONE for task in here)
    may_take_back = instance.state in {Instance.State.RUNNING, Instance.State.RETURNED}
    is_own = instance.state == Instance.State.RETURNED and rules.is_drafter(viewer, instance)
    if may_take_back and is_untouched and not is_own and rules.can_withdraw(viewer, instance):
        url = _url("instance_act", instance.pk, "withdraw")
        acts.append(Act("withdraw", "撤回", url, "arrow-back", is_main=True))
    others = any(task.state == Task.State.OPEN and task.person_id != viewer.person_id for task in here)
    if may_take_back and others and not is_own and _may_urge(instance, tasks, viewer):
        is_busy = any(one.person_id == viewer.person_id and one.state == Task.State.OPEN for one in here)
        url = _url("instance_act", instance.pk, "urge")
        acts.append(Act("urge", "催办", url, "bell", is_main=not is_busy))
    return acts


def _may_urge(instance: Instance, tasks: Sequence[Task], viewer: Any) -> bool:
    own = (
        viewer.person_id in {task.person_id, task.owner_id} for task in tasks if task.kind != Task.Kind.READ
    )
    return rules.is_drafter(viewer, instance) or any(own) or rules.can_manage(viewer)
