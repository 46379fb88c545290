"""Calls with an access token to /api/v1: let in before everything else, remembered when answered."""

from collections.abc import Callable

import msgspec
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from yiwang.kernel import responses
from yiwang.kernel.errors import Refused
from yiwang.platform.clients.actions import admission

_ROOT = "/api/v1/"
_TOKEN_ROUTE = "/api/v1/oauth2/"  # noqa: S105  where tokens are asked for: with a secret, not with a token


class OpenCalls:
    """Sets request.caller to the application whose token came along."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        is_open_call = request.path.startswith(_ROOT) and not request.path.startswith(_TOKEN_ROUTE)
        if not is_open_call or kind.lower() != "bearer":
            return self.get_response(request)
        visit = admission.begin(request, _call(request))
        try:
            admission.let_in(visit, token.strip())
            response = admission.run(visit, lambda: self.get_response(request))
        except Refused as refusal:
            response = responses.problem(refusal)
        return admission.finish(visit, response, code=_code(response))


def _call(request: HttpRequest) -> str:
    """POST /api/v1/todos/<biz_id>: the route, never the address itself."""
    try:
        return f"{request.method} /{resolve(request.path_info).route}"
    except Resolver404:
        return "unknown"


def _code(response: HttpResponse) -> str:
    """The error's name, of what was refused."""
    if response.status_code < 400 or "json" not in response.headers.get("Content-Type", ""):
        return ""
    try:
        return str(msgspec.json.decode(response.content).get("code", ""))
    except (msgspec.DecodeError, AttributeError):
        return ""
