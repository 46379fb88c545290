"""Accounts as their administrators see them: the list, one account, what can be done with it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from yiwang.kernel.access import permission_required
from yiwang.kernel.errors import Refused, invalid, require
from yiwang.kernel.extension.permissions import permissions
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts import rules
from yiwang.platform.accounts.actions import activation, grants, lifecycle, mobiles, suspensions, verification
from yiwang.platform.accounts.models import Account, Grant, MobileChange
from yiwang.platform.accounts.queries import accounts, verifications
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.accounts.vocabulary import MANAGE
from yiwang.platform.console.forms import GrantForm, ReasonForm, SuspendForm, refuse_typed_unit
from yiwang.platform.console.queries import narrowing
from yiwang.platform.console.views import roles
from yiwang.platform.org.models import Unit


def _visible(request: HttpRequest, pk: int) -> Account:
    visible = Account.objects.visible_to(of_request(request))
    return get_object_or_404(visible.select_related("person__unit", "sponsor_unit", "sponsor"), pk=pk)


def _detail(request: HttpRequest, account: Account, *, status: int = 200, **more: object) -> HttpResponse:
    user = of_request(request)
    given = Grant.objects.filter(account=account).select_related("unit").order_by("ended_at", "-created_at")
    context = {
        "account": account,
        "grants": [(one, _label(one.permission)) for one in given[:50]],
        "verifications": verifications.history_of(account.pk),
        "is_locked": rules.is_locked(account, now=timezone.now()),
        "can_manage": rules.can_manage(user, account),
        "can_grant": rules.can_grant(user, account) and account.kind != Account.Kind.TEMPORARY,
        "grant_form": GrantForm(),
        **narrowing.unit_picks(of_request(request), request.POST, "unit_id"),
        "suspend_form": SuspendForm(),
        "wanted": accounts.mobile_wanted_from(account.pk),
        "suspension": accounts.suspension_of(account.pk),
        **roles.of_account(request, account),
        "code": "",
        **more,
    }
    return render(request, "console/accounts/detail.html", context, status=status)


def _label(key: str) -> str:
    return permissions.get(key).label if key in permissions else key


@never_cache
@require_safe
@permission_required(MANAGE.key)
def account_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _detail(request, _visible(request, pk))


@require_POST
@permission_required(MANAGE.key)
def issue_code(request: HttpRequest, pk: int) -> HttpResponse:
    """The code is on this answer only; it is stored as a digest."""
    account = _visible(request, pk)
    code = activation.issue_activation_code(account, actor=of_request(request))
    return _detail(request, _visible(request, pk), code=f"{code[:5]}-{code[5:]}")


@require_POST
@permission_required(MANAGE.key)
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    """重新认证."""
    verification.request_again(_visible(request, pk), actor=of_request(request))
    return notice(seeother("console:account", pk), "已重新提交实名认证，结果稍后显示在本页")


@require_POST
@permission_required(MANAGE.key)
def suspend(request: HttpRequest, pk: int) -> HttpResponse:
    account = _visible(request, pk)
    form = SuspendForm(request.POST)
    if not form.is_valid():
        return _detail(request, account, status=422, suspend_form=form)
    try:
        account = suspensions.suspend(account, **form.cleaned_data, actor=of_request(request))
    except Refused as refused:
        if not refused.fields:
            raise
        for field, message in refused.fields.items():
            form.add_error(field, message)
        return _detail(request, account, status=refused.status, suspend_form=form)
    is_planned = account.state != Account.State.SUSPENDED
    text = "已登记停用，到期自动执行" if is_planned else "账号已停用，其登录已全部退出"
    return notice(seeother("console:account", pk), text)


@require_POST
@permission_required(MANAGE.key)
def call_off_suspension(request: HttpRequest, pk: int) -> HttpResponse:
    suspensions.call_off(_visible(request, pk), actor=of_request(request))
    return notice(seeother("console:account", pk), "已撤销停用登记")


@require_POST
@permission_required(MANAGE.key)
def release_mobile(request: HttpRequest, pk: int, change_pk: int) -> HttpResponse:
    """Confirm for somebody who cannot do so himself that he has given up his number."""
    account = _visible(request, pk)
    change = get_object_or_404(MobileChange, pk=change_pk, holder=account)
    mobiles.release(change.pk, actor=of_request(request))
    return notice(seeother("console:account", pk), "已确认解除绑定，对方通过实名认证后生效")


@require_POST
@permission_required(MANAGE.key)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """注销 of a temporary account; civil servants leave by a person operation."""
    account = _visible(request, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        raise invalid("reason", "请填写事由")
    require(account.kind == Account.Kind.TEMPORARY, "用户账号的注销请通过人员变动办理")
    lifecycle.close(account, reason=form.cleaned_data["reason"], actor=of_request(request))
    return notice(seeother("console:account", pk), "临时账号已注销")


@require_POST
@permission_required(MANAGE.key)
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    suspensions.resume(_visible(request, pk), actor=of_request(request))
    return notice(seeother("console:account", pk), "账号已恢复")


@require_POST
@permission_required(MANAGE.key)
def unlock(request: HttpRequest, pk: int) -> HttpResponse:
    lifecycle.unlock(_visible(request, pk), actor=of_request(request))
    return notice(seeother("console:account", pk), "已解除锁定")


@require_POST
@permission_required(MANAGE.key)
def add_grant(request: HttpRequest, pk: int) -> HttpResponse:
    account = _visible(request, pk)
    form = GrantForm(request.POST)
    refuse_typed_unit(form, "unit_id", request.POST)
    if not form.is_valid():
        return _detail(request, account, status=422, grant_form=form)
    try:
        grants.grant(
            account,
            permission=form.cleaned_data["permission"],
            unit=_unit(request, form.cleaned_data["unit_id"]),
            valid_to=form.cleaned_data["valid_to"],
            reason=form.cleaned_data["reason"],
            actor=of_request(request),
        )
    except Refused as refused:
        if refused.status not in (409, 422):
            raise
        form.add_error(None, refused.message)
        return _detail(request, account, status=refused.status, grant_form=form)
    return notice(seeother("console:account", pk), "已授权，立即生效")


def _unit(request: HttpRequest, pk: int | None) -> Unit | None:
    if pk is None:
        return None
    unit = Unit.objects.living().visible_to(of_request(request)).filter(pk=pk).first()
    if unit is None:
        raise invalid("unit_id", "没有找到该机构，请重新选择")
    return unit


@require_POST
@permission_required(MANAGE.key)
def withdraw_grant(request: HttpRequest, pk: int, grant_pk: int) -> HttpResponse:
    account = _visible(request, pk)
    given = get_object_or_404(Grant, pk=grant_pk, account=account)
    grants.withdraw(given, actor=of_request(request), reason="管理后台收回")
    return notice(seeother("console:account", pk), "权限已收回，立即生效")
