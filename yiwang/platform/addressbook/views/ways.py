"""The short ways to somebody: by his name, and among one's stars (phone and desk)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from yiwang.kernel import htmx
from yiwang.kernel.access import staff_required, way_back
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.addressbook.actions import stars
from yiwang.platform.addressbook.queries import faces
from yiwang.platform.addressbook.queries import letters as by_letter

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@require_safe
@staff_required
def letters(request: HttpRequest) -> HttpResponse:
    """The people of one's own unit, or of the unit named in the address, by letter or by strokes."""
    user = of_request(request)
    unit = by_letter.chosen_unit(user, request.GET.get("unit", ""))
    if unit is None:  # who serves in no department chooses one first
        return redirect("addressbook:home")
    after = request.GET.get("after", "")
    order = "strokes" if request.GET.get("order") == "strokes" else "letters"
    found = by_letter.page(
        user, unit, order=by_letter.ORDERS[order], chosen=request.GET.get("letter", "")[:4], after=after
    )
    headings = list(found.counts) if order == "strokes" else [*ALPHABET, *found.counts.keys() - {*ALPHABET}]
    shown = faces.of(user, [row.id for _, rows in found.groups for row in rows])
    context = {
        "found": found,
        "faces": shown,
        "unit": unit,
        "headings": headings,
        "order": order,
        "card": None,
    }
    template = (
        "addressbook/_letter_groups.html"
        if after and htmx.is_fragment(request)
        else "addressbook/letters.html"
    )
    return render(request, template, context)


@require_safe
@staff_required
def starred(request: HttpRequest) -> HttpResponse:
    """Whom I starred."""
    user = of_request(request)
    rows = by_letter.starred(user)
    context = {"rows": rows, "faces": faces.of(user, [row.id for row in rows]), "card": None}
    return render(request, "addressbook/starred.html", context)


@require_POST
@staff_required
def star(request: HttpRequest, pk: int) -> HttpResponse:
    """A star on or off; the button in the card changes, or the page comes again."""
    user = of_request(request)
    if request.POST.get("star") == "1":
        stars.star(pk, actor=user)
        said = "已加星标"
    else:
        stars.unstar(pk, actor=user)
        said = "已取消星标"
    if htmx.is_fragment(request):
        context = {"person_id": pk, "is_starred": by_letter.is_starred(user, pk)}
        return render(request, "addressbook/_star.html", context)
    return notice(seeother(way_back(request, request.POST.get("next", ""))), said)
