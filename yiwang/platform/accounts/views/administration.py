"""Administration mode (管理模式): the page that offers to enter it, and the way out."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from yiwang.kernel.access import login_required, way_back
from yiwang.kernel.errors import Refused, not_found
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.actions import administration
from yiwang.platform.accounts.forms import AdministrationForm
from yiwang.platform.accounts.queries.principals import of_request


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def enter(request: HttpRequest) -> HttpResponse:
    """Say what for, type the password again, go on where one was."""
    user = of_request(request)
    if not user.dormant and not user.is_administering:
        raise not_found()
    if request.method == "GET":
        if user.is_administering:
            return seeother(_onwards(request, request.GET.get("next", "")))
        return _page(request, AdministrationForm(initial={"next": request.GET.get("next", "")}))
    form = AdministrationForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        administration.start_administration(
            password=form.cleaned_data["password"], reason=form.cleaned_data["reason"], actor=user
        )
    except Refused as refused:
        if refused.status not in (422, 423, 429):
            raise
        form.add_error("password" if "password" in refused.fields else None, refused.message)
        return _page(request, form, status=refused.status)
    minutes = settings.ADMINISTRATION_SECONDS // 60
    return notice(
        seeother(_onwards(request, form.cleaned_data["next"])), f"已进入管理模式，{minutes}分钟后自动退出"
    )


def _onwards(request: HttpRequest, target: str) -> str:
    return way_back(request, target) if target else reverse("console:home")


def _page(request: HttpRequest, form: AdministrationForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "minutes": settings.ADMINISTRATION_SECONDS // 60}
    return render(request, "accounts/administration.html", context, status=status)


@require_POST
@login_required
def leave(request: HttpRequest) -> HttpResponse:
    user = of_request(request)
    if not user.dormant and not user.is_administering:
        raise not_found()
    administration.end_administration(actor=user)
    return notice(seeother("portal:home"), "已退出管理模式")
