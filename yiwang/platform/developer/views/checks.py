"""运行检查 of one application: how its to-dos agree with ours, and which of its links lead nowhere."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yiwang.kernel.responses import render
from yiwang.platform.developer.views import shown
from yiwang.platform.todos.queries import checks as asked


@require_safe
@shown.developers_only
def checks(request: HttpRequest, pk: int) -> HttpResponse:
    one = shown.application(request, pk)
    looks = asked.reconciliations(one.client_id)
    context = {
        **shown.frame(request, one, "checks"),
        "latest": looks[0] if looks else None,
        "history": looks[1:],
        "standings": asked.standings(one.client_id),
        "dead": asked.dead_links(one.client_id),
    }
    return render(request, "developer/checks.html", context)
