"""Where the links of to-dos lead: addresses of ours are looked up, others are asked for their head."""

import http.client
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

SECONDS = 5.0


def try_link(url: str) -> int:
    """The status; 0 when nobody answers. No redirect is followed, nothing of the answer is read."""
    parts = urlsplit(url)
    if not parts.netloc:
        try:
            resolve(parts.path)
        except Resolver404:
            return 404
        return 200
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return 0
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    try:
        connection = kind(parts.hostname, parts.port, timeout=SECONDS)
        try:
            connection.request("HEAD", parts.path or "/", headers={"User-Agent": "yiwang-link-check"})
            return connection.getresponse().status
        finally:
            connection.close()
    except (OSError, ValueError, http.client.HTTPException):
        return 0
