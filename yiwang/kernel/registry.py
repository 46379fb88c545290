"""A registry: a named place where modules put things once, at start-up."""

from collections.abc import Iterable, Iterator
from typing import Generic, Protocol, TypeVar


class Keyed(Protocol):
    """Anything with a key that is unique in its registry."""

    @property
    def key(self) -> str: ...


T = TypeVar("T", bound=Keyed)

_frozen = False
_all: "list[Registry[Keyed]]" = []


class Registry(Generic[T]):
    """Things of one kind by key. Adding twice or after start-up is a programming error."""

    def __init__(self, name: str, about: str) -> None:
        self.name = name
        self.about = about
        self._items: dict[str, T] = {}
        _all.append(self)  # type: ignore[arg-type]

    def add(self, item: T) -> None:
        if _frozen:
            raise RuntimeError(f"{self.name}: {item.key} was added after start-up; add it in a manifest")
        if item.key in self._items:
            raise RuntimeError(f"{self.name}: {item.key} was added twice")
        self._items[item.key] = item

    def add_all(self, items: Iterable[T]) -> None:
        for item in items:
            self.add(item)

    def get(self, key: str) -> T:
        """The item of that key; KeyError names the registry."""
        try:
            return self._items[key]
        except KeyError:
            raise KeyError(f"{self.name}: nothing is registered as {key!r}") from None

    def __contains__(self, key: str) -> bool:
        return key in self._items

    def __iter__(self) -> Iterator[T]:
        return iter(self._items.values())

    def __len__(self) -> int:
        return len(self._items)


def freeze() -> None:
    """Close all registries; called once, when every manifest has been read."""
    global _frozen
    _frozen = True


def registries() -> "list[Registry[Keyed]]":
    """All registries, for the generated reference page."""
    return sorted(_all, key=lambda registry: registry.name)
