"""Live sessions: whose pages may be kept informed, asked by the process that holds open pages (ADR 16)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from yiwang.kernel.registry import Registry


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a session cookie stands for."""

    person_id: int
    account_id: int


@dataclass(frozen=True)
class LiveSessions:
    """living: cookies -> those that live now, in one statement however many there are.

    cookie: the cookie's name. channel: where the database announces accounts whose sessions or states
    changed; the payload is an account's id, or nothing when all must be asked for again.
    """

    key: str
    label: str
    cookie: str
    channel: str
    living: Callable[[Sequence[str]], Mapping[str, Reader]]


live_sessions: Registry[LiveSessions] = Registry("live_sessions", "Who may be told when numbers change")
