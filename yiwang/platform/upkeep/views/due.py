"""变更待更新: the list of all that waits, and known changes."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yiwang.kernel.access import permission_required
from yiwang.kernel.errors import Refused, invalid, not_found
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.conditions import Condition
from yiwang.kernel.listing.filters import ChoiceFilter, DateRangeFilter, TextFilter, UnitFilter
from yiwang.kernel.listing.screens import Listing, respond
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.addressbook.queries import picks
from yiwang.platform.org.models import Person, Unit
from yiwang.platform.upkeep import rules
from yiwang.platform.upkeep.actions import due as actions
from yiwang.platform.upkeep.forms import KnownForm, WordsForm
from yiwang.platform.upkeep.models import KnownChange
from yiwang.platform.upkeep.queries import due as queries
from yiwang.platform.upkeep.queries import screens
from yiwang.platform.upkeep.queries.corrections import place_of
from yiwang.platform.upkeep.vocabulary import MAINTAIN, SUPERVISE

_KEEPERS = (MAINTAIN.key, SUPERVISE.key)


def _late(row: dict[str, object]) -> str:
    return queries.late_text(row, today=timezone.localdate())


def _lateness(value: str) -> Condition:
    return queries.lateness(value, today=timezone.localdate())


DUE = Listing(
    "upkeep.due",
    "变更待更新",
    columns=(
        Column("title", "姓名或事项", sort=("title",), is_fixed=True),
        Column("what", "来源", value=queries.what_of),
        Column("place", "更新单位", value=queries.place_of),
        Column("state", "状态", value=queries.state_of),
        Column("change_date", "变动日期", sort=("change_date",)),
        Column("due_on", "更新期限", sort=("due_on",)),
        Column("late", "时限", value=_late),
    ),
    filters=(
        TextFilter("q", "姓名或事项", {"title": "contains"}),
        ChoiceFilter("source", "来源", queries.SOURCES, "source"),
        ChoiceFilter("late", "时限", queries.LATE, condition=_lateness),
        UnitFilter("unit", "更新单位", "path", screens.unit_by_code, screens.departments),
        DateRangeFilter("changed", "变动日期", "change_date"),
    ),
    order=("due_on",),
    unique="ref",
)


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(*_KEEPERS)
def changes(request: HttpRequest) -> HttpResponseBase:
    """What waits in the units he maintains, the oldest first; for the district also the totals."""
    user, today = of_request(request), timezone.localdate()
    totals = queries.totals(user, today=today)
    return respond(
        request,
        queries.source_for(user, today=today),
        DUE,
        template="upkeep/due/list.html",
        fragment="upkeep/due/_rows.html",
        context={
            "totals": totals,
            "waiting": sum(one.waiting for one in totals),
            "overdue": sum(one.overdue for one in totals),
            "soon": sum(one.soon for one in totals),
            "address_of": queries.address_of,
        },
        may_export=True,
    )


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(*_KEEPERS)
def register(request: HttpRequest) -> HttpResponse:
    """登记变动: a change that one knows of."""
    user = of_request(request)
    asked = request.GET.get("person", "")
    form = KnownForm(request.POST or None, initial={"person": int(asked)} if asked.isdecimal() else None)
    if request.method == "GET" or not form.is_valid():
        return _register_page(request, form, status=200 if request.method == "GET" else 422)
    given = dict(form.cleaned_data)
    try:
        person, unit = _chosen(request, given.pop("person"), given.pop("unit"))
        change = actions.register(unit, person=person, **given, actor=user)
    except Refused as refused:
        if refused.status != 422:
            raise
        for name, message in refused.fields.items():
            form.add_error(name, message)
        return _register_page(request, form, status=422)
    words = f"已登记，请{place_of(unit)}于{change.due_on}前更新"
    return notice(seeother("upkeep:known", change.pk), words)


def _chosen(request: HttpRequest, person_id: int | None, unit_id: int | None) -> tuple[Person | None, Unit]:
    """Who, and the unit that must enter it: his own unless another was chosen."""
    user = of_request(request)
    person = None
    if person_id:
        person = Person.objects.visible_to(user).filter(pk=person_id).select_related("unit").first()
        if person is None:
            raise invalid("person", "没有找到该人员")
    unit = Unit.objects.living().visible_to(user).filter(pk=unit_id).first() if unit_id else None
    unit = unit or (person.unit if person is not None else None)
    if unit is None:
        raise invalid("unit", "请选择更新单位")
    return person, unit


def _register_page(request: HttpRequest, form: KnownForm, *, status: int) -> HttpResponse:
    user = of_request(request)

    def ids(name: str) -> list[int]:
        text = str(form[name].value() or "")
        return [int(text)] if text.isdecimal() else []

    context = {
        "form": form,
        "found": picks.find(user, ""),
        "chosen": picks.named(user, ids("person")),
        "units": picks.find_units(user, ""),
        "chosen_units": picks.named_units(user, ids("unit")),
    }
    return render(request, "upkeep/due/register.html", context, status=status)


@never_cache
@require_safe
@permission_required(*_KEEPERS)
def known(request: HttpRequest, pk: int) -> HttpResponse:
    return _known(request, pk, WordsForm())


def _known(request: HttpRequest, pk: int, form: WordsForm, *, status: int = 200) -> HttpResponse:
    user = of_request(request)
    rows = KnownChange.objects.visible_to(user).select_related("unit", "person", "operation")
    one = get_object_or_404(rows, pk=pk)
    is_open = one.state == KnownChange.State.WAITING
    row = {"due_on": one.due_on}
    context = {
        "one": one,
        "place": place_of(one.unit),
        "may_settle": is_open and rules.can_settle(user, one),
        "late": queries.late_text(row, today=timezone.localdate()) if is_open else "",
        "form": form,
    }
    return render(request, "upkeep/due/known.html", context, status=status)


@require_POST
@permission_required(*_KEEPERS)
def settle(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """已更新, or 无需更新."""
    user = of_request(request)
    one = get_object_or_404(KnownChange.objects.visible_to(user).select_related("unit"), pk=pk)
    form = WordsForm(request.POST)
    if act not in ("done", "void"):
        raise not_found()
    if not form.is_valid():
        return _known(request, pk, form, status=422)
    words = form.cleaned_data["words"]
    try:
        if act == "done":
            actions.settle(one, words=words, actor=user)
        else:
            actions.void(one, reason=words, actor=user)
    except Refused as refused:
        if refused.status != 422:
            raise
        form.add_error("words", refused.message)
        return _known(request, pk, form, status=422)
    return notice(seeother("upkeep:due"), "已确认更新" if act == "done" else "已确认无需更新")
