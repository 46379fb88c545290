"""The keeper's door: the real platform orders applications here and looks at what they did.

Only whoever has the key that both platforms read from one file comes in; vendors never do, for the real
platform passes none of these addresses through.
"""

import hmac
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path

from yiwang.kernel import responses
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.errors import Refused, invalid, not_found
from yiwang.platform.clients.actions import clients, keys
from yiwang.platform.clients.models import Client
from yiwang.site.sandbox import actions, queries, receiving

_LONGEST_KEY = 200


def _kept(view: Callable[..., Any]) -> Callable[..., HttpResponse]:
    """With the key only; what the view returns goes back as JSON, a refusal as problem JSON."""

    @wraps(view)
    def guarded(request: HttpRequest, **captured: str) -> HttpResponse:
        try:
            _require_key(request)
            found = view(request, **captured)
        except Refused as refusal:
            return responses.problem(refusal)
        return HttpResponse(msgspec.json.encode(found), content_type="application/json")

    return guarded


def _require_key(request: HttpRequest) -> None:
    wanted = Path(settings.SANDBOX_KEY_FILE).read_text().strip()
    given = request.headers.get("Authorization", "")[:_LONGEST_KEY]
    if not hmac.compare_digest(given.encode(), f"Key {wanted}".encode()):
        raise not_found()


def _client(client_id: str) -> Client:
    found = Client.objects.select_related("unit").filter(client_id=client_id, state__in=Client.LIVING).first()
    if found is None:
        raise not_found()
    return found


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(request.body)
    except msgspec.DecodeError:
        found = None
    if not isinstance(found, dict):
        raise invalid("", "正文应为 JSON 对象")
    return found


@_kept
def order(request: HttpRequest) -> Any:
    """A new application with its first secret."""
    body = _body(request)
    made = actions.order(name=str(body["name"]), domains=[str(one) for one in body["domains"]], actor=SYSTEM)
    secret = keys.make_secret(made, actor=SYSTEM)
    return {"client_id": made.client_id, "agent_id": made.agent_id, "secret": secret}


@_kept
def secret(request: HttpRequest, client_id: str) -> Any:
    """Another secret; the one before ends now."""
    return {"secret": keys.make_secret(_client(client_id), actor=SYSTEM, at_once=True)}


@_kept
def token(request: HttpRequest, client_id: str) -> Any:
    """For trying calls on the developer site."""
    issued = keys.issue_trial_token(_client(client_id), actor=SYSTEM)
    return {"token": issued.token, "seconds": issued.seconds}


@_kept
def clear(request: HttpRequest, client_id: str) -> Any:
    """Away with what it did."""
    return {"cleared": actions.clear(_client(client_id), actor=SYSTEM)}


@_kept
def end(request: HttpRequest, client_id: str) -> Any:
    """The application is not needed any more."""
    own = _client(client_id)
    actions.clear(own, actor=SYSTEM)
    clients.close(own, reason="开发商结束联调", actor=SYSTEM)
    return {}


@_kept
def receive(request: HttpRequest, client_id: str) -> Any:
    """Somebody there opens, presses or confirms."""
    try:
        asked = msgspec.json.decode(request.body, type=receiving.Receiving)
    except msgspec.DecodeError:
        raise invalid("", "不支持的操作") from None
    return {"done": receiving.receive(_client(client_id), asked, actor=SYSTEM)}


@_kept
def received(request: HttpRequest, client_id: str) -> Any:
    """What people there received of it."""
    return queries.received(_client(client_id))


@_kept
def organisation(request: HttpRequest) -> Any:
    """Who there is."""
    return queries.organisation()


urlpatterns = [
    path("organisation", organisation),
    path("clients", order),
    path("clients/<slug:client_id>/secret", secret),
    path("clients/<slug:client_id>/token", token),
    path("clients/<slug:client_id>/clear", clear),
    path("clients/<slug:client_id>/end", end),
    path("clients/<slug:client_id>/receive", receive),
    path("clients/<slug:client_id>/received", received),
]
