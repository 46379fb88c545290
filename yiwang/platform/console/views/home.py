"""The console's first page: what waits for this administrator, and the doors he may open."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from yiwang.kernel.access import permission_required
from yiwang.kernel.responses import render
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.console.queries import home as work
from yiwang.platform.console.vocabulary import ADMINISTRATORS


@never_cache
@require_safe
@permission_required(*ADMINISTRATORS)
def home(request: HttpRequest) -> HttpResponse:
    user = of_request(request)
    context = {"groups": work.waiting_for(user), "reach": work.reach_of(user)}
    return render(request, "console/home/home.html", context)
