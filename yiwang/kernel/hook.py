"""A hook: a moment one app announces and others may join, without the announcer knowing them."""

from collections.abc import Callable
from typing import Any


class Hook:
    """Handlers run in the announcer's transaction; what they raise undoes the whole act.

    Handlers must not depend on the order in which they were added.
    """

    def __init__(self, key: str) -> None:
        self.key = key
        self._handlers: list[Callable[..., object]] = []

    def add(self, handler: Callable[..., object]) -> None:
        if handler in self._handlers:
            raise RuntimeError(f"{self.key}: {handler.__qualname__} was added twice")
        self._handlers.append(handler)

    def __call__(self, **moment: Any) -> None:
        for handler in self._handlers:
            handler(**moment)
