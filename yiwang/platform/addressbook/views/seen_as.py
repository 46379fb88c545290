"""看谁的视角: the address book as somebody else sees it, with the reason for each entry."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from yiwang.kernel.access import permission_required
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.addressbook import forms
from yiwang.platform.addressbook.actions import seeing
from yiwang.platform.addressbook.queries import picks, seen_as, units, visibility
from yiwang.platform.addressbook.vocabulary import APPROVE, PROPOSE, PROPOSE_DISTRICT


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(PROPOSE_DISTRICT.key, APPROVE.key, PROPOSE.key)
def choose(request: HttpRequest) -> HttpResponse:
    """Whose eyes, and why: who looks leaves a line in the log."""
    user = of_request(request)
    form = forms.SeenAsForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        viewer = get_object_or_404(visibility.persons(user), pk=form.cleaned_data["person_id"][0])
        seeing.see_as(viewer, reason=form.cleaned_data["reason"], actor=user)
        return seeother("addressbook:seen_as", viewer.pk, units.root(user).pk)
    wanted = request.GET.get("person", "")
    ids = [int(wanted)] if wanted.isascii() and wanted.isdigit() and len(wanted) < 19 else []
    context = {"form": form, "picks": picks.find(user, ""), "chosen": picks.named(user, ids)}
    status = 422 if request.method == "POST" else 200
    return render(request, "addressbook/settings/seen_as_choose.html", context, status=status)


@never_cache
@require_safe
@permission_required(PROPOSE_DISTRICT.key, APPROVE.key, PROPOSE.key)
def seen(request: HttpRequest, person_pk: int, pk: int) -> HttpResponse:
    """One unit as that person sees it; who has not said why is asked first."""
    user = of_request(request)
    viewer = get_object_or_404(visibility.persons(user), pk=person_pk)
    line = units.line_to(user, pk)
    if not seen_as.was_reasoned(user, viewer.pk, now=timezone.now()):
        return seeother(_to_reason(viewer.pk))
    context = {
        "viewer": viewer,
        "unit": line[-1],
        "line": line,
        "page": seen_as.page(user, viewer.pk, line[-1]),
        "found": None,
    }
    return render(request, "addressbook/settings/seen_as.html", context)


@never_cache
@require_safe
@permission_required(PROPOSE_DISTRICT.key, APPROVE.key, PROPOSE.key)
def search(request: HttpRequest, person_pk: int) -> HttpResponse:
    """What that person finds by a text, and what he does not."""
    user = of_request(request)
    viewer = get_object_or_404(visibility.persons(user), pk=person_pk)
    if not seen_as.was_reasoned(user, viewer.pk, now=timezone.now()):
        return seeother(_to_reason(viewer.pk))
    top = units.root(user)
    context = {
        "viewer": viewer,
        "unit": top,
        "line": [top],
        "page": None,
        "found": seen_as.find(user, viewer.pk, request.GET.get("q", "")[:200]),
    }
    return render(request, "addressbook/settings/seen_as.html", context)


def _to_reason(viewer_id: int) -> str:
    return f"{reverse('addressbook:seen_as_choose')}?person={viewer_id}"
