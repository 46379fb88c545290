"""Tags to choose from in a form: those that may be used where he serves."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yiwang.kernel.responses import render
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.tags.queries import picks
from yiwang.platform.tags.views import shown


@require_safe
@shown.may_enter
def pick(request: HttpRequest) -> HttpResponse:
    """Fragment: tags by name. many: several."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:60]
    context = {
        "found": picks.find(of_request(request), text),
        "name": request.GET.get("name", "tag_id")[:40],
        "is_many": "many" in request.GET,
        "text": text,
    }
    return render(request, "tags/_picks.html", context)
