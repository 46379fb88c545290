"""Approvals: what can be put through steps, and who stands at a step (domain reference §0.6)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from yiwang.kernel.extension.todos import TodoKind
from yiwang.kernel.registry import Registry


class Event(StrEnum):
    """What the engine tells the module whose business object is being approved."""

    ADVANCED = "advanced"  # a step begins, the first one too; `step` is its key
    RETURNED = "returned"  # 退回 to the drafter
    WITHDRAWN = "withdrawn"  # 撤回 by the drafter
    APPROVED = "approved"  # all steps agreed
    REJECTED = "rejected"  # 不同意 (final)
    TERMINATED = "terminated"  # 终止 or 作废


@dataclass(frozen=True)
class Subject:
    """A kind of business object that runs through steps. key: its model's label: changes.personoperation.

    url: the page of the object, which shows the engine's panel (`approvals/parts.html`); "" when it has none,
    then the engine's own page shows `facts`: (id, viewer) -> pairs of label and value.
    happened: (the object's id as text, Event, step key, opinion, actor) in the engine's transaction.
    may_see: (id, viewer) -> may he see the object, though he neither submitted nor handled it?
    """

    key: str
    label: str
    url: Callable[[str], str]
    happened: Callable[[str, Event, str, str, Any], None]
    may_see: Callable[[str, Any], bool] | None = None
    facts: Callable[[str, Any], Sequence[tuple[str, object]]] | None = None


@dataclass(frozen=True)
class Seat:
    """Somebody who stands at a step: a person in one of his posts (None: his main post)."""

    person_id: int
    post_id: int | None = None


@dataclass(frozen=True)
class Resolver:
    """Finds who stands at a step. resolve: (the instance's context, the step's own arguments) -> seats."""

    key: str
    label: str
    resolve: Callable[[Mapping[str, Any], Mapping[str, Any]], Sequence[Seat]]


@dataclass(frozen=True)
class StepPlan:
    """One step of a procedure as a module ships it.

    who: key of a resolver; arguments: for the resolver. mode: any (one of the seats decides, 竞争办理), all
    (会签, side by side), ordered (会签, one after the other). workdays: how long it may take, 0 for no limit.
    when: name of a truth in the context without which the step is left out, "" for always.
    may_pass_on: 转办 is allowed; may_add: 加签 is allowed.
    """

    key: str
    label: str
    who: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    mode: str = "any"
    workdays: int = 0
    when: str = ""
    may_pass_on: bool = True
    may_add: bool = True


@dataclass(frozen=True)
class Procedure:
    """A procedure as shipped; the engine keeps it as a versioned definition. A change raises version.

    kind: under which heading its to-dos stand. may_suspend: who handles a step may stop the clock (挂起).
    """

    key: str
    label: str
    subject: str
    steps: tuple[StepPlan, ...]
    version: int = 1
    may_skip_own: bool = (
        False  # 自审: a drafter who also stands at a step passes it, only where this is allowed
    )
    kind: TodoKind = TodoKind.OTHER
    may_suspend: bool = False


subjects: Registry[Subject] = Registry(
    "approval_subjects", "Business objects that run through approval steps"
)
resolvers: Registry[Resolver] = Registry("approval_resolvers", "Who stands at an approval step")
procedures: Registry[Procedure] = Registry("approval_procedures", "Approval procedures as shipped")
