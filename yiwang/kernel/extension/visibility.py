"""The policy of seeing: who may know of which persons and units. One module of the platform supplies it.

The organisation's tables lie below whoever decides about them; their `visible_to` asks here.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from yiwang.kernel.registry import Registry


@dataclass(frozen=True)
class SightPolicy:
    """persons, units: viewer -> a condition on the organisation's tables org_person and org_unit.

    withheld: viewer, ids of persons -> the fields of each that are not to be shown although he may be.
    """

    key: str
    persons: Callable[[Any], Q]
    units: Callable[[Any], Q]
    withheld: Callable[[Any, Iterable[int]], Mapping[int, frozenset[str]]] | None = None


sight_policies: Registry[SightPolicy] = Registry("sight_policies", "Who decides whom one may see")


def sight_policy() -> SightPolicy:
    """The one policy; without any, nobody sees anybody, by StopIteration rather than by accident."""
    return next(iter(sight_policies))
