"""Who may enter a view at all. What he may do inside is decided by rules, in actions."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from yiwang.kernel.actor import Actor
from yiwang.kernel.errors import Refused, not_found
from yiwang.kernel.htmx import is_fragment

# The arguments of a view after the request are what its URL pattern captures: Django calls them by name.
View = Callable[..., HttpResponseBase]


def user_of(request: HttpRequest) -> Any:
    """The user as the sessions middleware set it: a principal, or None for who is not logged in."""
    return request.user


def is_logged_in(request: HttpRequest) -> bool:
    return user_of(request) is not None


def actor_of(request: HttpRequest) -> Actor:
    """Who acts, in a view behind `login_required`."""
    actor: Actor = user_of(request)
    return actor


def way_back(request: HttpRequest, target: str) -> str:
    """The page of ours that he came from and asks to return to; the home page for any other address."""
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if target.startswith("/") and safe else reverse("portal:home")


def login_required(view: View) -> View:
    """Send who is not logged in to the login page, and back afterwards; fragments and data get 401."""

    @wraps(view)
    def guarded(request: HttpRequest, **captured: Any) -> HttpResponseBase:
        if is_logged_in(request):
            return view(request, **captured)
        if is_fragment(request) or request.method != "GET":
            raise Refused("登录已过期，请重新登录", status=401, code="E-AUTH-01")
        return HttpResponseRedirect(f"{reverse('accounts:login')}?next={quote(request.get_full_path())}")

    guarded.access = "login"  # type: ignore[attr-defined]  # read by tests/test_every_url
    return guarded


def permission_required(*permissions: str) -> Callable[[View], View]:
    """Only who holds one of them somewhere sees that the page exists (domain reference §18, example 2)."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, **captured: Any) -> HttpResponseBase:
            user = user_of(request)
            if not any(user.allows(one) for one in permissions):
                if any(user.holds(one) for one in permissions):
                    return _to_administration(request)
                raise not_found()
            return view(request, **captured)

        return login_required(guarded)

    return decorate


def _to_administration(request: HttpRequest) -> HttpResponseBase:
    """An administrator's right sleeps until he enters administration mode: lead him there, and back."""
    if is_fragment(request) or request.method != "GET":
        raise Refused("请先进入管理模式", status=403, code="E-PERM-02")
    return HttpResponseRedirect(f"{reverse('accounts:administration')}?next={quote(request.get_full_path())}")


def staff_required(view: View) -> View:
    """Temporary accounts (临时账号) see no address book and no office pages."""

    @wraps(view)
    def guarded(request: HttpRequest, **captured: Any) -> HttpResponseBase:
        if user_of(request).is_temporary:
            raise not_found()
        return view(request, **captured)

    return login_required(guarded)
