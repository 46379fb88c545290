"""Deputies: who acts for whom on a day, so that what must reach somebody can go to who stands in for him."""

import datetime
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from yiwang.kernel.registry import Registry


@dataclass(frozen=True)
class DeputySource:
    """deputies_of: persons and a day -> those of them who have a deputy then, and who that is."""

    key: str
    label: str
    deputies_of: Callable[[Collection[int], datetime.date], Mapping[int, int]]


deputy_sources: Registry[DeputySource] = Registry("deputy_sources", "Who acts for whom")


def deputies_of(person_ids: Collection[int], day: datetime.date) -> dict[int, int]:
    """By all sources, the first that knows one; nobody while no module keeps deputies."""
    found: dict[int, int] = {}
    for source in deputy_sources:
        found = {**source.deputies_of(person_ids, day), **found}
    return found
