"""To-do types: what kinds of things modules ask people to do or to read (统一待办)."""

from dataclasses import dataclass
from enum import StrEnum

from yiwang.kernel.registry import Registry


class TodoKind(StrEnum):
    """类型 of domain reference §6.1."""

    DOCUMENT = "document"
    MEETING = "meeting"
    SUPERVISION = "supervision"
    BRIEFING = "briefing"
    AFFAIR = "affair"
    PERSONNEL = "personnel"
    OTHER = "other"


@dataclass(frozen=True)
class TodoType:
    """key: `<app>.<what to do>`; label: Chinese, such as 审核人员变动; icon: a Tabler icon name.

    goes_over: it goes to the successor when its person leaves; False when its module sees to that itself, or
    when it is about the person, as the sheet of his own handover.
    """

    key: str
    label: str
    kind: TodoKind
    icon: str
    goes_over: bool = True


todo_types: Registry[TodoType] = Registry("todo_types", "What people are asked to do or to read")
