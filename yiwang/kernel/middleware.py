"""What happens around every request: id, log line, content security policy, refusals. Not sessions."""

import logging
import re
import secrets
import time
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from yiwang.kernel import errors, request_context, responses
from yiwang.kernel.addresses import client_address
from yiwang.kernel.realtime import address

GetResponse = Callable[[HttpRequest], HttpResponseBase]

_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_log = logging.getLogger("yiwang.request")
_errors = logging.getLogger("yiwang.error")
_security = logging.getLogger("yiwang.security")


class RequestContext:
    """Gives the request an id, keeps it at hand for audit and logs, writes one line when it is answered."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.quiet = ("/healthz", "/readyz", settings.STATIC_URL, *settings.UNATTENDED_PATHS)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        asked = request.headers.get("X-Request-ID", "")
        request_id = asked if _REQUEST_ID.fullmatch(asked) else secrets.token_hex(10)
        began = time.perf_counter()
        context = request_context.RequestContext(
            request_id, client_address(request), client_kind(request), memo={}
        )
        with request_context.entering(context):
            response = self.get_response(request)
            response.headers["X-Request-ID"] = request_id
            if response.status_code >= 400 or not request.path.startswith(self.quiet):
                self._write_line(request, response.status_code, time.perf_counter() - began)
        return response

    def _write_line(self, request: HttpRequest, status: int, seconds: float) -> None:
        """The route's name, never the address or its query: they may hold what somebody searched for."""
        route = request.resolver_match.view_name if request.resolver_match else ""
        user = getattr(request, "user", None)
        fields = {
            "method": request.method,
            "route": route,
            "status": status,
            "ms": round(seconds * 1000, 1),
            "account": user.account_id if user is not None else None,
        }
        _log.info("request", extra={"fields": fields})


def client_kind(request: HttpRequest) -> str:
    """Is it used on a phone? As the browser says it of itself; records show it, nothing depends on it."""
    headers = request.headers
    is_phone = headers.get("Sec-CH-UA-Mobile") == "?1" or "Mobi" in headers.get("User-Agent", "")
    return "phone" if is_phone else "desk"


class ContentSecurityPolicy:
    """Forbids inline scripts and styles and everything from elsewhere. A nonce is added when one was used."""

    POLICY = (
        "default-src 'none'; script-src 'self'{nonce}; style-src 'self'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'{live}; manifest-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    )

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if settings.DEBUG and response.status_code >= 400 and not getattr(response, "is_ours", False):
            return response  # Django's own debug pages bring their inline styles
        nonce = getattr(request, "csp_nonce", "")
        live = address.origin_of(request) if getattr(request, "user", None) is not None else ""
        policy = self.POLICY.format(
            nonce=f" 'nonce-{nonce}'" if nonce else "", live=f" {live}" if live else ""
        )
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"
        )
        return response


class Refusals:
    """Turns what views raise into an answer: a page, a toast for htmx, or problem JSON."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code == 405 and not getattr(response, "is_ours", False):
            refusal = errors.Refused("不支持的操作方式", status=405)
            allow = response.headers.get("Allow", "")
            response = responses.refused(request, refusal)
            response.headers["Allow"] = allow
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """Refused is expected; Django's refusals get our words; the rest is a bug and is logged."""
        if isinstance(exception, errors.Refused):
            return responses.refused(request, exception)
        if isinstance(exception, Http404):
            return responses.refused(request, errors.not_found())
        if isinstance(exception, PermissionDenied):
            return responses.permission_denied(request, exception)
        if isinstance(exception, SuspiciousOperation):
            _security.warning("%s", type(exception).__name__)
            return responses.bad_request(request, exception)
        if settings.DEBUG:
            return None  # Django's page with the trace
        _errors.error("unexpected error", exc_info=exception)
        return responses.server_error(request)
