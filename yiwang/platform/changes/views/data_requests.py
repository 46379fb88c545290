"""个人信息更正: one's own requests, those of the unit, one of them."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yiwang.kernel.access import permission_required, staff_required
from yiwang.kernel.errors import Refused
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.filters import ChoiceFilter, TextFilter
from yiwang.kernel.listing.screens import Listing, respond
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.changes.actions import data_request as actions
from yiwang.platform.changes.forms.data_request import AnswerForm, AskForm
from yiwang.platform.changes.models import DataRequest
from yiwang.platform.changes.queries import data_request as queries
from yiwang.platform.changes.queries import operation_words as said
from yiwang.platform.changes.rules import data_request as rules
from yiwang.platform.changes.vocabulary import APPLY

REQUESTS = Listing(
    "changes.data_requests",
    "个人信息更正",
    columns=(
        Column("number", "编号", is_fixed=True),
        Column("person_name", "申请人", sort=("person_name",), is_fixed=True),
        Column("unit", "单位", value=lambda one: said.unit_name(one.unit)),
        Column("field", "更正内容", value=lambda one: one.get_field_display()),
        Column("asked_at", "申请时间", sort=("asked_at",)),
        Column("due_on", "答复期限", sort=("due_on",)),
        Column("state", "状态", value=lambda one: one.get_state_display()),
        Column("answered_by_name", "答复人", is_chosen=False),
        Column("answered_at", "答复时间", sort=("answered_at",), is_chosen=False),
    ),
    filters=(
        TextFilter("q", "姓名或编号", {"person_name": "prefix", "number": "prefix"}),
        ChoiceFilter("state", "状态", DataRequest.State.choices, "state"),
        ChoiceFilter("field", "更正内容", DataRequest.Field.choices, "field"),
        ChoiceFilter("mark", "时限", queries.MARKS, condition=queries.marked),
    ),
    order=("-pk",),
)


@never_cache
@require_http_methods(["GET", "POST"])
@staff_required
def mine(request: HttpRequest) -> HttpResponse:
    """Ask for a correction, and see what became of one's requests."""
    me = of_request(request)
    form = AskForm(request.POST) if request.method == "POST" else AskForm()
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.ask(**form.cleaned_data, actor=me)
        except Refused as refusal:
            if refusal.status not in (409, 422):
                raise
            for field, text in refusal.fields.items() or [(None, refusal.message)]:
                form.add_error(field, text)
        else:
            text = f"更正申请{made.number}已提交，{made.due_on.month}月{made.due_on.day}日前答复"
            return notice(seeother("changes:data_request", made.pk), text)
    own = DataRequest.objects.filter(person_id=me.person_id).order_by("-pk")[:50]
    context = {"form": form, "requests": own, "today": timezone.localdate()}
    status = 422 if form.is_bound else 200
    return render(request, "changes/data/mine.html", context, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(APPLY.key)
def requests(request: HttpRequest) -> HttpResponseBase:
    """Those of the units he looks after; one's own are found at 个人信息查询."""
    user = of_request(request)
    rows = DataRequest.objects.visible_to(user).exclude(person_id=user.person_id).select_related("unit")
    return respond(
        request,
        rows,
        REQUESTS,
        template="changes/data/list.html",
        fragment="changes/data/_rows.html",
        context={"today": timezone.localdate()},
        may_export=True,
    )


def _visible(request: HttpRequest, pk: int) -> DataRequest:
    rows = DataRequest.objects.visible_to(of_request(request)).select_related("unit", "person")
    return get_object_or_404(rows, pk=pk)


@never_cache
@require_safe
@staff_required
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One request."""
    return _page(request, _visible(request, pk), AnswerForm())


def _page(request: HttpRequest, one: DataRequest, form: AnswerForm) -> HttpResponse:
    user = of_request(request)
    is_waiting = one.state == DataRequest.State.WAITING
    context = {
        "one": one,
        "form": form,
        "unit": said.unit_name(one.unit),
        "left": queries.days_left(one, timezone.localdate()),
        "is_own": rules.is_own(user, one),
        "may_answer": is_waiting and rules.can_answer(user, one),
        "may_withdraw": is_waiting and rules.is_own(user, one),
        "operations": queries.operations_since(one, user),
    }
    return render(request, "changes/data/detail.html", context, status=422 if form.is_bound else 200)


@require_POST
@staff_required
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    one, form = _visible(request, pk), AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, one, form)
    corrects = form.cleaned_data["outcome"] == "corrected"
    actions.answer(one, corrects=corrects, words=form.cleaned_data["answer"], actor=of_request(request))
    return notice(seeother("changes:data_request", pk), "已答复，并通知申请人")


@require_POST
@staff_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    actions.withdraw(_visible(request, pk), actor=of_request(request))
    return notice(seeother("changes:data_request", pk), "更正申请已撤回")
