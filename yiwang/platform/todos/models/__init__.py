"""To-dos, listed for Django."""

from yiwang.platform.todos.models.checks import LinkCheck, Reconciliation
from yiwang.platform.todos.models.following import Follow, FollowQuerySet
from yiwang.platform.todos.models.item import Assignment, AssignmentQuerySet, Item
from yiwang.platform.todos.models.joining import EarlyAct, QuickAct
from yiwang.platform.todos.models.standing import Standing

__all__ = [
    "Assignment",
    "AssignmentQuerySet",
    "EarlyAct",
    "Follow",
    "FollowQuerySet",
    "Item",
    "LinkCheck",
    "QuickAct",
    "Reconciliation",
    "Standing",
]
