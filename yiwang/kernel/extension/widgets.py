"""Home page widgets: small cards that modules offer to the portal."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from yiwang.kernel.registry import Registry


@dataclass(frozen=True)
class Widget:
    """A card. template: a Jinja2 fragment; context: principal -> its variables, at most one query.

    column: "main" or "side". A widget whose context is None is not shown.
    """

    key: str
    label: str
    template: str
    context: Callable[[Any], Mapping[str, object] | None]
    order: int
    column: str = "main"
    permission: str = ""


widgets: Registry[Widget] = Registry("widgets", "Cards on the home page")
