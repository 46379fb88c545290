"""Pages of the address book (domain reference §3): the organisation, a unit, a person, search.

On the desk a unit and a card are fragments beside the tree; on the phone each is a page of its own.
"""

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yiwang.kernel import htmx
from yiwang.kernel.access import staff_required
from yiwang.kernel.errors import Refused
from yiwang.kernel.extension.card_actions import card_actions, offered, unit_card_actions
from yiwang.kernel.responses import render
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.addressbook.actions import looks
from yiwang.platform.addressbook.queries import (
    cards,
    faces,
    neutral,
    picks,
    search,
    typed,
    unit_search,
    units,
)
from yiwang.platform.org.models import Unit

_UNIT_HITS = 8
_PERSON_ID = re.compile(r"[0-9]{1,18}")
_LONGEST = 200  # more is not a search; what is shown back need not be longer


@require_safe
@staff_required
def home(request: HttpRequest) -> HttpResponse:
    """The top of the tree: where everybody begins."""
    return _unit_page(request, [units.root(of_request(request))])


@require_safe
@staff_required
def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit: what it is, who serves in it, what is below it."""
    return _unit_page(request, units.line_to(of_request(request), pk))


def _unit_page(request: HttpRequest, line: list[Unit]) -> HttpResponse:
    viewer, one, by_strokes = of_request(request), line[-1], _by_strokes(request)
    people = units.people_of(viewer, line[0], one)
    context: dict[str, Any] = {
        "unit": one,
        "line": line,
        "people": people[one.pk],
        "members": units.members(viewer, one, by_strokes=by_strokes),
        "by_strokes": by_strokes,
        "aliases": units.aliases_of(one),
        "versions": units.versions_of(one),
        "is_fragment": htmx.is_fragment(request),
        "unit_acts": offered(unit_card_actions, viewer),
        "card": None,
    }
    if context["is_fragment"]:
        context["level"] = units.level(viewer, one)
        return render(request, "addressbook/_unit.html", context)
    levels = units.open_levels(viewer, line)
    context |= {
        "levels": levels,
        "level": levels.get(one.pk, units.Level([])),
        "root_people": people[line[0].pk],
    }
    return render(request, "addressbook/organisation.html", context | _open_card(request))


def _by_strokes(request: HttpRequest) -> bool:
    """Was the neutral order of 姓氏笔画 asked for?"""
    return request.GET.get("order") == "strokes"


def _open_card(request: HttpRequest) -> dict[str, Any]:
    """The card that stands open beside the page, named in its address so that 返回 and 刷新 find it again."""
    asked = request.GET.get("person", "")
    if not asked:
        return {"card": None}
    try:
        return card_context(request, int(asked)) if _PERSON_ID.fullmatch(asked) else _MISSING
    except Refused:
        return _MISSING


_MISSING = {"card": None, "is_missing": True, "is_own": False}


def card_context(request: HttpRequest, person_id: int) -> dict[str, Any]:
    """What a card's template needs; that the card was opened is remembered."""
    viewer = of_request(request)
    found = cards.card(viewer, person_id)
    looks.opened(found.id, found.name, actor=viewer, agent=request.headers.get("User-Agent", ""))
    return {
        "card": found,
        "is_missing": False,
        "is_own": found.id == viewer.person_id,
        "card_acts": offered(card_actions, viewer),
    }


@require_safe
@staff_required
def tree_level(request: HttpRequest, pk: int) -> HttpResponse:
    """Fragment: the nodes below a unit, or further ones."""
    return render(request, "addressbook/_tree_level.html", _level(request, pk))


@require_safe
@staff_required
def unit_level(request: HttpRequest, pk: int) -> HttpResponse:
    """Fragment: further rows of the units below a unit."""
    return _rows(request, "addressbook/_unit_level.html", {**_level(request, pk), "heading": "下级机构"})


def _level(request: HttpRequest, pk: int) -> dict[str, Any]:
    viewer = of_request(request)
    parent = units.get(viewer, pk)
    return {"unit": parent, "level": units.level(viewer, parent, after=request.GET.get("after", ""))}


@require_safe
@staff_required
def members(request: HttpRequest, pk: int) -> HttpResponse:
    """Fragment: further persons of a unit."""
    viewer = of_request(request)
    one = units.get(viewer, pk)
    by_strokes = _by_strokes(request)
    page = units.members(viewer, one, after=request.GET.get("after", ""), by_strokes=by_strokes)
    context = {"unit": one, "members": page, "by_strokes": by_strokes, "heading": "人员"}
    return _rows(request, "addressbook/_members.html", context)


def _rows(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Further rows alone, or as a page for browsers without scripts."""
    if htmx.is_fragment(request):
        return render(request, template, context)
    return render(request, "addressbook/more.html", {**context, "rows": template})


@require_safe
@staff_required
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """The card of one person: beside the tree as a fragment, else a page."""
    template = "addressbook/_card.html" if htmx.is_fragment(request) else "addressbook/person.html"
    return render(request, template, card_context(request, pk))


@require_safe
@staff_required
def search_persons(request: HttpRequest) -> HttpResponse:
    """Results while typing: the whole page, its results alone, or the next rows of them."""
    viewer = of_request(request)
    text = request.GET.get("q", "").replace("\0", "").strip()[:_LONGEST]
    after = request.GET.get("after", "")
    sorted_ones = neutral.people(viewer, text) if _by_strokes(request) and not after else None
    found = sorted_ones or search.people(viewer, text, after=after)
    what = typed.read(text)
    looks.searched(text, hits=found.number, actor=viewer, agent=request.headers.get("User-Agent", ""))
    context = {
        "text": text,
        "found": found,
        "by_strokes": sorted_ones is not None,
        "too_many": _by_strokes(request) and sorted_ones is None and not after and neutral.MOST,
        "faces": faces.of(viewer, [row.id for row in found.people]),
        "rows": [(row, row.place, typed.matched(row.name, what)) for row in found.people],
        "units": [] if after else unit_search.find(viewer, text, limit=_UNIT_HITS),
    }
    if not htmx.is_fragment(request):
        return render(request, "addressbook/search.html", context | _open_card(request))
    return render(request, f"addressbook/{'_rows' if after else '_results'}.html", context)


@require_safe
@staff_required
def pick(request: HttpRequest) -> HttpResponse:
    """Fragment: persons to choose from in a form. many: several; within=department: one's own unit only."""
    viewer = of_request(request)
    text = request.GET.get("q", "").replace("\0", "").strip()[:_LONGEST]
    is_own_unit = request.GET.get("within") == "department"
    people = picks.find(viewer, text, within_department=is_own_unit)
    looks.searched(text, hits=len(people), actor=viewer, agent=request.headers.get("User-Agent", ""))
    context = {
        "people": people,
        "name": request.GET.get("name", "person_ids" if "many" in request.GET else "person_id")[:40],
        "is_many": "many" in request.GET,
        "text": text,
    }
    return render(request, "addressbook/_picks.html", context)


@require_safe
@staff_required
def pick_units(request: HttpRequest) -> HttpResponse:
    """Fragment: units to choose from in a form. many: several."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:_LONGEST]
    context = {
        "people": picks.find_units(of_request(request), text),
        "name": request.GET.get("name", "unit_id")[:40],
        "is_many": "many" in request.GET,
        "text": text,
    }
    return render(request, "addressbook/_picks.html", context)
