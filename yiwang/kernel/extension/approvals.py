"""Approvals: what can be put through steps, and who stands at a step (domain reference §0.6)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from yiwang.kernel.registry import Registry


class Event(StrEnum):
    """What the engine tells the module whose business object is being approved."""

    ADVANCED = "advanced"  # a step was finished, another begins; `step` is the key of the new one
    RETURNED = "returned"  # 退回 to the drafter
    WITHDRAWN = "withdrawn"  # 撤回 by the drafter
    APPROVED = "approved"  # all steps agreed
    REJECTED = "rejected"  # 不同意 (final)
    TERMINATED = "terminated"  # 终止 or 作废


@dataclass(frozen=True)
class Subject:
    """A kind of business object that runs through steps. key: its model's label: changes.personoperation.

    happened: (the object's id as text, Event, step key, opinion, actor) in the engine's transaction.
    """

    key: str
    label: str
    url: Callable[[str], str]
    happened: Callable[[str, Event, str, str, Any], None]


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
    """

    key: str
    label: str
    who: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    mode: str = "any"
    workdays: int = 0
    when: str = ""


@dataclass(frozen=True)
class Procedure:
    """A procedure as shipped; the engine keeps it as a versioned definition. A change raises version."""

    key: str
    label: str
    subject: str
    steps: tuple[StepPlan, ...]
    version: int = 1
    may_skip_own: bool = (
        False  # 自审: a drafter who also stands at a step passes it, only where this is allowed
    )


subjects: Registry[Subject] = Registry(
    "approval_subjects", "Business objects that run through approval steps"
)
resolvers: Registry[Resolver] = Registry("approval_resolvers", "Who stands at an approval step")
procedures: Registry[Procedure] = Registry("approval_procedures", "Approval procedures as shipped")
