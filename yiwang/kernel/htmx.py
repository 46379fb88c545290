"""Is this request for a fragment? And the answers that only htmx understands."""

import json
from typing import TypeVar
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseBase

R = TypeVar("R", bound=HttpResponseBase)


def is_fragment(request: HttpRequest) -> bool:
    """Does htmx ask for a part of a page? A boosted or restored page is asked for whole."""
    headers = request.headers
    return (
        "HX-Request" in headers
        and headers.get("HX-Boosted") != "true"
        and headers.get("HX-History-Restore-Request") != "true"
    )


def page_path(request: HttpRequest) -> str:
    """Path and query of the page the user looks at: for a fragment the page around it."""
    current = urlsplit(request.headers.get("HX-Current-URL", ""))
    if is_fragment(request) and current.path.startswith("/"):
        return f"{current.path}?{current.query}" if current.query else current.path
    return request.get_full_path()


def go(url: str, *, status: int = 200) -> HttpResponse:
    """Let htmx load another page whole."""
    return HttpResponse(status=status, headers={"HX-Redirect": url})


def trigger(response: R, event: str, detail: object = True) -> R:
    """Raise a browser event when the response arrives; several events add up."""
    known = json.loads(response.headers.get("HX-Trigger", "{}"))
    response.headers["HX-Trigger"] = json.dumps({**known, event: detail})
    return response
