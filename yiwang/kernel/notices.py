"""One-shot notices: what a redirect wants said on the next page. Carried by a signed cookie, no session."""

import json
from dataclasses import dataclass
from typing import Literal, TypeVar

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase

COOKIE = "yiwang_notice"
_SALT = "yiwang.kernel.notices"
_SECONDS = 60
_MOST = 5

Kind = Literal["success", "info", "warning", "danger"]
R = TypeVar("R", bound=HttpRequest | HttpResponseBase)


@dataclass(frozen=True, slots=True)
class Notice:
    """text: plain Chinese, one sentence."""

    text: str
    kind: Kind = "success"


def notice(target: R, text: str, kind: Kind = "success") -> R:
    """Say it on the page after this redirect, or, given the request, on the page now being rendered.

    Returns the target, so that a view can end with `return notice(redirect(meeting), "已取消会议")`.
    """
    if isinstance(target, HttpRequest):
        _own(target).append(Notice(text, kind))
        return target
    _add_to_cookie(target, Notice(text, kind))
    return target


def _add_to_cookie(response: HttpResponseBase, notice: Notice) -> None:
    said = response.cookies.get(COOKIE)
    known = _read(said.value) if said is not None else []
    lines = [(one.text, one.kind) for one in [*known, notice]][-_MOST:]
    response.set_cookie(
        COOKIE,
        signing.dumps(lines, salt=_SALT, compress=True),
        max_age=_SECONDS,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def pending(request: HttpRequest) -> list[Notice]:
    """What this page has to say."""
    return [*_read(request.COOKIES.get(COOKIE, "")), *_own(request)]


def forget(request: HttpRequest, response: HttpResponseBase) -> None:
    """Called when a whole page was rendered: it has said the cookie's notices."""
    if COOKIE in request.COOKIES and COOKIE not in response.cookies:
        response.delete_cookie(COOKIE, samesite="Lax")


def _own(request: HttpRequest) -> list[Notice]:
    own: list[Notice] | None = getattr(request, "page_notices", None)
    if own is None:
        own = []
        setattr(request, "page_notices", own)  # noqa: B010  requests have no such attribute for the type checker
    return own


def _read(cookie: str) -> list[Notice]:
    if not cookie:
        return []
    try:
        lines = signing.loads(cookie, salt=_SALT, max_age=_SECONDS)
    except (signing.BadSignature, json.JSONDecodeError):
        return []
    return [Notice(text, kind) for text, kind in lines]
