"""沙箱: applications that vendors order for themselves, and what the fictitious people received of them."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yiwang.kernel.errors import Refused, not_found
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.filters import TextFilter
from yiwang.kernel.listing.screens import Listing, respond
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.developer import rules
from yiwang.platform.developer.actions import sandbox
from yiwang.platform.developer.forms import SandboxForm, asked_of
from yiwang.platform.developer.gateways import sandbox as gateway
from yiwang.platform.developer.models import SandboxClient
from yiwang.platform.developer.queries import sandbox as shown_there
from yiwang.platform.developer.views import shown

APPLICATIONS = Listing(
    "developer.sandbox",
    "沙箱应用",
    columns=(
        Column("name", "应用名称", sort=("name",), is_fixed=True),
        Column("client_id", "应用ID"),
        Column("owner", "申请人", value=lambda one: one.account.person.name),
        Column("contact_name", "联系人"),
        Column("contact_phone", "联系电话"),
        Column("created_at", "申请时间", sort=("created_at",)),
        Column("cleared_at", "最近清除", is_chosen=False),
    ),
    filters=(TextFilter("q", "应用名称或应用ID", {"name": "contains", "client_id": "is"}),),
    order=("name",),
)


@require_http_methods(["GET", "POST"])
@shown.developers_only
def application_list(request: HttpRequest) -> HttpResponseBase:
    found = SandboxClient.objects.visible_to(of_request(request)).living()
    return respond(
        request,
        found.select_related("account__person"),
        APPLICATIONS,
        template="developer/sandbox.html",
        fragment="developer/_sandbox_rows.html",
        context={"is_there": gateway.is_there(), "base": f"{shown.base(request)}/sandbox"},
    )


@require_http_methods(["GET", "POST"])
@shown.developers_only
def add(request: HttpRequest) -> HttpResponse:
    """The secret is shown in the answer, once."""
    form = SandboxForm(request.POST if request.method == "POST" else None, initial=_contact(request))
    if request.method == "POST" and form.is_valid():
        try:
            made, secret = sandbox.order(**form.details(), actor=of_request(request))
        except Refused as refusal:
            if refusal.status in (401, 403, 404):
                raise
            for field, message in (refusal.fields or {"": refusal.message}).items():
                form.add_error(field if field in form.fields else None, message)
        else:
            return _page(request, made, secret=secret)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "most": rules.MOST_EACH}
    return render(request, "developer/sandbox_form.html", context, status=status)


def _contact(request: HttpRequest) -> dict[str, str]:
    return {"contact_name": of_request(request).name}


def _one(request: HttpRequest, pk: int) -> SandboxClient:
    living = SandboxClient.objects.visible_to(of_request(request)).living()
    return get_object_or_404(living.select_related("account__person"), pk=pk)


@require_safe
@shown.developers_only
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _one(request, pk))


def _page(request: HttpRequest, one: SandboxClient, *, secret: str = "") -> HttpResponse:
    context = {
        "one": one,
        "secret": secret,
        "seen": shown_there.received(one),
        "base": f"{shown.base(request)}/sandbox",
    }
    response = render(request, "developer/sandbox_detail.html", context)
    if secret:
        response.headers["Cache-Control"] = "no-store"
    return response


@require_POST
@shown.developers_only
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """receive, secret, clear or end."""
    one, user = _one(request, pk), of_request(request)
    if act == "receive":
        return _receive(request, one)
    if act == "secret":
        return _page(request, one, secret=sandbox.change_secret(one, actor=user))
    if act == "clear":
        number = sandbox.clear(one, actor=user)
        return notice(seeother("developer:sandbox_detail", pk), f"已清除{number}条待办和消息")
    if act != "end":
        raise not_found()
    sandbox.end(one, actor=user)
    return notice(seeother("developer:sandbox"), "沙箱应用已结束")


def _receive(request: HttpRequest, one: SandboxClient) -> HttpResponse:
    """Somebody there does what a receiver does; what he may not do is said on the same page."""
    back = seeother("developer:sandbox_detail", one.pk)
    try:
        done = sandbox.receive(one, asked_of(request.POST), actor=of_request(request))
    except Refused as refusal:
        return notice(back, next(iter(refusal.fields.values()), refusal.message), "warning")
    return notice(back, done)


@require_safe
@shown.developers_only
def people(request: HttpRequest) -> HttpResponse:
    """Who there is, with the numbers that calls name them by."""
    return render(request, "developer/sandbox_people.html", {"seen": shown_there.organisation()})
