"""待办运行情况, for who runs the platform: numbers by application and by department."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from yiwang.kernel.access import permission_required
from yiwang.kernel.responses import render
from yiwang.platform.todos.models import Reconciliation
from yiwang.platform.todos.queries import reports
from yiwang.platform.todos.queries.facets import name_of
from yiwang.platform.todos.vocabulary import READ_REPORTS


@require_safe
@permission_required(READ_REPORTS.key)
def overview(request: HttpRequest) -> HttpResponse:
    """Both tables."""
    now = timezone.localtime()
    lines = reports.by_app(now=now)
    context = {"apps": lines, "units": reports.by_unit(now=now), "now_is": now}
    return render(request, "todos/reports.html", context)


@require_safe
@permission_required(READ_REPORTS.key)
def differences(request: HttpRequest, app: str) -> HttpResponse:
    """One application's last look: the numbers of what differs, for its owner. Its own ids, no titles."""
    found = Reconciliation.objects.filter(app=app).order_by("-at", "-id")
    latest = get_object_or_404(found[:1])
    context = {"latest": latest, "name": name_of(app, latest.app_name), "history": found[1:11]}
    return render(request, "todos/differences.html", context)
