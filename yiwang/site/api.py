"""/api/v1: the parts that modules registered, and errors as problem JSON (RFC 9457)."""

import logging
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import APIKeyCookie

import yiwang
from yiwang.kernel import responses
from yiwang.kernel.errors import Refused, not_found
from yiwang.kernel.extension.api import api_routers

log = logging.getLogger("yiwang.error")

# pydantic's error types that users meet most, in Chinese; the rest get a general sentence.
_WORDS = {
    "missing": "必填",
    "int_parsing": "应为整数",
    "string_too_long": "内容过长",
    "string_too_short": "内容过短",
    "greater_than_equal": "数值过小",
    "less_than_equal": "数值过大",
    "enum": "没有这个选项",
    "literal_error": "没有这个选项",
    "date_from_datetime_parsing": "日期格式应为2026-11-23",
    "bool_parsing": "应为是或否",
}

# What the library itself refuses: (message, name in the error catalogue).
_HTTP_ERRORS = {
    400: ("请求内容不符合要求", ""),
    403: ("页面已失效，请刷新后重新提交", "E-CSRF-01"),
    429: ("操作过于频繁，请稍后重试", ""),
}


class SessionCookie(APIKeyCookie):
    """The browser's own session; unsafe methods need the CSRF token as pages do."""

    param_name = "yiwang_session"

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        return request.user


def build() -> NinjaAPI:
    """The API with every registered router."""
    api = NinjaAPI(
        title="一网协同 API",
        version=yiwang.__version__,
        description="青浦区“一网协同”办公平台开放接口",
        urls_namespace="api",
        docs_url=None,
        openapi_url="/openapi.json",
        auth=SessionCookie(),
    )
    for one in sorted(api_routers, key=lambda one: one.key):
        api.add_router(one.prefix, one.router)
    handle_errors(api)
    return api


def handle_errors(api: NinjaAPI) -> None:
    """Every error of the API leaves as problem JSON, in Chinese, without what happened inside."""

    @api.exception_handler(Refused)
    def refused(request: HttpRequest, error: Refused) -> HttpResponse:
        return responses.problem(error)

    @api.exception_handler(Http404)
    def missing(request: HttpRequest, error: Http404) -> HttpResponse:
        return responses.problem(not_found())

    @api.exception_handler(AuthenticationError)
    def stranger(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        return responses.problem(Refused("登录已过期，请重新登录", status=401, code="E-AUTH-01"))

    @api.exception_handler(HttpError)
    def failed(request: HttpRequest, error: HttpError) -> HttpResponse:
        message, code = _HTTP_ERRORS.get(error.status_code, _HTTP_ERRORS[400])
        wait = getattr(error, "wait", None)
        return responses.problem(
            Refused(
                message, status=error.status_code, code=code, retry_after=None if wait is None else int(wait)
            )
        )

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        fields = {str(one["loc"][-1]): _WORDS.get(one["type"], "填写内容有误") for one in error.errors}
        return responses.problem(Refused("填写内容有误", status=422, fields=fields))

    @api.exception_handler(Exception)
    def unexpected(request: HttpRequest, error: Exception) -> HttpResponse:
        log.error("unexpected error", exc_info=error)
        return responses.problem(Refused("系统出现异常，请稍后重试", status=500))
