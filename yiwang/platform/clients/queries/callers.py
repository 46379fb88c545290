"""Who calls: the application behind an access token, kept in the process like people's principals.

A disabled application is refused in every process within milliseconds of the news.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from yiwang.kernel.crypto import sm3
from yiwang.kernel.extension.open_calls import Caller
from yiwang.kernel.news_cache import NewsCache
from yiwang.platform.clients import rules
from yiwang.platform.clients.models import AccessToken, Client, ClientRange

CHANNEL = "clients.caller"
_MOST_CACHED = 10_000


@dataclass(frozen=True, slots=True)
class Known:
    """A token and the application it belongs to, as both stood when they were read."""

    caller: Caller
    is_living: bool
    is_ended: bool
    expires_at: datetime.datetime
    addresses: tuple[str, ...]
    requires_signature: bool
    rate: int
    burst: int


def digest(token: str) -> bytes:
    """What the database keeps of a token or secret: 256 random bits need no slow hash."""
    return sm3.digest(token.encode())


def caller_of(client: Client, ranges: Sequence[ClientRange] | None = None) -> Caller:
    """The application as an actor."""
    if ranges is None:
        ranges = list(ClientRange.objects.filter(client=client).select_related("unit"))
    paths = rules.overlaps(one.unit.path for one in ranges) or (client.unit.path,)
    return Caller(
        client_pk=client.pk,
        client_id=client.client_id,
        agent_id=client.agent_id,
        name=client.name,
        unit_id=client.unit_id,
        unit_path=client.unit.path,
        unit_name=client.unit.short_name,
        scopes=frozenset(client.scopes),
        range_paths=paths,
        fields=frozenset(client.fields),
        domains=tuple(client.domains),
        is_sandbox=client.is_sandbox,
    )


def of_client(client_pk: int) -> Caller | None:
    """The application as it is now, for jobs that do what it asked for; None when it may not act any more."""
    client = Client.objects.select_related("unit").filter(pk=client_pk).first()
    return caller_of(client) if client is not None and client.is_living else None


def is_sandbox(client_id: str) -> bool:
    """Is it a sandbox application, which may name the machine itself?"""
    return Client.objects.filter(client_id=client_id, is_sandbox=True).exists()


def pk_of(client_id: str) -> int | None:
    """The application by the name that to-dos and tags keep of it; None for modules of the platform."""
    if not client_id.startswith("yw"):
        return None
    return Client.objects.filter(client_id=client_id).values_list("pk", flat=True).first()


def _load(token_digest: bytes) -> Known | None:
    token = AccessToken.objects.select_related("client__unit").filter(digest=token_digest).first()
    if token is None:
        return None
    client = token.client
    return Known(
        caller=caller_of(client),
        is_living=client.is_living,
        is_ended=token.ended_at is not None,
        expires_at=token.expires_at,
        addresses=tuple(client.allowed_addresses),
        requires_signature=client.requires_signature,
        rate=client.rate,
        burst=client.burst,
    )


cache: NewsCache[bytes, Known] = NewsCache(
    CHANNEL,
    load=_load,
    concerns=lambda known, payload: True,  # applications change seldom
    most=_MOST_CACHED,
)


def by_token(token: str) -> Known | None:
    """What is known of a token; None when there is no such token."""
    return cache.get(digest(token))


def announce_change() -> None:
    """Tell all processes that an application, a token or the tree changed."""
    cache.announce()
