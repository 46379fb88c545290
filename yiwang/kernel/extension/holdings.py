"""Holdings: what a person or a unit holds, so that nothing is orphaned when he leaves or it is dissolved.

Modules register what they keep of people and units; previews of 机构调整, blockers of 撤销 and the checklist
of a handover (交接单) are gathered from here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from yiwang.kernel.registry import Registry


@dataclass(frozen=True, slots=True)
class Held:
    """One thing that is held. id: unique within its holding; note: a grey line; url: "" without a page."""

    id: str
    title: str
    note: str = ""
    url: str = ""


@dataclass(frozen=True)
class Holding:
    """A kind of thing that persons or units hold.

    of_person: (person id, path of the unit he leaves, "" for all) -> what he holds there.
    of_unit: (unit path, includes below, limit) -> (how many, the first `limit` of them).
    hand_over: (person id, ids of Held, successor's person id, actor) gives them to the successor, as an act;
    None when the thing simply ends with the post (a role, a grant).
    leave: (person id, ids of Held, actor) ends his part in what goes on without him, such as a work group; he
    may also keep it, with a reason (退群确认). None where there is nothing to leave.
    move_to_unit: (unit path, target unit's path, actor) when a unit is merged, or revoked with a transfer.
    blocks_revocation: a unit that holds one cannot be revoked without a transfer.
    """

    key: str
    label: str
    of_person: Callable[[int, str], Sequence[Held]] | None = None
    of_unit: Callable[[str, bool, int], tuple[int, Sequence[Held]]] | None = None
    hand_over: Callable[[int, Sequence[str], int, Any], None] | None = None
    move_to_unit: Callable[[str, str, Any], None] | None = None
    blocks_revocation: bool = False
    order: int = 100
    leave: Callable[[int, Sequence[str], Any], None] | None = None


holdings: Registry[Holding] = Registry("holdings", "What persons and units hold")
