"""Answers: pages, redirects, refusals in all their shapes; also the error handlers of site/urls.py."""

from collections.abc import Mapping
from typing import Any

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.template import engines
from django.utils.cache import patch_vary_headers

from yiwang.kernel import errors, htmx, notices, request_context
from yiwang.kernel.template_filters import query_string

PROBLEM = "application/problem+json"

# status: (title, icon, what to do now)
_TITLES = {
    400: ("请求无法处理", "alert-circle", "请返回上一页重新操作。"),
    401: ("登录已过期", "lock", "请重新登录后继续。"),
    403: ("没有权限", "lock", "如确需办理，请联系本单位分级管理员。"),
    404: ("未找到该内容", "file-unknown", "内容可能已被移除，或您不在可见范围内。"),
    405: ("不支持的操作方式", "alert-circle", "请从页面上的按钮或链接进入。"),
    409: ("当前不能执行该操作", "refresh-alert", "请刷新页面，查看最新状态后再试。"),
    413: ("内容过大", "file-alert", "请减少内容或附件后重试。"),
    422: ("填写内容有误", "forms", "请按提示修改后重新提交。"),
    423: ("已锁定", "lock", "请稍后重试。"),
    429: ("操作过于频繁", "clock-pause", "请稍后重试。"),
    500: ("系统出现异常", "alert-triangle", "请稍后重试；如仍不能使用，请将下方编号告知平台运维人员。"),
    503: ("服务暂时不可用", "tools", "系统正在维护或繁忙，请稍后重试。"),
}


def render(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Render a template. Pages hold personal data: browsers may keep them for the back button only."""
    text = engines["jinja2"].get_template(template).render(dict(context or {}), request)
    response = HttpResponse(text, status=status)
    response.headers["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ("HX-Request",))
    if not htmx.is_fragment(request):
        notices.forget(request, response)
    return response


def seeother(to: Any, *args: object, **kwargs: object) -> HttpResponse:
    """After a POST: look at that page now. `to`: a route's name, an address or an object with one."""
    is_address = isinstance(to, str) and to.startswith("/")
    response = HttpResponseRedirect(to if is_address else resolve_url(to, *args, **kwargs))
    response.status_code = 303
    return response


def wants_json(request: HttpRequest) -> bool:
    """Programs get problem JSON: everything below /api/, and who asks for JSON rather than for a page."""
    if request.path.startswith("/api/"):
        return True
    accept = request.headers.get("Accept", "")
    return "json" in accept and "text/html" not in accept


def problem(refusal: errors.Refused) -> HttpResponse:
    """RFC 9457. code: name in the error catalogue; fields: field -> message; request_id: for support."""
    title = _TITLES.get(refusal.status, _TITLES[400])[0]
    body: dict[str, Any] = {
        "type": f"urn:yiwang:error:{refusal.code}" if refusal.code else "about:blank",
        "title": title,
        "status": refusal.status,
        "detail": refusal.message,
        "request_id": request_context.current().request_id,
    }
    if refusal.code:
        body["code"] = refusal.code
    if refusal.fields:
        body["fields"] = refusal.fields
    return _with_retry(
        HttpResponse(msgspec.json.encode(body), content_type=PROBLEM, status=refusal.status), refusal
    )


def refused(request: HttpRequest, refusal: errors.Refused) -> HttpResponse:
    """Say no in the shape the client understands."""
    if wants_json(request):
        return _ours(problem(refusal))
    if refusal.status == 401:
        return _ours(_to_login(request))
    if htmx.is_fragment(request):
        return _ours(_with_retry(_as_toast(request, refusal), refusal))
    return _ours(_with_retry(_as_page(request, refusal), refusal))


def _as_toast(request: HttpRequest, refusal: errors.Refused) -> HttpResponse:
    """htmx puts the toast into the corner, wherever the answer was meant to go."""
    kind: notices.Kind = "warning" if refusal.status < 500 else "danger"
    lines = [refusal.message, *refusal.fields.values()]
    text = "；".join(dict.fromkeys(lines))
    response = render(
        request, "ui/_toast.html", {"notice": notices.Notice(text, kind)}, status=refusal.status
    )
    response.headers["HX-Retarget"] = "#toasts"
    response.headers["HX-Reswap"] = "beforeend"
    return response


def _as_page(request: HttpRequest, refusal: errors.Refused) -> HttpResponse:
    title, icon, advice = _TITLES.get(refusal.status, _TITLES[400])
    context = {
        "refusal": refusal,
        "title": title,
        "icon_name": icon,
        "advice": advice,
        "request_id": request_context.current().request_id,
    }
    return render(request, "errors/refused.html", context, status=refusal.status)


def _to_login(request: HttpRequest) -> HttpResponse:
    """To the login page and back again afterwards."""
    address = resolve_url(settings.LOGIN_URL) + query_string({"next": htmx.page_path(request)})
    if htmx.is_fragment(request):
        return htmx.go(address, status=401)
    return seeother(address)


def _with_retry(response: HttpResponse, refusal: errors.Refused) -> HttpResponse:
    if refusal.retry_after is not None:
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def _ours(response: HttpResponse) -> HttpResponse:
    """Mark it as no debug page of Django's, so that the content security policy applies."""
    setattr(response, "is_ours", True)  # noqa: B010  responses have no such attribute for the type checker
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """settings.CSRF_FAILURE_VIEW: the form was open too long, or it was not ours."""
    return refused(request, errors.Refused("页面已失效，请刷新后重新提交", status=403, code="E-CSRF-01"))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler400. What Django found suspicious is logged by Django and not repeated to the client."""
    return refused(request, errors.Refused("请求内容不符合要求", status=400))


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler403."""
    return refused(request, errors.Refused("您没有权限执行该操作", status=403, code="E-PERM-01"))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler404."""
    return refused(request, errors.not_found())


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500: says the request's id and nothing else. Must not fail itself."""
    refusal = errors.Refused("系统出现异常，请稍后重试", status=500)
    try:
        return refused(request, refusal)
    except Exception:  # noqa: BLE001  the very page may be what is broken
        return HttpResponse(
            f"系统出现异常，请稍后重试。编号：{request_context.current().request_id}",
            status=500,
            content_type="text/plain; charset=utf-8",
        )
