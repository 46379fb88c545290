"""Addresses that only the kernel's own tests use, and how htmx asks for them."""

from typing import NoReturn

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import include, path
from django.views.decorators.http import require_POST

from yiwang.kernel import notices, responses, styleguide, views
from yiwang.kernel.errors import Refused, invalid

handler400 = "yiwang.kernel.responses.bad_request"
handler403 = "yiwang.kernel.responses.permission_denied"
handler404 = "yiwang.kernel.responses.not_found"
handler500 = "yiwang.kernel.responses.server_error"

SECRET = "password=hunter2 310199199001011234"  # what must not leak


def of_htmx(page: str = "http://testserver/page/?tab=2") -> dict[str, str]:
    """Headers of a request by htmx from that page."""
    return {"HX-Request": "true", "HX-Current-URL": page}


def refuse(request: HttpRequest) -> NoReturn:
    """Refuse with the status asked for."""
    raise Refused(
        "您没有“查看敏感信息”权限", status=int(request.GET["status"]), code="E-PERM-01", retry_after=60
    )


def wrong(request: HttpRequest) -> NoReturn:
    raise invalid("name", "姓名不能为空", code="E-PER-01")


def crash(request: HttpRequest) -> NoReturn:
    raise RuntimeError(SECRET)


def missing(request: HttpRequest) -> NoReturn:
    raise Http404("person 17 exists but is hidden")


def forbidden(request: HttpRequest) -> NoReturn:
    raise PermissionDenied


def suspicious(request: HttpRequest) -> NoReturn:
    raise SuspiciousOperation("tampered")


@require_POST
def only_post(request: HttpRequest) -> HttpResponse:
    return HttpResponse("done")


def save(request: HttpRequest) -> HttpResponse:
    """What an act answers with."""
    response = responses.seeother("/plain/")
    return notices.notice(notices.notice(response, "已保存"), "附件未上传", "warning")


def plain(request: HttpRequest) -> HttpResponse:
    return responses.render(request, "styleguide/plain.html", {})


def page(request: HttpRequest) -> HttpResponseBase:
    """A whole page, for somebody logged in."""
    return styleguide.part(request, "marks")


_tests = (
    [
        path("refuse/", refuse, name="refuse"),
        path("api/refuse/", refuse, name="api_refuse"),
        path("wrong/", wrong, name="wrong"),
        path("api/wrong/", wrong, name="api_wrong"),
        path("crash/", crash, name="crash"),
        path("api/crash/", crash, name="api_crash"),
        path("missing/", missing, name="missing"),
        path("forbidden/", forbidden, name="forbidden"),
        path("suspicious/", suspicious, name="suspicious"),
        path("only-post/", only_post, name="only_post"),
        path("save/", save, name="save"),
        path("plain/", plain, name="plain"),
        path("page/", page, name="page"),
        path("rows/<int:pk>/more/", plain, name="more_rows"),
        path("styleguide/", styleguide.styleguide, name="styleguide"),
    ],
    "tests",
)
_accounts = (
    [
        path("login/", plain, name="login"),
        path("logout/", only_post, name="logout"),
        path("post/", only_post, name="switch_post"),
    ],
    "accounts",
)
_kernel = [
    path("font-size/", views.font_size, name="font_size"),
    path("styleguide/<slug:part>/", styleguide.part, name="styleguide_part"),
]

urlpatterns = [
    path("", include((_kernel, "kernel"), namespace="kernel")),
    path("", include(_tests)),
    path("", include(_accounts)),
]
