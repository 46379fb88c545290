"""What every answer about people passes: it holds to one state of the rules, and tells of no canary."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from yiwang.platform.addressbook.actions import canaries as acts
from yiwang.platform.addressbook.queries import canaries, rulebook

_UNWATCHED = ("/healthz", "/readyz", settings.STATIC_URL)


# Whose answers are made of several statements about people, and must not mix two states.
_ANSWERING = ("addressbook:", "search:", "api:person", "api:unit")
_MOST_TIMES = 3


class OneState:
    """An answer is by the old rules or by the new, whole: when they change meanwhile, it is made again.

    Statements of one request see the database at different moments, and the rules are taken from memory while
    news arrives. So the version is asked once more when the answer is there (0.1 ms).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.method not in ("GET", "HEAD") or response.streaming:
            return response
        for _ in range(_MOST_TIMES - 1):
            route = request.resolver_match.view_name if request.resolver_match else ""
            if not route.startswith(_ANSWERING) or not rulebook.is_outdated():
                break
            response = self.get_response(request)
        return response


class CanaryAlarm:
    """泄露监测: looks into every answer for canaries, and whether its reader may know what it tells of them.

    The answer goes out as it is: a canary is nobody, but where he is shown others are too. Costs one
    attribute where there are none, and a search for a few words in the answer where there are.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if settings.ADDRESSBOOK_WATCHES_ANSWERS and not request.path.startswith(_UNWATCHED):
            planted = canaries.known()
            for one in canaries.leaked(request, response, planted) if planted else ():
                acts.raise_alarm(one.canary_id, one.what, request=request)
        return response
