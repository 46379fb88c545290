"""Who may reach whom: the matrix of tiers, the order in which rules speak (domain reference §3.4–3.7).

Pure functions on what `queries/rulebook.py` has read. The same order stands in `queries/policy.py` as sets of
sight classes; tests hold both against an oracle that asks pair by pair.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from yiwang.kernel.actor import Actor
from yiwang.platform.addressbook.models import Proposal
from yiwang.platform.addressbook.models.book import Mode, Preset, Tier
from yiwang.platform.addressbook.vocabulary import APPROVE, PROPOSE, PROPOSE_DISTRICT
from yiwang.platform.org.models.code import BUREAU_DEPUTY

# Codes of 职务层次 from 副局级 upwards (R2-10: 副局级以上区领导).
LEADING_LEVELS = tuple(f"{number:02}" for number in range(1, int(BUREAU_DEPUTY) + 1))

_GRADED = {
    Tier.Q1: (Mode.DIRECT, Mode.DIRECT, Mode.DIRECT, Mode.DIRECT),
    Tier.Q2: (Mode.DIRECT, Mode.DIRECT, Mode.DIRECT, Mode.DIRECT),
    Tier.Q3: (Mode.SEARCH, Mode.DIRECT, Mode.DIRECT, Mode.DIRECT),
    Tier.Q4: (Mode.NONE, Mode.SEARCH, Mode.DIRECT, Mode.DIRECT),
}
# Viewer's tier -> modes towards Q1 … Q4.
MATRICES = {
    Preset.GRADED: _GRADED,
    Preset.OPEN: dict.fromkeys(Tier, (Mode.DIRECT,) * 4),
    Preset.STRICT: {
        **_GRADED,
        Tier.Q3: (Mode.SEARCH, Mode.SEARCH, Mode.DIRECT, Mode.DIRECT),
        Tier.Q4: (Mode.NONE, Mode.SEARCH, Mode.SEARCH, Mode.DIRECT),
    },
}


def by_matrix(preset: str, viewer: int, target: int) -> Mode:
    """What the tiers alone say."""
    return MATRICES[Preset(preset)][Tier(viewer)][target - 1]


@dataclass(frozen=True, slots=True)
class Spoken:
    """A living rule that applies to one viewer. target_path: "" when the target is a group.

    kind: unit, tag or post. depth: length of the path on the viewer's side, 0 for a group.
    """

    id: int
    kind: str
    mode: Mode
    target_path: str
    target_group: int
    depth: int
    priority: int

    def speaks_of(self, path: str, groups: Collection[int]) -> bool:
        """Does it concern a target who serves there and belongs to these groups?"""
        if self.target_path:
            return path.startswith(self.target_path)
        return self.target_group in groups


_KINDS = ("post", "tag", "unit")  # the weakest first


def strength(one: Spoken) -> tuple[int, int, int, int, int]:
    """Of rules that speak of a target the strongest decides (step 8): unit rules, then tag, then post rules.

    Within a kind the deepest target unit wins, then the deepest viewer unit, then the higher priority; of two
    that are alike the one that allows less.
    """
    return _KINDS.index(one.kind), len(one.target_path), one.depth, one.priority, -one.mode


def strongest(spoken: Sequence[Spoken], path: str, groups: Collection[int]) -> Spoken | None:
    """The rule that decides about a target."""
    return max((one for one in spoken if one.speaks_of(path, groups)), key=strength, default=None)


def kind_of(viewer: str, target: str, *, is_duty: bool) -> str:
    """What kind of rule joins these sides (person, unit, group); "" when they do not go together."""
    if "person" in (viewer, target):
        return "person" if viewer == target else ""
    if viewer == target == "unit":
        return "unit"
    return "post" if is_duty else "tag"


def can_reveal(*, mode: Mode, tier: int, is_colleague: bool, is_open: bool) -> bool:
    """May he see the whole mobile number of whom he reaches so (§3.7)?

    tier: his own. is_colleague: both serve in one department. is_open: the number was made public (公开手机).
    """
    return mode == Mode.DIRECT and (is_colleague or is_open or tier <= Tier.Q2)


def can_propose(actor: Actor, path: str | None) -> bool:
    """May he propose something about whoever serves there? None: about people all over the district."""
    if actor.allows(PROPOSE_DISTRICT.key):
        return True
    return bool(path) and actor.allows(PROPOSE.key, at=path)


def can_decide(actor: Actor, proposal: Proposal) -> bool:
    """The security administrator decides, never about what he has proposed himself (§19.2)."""
    return actor.allows(APPROVE.key) and actor.account_id != proposal.proposed_by_id


def can_end(actor: Actor, proposal: Proposal) -> bool:
    """Who decides may also end; so may who proposed it, as long as he may still propose."""
    if actor.allows(APPROVE.key):
        return True
    return actor.account_id == proposal.proposed_by_id and (
        actor.allows(PROPOSE.key) or actor.allows(PROPOSE_DISTRICT.key)
    )
