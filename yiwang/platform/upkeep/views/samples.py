"""抽样核查: drawing a sample and checking it person by person, for 区政务办."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yiwang.kernel.access import permission_required
from yiwang.kernel.errors import Refused
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.filters import ChoiceFilter, TextFilter, UnitFilter
from yiwang.kernel.listing.screens import Listing, respond
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.upkeep.actions import samples as actions
from yiwang.platform.upkeep.forms import CheckedForm, DrawForm
from yiwang.platform.upkeep.models import Correction, Sample, SampledPerson
from yiwang.platform.upkeep.queries import corrections, screens
from yiwang.platform.upkeep.queries import samples as queries
from yiwang.platform.upkeep.vocabulary import SUPERVISE

_SHOWN = (Correction.Field.UNIT, Correction.Field.TITLE, Correction.Field.OFFICE_PHONE,
          Correction.Field.MOBILE, Correction.Field.ROOM, Correction.Field.STATUS)  # fmt: skip

SAMPLES = Listing(
    "upkeep.samples",
    "抽样核查",
    columns=(
        Column("number", "编号", is_fixed=True),
        Column("drawn_on", "抽取日期", sort=("drawn_on",)),
        Column("drawn_by_name", "抽取人"),
        Column("population", "总体人数", align="right"),
        Column("size", "样本人数", align="right"),
        Column("waiting", "待核查", align="right"),
        Column("wrong", "有误", align="right"),
        Column("seed", "随机种子", is_chosen=False),
    ),
    order=("-id",),
)


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(SUPERVISE.key)
def sample_list(request: HttpRequest) -> HttpResponseBase:
    return respond(
        request,
        queries.listed(),
        SAMPLES,
        template="upkeep/samples/list.html",
        fragment="upkeep/samples/_list_rows.html",
        may_export=True,
    )


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(SUPERVISE.key)
def draw(request: HttpRequest) -> HttpResponse:
    form = DrawForm(request.POST or None)
    if request.method == "GET" or not form.is_valid():
        status = 200 if request.method == "GET" else 422
        return render(request, "upkeep/samples/draw.html", {"form": form}, status=status)
    made = actions.draw(**form.cleaned_data, actor=of_request(request))
    return notice(seeother("upkeep:sample", made.pk), f"已抽取{made.size}人")


PERSONS = Listing(
    "upkeep.sampled",
    "样本人员",
    columns=(
        Column("place", "序号", sort=("place",), is_fixed=True),
        Column(
            "name",
            "姓名",
            value=lambda one: one.person.marked_name,
            sort=("person__strokes",),
            sort_label="姓氏笔画",
            is_fixed=True,
        ),
        Column("unit", "单位", value=lambda one: one.unit.short_name),
        Column("title", "职务", value=lambda one: one.person.title),
        Column("state", "核查结果", value=lambda one: one.get_state_display()),
        Column("correction", "纠错", value=lambda one: one.correction.number if one.correction else ""),
        Column("checked_by_name", "核查人"),
        Column("checked_at", "核查时间", sort=("checked_at",), is_chosen=False),
    ),
    filters=(
        TextFilter("q", "姓名", {"person__name": "prefix"}),
        ChoiceFilter("state", "核查结果", SampledPerson.State.choices, "state"),
        UnitFilter("unit", "单位", "unit__path", screens.unit_by_code, screens.departments),
    ),
    order=("place",),
)


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(SUPERVISE.key)
def sample(request: HttpRequest, pk: int) -> HttpResponseBase:
    one = get_object_or_404(Sample, pk=pk)
    return respond(
        request,
        queries.persons_of(one),
        PERSONS,
        template="upkeep/samples/sample.html",
        fragment="upkeep/samples/_rows.html",
        context={"one": one, "next": queries.next_waiting(one.pk)},
        may_export=True,
    )


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(SUPERVISE.key)
def sampled(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: what the address book says of him, and what came of checking it."""
    one = queries.sampled(pk)
    form = CheckedForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.check(one, **form.cleaned_data, actor=of_request(request))
            except Refused as refused:
                if refused.status != 422:
                    raise
                for name, message in refused.fields.items():
                    form.add_error(name, message)
            else:
                return _next(one)
    shown = [(label, corrections.shown_now(one.person, str(key))) for key, label in _labels()]
    context = {"one": one, "form": form, "shown": shown}
    return render(request, "upkeep/samples/sampled.html", context, status=status)


def _labels() -> list[tuple[Correction.Field, str]]:
    return [(one, str(one.label)) for one in _SHOWN]


def _next(one: SampledPerson) -> HttpResponse:
    """On to whom is to be checked next."""
    following = queries.next_waiting(one.sample_id)
    if following is None:
        return notice(seeother("upkeep:sample", one.sample_id), "本次抽样已全部核查")
    return notice(seeother("upkeep:sampled", following.pk), f"已登记{one.person.name}的核查结果")
