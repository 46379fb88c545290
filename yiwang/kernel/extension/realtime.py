"""Live sessions and live feeds: whose pages may be kept informed, what programs may wait for.

Both are asked by the process that holds open connections (ADR 16).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

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


@dataclass(frozen=True, slots=True)
class Hold:
    """Where a program stands that waits: its call is answered when there is something after that place.

    subject: whose feed. token, address: what it was let in by, looked up again while it waits.
    seconds: how long it waits; 0: it is a stream, which begins now and does not end.
    """

    subject: int
    token: str
    address: str
    after: int
    limit: int
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """What there is after a place: the body of the answer, or of a stream its next lines.

    after: the place behind it. has_more: there is more than was asked for.
    """

    body: bytes
    after: int
    has_more: bool


@dataclass(frozen=True)
class LiveFeed:
    """Something that programs wait for. paths: of the calls that can be held.

    Such a call is an ordinary view: it answers what there is, else `hold`s. In a web process that sends the
    program to the process that holds connections, where the same view lets it in and it waits.

    read: for all that wait at once, in their order. living: which of them may go on.
    channel: where the database announces that tokens ended.
    """

    key: str
    label: str
    paths: tuple[str, ...]
    channel: str
    read: Callable[[Sequence[Hold]], Sequence[Found | None]]
    living: Callable[[Sequence[Hold]], Sequence[bool]]


@dataclass(frozen=True)
class LiveRelay:
    """Calls that wait on another platform of this machine, led there by the process for open connections.

    paths: as they come here -> as they are there. url: where it holds them; "" when it does not.
    sent, returned: the header fields that go there and come back; nothing else does.
    """

    key: str
    label: str
    paths: Mapping[str, str]
    url: Callable[[], str]
    sent: tuple[str, ...]
    returned: tuple[str, ...]


HELD = "yiwang.held"  # in request.META: a list for holds, where the asking process can hold


def can_hold(request: HttpRequest) -> bool:
    """Is it the process that holds connections that asks?"""
    return HELD in request.META


def hold(request: HttpRequest, wanted: Hold, response: HttpResponse) -> HttpResponse:
    """Keep the call open. response: what is answered when time is over; of a stream, its head."""
    request.META[HELD].append(wanted)
    return response


live_feeds: Registry[LiveFeed] = Registry("live_feeds", "What programs may wait for with an open call")
live_sessions: Registry[LiveSessions] = Registry("live_sessions", "Who may be told when numbers change")
live_relays: Registry[LiveRelay] = Registry("live_relays", "Calls that wait on another platform")
