"""Search sources: what the search box of the top bar looks through."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from yiwang.kernel.registry import Registry


@dataclass(frozen=True)
class Hit:
    """One found thing. note: the grey line under its title."""

    title: str
    note: str
    url: str
    icon: str


@dataclass(frozen=True)
class SearchSource:
    """find: (principal, text, limit) -> hits that he may see, best first."""

    key: str
    label: str
    find: Callable[[Any, str, int], Sequence[Hit]]
    order: int


search_sources: Registry[SearchSource] = Registry("search_sources", "Where the top bar searches")
