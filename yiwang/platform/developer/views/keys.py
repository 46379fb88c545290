"""Secrets and signing keys: shown once, rotated, ended."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.clients.actions import keys
from yiwang.platform.clients.models import Client
from yiwang.platform.developer.views import shown


@require_safe
@shown.developers_only
def secrets(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, shown.application(request, pk))


def _page(request: HttpRequest, one: Client, made: str = "", kind: str = "") -> HttpResponse:
    """made: what is shown this once."""
    now = timezone.now()
    living = one.secrets.filter(Q(ends_at=None) | Q(ends_at__gt=now)).order_by("-created_at")
    context = {
        **shown.frame(request, one, "secrets"),
        "secrets": living,
        "made": made,
        "kind": kind,
        "has_signing_key": bool(one.signing_key),
    }
    response = render(request, "developer/secrets.html", context)
    if made:
        response.headers["Cache-Control"] = "no-store"
    return response


@require_POST
@shown.developers_only
def make_secret(request: HttpRequest, pk: int) -> HttpResponse:
    one = shown.application(request, pk)
    made = keys.make_secret(one, actor=of_request(request), at_once=request.POST.get("at_once") == "1")
    return _page(request, one, made, "secret")


@require_POST
@shown.developers_only
def end_secret(request: HttpRequest, pk: int, secret_id: int) -> HttpResponse:
    keys.end_secret(shown.application(request, pk), secret_id, actor=of_request(request))
    return notice(seeother("developer:secrets", pk), "密钥已作废")


@require_POST
@shown.developers_only
def make_signing_key(request: HttpRequest, pk: int) -> HttpResponse:
    one = shown.application(request, pk)
    made = keys.make_signing_key(one, actor=of_request(request))
    one.refresh_from_db()
    return _page(request, one, made, "signing")
