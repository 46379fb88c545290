"""The facts of approvals, listed for Django."""

from yiwang.platform.approvals.models.definition import Definition
from yiwang.platform.approvals.models.deputy import Deputy
from yiwang.platform.approvals.models.instance import Instance, InstanceQuerySet
from yiwang.platform.approvals.models.task import Task
from yiwang.platform.approvals.models.trail import Trail

__all__ = ["Definition", "Deputy", "Instance", "InstanceQuerySet", "Task", "Trail"]
