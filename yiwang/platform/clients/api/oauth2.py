"""POST /api/v1/oauth2/token: client credentials (RFC 6749), by Basic or by form."""

import base64
import binascii
from typing import Any
from urllib.parse import unquote_plus

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Form, Router, Schema

from yiwang.kernel import request_context
from yiwang.kernel.errors import Refused
from yiwang.platform.clients.actions import keys
from yiwang.platform.clients.vocabulary import BAD_CLIENT, DISABLED_CLIENT

router = Router(tags=["访问令牌"])

# What RFC 6749 calls it.
_ERRORS = {BAD_CLIENT: "invalid_client", DISABLED_CLIENT: "unauthorized_client"}


class TokenAnswer(Schema):
    """A token and for how many seconds it is good. Asked again, the same one comes."""

    access_token: str
    token_type: str
    expires_in: int


class TokenError(Schema):
    """RFC 6749, with the number of the request."""

    error: str
    error_description: str
    request_id: str


@router.post(
    "/token",
    auth=None,
    response={200: TokenAnswer, 400: TokenError, 401: TokenError, 403: TokenError, 429: TokenError},
    url_name="oauth2_token",
    summary="获取访问令牌",
    description="client_credentials；应用ID和密钥放在 Basic 认证头或表单中。"
    "令牌有效7200秒，临近到期前重复获取返回同一令牌。",
)
def token(
    request: HttpRequest,
    grant_type: Form[str] = "",
    client_id: Form[str] = "",
    client_secret: Form[str] = "",
) -> HttpResponse:
    name, secret = _basic(request) or (client_id, client_secret)
    if grant_type != "client_credentials":
        return _error("unsupported_grant_type", "grant_type 应为 client_credentials", 400)
    if not name or not secret:
        return _error("invalid_request", "请提供 client_id 和 client_secret", 400)
    try:
        issued = keys.issue_token(name, secret, address=request_context.current().address)
    except Refused as refusal:
        response = _error(_ERRORS.get(refusal.code, "invalid_request"), refusal.message, refusal.status)
        if refusal.status == 401:
            response.headers["WWW-Authenticate"] = 'Basic realm="yiwang"'
        if refusal.retry_after is not None:
            response.headers["Retry-After"] = str(refusal.retry_after)
        return response
    return _json({"access_token": issued.token, "token_type": "Bearer", "expires_in": issued.seconds}, 200)


def _basic(request: HttpRequest) -> tuple[str, str] | None:
    kind, _, text = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        name, colon, secret = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (unquote_plus(name), unquote_plus(secret)) if colon else None


def _error(error: str, description: str, status: int) -> HttpResponse:
    request_id = request_context.current().request_id
    return _json({"error": error, "error_description": description, "request_id": request_id}, status)


def _json(content: dict[str, Any], status: int) -> HttpResponse:
    response = HttpResponse(msgspec.json.encode(content), content_type="application/json", status=status)
    response.headers["Cache-Control"] = "no-store"
    return response
