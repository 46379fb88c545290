"""Where a page finds the process that keeps it informed: behind the proxy, else at a port of its own."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

PATH = "/live/"


def address_of(request: HttpRequest) -> str:
    """For the page's script; "" when there is no such process: then the page asks by itself."""
    if settings.REALTIME_URL:
        return str(settings.REALTIME_URL)
    if not settings.REALTIME_PORT:
        return ""
    return f"http://{_host_name(request)}:{settings.REALTIME_PORT}{PATH}"


def waiting_at(request: HttpRequest, path: str | None = None) -> str:
    """Where a call can be held that came to a process which cannot; "" when nowhere. path: not this one.

    Behind a proxy it is nowhere: there the proxy's rule leads such calls to the right process at once.
    """
    if settings.REALTIME_URL or not settings.REALTIME_PORT:
        return ""
    target = request.get_full_path() if path is None else path
    return f"http://{_host_name(request)}:{settings.REALTIME_PORT}{target}"


def origin_of(request: HttpRequest) -> str:
    """What the content security policy must allow besides the page's own origin; "" for nothing."""
    parts = urlsplit(address_of(request))
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def _host_name(request: HttpRequest) -> str:
    host = request.get_host()
    return host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() and ":" in host else host
