"""A business object for the tests, without a table: it has a key, and remembers what it was told."""

from typing import Any, ClassVar

from django.db import models

from yiwang.kernel.extension.approvals import Event, Procedure, Seat, StepPlan, Subject, procedures, subjects
from yiwang.platform.approvals.models import Instance, Task

KEY = "approvals_tests.paper"


class Paper(models.Model):
    """Something that somebody wants agreed to."""

    heard: ClassVar[list[tuple[str, Event, str, str]]] = []

    class Meta:
        app_label = "approvals_tests"
        managed = False

    def __str__(self) -> str:
        return f"文件{self.pk}"


def happened(key: str, event: Event, step: str, opinion: str, actor: Any) -> None:
    Paper.heard.append((key, event, step, opinion))


def url(key: str) -> str:
    return ""


def facts(key: str, viewer: Any) -> list[tuple[str, object]]:
    return [("名称", f"文件{key}"), ("用途", "测试")]


SUBJECT = Subject(KEY, "文件", url=url, happened=happened, facts=facts)


def step(key: str, label: str, *, mode: str = "any", workdays: int = 0, **more: Any) -> StepPlan:
    """A step whose people stand in the context under the step's key."""
    return StepPlan(
        key, label, "approvals.person", arguments={"key": key}, mode=mode, workdays=workdays, **more
    )


# 审核 (one of several) → 会签 → 领导批示, as an office knows it.
PLAIN = Procedure(
    "approvals_tests.plain",
    "文件审批",
    KEY,
    (
        step("check", "单位审核", workdays=2),
        step("sign", "部门会签", mode="all", when="sign"),
        step("issue", "领导批准", may_pass_on=False),
    ),
)
ORDERED = Procedure(
    "approvals_tests.ordered",
    "依次会签",
    KEY,
    (step("sign", "部门会签", mode="ordered"), step("issue", "领导批准")),
)
OWN = Procedure(
    "approvals_tests.own",
    "简易审批",
    KEY,
    (step("check", "单位审核"), step("issue", "领导批准")),
    may_skip_own=True,
    may_suspend=True,
)
PROCEDURES = (PLAIN, ORDERED, OWN)


def seats(*people: int) -> list[Seat]:
    return [Seat(one) for one in people]


def lying(instance: Instance) -> list[tuple[str, str]]:
    """(name, step) of everybody with whom it lies, in order."""
    open_ones = Task.objects.filter(instance=instance, state="open").select_related("person").order_by("id")
    return [(task.person.name, task.step) for task in open_ones]


def procedures_items() -> dict[str, Procedure]:
    """The registry's content, for a test that ships another version."""
    return procedures._items


def subjects_items() -> dict[str, Subject]:
    """The registry's content, for a test whose module decides otherwise who sees."""
    return subjects._items
