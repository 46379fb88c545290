"""Which beginnings of names are so common that walking in display order beats sorting all of them (ADR 5)."""

import time

from django.conf import settings

from yiwang.platform.addressbook.models import HotPrefix


class _Cache:
    def __init__(self) -> None:
        self._prefixes: frozenset[tuple[str, str]] = frozenset()
        self._until = 0.0

    def current(self) -> frozenset[tuple[str, str]]:
        if time.monotonic() >= self._until:
            self._prefixes = frozenset(HotPrefix.objects.values_list("kind", "prefix"))
            self._until = time.monotonic() + settings.ADDRESSBOOK_CACHE_SECONDS
        return self._prefixes

    def clear(self) -> None:
        self._until = 0.0


_cache = _Cache()
forget = _cache.clear


def is_hot(kind: str, prefix: str) -> bool:
    """Is this a common beginning? Wrong answers cost time, never rows."""
    return (kind, prefix) in _cache.current()
