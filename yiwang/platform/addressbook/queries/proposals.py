"""Rules, hidings, tiers and presets as administrators see them, and what waits for a decision."""

from typing import Any

from django.db.models import Q, QuerySet

from yiwang.kernel.extension.worklists import MOST
from yiwang.platform.addressbook.models import Hiding, PresetChange, Proposal, Rule, TierOverride
from yiwang.platform.addressbook.queries.visibility import Looker
from yiwang.platform.addressbook.vocabulary import APPROVE, PROPOSE, PROPOSE_DISTRICT

KINDS: dict[str, type[Proposal]] = {
    "rules": Rule,
    "hidings": Hiding,
    "tiers": TierOverride,
    "presets": PresetChange,
}
_SIDES: dict[str, tuple[str, ...]] = {
    "rules": (
        *("viewer_person__unit", "viewer_unit", "viewer_group"),
        *("target_person__unit", "target_unit", "target_group"),
    ),
    "hidings": ("unit", "person__unit"),
    "tiers": ("person__unit",),
    "presets": (),
}
# Where the person or unit a proposal is about stands in the tree.
_PLACES: dict[str, tuple[str, ...]] = {
    "rules": ("target_unit__path", "target_person__unit_path"),
    "hidings": ("unit__path", "person__unit_path"),
    "tiers": ("person__unit_path",),
    "presets": (),
}


def visible(what: str, viewer: Looker) -> "QuerySet[Any]":
    """All for who decides or proposes for the district; else one's own and those about one's own people.

    Drafts are nobody's but their author's.
    """
    rows: QuerySet[Any] = QuerySet(KINDS[what]).select_related(*_SIDES[what])
    rows = rows.filter(~Q(state=Proposal.State.DRAFT) | Q(proposed_by_id=viewer.account_id))
    if viewer.allows(APPROVE.key) or viewer.allows(PROPOSE_DISTRICT.key):
        return rows
    seen = Q(proposed_by_id=viewer.account_id)
    for path, below in viewer.scopes(PROPOSE.key):
        for place in _PLACES[what]:
            seen |= Q(**{f"{place}__startswith" if below else place: path})
    return rows.filter(seen)


def open_by_kind(viewer: Looker) -> dict[str, int]:
    """How many of each kind wait, of those this viewer may see."""
    return {
        what: visible(what, viewer).filter(state=Proposal.State.PROPOSED)[:MOST].count() for what in KINDS
    }


def waiting(viewer: Looker) -> int:
    """How many proposals this security administrator has to decide."""
    return sum(
        QuerySet(kind)
        .filter(state=Proposal.State.PROPOSED)
        .exclude(proposed_by_id=viewer.account_id)[:MOST]
        .count()
        for kind in KINDS.values()
    )
