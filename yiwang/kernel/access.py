"""Who may enter a view at all. What he may do inside is decided by rules, in actions."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from yiwang.kernel.errors import Refused, not_found
from yiwang.kernel.htmx import is_fragment

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def login_required(view: View[P]) -> View[P]:
    """Send who is not logged in to the login page, and back afterwards; fragments and data get 401."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.user is not None:
            return view(request, *args, **kwargs)
        if is_fragment(request) or request.method != "GET":
            raise Refused("登录已过期，请重新登录", status=401, code="E-AUTH-01")
        return HttpResponseRedirect(f"{reverse('accounts:login')}?next={quote(request.get_full_path())}")

    guarded.access = "login"  # type: ignore[attr-defined]  # read by tests/test_every_url
    return guarded


def permission_required(permission: str) -> Callable[[View[P]], View[P]]:
    """Only who holds the permission somewhere sees that the page exists (domain reference §18, example 2)."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            user: Any = request.user
            if not user.allows(permission):
                raise not_found()
            return view(request, *args, **kwargs)

        return login_required(guarded)

    return decorate


def staff_required(view: View[P]) -> View[P]:
    """Temporary accounts (临时账号) see no address book and no office pages."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        user: Any = request.user
        if user.is_temporary:
            raise not_found()
        return view(request, *args, **kwargs)

    return login_required(guarded)
