"""The way to a task, and the page of an instance for subjects that have none of their own."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from yiwang.kernel.access import staff_required
from yiwang.kernel.errors import not_found
from yiwang.kernel.extension.approvals import subjects
from yiwang.kernel.responses import render
from yiwang.platform.accounts.queries.principals import Principal, of_request
from yiwang.platform.approvals.actions import tasks as acts
from yiwang.platform.approvals.models import Instance, Task
from yiwang.platform.approvals.queries import instances, panels, tasks


@require_safe
@staff_required
def task(request: HttpRequest, pk: int) -> HttpResponse:
    """Open what lies with the user, and lead to the page of its business object, or to the approval's own."""
    user = of_request(request)
    one = get_object_or_404(Task.objects.select_related("instance"), pk=pk)
    instance = one.instance
    if not instances.is_visible(user, instance):
        raise not_found()
    lying = tasks.open_of(instance, user.person_id)
    if lying is not None:
        acts.open_task(lying, actor=user)
    return HttpResponseRedirect(page_of(instance))


@require_POST
@staff_required
def seen(request: HttpRequest, pk: int) -> HttpResponse:
    """The panel tells by itself, on whichever page it stands, that its handler has the matter before him."""
    user = of_request(request)
    acts.open_task(get_object_or_404(Task, pk=pk, person=user.person_id), actor=user)
    return HttpResponse(status=204)


def page_of(instance: Instance) -> str:
    """Where the panel of this instance stands."""
    known = instance.subject_type in subjects
    own = subjects.get(instance.subject_type).url(instance.subject_id) if known else ""
    return own or reverse("approvals:instance", args=[instance.pk])


@require_safe
@staff_required
def instance(request: HttpRequest, pk: int) -> HttpResponse:
    user = of_request(request)
    one = instances.visible(user, pk)
    lying = tasks.open_of(one, user.person_id)
    if lying is not None:
        acts.open_task(lying, actor=user)
    return render(request, "approvals/instance.html", context_of(one, user))


def context_of(one: Instance, user: Principal) -> dict[str, Any]:
    known = subjects.get(one.subject_type) if one.subject_type in subjects else None
    facts = known.facts(one.subject_id, user) if known and known.facts else ()
    return {
        "instance": one,
        "facts": facts,
        "subject_label": known.label if known else "",
        "subject_url": known.url(one.subject_id) if known else "",
        "panel": panels.panel(one, user),
    }
