"""Letting a call in: token, state, address, signature, scope, limit; and what is remembered of it."""

import datetime
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import http_date

from yiwang.kernel import jobs, request_context
from yiwang.kernel.addresses import client_address
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.crypto import sm3
from yiwang.kernel.errors import Refused, invalid
from yiwang.kernel.extension.open_calls import Caller, DeprecatedCall, deprecated_calls, scopes
from yiwang.platform.clients import rules
from yiwang.platform.clients.actions import traffic
from yiwang.platform.clients.models import Client
from yiwang.platform.clients.queries import callers
from yiwang.platform.clients.queries.callers import Known
from yiwang.platform.clients.vocabulary import (
    BAD_SIGNATURE,
    CALL_REFUSED,
    DISABLED_CLIENT,
    EXPIRED_TOKEN,
    FOREIGN_ADDRESS,
    NO_SCOPE,
    NO_TOKEN,
)

_NONCE = re.compile(r"[A-Za-z0-9_-]{8,64}")
_KEY = re.compile(r"[\x21-\x7e]{1,128}")
# NUL, as bytes or as JSON writes it: no text of ours can hold it.
_NUL = re.compile(rb"\x00|(?<!\\)(?:\\\\)*\\u0000")
_SAFE = ("GET", "HEAD", "OPTIONS")


@dataclass(slots=True)
class Visit:
    """One call from its beginning to its line in the log."""

    request: HttpRequest
    call: str
    began: float
    known: Known | None = None
    room: traffic.Room | None = None

    @property
    def caller(self) -> Caller:
        if self.known is None:
            raise LookupError("nobody was let in")
        return self.known.caller


def begin(request: HttpRequest, call: str) -> Visit:
    """A call has come in."""
    return Visit(request, call, time.perf_counter())


def let_in(visit: Visit, token: str) -> None:
    """Who is it, and may he call at all? Afterwards the request has its `caller`."""
    request = visit.request
    known = callers.by_token(token)
    if known is None:
        raise Refused("访问令牌无效", status=401, code=NO_TOKEN)
    visit.known = known
    address = client_address(request)
    if known.caller.is_sandbox and not settings.SANDBOX_CLIENTS:
        raise Refused("沙箱应用只能在沙箱中使用", status=401, code=DISABLED_CLIENT)
    if not known.is_living:
        _note_refusal(known.caller, "应用已停用")
        raise Refused("应用已停用", status=401, code=DISABLED_CLIENT)
    if known.is_ended or known.expires_at <= timezone.now():
        raise Refused("访问令牌已过期，请重新获取", status=401, code=EXPIRED_TOKEN)
    if not rules.is_from(address, known.addresses):
        _note_refusal(known.caller, "调用方地址不在登记的范围内")
        raise Refused("调用方地址不在登记的范围内", status=403, code=FOREIGN_ADDRESS)
    visit.room = traffic.require_room(
        f"client:{known.caller.client_pk}", visit.call, rate=known.rate, burst=known.burst
    )
    if known.requires_signature or "X-Hmac-Auth-Signature" in request.headers:
        _require_signature(known.caller, request)
    cast("Any", request).caller = known.caller


@transaction.atomic
def _note_refusal(caller: Caller, reason: str) -> None:
    """Remembered, but not more often than every ten seconds: nobody fills the log by calling."""
    if traffic.has_room(f"client:{caller.client_pk}", "refused", rate=0.1, burst=5):
        target = (Client._meta.label_lower, caller.client_pk, caller.name)
        audit.record(CALL_REFUSED, target, actor=caller, reason=reason)


def _require_signature(caller: Caller, request: HttpRequest) -> None:
    """X-Hmac-Auth-Timestamp, -Nonce and -Signature: fresh, new, and right."""
    timestamp = request.headers.get("X-Hmac-Auth-Timestamp", "")
    nonce = request.headers.get("X-Hmac-Auth-Nonce", "")
    moment = rules.moment_of(timestamp)
    if moment is None or abs(timezone.now() - moment) > rules.CLOCK_SKEW:
        raise Refused("签名时间与服务器时间相差超过5分钟", status=401, code=BAD_SIGNATURE)
    if not _NONCE.fullmatch(nonce):
        raise Refused("签名随机数应为8至64位字母、数字", status=401, code=BAD_SIGNATURE)
    key = Client.objects.only("row_key", "signing_key").get(pk=caller.client_pk).signing_key
    text = rules.canonical(
        str(request.method),
        request.path,
        request.META.get("QUERY_STRING", ""),
        timestamp=timestamp,
        nonce=nonce,
        body=request.body,
    )
    if not key or not rules.is_signature(key, text, request.headers.get("X-Hmac-Auth-Signature", "")):
        raise Refused("请求签名不正确", status=401, code=BAD_SIGNATURE)
    if not traffic.is_fresh(caller.client_pk, nonce):
        raise Refused("签名随机数已使用过", status=401, code=BAD_SIGNATURE)


def require_scope(caller: Caller, scope: str) -> None:
    """Was the application granted it? "" asks for none."""
    if scope and scope not in caller.scopes:
        raise Refused(f"该应用未开通“{scopes.get(scope).label}”", status=403, code=NO_SCOPE)


def admit(request: HttpRequest, scope: str) -> Caller:
    """The caller of a native route; the middleware has let him in."""
    caller: Caller | None = getattr(request, "caller", None)
    if caller is None:
        raise Refused("请在 Authorization 中提供访问令牌", status=401, code=NO_TOKEN)
    require_scope(caller, scope)
    return caller


def run(visit: Visit, act: Callable[[], HttpResponse]) -> HttpResponse:
    """Run the call; with an Idempotency-Key only once."""
    request = visit.request
    query = request.META.get("QUERY_STRING", "")
    if "%00" in query or "\x00" in request.path or _NUL.search(request.body):
        raise Refused("内容含有不允许的字符（NUL）", status=422)
    key = request.headers.get("Idempotency-Key", "")
    if not key or request.method in _SAFE:
        return act()
    if not _KEY.fullmatch(key):
        raise invalid("Idempotency-Key", "幂等键应为1至128个可见字符")
    what = f"{request.method} {request.path}?{query}\n".encode()
    return traffic.once(visit.caller.client_pk, key, sm3.digest(what + request.body), act)


def _announce_end(response: HttpResponse, one: DeprecatedCall) -> None:
    """RFC 9745 and RFC 8594: since when it is not recommended, and when it will be gone."""
    since = datetime.datetime.combine(one.since, datetime.time(), jobs.SHANGHAI)
    sunset = datetime.datetime.combine(one.sunset, datetime.time(), jobs.SHANGHAI)
    response.headers["Deprecation"] = f"@{int(since.timestamp())}"
    response.headers["Sunset"] = http_date(sunset.timestamp())
    response.headers["Link"] = f'<{one.instead}>; rel="successor-version"'


def finish(
    visit: Visit, response: HttpResponse, *, status: int | None = None, code: str = ""
) -> HttpResponse:
    """Say what is left of the limit, and remember the call."""
    if visit.room is not None:
        response.headers["X-RateLimit-Limit"] = str(visit.room.limit)
        response.headers["X-RateLimit-Remaining"] = str(visit.room.left)
        response.headers["X-RateLimit-Reset"] = str(visit.room.seconds)
    response.headers["Cache-Control"] = "no-store"
    for one in deprecated_calls:
        if one.call == visit.call:
            _announce_end(response, one)
    if visit.known is not None:
        context = request_context.current()
        traffic.note(
            traffic.Note(
                client_pk=visit.known.caller.client_pk,
                call=visit.call[:80],
                at=timezone.now(),
                status=response.status_code if status is None else status,
                code=code[:20],
                ms=round((time.perf_counter() - visit.began) * 1000),
                address=context.address,
                request_id=context.request_id,
            )
        )
    return response
