"""在线调试: calls with the token of one's sandbox application, from the page itself."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST, require_safe

from yiwang.kernel.realtime.address import waiting_at
from yiwang.kernel.responses import render
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.developer.actions import sandbox
from yiwang.platform.developer.gateways import sandbox as gateway
from yiwang.platform.developer.models import SandboxClient
from yiwang.platform.developer.queries import reference
from yiwang.platform.developer.queries import sandbox as shown_there
from yiwang.platform.developer.views import shown

BASE = "/sandbox"


@require_safe
@shown.developers_only
def trial(request: HttpRequest) -> HttpResponse:
    own = list(SandboxClient.objects.visible_to(of_request(request)).living().order_by("name"))
    chosen = request.GET.get("call", "")
    client = next((one for one in own if str(one.pk) == request.GET.get("client")), own[0] if own else None)
    operations = [
        (chapter.title, [one for one in chapter.operations if one.path != reference.TOKEN_PATH])
        for chapter in reference.chapters()
    ]
    found = [one for _, group in operations for one in group]
    call = next((one for one in found if one.key == chosen), found[0])
    context = {
        "clients": own,
        "client": client,
        "operations": [(title, group) for title, group in operations if group],
        "chosen": call,
        "example": shown_there.example(call.example, client),
        "waiting": waiting_at(request, BASE) if gateway.waits_at() else "",
        "base": BASE,
    }
    return render(request, "developer/trial.html", context)


@require_POST
@shown.developers_only
def token(request: HttpRequest) -> HttpResponse:
    """A token of a sandbox application for the page; nothing else gives tokens to people."""
    number = request.POST.get("client", "")
    own = SandboxClient.objects.visible_to(of_request(request)).living()
    pk = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0
    issued = sandbox.issue_token(get_object_or_404(own, pk=pk), actor=of_request(request))
    response = JsonResponse(issued)
    response.headers["Cache-Control"] = "no-store"
    return response
