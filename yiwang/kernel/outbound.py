"""Asking services outside: what the gateways share. What is asked and how it is signed is theirs."""

import http.client
import ssl
import time
from urllib.parse import SplitResult


def connection_to(address: SplitResult, seconds: float) -> http.client.HTTPConnection:
    """A connection not yet opened; each step of it may take that many seconds."""
    host, port = address.hostname or "", address.port
    if address.scheme == "https":
        return http.client.HTTPSConnection(host, port, timeout=seconds, context=ssl.create_default_context())
    return http.client.HTTPConnection(host, port, timeout=seconds)


def read_answer(
    response: http.client.HTTPResponse,
    connection: http.client.HTTPConnection,
    *,
    deadline: float,
    largest: int,
) -> bytes:
    """The whole content, at most `largest` bytes; deadline: of time.monotonic().

    A service that trickles does not get more time than one that is silent. Raises TimeoutError or
    http.client.HTTPException.
    """
    content = b""
    while len(content) <= largest:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        if connection.sock is not None:
            connection.sock.settimeout(left)
        piece = response.read1(largest)
        if not piece:
            return content
        content += piece
    raise http.client.HTTPException("too long")
