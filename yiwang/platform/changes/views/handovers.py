"""Handovers as their people see them: three lists, one sheet, and what can be done with it."""

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yiwang.kernel.access import permission_required, staff_required
from yiwang.kernel.errors import Refused, not_found
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.filters import ChoiceFilter, DateRangeFilter, TextFilter
from yiwang.kernel.listing.screens import Listing, respond
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.changes.actions import handover as acts
from yiwang.platform.changes.forms.handover import DecideForm, ReasonForm, RevisionForm, StartForm, SubmitForm
from yiwang.platform.changes.models import Handover, HandoverItem, HandoverQuerySet
from yiwang.platform.changes.queries import handover as queries
from yiwang.platform.changes.queries import handover_sheet as sheets
from yiwang.platform.changes.rules import handover as rules
from yiwang.platform.changes.vocabulary import APPLY

HANDOVERS = Listing(
    "changes.handovers",
    "工作交接",
    columns=(
        Column("number", "编号", sort=("pk",), is_fixed=True),
        Column("person_name", "交接人", sort=("person_name",)),
        Column("unit_name", "原单位"),
        Column("title", "职务", is_chosen=False),
        Column("occasion", "事由", value=lambda one: one.get_occasion_display()),
        Column("effective_on", "离岗日期", sort=("effective_on",)),
        Column("due_on", "办理期限", sort=("due_on",)),
        Column("progress", "进度", value=lambda one: f"{one.settled}/{one.total}", is_exported=False),
        Column("state", "状态", value=lambda one: one.get_state_display()),
        Column("finished_at", "完成时间", sort=("finished_at",), is_chosen=False),
    ),
    filters=(
        TextFilter("q", "编号或姓名", {"number": "contains", "person_name": "prefix"}),
        ChoiceFilter("state", "状态", Handover.State.choices, "state"),
        ChoiceFilter("occasion", "事由", Handover.Occasion.choices, "occasion"),
        ChoiceFilter("mark", "提示", sheets.MARKS, condition=sheets.marked),
        DateRangeFilter("effective", "离岗日期", "effective_on"),
    ),
    order=("-pk",),
)


def _list(request: HttpRequest, rows: HandoverQuerySet, view: str) -> HttpResponseBase:
    user = of_request(request)
    counted = rows.annotate(
        total=Count("items"),
        settled=Count("items", filter=Q(items__state=HandoverItem.State.DONE) | ~Q(items__decision="")),
    )
    context = {
        "view": view,
        "waiting": sheets.waiting(user),
        "may_start": user.allows(APPLY.key),
        "sees_unit": sheets.sees_unit(user),
        "today": timezone.localdate(),
    }
    return respond(
        request,
        counted,
        HANDOVERS,
        template="changes/handovers/list.html",
        fragment="changes/handovers/_rows.html",
        context=context,
        may_export=view == "unit",
    )


@require_safe
@staff_required
def given(request: HttpRequest) -> HttpResponseBase:
    """What he hands over."""
    return _list(request, Handover.objects.filter(person=of_request(request).person_id), "given")


@require_safe
@staff_required
def received(request: HttpRequest) -> HttpResponseBase:
    """What he takes over."""
    return _list(request, Handover.objects.received_by(of_request(request).person_id), "received")


@require_http_methods(["GET", "POST"])
@staff_required
def of_unit(request: HttpRequest) -> HttpResponseBase:
    """Those of the units he looks after."""
    user = of_request(request)
    if not sheets.sees_unit(user):
        raise not_found()
    return _list(request, Handover.objects.visible_to(user), "unit")


def _visible(request: HttpRequest, pk: int) -> Handover:
    found = Handover.objects.visible_to(of_request(request))
    return get_object_or_404(found.select_related("person", "unit", "leaves"), pk=pk)


@require_safe
@staff_required
def handover(request: HttpRequest, pk: int) -> HttpResponse:
    """One sheet."""
    return _sheet(request, _visible(request, pk))


def _sheet(
    request: HttpRequest, one: Handover, *, status: int = 200, problem: str = "", **more: object
) -> HttpResponse:
    found = sheets.sheet(one, of_request(request))
    context: dict[str, Any] = {"sheet": found, "form": DecideForm(item_ids=[]), "problem": problem, **more}
    return render(request, "changes/handovers/detail.html", context, status=status)


@require_safe
@staff_required
def successors(request: HttpRequest, pk: int) -> HttpResponse:
    """What the field of the successor shows for what was typed."""
    one, user = _visible(request, pk), of_request(request)
    if not rules.can_arrange(user, one):
        raise not_found()
    options = sheets.successors(one, request.GET.get("q", "")[:60], user)
    return render(request, "changes/handovers/_successors.html", {"options": options})


@require_http_methods(["GET", "POST"])
@permission_required(APPLY.key)
def start(request: HttpRequest) -> HttpResponse:
    """First whose, found by name; then why and from when on."""
    user = of_request(request)
    post = sheets.post_of(user, request.GET.get("post", ""))
    if post is None:
        text = request.GET.get("q", "").strip()
        found = {"text": text, "posts": sheets.posts_named(user, text) if text else []}
        return render(request, "changes/handovers/find.html", found)
    form = StartForm(request.POST or None, initial={"effective_on": timezone.localdate()})
    if not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "changes/handovers/start.html", {"form": form, "post": post}, status=status)
    try:
        one = acts.start(post.person, post=post, actor=user, **form.cleaned_data)
    except Refused as refused:
        if refused.status not in (409, 422):
            raise
        form.add_error(None, refused.message)
        shown = {"form": form, "post": post}
        return render(request, "changes/handovers/start.html", shown, status=refused.status)
    return notice(seeother("changes:handover", one.pk), f"已生成交接单{one.number}，并通知交接人办理")


@require_POST
@staff_required
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for all ticked things."""
    one = _visible(request, pk)
    form = DecideForm(request.POST, item_ids=list(one.items.values_list("pk", flat=True)))
    if not form.is_valid():
        return _sheet(request, one, status=422, problem=str(next(iter(form.errors.values()))[0]))
    data = form.cleaned_data
    named = data["successor"] or sheets.successor_named(one, data["successor_text"], of_request(request))
    choice = acts.Choice(data["decision"], named, data["keep_reason"])
    choices = dict.fromkeys(data["items"], choice)
    try:
        acts.decide(one, choices, revision=data["revision"], actor=of_request(request))
    except Refused as refused:
        if refused.status != 422:
            raise
        return _sheet(request, _visible(request, pk), status=422, problem=refused.message)
    return notice(seeother("changes:handover", pk), f"已确定{len(choices)}项的去向")


@require_POST
@staff_required
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    one = _visible(request, pk)
    form = SubmitForm(request.POST)
    if not form.is_valid():
        return _sheet(request, one, status=422, problem=str(next(iter(form.errors.values()))[0]))
    try:
        acts.submit(one, **form.cleaned_data, actor=of_request(request))
    except Refused as refused:
        if refused.status != 422:
            raise
        return _sheet(request, _visible(request, pk), status=422, problem=refused.message)
    return notice(seeother("changes:handover", pk), "交接单已提交，等待接收人签收")


def _revision(request: HttpRequest) -> int:
    form = RevisionForm(request.POST)
    if not form.is_valid():
        raise Refused("请刷新页面后重试", status=422)
    return int(form.cleaned_data["revision"])


@require_POST
@staff_required
def receive(request: HttpRequest, pk: int) -> HttpResponse:
    one = _visible(request, pk)
    acts.receive(one, revision=_revision(request), actor=of_request(request))
    return notice(seeother("changes:handover", pk), "已签收，相关事项已转到您名下")


@require_POST
@staff_required
def countersign(request: HttpRequest, pk: int) -> HttpResponse:
    one = _visible(request, pk)
    acts.countersign(one, revision=_revision(request), actor=of_request(request))
    return notice(seeother("changes:handover", pk), "已监交确认，工作交接完成")


@require_POST
@staff_required
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    one = _visible(request, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _sheet(request, one, status=422, problem="请填写退回意见")
    acts.send_back(one, reason=form.cleaned_data["reason"], actor=of_request(request))
    return notice(seeother("changes:handover", pk), "已退回交接人重新确定去向")


@require_POST
@staff_required
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    one = _visible(request, pk)
    if not rules.can_cancel(of_request(request), one):
        raise not_found()
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _sheet(request, one, status=422, problem="请填写取消原因")
    acts.cancel(one, reason=form.cleaned_data["reason"], actor=of_request(request))
    return notice(seeother("changes:handover", pk), "交接单已取消")


@require_safe
@staff_required
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet on A4, with signatures and their verification."""
    one = _visible(request, pk)
    context = {"sheet": sheets.sheet(one, of_request(request)), "verdicts": queries.verify(one)}
    return render(request, "changes/handovers/paper.html", context)
