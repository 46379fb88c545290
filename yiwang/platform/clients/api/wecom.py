"""/cgi-bin/…: the face shaped like WeCom's, over the same actions as /api/v1.

As there, the HTTP status is 200 and `errcode` tells how it went; `request_id` goes into every answer.
"""

import logging
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import msgspec
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI

from yiwang.kernel import request_context
from yiwang.kernel.errors import Refused
from yiwang.kernel.extension.open_calls import WecomCall, WecomError, wecom_calls
from yiwang.platform.clients.actions import admission, keys
from yiwang.platform.clients.actions.admission import Visit
from yiwang.platform.clients.vocabulary import BAD_CLIENT, ERRCODE_OF, ERRCODE_OF_STATUS, ERRCODES

log = logging.getLogger("yiwang.error")

api = NinjaAPI(title="企业微信兼容接口", urls_namespace="wecom", docs_url=None, openapi_url=None)

# How the log counts an errcode: as the status that the native face would have.
_BUSY, _TOO_OFTEN = -1, 45009


@api.api_operation(["GET", "POST"], "/{path:call}", auth=None, url_name="call", include_in_schema=False)
def dispatch(request: HttpRequest, call: str) -> HttpResponse:
    """Any call under /cgi-bin/."""
    if call == "gettoken":
        return _gettoken(request)
    visit = admission.begin(request, f"/cgi-bin/{call}" if call in _by_path() else "unknown")
    refusal: Refused | WecomError | None = None
    try:
        response = _answer(visit, call)
    except (WecomError, Refused) as error:
        refusal = error
        response = _refused(error)
    except Exception:  # as Django's own last resort, but this face answers 200 with an errcode
        log.exception("unexpected error")
        refusal = WecomError(_BUSY, ERRCODES[_BUSY])
        response = _refused(refusal)
    errcode = _errcode(refusal) if refusal else 0
    return admission.finish(visit, response, status=_status(errcode), code=str(errcode or ""))


@cache
def _by_path() -> Mapping[str, WecomCall]:
    return {one.path: one for one in wecom_calls}


def _answer(visit: Visit, path: str) -> HttpResponse:
    request = visit.request
    call = _by_path().get(path)
    if call is None:
        raise WecomError(404001, ERRCODES[404001])
    if request.method != call.method:
        wrong = 43001 if call.method == "GET" else 43002
        raise WecomError(wrong, ERRCODES[wrong])
    token = request.GET.get("access_token", "")
    if not token:
        raise WecomError(41001, ERRCODES[41001])
    admission.let_in(visit, token)
    admission.require_scope(visit.caller, call.scope)
    query = {key: str(value) for key, value in request.GET.items() if key != "access_token"}
    body = _body(request) if call.method == "POST" else {}
    act: Callable[[], HttpResponse] = lambda: _done(call, visit, query, body)  # noqa: E731
    return admission.run(visit, act)


def _done(call: WecomCall, visit: Visit, query: Mapping[str, str], body: Mapping[str, Any]) -> HttpResponse:
    return _json(0, "ok", call.run(visit.caller, query, body))


def _body(request: HttpRequest) -> Mapping[str, Any]:
    try:
        body = msgspec.json.decode(request.body)
    except RequestDataTooBig as error:
        raise WecomError(45002, ERRCODES[45002]) from error
    except msgspec.DecodeError as error:
        raise WecomError(47001, ERRCODES[47001]) from error
    if not isinstance(body, dict):
        raise WecomError(47001, ERRCODES[47001])
    return body


def _gettoken(request: HttpRequest) -> HttpResponse:
    corpid, secret = request.GET.get("corpid", ""), request.GET.get("corpsecret", "")
    if request.method != "GET":
        return _json(43001, ERRCODES[43001])
    for value, errcode in ((corpid, 41002), (secret, 41004)):
        if not value:
            return _json(errcode, ERRCODES[errcode])
    try:
        issued = keys.issue_token(corpid, secret, address=request_context.current().address)
    except Refused as refusal:
        is_unknown = refusal.code == BAD_CLIENT and not keys.is_registered(corpid)
        return _json(40013, ERRCODES[40013]) if is_unknown else _refused(refusal)
    return _json(0, "ok", {"access_token": issued.token, "expires_in": issued.seconds})


def _errcode(refusal: Refused | WecomError) -> int:
    """WeCom's number of a refusal of the native face."""
    if isinstance(refusal, WecomError):
        return refusal.errcode
    return ERRCODE_OF.get(refusal.code) or ERRCODE_OF_STATUS.get(refusal.status, _BUSY)


def _refused(refusal: Refused | WecomError) -> HttpResponse:
    """errmsg is for people to read."""
    if isinstance(refusal, WecomError):
        return _json(refusal.errcode, refusal.errmsg)
    message = "；".join(dict.fromkeys([refusal.message, *refusal.fields.values()]))
    response = _json(_errcode(refusal), message)
    if refusal.retry_after is not None:
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def _json(errcode: int, errmsg: str, answer: Mapping[str, Any] | None = None) -> HttpResponse:
    request_id = request_context.current().request_id
    content = {"errcode": errcode, "errmsg": errmsg, **(answer or {}), "request_id": request_id}
    response = HttpResponse(msgspec.json.encode(content), content_type="application/json; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response


def _status(errcode: int) -> int:
    """How the log of calls counts it."""
    if errcode == 0:
        return 200
    if errcode == _BUSY:
        return 500
    return 429 if errcode == _TOO_OFTEN else 400
