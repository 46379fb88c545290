"""My card, my devices, my password, my current post."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yiwang.kernel.access import login_required, way_back
from yiwang.kernel.errors import Refused
from yiwang.kernel.extension.permissions import permissions
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render
from yiwang.kernel.validators import mask_citizen_id
from yiwang.platform.accounts.actions import passwords, sessions
from yiwang.platform.accounts.forms import PasswordForm, PostForm
from yiwang.platform.accounts.models import Account
from yiwang.platform.accounts.queries import accounts, roles, verifications
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.org.models import Person
from yiwang.platform.org.queries import codes


@login_required
@require_safe
def card(request: HttpRequest) -> HttpResponse:
    """My own record as others and I see it, my posts and my rights."""
    me = of_request(request)
    person = Person.objects.select_related("unit").get(pk=me.person_id)
    account = Account.objects.select_related("sponsor__unit", "sponsor_unit").get(pk=me.account_id)
    rights = [
        {"label": permissions.get(grant.permission).label, "path": grant.path, "below": grant.includes_below}
        for grant in (*me.grants, *me.dormant)
        if grant.permission in permissions
    ]
    units = accounts.unit_names({grant.path for grant in (*me.grants, *me.dormant) if grant.path})
    id_number = mask_citizen_id(person.id_number) if person.id_number else ""
    context = {
        "person": person,
        "id_number": id_number,
        "verification": verifications.latest_of(account.pk),
        "wanted": accounts.mobile_wanted_from(account.pk),
        "change": accounts.mobile_change_of(account.pk),
        "ranks": codes.ranks_of(person),
        "account": account,
        "roles": [(roles.label_of(one.role), one) for one in roles.living_of(account)],
        "rights": rights,
        "units": units,
    }
    return render(request, "accounts/card.html", context)


@never_cache
@login_required
@require_safe
def devices(request: HttpRequest) -> HttpResponse:
    """Where I am logged in, and where I was lately."""
    me = of_request(request)
    context = {
        "living": accounts.sessions_of(me.account_id),
        "ended": accounts.recent_sessions_of(me.account_id),
        "current_id": me.session_id,
    }
    return render(request, "accounts/devices.html", context)


@require_POST
@login_required
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    sessions.end_session(pk, actor=of_request(request))
    return notice(HttpResponseRedirect(reverse("accounts:devices")), "已退出该设备")


@require_POST
@login_required
def logout_everywhere(request: HttpRequest) -> HttpResponse:
    """All devices, this one included."""
    sessions.log_out_everywhere(actor=of_request(request))
    response = HttpResponseRedirect(reverse("accounts:login"))
    response.delete_cookie(settings.SESSION_COOKIE)
    return notice(response, "已退出全部设备，请重新登录")


@require_POST
@login_required
def logout_others(request: HttpRequest) -> HttpResponse:
    ended = sessions.log_out_everywhere(actor=of_request(request), keep_current=True)
    text = f"已退出其他{ended}个设备" if ended else "没有其他已登录的设备"
    return notice(HttpResponseRedirect(reverse("accounts:devices")), text)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    me = of_request(request)
    form = PasswordForm(request.POST or None)
    context = {"form": form, "is_overdue": me.must_change_password}
    if request.method == "GET" or not form.is_valid():
        return render(
            request, "accounts/password.html", context, status=200 if request.method == "GET" else 422
        )
    try:
        passwords.change_password(old=form.cleaned_data["old"], new=form.cleaned_data["new"], actor=me)
    except Refused as refused:
        for field, message in refused.fields.items():
            form.add_error(field, message)
        return render(request, "accounts/password.html", context, status=refused.status)
    return notice(HttpResponseRedirect(reverse("accounts:card")), "密码已修改，其他设备已退出")


@require_POST
@login_required
def switch_post(request: HttpRequest) -> HttpResponse:
    """身份切换: act in another of my posts."""
    form = PostForm(request.POST)
    if not form.is_valid():
        raise Refused("未找到该内容", status=404, code="E-NOTF-01")
    sessions.switch_post(form.cleaned_data["post"], actor=of_request(request))
    response = HttpResponseRedirect(way_back(request, form.cleaned_data["next"]))
    return notice(response, "已切换当前身份")
