"""What every request asks for, kept in each process and kept true by news from the database (ADR 7).

A change announces itself in its own transaction; every process hears it within milliseconds and forgets.
While a process cannot hear (connection lost) it reads afresh each time.
"""

import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from django.conf import settings
from django.db import transaction

from yiwang.kernel.database import Listener, notify

_LONGEST_SECONDS = 60.0

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class NewsCache(Generic[Key, Value]):
    """key -> value.

    load: reads a value; None is never kept. concerns: does news with that payload concern the value? News
    without a payload concerns all. most: from so many entries on all are forgotten.
    """

    def __init__(
        self,
        channel: str,
        *,
        load: Callable[[Key], Value | None],
        concerns: Callable[[Value, str], bool],
        most: int,
    ) -> None:
        self.channel = channel
        self.listener = Listener(channel, on_news=self._hear, on_reconnect=self._forget_all)
        self._load = load
        self._concerns = concerns
        self._most = most
        self._entries: dict[Key, tuple[Value, float]] = {}
        self._generation = 0
        self._lock = threading.Lock()

    def get(self, key: Key) -> Value | None:
        """From memory while news arrives, else read."""
        if settings.CACHE_PRINCIPALS:
            self.listener.start()
        if self.listener.is_connected:
            entry = self._entries.get(key)
            if entry is not None and time.monotonic() - entry[1] <= _LONGEST_SECONDS:
                return entry[0]
        before, at = self._generation, time.monotonic()
        value = self._load(key)
        if value is not None and self.listener.is_connected:
            self._keep(key, value, at, before)
        return value

    def replace(self, key: Key, old: Value, new: Value) -> None:
        """Put `new` in place of `old`; when news dropped `old` meanwhile, nothing comes back."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None and entry[0] is old:
                self._entries[key] = (new, entry[1])

    def forget(self, key: Key) -> None:
        """Read it afresh next time, in this process."""
        with self._lock:
            self._entries.pop(key, None)

    def announce(self, payload: str = "") -> None:
        """Tell all processes what changed ("": everything).

        Here at once and again at commit, because another thread may read the old state in between.
        """
        self._hear(payload)
        transaction.on_commit(lambda: self._hear(payload))
        notify(self.channel, payload)

    def _keep(self, key: Key, value: Value, at: float, generation: int) -> None:
        with self._lock:
            # News that arrived while reading may concern this very value: then what was read is not kept.
            if self._generation != generation:
                return
            if len(self._entries) >= self._most:
                self._entries.clear()
            self._entries[key] = (value, at)

    def _hear(self, payload: str) -> None:
        with self._lock:
            self._generation += 1
            if not payload:
                self._entries.clear()
                return
            gone = [key for key, (value, _) in self._entries.items() if self._concerns(value, payload)]
            for key in gone:
                del self._entries[key]

    def _forget_all(self) -> None:
        self._hear("")
