"""Sessions: from the cookie to `request.user`, with the two time limits (domain reference §19.1 b)."""

import datetime
from collections.abc import Callable, Mapping, Sequence

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from yiwang.platform.accounts.actions import administration, sessions
from yiwang.platform.accounts.models import Account, Session
from yiwang.platform.accounts.queries import principals
from yiwang.platform.accounts.queries.principals import Principal

_WRITE_SEEN_EVERY = datetime.timedelta(seconds=60)
# Where somebody whose password has run out may still go.
_FREE_WITH_OLD_PASSWORD = ("accounts:password", "accounts:logout")


class Sessions:
    """Sets request.user to the Principal of the session, or None."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = request.COOKIES.get(settings.SESSION_COOKIE, "")
        principal = _living(token, attended=_is_attended(request)) if token else None
        request.user = principal  # type: ignore[assignment]  # our Principal takes the place of Django's user
        if principal is not None and principal.must_change_password and not _is_free(request.path):
            return HttpResponseRedirect(reverse("accounts:password"))
        response = self.get_response(request)
        if token and principal is None and settings.SESSION_COOKIE not in response.cookies:
            response.delete_cookie(settings.SESSION_COOKIE)
        return response

    def process_view(
        self, request: HttpRequest, view: object, args: Sequence[object], kwargs: Mapping[str, object]
    ) -> None:
        """Before the view, so that nothing asked for in administration mode escapes the log."""
        user: Principal | None = request.user  # type: ignore[assignment]  # as set above
        if not _is_attended(request) or request.resolver_match is None:
            return
        if user is not None and user.is_administering:
            administration.remember_request(
                method=str(request.method), route=request.resolver_match.view_name, names=kwargs, actor=user
            )


def _is_free(path: str) -> bool:
    return path.startswith(settings.STATIC_URL) or path in {reverse(name) for name in _FREE_WITH_OLD_PASSWORD}


def _is_attended(request: HttpRequest) -> bool:
    """Did the user ask for it? Pages ask for some things by themselves."""
    return request.path not in settings.UNATTENDED_PATHS


def _living(token: str, *, attended: bool) -> Principal | None:
    principal = principals.by_token(token)
    if principal is None:
        return None
    now = timezone.now()
    reason = _over(principal, now)
    if reason == Session.End.IDLE:
        # Another process may have seen him since: ask the database before saying so.
        principal = principals.read_afresh(token)
        reason = None if principal is None else _over(principal, now)
    if principal is None or reason is not None:
        if principal is not None and reason is not None:
            sessions.expire_session(principal.session_id, reason=reason)
        return None
    if attended and now - principal.last_seen_at > _WRITE_SEEN_EVERY:
        sessions.note_activity(principal.session_id, at=now)
        principals.keep_seen(token, principal, now)
    if principal.administers_until is not None and principal.administers_until <= now:
        return principal.lowered()
    return principal


def _over(principal: Principal, now: datetime.datetime) -> str | None:
    if principal.state != Account.State.ACTIVE:
        return Session.End.ACCOUNT
    if (now - principal.logged_in_at).total_seconds() > settings.SESSION_ABSOLUTE_SECONDS:
        return Session.End.ABSOLUTE
    if (now - principal.last_seen_at).total_seconds() > settings.SESSION_IDLE_SECONDS:
        return Session.End.IDLE
    return None
