"""What approvals do by the clock."""

from django.utils import timezone

from yiwang.platform.approvals.actions import deputies, readers, succession, urging


def change_deputies() -> int:
    """Each day just after midnight: deputations that are over end, those of today begin."""
    return deputies.change_over(today=timezone.localdate())


def remind() -> int:
    """Each working day at nine: what is due on the next working day, and what is late."""
    return urging.remind_all(now=timezone.now())


def note_reading(instance_id: int, todo_id: int, person_id: int) -> None:
    """What somebody has read in the list of to-dos."""
    readers.note_reading(instance_id=instance_id, todo_id=todo_id, person_id=person_id)


def follow_departure(person_id: int, post_id: int | None = None) -> int:
    """Somebody has left a post, or his account was closed."""
    return succession.follow_departure(person_id=person_id, post_id=post_id)


def mend() -> int:
    """Every ten minutes: tasks of people who are gone find a successor."""
    return succession.mend()
