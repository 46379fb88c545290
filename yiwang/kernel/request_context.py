"""Which request is being served: for the audit log and the log lines. Holds no user and no rights."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class RequestContext:
    """request_id: one to 64 letters, digits, "-" or "_"; address: the client's IP, "" outside of requests.

    client: "desk" or "phone", "" outside of requests.
    memo: what need not be asked twice while this request is served; None outside of requests.
    """

    request_id: str = ""
    address: str = ""
    client: str = ""
    memo: dict[str, Any] | None = field(default=None, compare=False)


_OUTSIDE = RequestContext()
_current: ContextVar[RequestContext] = ContextVar("request_context", default=_OUTSIDE)


def current() -> RequestContext:
    """The request this thread serves; an empty context in jobs and commands."""
    return _current.get()


@contextmanager
def entering(context: RequestContext) -> Iterator[None]:
    """Serve `context` until the block ends, also when it raises."""
    token = _current.set(context)
    try:
        yield
    finally:
        _current.reset(token)
