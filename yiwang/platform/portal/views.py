"""The portal: what a person sees first (domain reference §18). Its parts come from other apps' manifests."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yiwang.kernel.access import login_required
from yiwang.kernel.responses import render
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.portal import queries

_SUGGESTIONS = 6
_RESULTS = 20


def _typed(request: HttpRequest) -> str:
    """What stands in the search box. PostgreSQL holds no NUL; nobody types one either."""
    return request.GET.get("q", "").replace("\0", "").strip()[:60]


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    user = of_request(request)
    cards = queries.cards_for(user)
    context = {
        "main": [card for card in cards if card.column == "main"],
        "side": [card for card in cards if card.column == "side"],
        "greeting": queries.greeting(),
        "today": queries.today(),
    }
    return render(request, "portal/home.html", context)


@login_required
@require_safe
def workbench(request: HttpRequest) -> HttpResponse:
    """工作台: every door this user may open, as tiles."""
    return render(request, "portal/workbench.html", {})


@login_required
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/help.html", {})


@login_required
@require_safe
def search_suggest(request: HttpRequest) -> HttpResponse:
    """What the search box shows while typing, grouped by source."""
    text = _typed(request)
    groups = queries.suggestions(of_request(request), text, limit=_SUGGESTIONS) if text else []
    return render(request, "portal/_suggestions.html", {"groups": groups, "text": text})


@login_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """All sources on one page; each source's own page has the rest."""
    text = _typed(request)
    groups = queries.suggestions(of_request(request), text, limit=_RESULTS) if text else []
    return render(request, "portal/search.html", {"groups": groups, "text": text})
