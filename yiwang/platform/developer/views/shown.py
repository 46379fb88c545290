"""What all pages of the developer site share: who may enter, which application, its tabs."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from yiwang.kernel.access import login_required
from yiwang.kernel.errors import not_found
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.clients import rules
from yiwang.platform.clients.models import Client
from yiwang.platform.developer.queries import readers

View = Callable[..., HttpResponseBase]


def developers_only(view: View) -> View:
    """To everybody else the site does not exist."""

    @wraps(view)
    def guarded(request: HttpRequest, **captured: Any) -> HttpResponseBase:
        if not readers.may_enter(of_request(request)):
            raise not_found()
        return view(request, **captured)

    return login_required(guarded)


def application(request: HttpRequest, pk: int) -> Client:
    """The application, if he may know of it and looks after it."""
    user = of_request(request)
    found: Client = get_object_or_404(Client.objects.visible_to(user).select_related("unit"), pk=pk)
    if not rules.can_develop(user, found):
        raise not_found()
    return found


def base(request: HttpRequest) -> str:
    """The platform's own address, as the browser called it."""
    return f"{request.scheme}://{request.get_host()}"


def frame(request: HttpRequest, client: Client, current: str) -> dict[str, Any]:
    """What the tabs and heads of an application's pages need."""
    return {
        "client": client,
        "current": current,
        "may_register": rules.can_register(of_request(request)),
    }
