"""Login, logout, first activation."""

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from yiwang.kernel import request_context
from yiwang.kernel.access import is_logged_in, login_required, way_back
from yiwang.kernel.errors import Refused
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render
from yiwang.kernel.validators import mask_citizen_id
from yiwang.platform.accounts import vocabulary
from yiwang.platform.accounts.actions import activation, sessions
from yiwang.platform.accounts.forms import (
    ActivationCodeForm,
    ActivationForm,
    ActivationTextForm,
    LoginForm,
    TextCodeForm,
)
from yiwang.platform.accounts.models import Account
from yiwang.platform.accounts.queries import verifications
from yiwang.platform.accounts.queries.principals import of_request

_ACTIVATION_SALT = "yiwang.accounts.activation"
_ACTIVATION_SECONDS = 15 * 60


def _with_session(response: HttpResponse, token: str) -> HttpResponse:
    response.set_cookie(
        settings.SESSION_COOKIE,
        token,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return response


@never_cache
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        target = way_back(request, request.GET.get("next", ""))
        if is_logged_in(request):
            return HttpResponseRedirect(target)
        form = LoginForm(initial={"next": request.GET.get("next", "")})
        return render(request, "accounts/login.html", {"form": form, "refusal": ""})
    form = LoginForm(request.POST)
    if not form.is_valid():
        return render(request, "accounts/login.html", {"form": form, "refusal": ""}, status=422)
    try:
        token = sessions.log_in(
            login=form.cleaned_data["login"],
            password=form.cleaned_data["password"],
            address=request_context.current().address,
            agent=request.headers.get("User-Agent", ""),
        )
    except Refused as refused:
        context = {"form": form, "refusal": refused.message}
        return render(request, "accounts/login.html", context, status=refused.status)
    return _with_session(HttpResponseRedirect(way_back(request, form.cleaned_data["next"])), token)


@require_POST
@login_required
def logout(request: HttpRequest) -> HttpResponse:
    sessions.log_out(actor=of_request(request))
    response = HttpResponseRedirect(reverse("accounts:login"))
    response.delete_cookie(settings.SESSION_COOKIE)
    return notice(response, "您已安全退出")


@never_cache
@require_http_methods(["GET", "POST"])
def activate(request: HttpRequest) -> HttpResponse:
    """First step: the code from the administrator."""
    form = ActivationCodeForm(request.POST or None)
    if request.method == "GET" or not form.is_valid():
        status = 200 if request.method == "GET" else 422
        return render(request, "accounts/activate.html", {"form": form, "refusal": ""}, status=status)
    try:
        account = activation.check_activation_code(
            login=form.cleaned_data["login"],
            code=form.cleaned_data["code"],
            address=request_context.current().address,
        )
    except Refused as refused:
        context = {"form": form, "refusal": refused.message}
        return render(request, "accounts/activate.html", context, status=refused.status)
    return _confirm(account)


def _confirm(account: Account) -> HttpResponse:
    ticket = signing.dumps([account.pk, account.activation_code], salt=_ACTIVATION_SALT)
    return HttpResponseRedirect(reverse("accounts:activate_confirm", args=[ticket]))


@never_cache
@require_http_methods(["GET", "POST"])
def activation_text(request: HttpRequest) -> HttpResponse:
    """Ask for a code by SMS; the answer is the same whether or not there is such an account."""
    form = ActivationTextForm(request.POST or None)
    context = {"form": form, "is_sent": False, "refusal": ""}
    if request.method == "GET" or not form.is_valid():
        status = 200 if request.method == "GET" else 422
        return render(request, "accounts/activate_by_text.html", context, status=status)
    login = form.cleaned_data["login"]
    try:
        activation.send_code(login=login, address=request_context.current().address)
    except Refused as refused:
        context |= {
            "form": TextCodeForm(initial={"login": login}),
            "is_sent": True,
            "refusal": refused.message,
        }
        return render(request, "accounts/activate_by_text.html", context, status=refused.status)
    context |= {"form": TextCodeForm(initial={"login": login}), "is_sent": True}
    return render(request, "accounts/activate_by_text.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def activate_by_text(request: HttpRequest) -> HttpResponse:
    """First step by SMS: the code that was sent."""
    if request.method == "GET":
        return activation_text(request)
    form = TextCodeForm(request.POST)
    context = {"form": form, "is_sent": True, "refusal": ""}
    if not form.is_valid():
        return render(request, "accounts/activate_by_text.html", context, status=422)
    try:
        account = activation.check_code(
            login=form.cleaned_data["login"],
            code=form.cleaned_data["code"],
            address=request_context.current().address,
        )
    except Refused as refused:
        context["refusal"] = refused.message
        return render(request, "accounts/activate_by_text.html", context, status=refused.status)
    return _confirm(account)


@never_cache
@require_http_methods(["GET", "POST"])
def activate_confirm(request: HttpRequest, ticket: str) -> HttpResponse:
    """Second step: confirm the data, accept the commitment, set a password."""
    try:
        account_id, code_digest = signing.loads(ticket, salt=_ACTIVATION_SALT, max_age=_ACTIVATION_SECONDS)
    except signing.BadSignature:
        return notice(
            HttpResponseRedirect(reverse("accounts:activate")), "激活链接已失效，请重新输入激活码", "warning"
        )
    account = Account.objects.select_related("person__unit").get(pk=account_id)
    form = ActivationForm(request.POST or None)
    context = {
        "form": form,
        "account": account,
        "id_number": mask_citizen_id(account.person.id_number),
        "verification": verifications.latest_of(account.pk),
        "commitment": vocabulary.COMMITMENT,
        "refusal": "",
    }
    if request.method == "GET" or not form.is_valid():
        status = 200 if request.method == "GET" else 422
        return render(request, "accounts/activate_confirm.html", context, status=status)
    try:
        activation.activate(
            account,
            code_digest=code_digest,
            password=form.cleaned_data["password"],
            accepted=form.cleaned_data["accepted"],
        )
    except Refused as refused:
        for field, message in refused.fields.items():
            form.add_error(field, message)
        context["refusal"] = "" if refused.fields else refused.message
        return render(request, "accounts/activate_confirm.html", context, status=refused.status)
    return notice(HttpResponseRedirect(reverse("accounts:login")), "账号已激活，请使用新密码登录")
