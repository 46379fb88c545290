"""Pages of the address book (domain reference §3): the organisation, a unit, a person, search.

On the desk a unit and a card are fragments beside the tree; on the phone each is a page of its own.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from yiwang.kernel import htmx
from yiwang.kernel.access import staff_required
from yiwang.kernel.responses import render
from yiwang.platform.addressbook.queries import cards, search, typed, units
from yiwang.platform.org.models import Unit

_UNIT_HITS = 8
_LONGEST = 200  # more is not a search; what is shown back need not be longer


@require_GET
@staff_required
def home(request: HttpRequest) -> HttpResponse:
    """The top of the tree: where everybody begins."""
    return _unit_page(request, units.get(request.user, "root"))


@require_GET
@staff_required
def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit: what it is, who serves in it, what is below it."""
    return _unit_page(request, units.get(request.user, pk))


def _unit_page(request: HttpRequest, one: Unit) -> HttpResponse:
    viewer: Any = request.user
    line = units.line_of(viewer, one)
    context: dict[str, Any] = {
        "unit": one,
        "line": line,
        "people": units.people_of(one),
        "members": units.members(viewer, one),
        "aliases": units.aliases_of(one),
        "versions": units.versions_of(one),
        "is_fragment": htmx.is_fragment(request),
    }
    if context["is_fragment"]:
        context["level"] = units.level(viewer, one)
        return render(request, "addressbook/_unit.html", context)
    levels = units.open_levels(viewer, line)
    context |= {"levels": levels, "level": levels.get(one.pk, units.Level([]))}
    return render(request, "addressbook/organisation.html", context)


@require_GET
@staff_required
def tree_level(request: HttpRequest, pk: int) -> HttpResponse:
    """Fragment: the nodes below a unit."""
    return _level(request, pk, "addressbook/_tree_level.html")


@require_GET
@staff_required
def unit_level(request: HttpRequest, pk: int) -> HttpResponse:
    """Fragment: further rows of the units below a unit."""
    return _level(request, pk, "addressbook/_unit_level.html")


def _level(request: HttpRequest, pk: int, template: str) -> HttpResponse:
    viewer: Any = request.user
    parent = units.get(viewer, pk)
    level = units.level(viewer, parent, after=request.GET.get("after", ""))
    return render(request, template, {"unit": parent, "level": level})


@require_GET
@staff_required
def members(request: HttpRequest, pk: int) -> HttpResponse:
    """Fragment: further persons of a unit."""
    viewer: Any = request.user
    one = units.get(viewer, pk)
    page = units.members(viewer, one, after=request.GET.get("after", ""))
    return render(request, "addressbook/_members.html", {"unit": one, "members": page})


@require_GET
@staff_required
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """The card of one person: beside the tree as a fragment, else a page."""
    viewer: Any = request.user
    context = {"card": cards.card(viewer, pk), "is_own": pk == viewer.person_id}
    template = "addressbook/_card.html" if htmx.is_fragment(request) else "addressbook/person.html"
    return render(request, template, context)


@require_GET
@staff_required
def search_persons(request: HttpRequest) -> HttpResponse:
    """Results while typing: the whole page, its results alone, or the next rows of them."""
    viewer: Any = request.user
    text = request.GET.get("q", "").strip()[:_LONGEST]
    after = request.GET.get("after", "")
    found = search.people(viewer, text, after=after)
    what = typed.read(text)
    context = {
        "text": text,
        "found": found,
        "rows": [(row, *typed.matched(row.name, what)) for row in found.people],
        "units": [] if after else units.find(viewer, text, limit=_UNIT_HITS),
    }
    if not htmx.is_fragment(request):
        return render(request, "addressbook/search.html", context)
    return render(request, f"addressbook/{'_rows' if after else '_results'}.html", context)
