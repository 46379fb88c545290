"""泄露监测: looks into every answer for canaries, persons who do not exist and whom hardly anybody may see.

Costs one attribute where there are none, and a search for a few words in the answer where there are.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from yiwang.platform.addressbook.actions import canaries as acts
from yiwang.platform.addressbook.queries import canaries

_UNWATCHED = ("/healthz", "/readyz", settings.STATIC_URL)


class CanaryAlarm:
    """The answer goes out as it is: a canary is nobody, but where he is shown others are too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if settings.ADDRESSBOOK_WATCHES_ANSWERS and not request.path.startswith(_UNWATCHED):
            planted = canaries.known()
            for one in canaries.leaked(request, response, planted) if planted else ():
                acts.raise_alarm(one.id, request=request)
        return response
