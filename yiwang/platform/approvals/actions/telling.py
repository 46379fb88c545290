"""Telling people: every open task is a to-do of its handler, in the same transaction."""

from yiwang.kernel.actor import Actor
from yiwang.platform.approvals.models import Instance, Task


def arrived(task: Task, instance: Instance, *, actor: Actor) -> None:
    """The task is open: its handler has a to-do."""


def finished(task: Task, *, actor: Actor) -> None:
    """He has done it: 已办, or 已阅."""


def lapsed(task: Task, *, actor: Actor) -> None:
    """Another took it: 已失效."""


def withdrawn(task: Task, *, actor: Actor) -> None:
    """It is not to be done any more: 已撤销."""


def passed(task: Task, follower: Task, *, actor: Actor) -> None:
    """It lies with another now: 已转办, and 待办 with him."""
