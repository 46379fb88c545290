"""看谁的视角: the address book as somebody else sees it, with the reason for each entry."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yiwang.kernel.access import permission_required
from yiwang.kernel.responses import render
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
        top = units.root(user)
        context = {"viewer": viewer, "unit": top, "page": seen_as.page(user, viewer.pk, top), "line": [top]}
        return render(request, "addressbook/settings/seen_as.html", context)
    context = {"form": form, "picks": picks.find(user, ""), "chosen": []}
    status = 422 if request.method == "POST" else 200
    return render(request, "addressbook/settings/seen_as_choose.html", context, status=status)


@never_cache
@require_http_methods(["GET"])
@permission_required(PROPOSE_DISTRICT.key, APPROVE.key, PROPOSE.key)
def seen(request: HttpRequest, person_pk: int, pk: int) -> HttpResponse:
    """One unit as that person sees it."""
    user = of_request(request)
    viewer = get_object_or_404(visibility.persons(user), pk=person_pk)
    line = units.line_to(user, pk)
    context = {
        "viewer": viewer,
        "unit": line[-1],
        "line": line,
        "page": seen_as.page(user, viewer.pk, line[-1]),
    }
    return render(request, "addressbook/settings/seen_as.html", context)
