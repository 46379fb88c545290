"""组织架构管理: the tree, one unit's record, the order of units and of people."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from yiwang.kernel import htmx
from yiwang.kernel.access import permission_required
from yiwang.kernel.errors import not_found
from yiwang.kernel.responses import render
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.console.queries import tree as reading
from yiwang.platform.org import rules
from yiwang.platform.org.models import Unit, UnitAlias, UnitVersion
from yiwang.platform.org.queries import words
from yiwang.platform.org.vocabulary import MANAGE_TREE, MANAGE_UNIT

KEEPERS = (MANAGE_TREE.key, MANAGE_UNIT.key)
_LONGEST = 60


@never_cache
@require_safe
@permission_required(*KEEPERS)
def tree(request: HttpRequest) -> HttpResponse:
    """Where his tree begins."""
    tops = reading.tops(of_request(request))
    if not tops:
        raise not_found()
    return _page(request, tops[0])


@never_cache
@require_safe
@permission_required(*KEEPERS)
def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit's record: beside the tree as a fragment, else with the tree opened down to it."""
    return _page(request, reading.get(of_request(request), pk))


def _page(request: HttpRequest, one: Unit) -> HttpResponse:
    context = _record(request, one)
    if htmx.is_fragment(request):
        context["level"] = reading.level(one)
        return render(request, "console/tree/_unit.html", context)
    levels = reading.open_levels(context["line"])
    context |= {
        "tops": reading.tops(of_request(request)),
        "levels": levels,
        "level": levels.get(one.pk, reading.Level([])),
    }
    return render(request, "console/tree/tree.html", context)


def _record(request: HttpRequest, one: Unit) -> dict[str, Any]:
    user = of_request(request)
    size, revoked = reading.sizes_of(one)
    is_standing = one.status != Unit.Status.REVOKED
    return {
        "unit": one,
        "line": reading.line_of(user, one),
        "staff": reading.staff(one),
        "size": size,
        "revoked": revoked,
        "external_ids": [
            (label, one.external_ids[key])
            for key, label in Unit.ExternalId.choices
            if one.external_ids.get(key)
        ],
        "aliases": list(UnitAlias.objects.filter(unit=one).order_by("kind", "-valid_to", "pk")),
        "words": words.words_of(one),
        "versions": list(UnitVersion.objects.filter(unit=one).order_by("-valid_from")),
        "may_edit": is_standing and rules.can_edit_level(user, level=one.level, at=one.path),
        "may_edit_below": is_standing and rules.can_edit_level(user, level=one.level + 1, at=one.path),
        "may_sort_members": is_standing and rules.can_manage_people(user, one),
        "is_fragment": htmx.is_fragment(request),
    }


@never_cache
@require_safe
@permission_required(*KEEPERS)
def level(request: HttpRequest, pk: int) -> HttpResponse:
    """Fragment: the nodes below a unit, or further ones."""
    parent = reading.get(of_request(request), pk)
    shown = reading.level(parent, after=request.GET.get("after", ""))
    return render(request, "console/tree/_level.html", {"unit": parent, "level": shown})


@never_cache
@require_safe
@permission_required(*KEEPERS)
def find(request: HttpRequest) -> HttpResponse:
    """What is found while typing: a fragment, or a page for browsers without scripts."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:_LONGEST]
    in_place = htmx.is_fragment(request)
    context = {"text": text, "units": reading.find(of_request(request), text), "in_place": in_place}
    return render(request, f"console/tree/{'_found' if in_place else 'found'}.html", context)
