"""What the player sends: requests, and the sessions they are sent in."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from yiwang.platform.accounts.actions import sessions
from yiwang.platform.accounts.models import Account


@dataclass(frozen=True)
class Request:
    """One line for the player."""

    path: str
    cookie: str = ""
    method: str = "GET"
    body: str = ""

    def line(self) -> str:
        return f"{self.method}\t{self.path}\t{self.cookie}\t{self.body}\n"


def cookie_of(account: Account) -> str:
    """A new session of the account, as the player sends it."""
    token = sessions.open_session(account, address="127.0.0.1", agent="bench")
    return f"{settings.SESSION_COOKIE}={token}"


def spread(cookies: Sequence[str], paths: Sequence[str]) -> list[Request]:
    """The paths, asked for by one user after the other."""
    return [Request(path, cookies[number % len(cookies)]) for number, path in enumerate(paths)]
