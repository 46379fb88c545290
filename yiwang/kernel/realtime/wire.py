"""The beginning of an HTTP/1.1 request, read by hand: what pages and programs that wait say first."""

import io
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

REASONS = {
    200: "OK",
    204: "No Content",
    307: "Temporary Redirect",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    422: "Unprocessable Content",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}


class Refuse(Exception):
    """The request is answered with this status and the connection closed."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True, slots=True)
class Head:
    """Request line and header fields; their names in lower case."""

    method: str
    path: str
    query: str
    headers: dict[str, str]


def head_of(data: bytes) -> Head:
    """What stands before the empty line."""
    line, _, rest = data.decode("latin-1").partition("\r\n")
    method, _, target = line.partition(" ")
    path, _, query = target.partition(" ")[0].partition("?")
    headers = {}
    for one in rest.split("\r\n"):
        name, _, value = one.partition(":")
        headers[name.strip().lower()] = value.strip()
    return Head(method, path, query, headers)


def environ_of(head: Head, address: str) -> dict[str, Any]:
    """The same as WSGI says it. Names with "_" are left out: they would pass for those with "-"."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": head.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(head.path).decode("latin-1"),
        "QUERY_STRING": head.query,
        "REMOTE_ADDR": address,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_LENGTH": "0",
        "wsgi.input": io.BytesIO(),
        "wsgi.url_scheme": "http",
    }
    for name, value in head.headers.items():
        if name and "_" not in name and name not in ("content-length", "content-type"):
            environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
    return environ
