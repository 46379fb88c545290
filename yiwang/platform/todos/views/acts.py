"""What people do with their to-dos: open, read many, claim, give back, give on, follow, press an action."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yiwang.kernel.access import login_required, staff_required
from yiwang.kernel.errors import Refused, invalid, not_found
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.addressbook.queries import picks
from yiwang.platform.todos import queries, rules
from yiwang.platform.todos.actions import claiming, items, quick, transfers
from yiwang.platform.todos.actions import following as follows
from yiwang.platform.todos.models import Assignment, QuickAct
from yiwang.platform.todos.queries import claims, following
from yiwang.platform.todos.queries.facets import name_of

_MOST_AT_ONCE = 500


@require_safe
@login_required
def open_item(request: HttpRequest, pk: int) -> HttpResponse:
    """To the page of its application; that it was opened is remembered on the way."""
    user = of_request(request)
    own = get_object_or_404(Assignment.objects.visible_to(user).select_related("item"), pk=pk)
    items.open_item(own, actor=user)
    on_phone = "Mobile" in request.headers.get("User-Agent", "")
    return HttpResponseRedirect((on_phone and own.item.mobile_url) or own.item.url)


@require_POST
@login_required
def mark_read(request: HttpRequest) -> HttpResponse:
    """批量已阅."""
    chosen = [int(text) for text in request.POST.getlist("ids") if text.isdecimal() and len(text) < 19]
    if not chosen:
        raise invalid("ids", "请先勾选要标记已阅的事项")
    if len(chosen) > _MOST_AT_ONCE:
        raise invalid("ids", f"一次最多标记{_MOST_AT_ONCE}项")
    number = items.mark_read(chosen, actor=of_request(request))
    return notice(seeother("todos:toread"), f"已将{number}项标记为已阅")


@require_safe
@login_required
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One of his to-dos: what it is, what has become of it, and what he may do here."""
    user = of_request(request)
    own = get_object_or_404(
        Assignment.objects.visible_to(user).select_related("item", "unit", "passed_to"), pk=pk
    )
    context = {
        "own": own,
        "item": own.item,
        "app_name": name_of(own.item.app, own.item.app_name),
        "left": queries.left(own.due_at),
        "is_followed": bool(following.followed_among(user.person_id, [own.item_id])),
        "may_transfer": rules.may_transfer(own, own.item),
        "may_release": rules.may_release(own),
        "asked": QuickAct.objects.filter(assignment=own).order_by("-id").first(),
        "is_open": own.state in Assignment.OPEN,
    }
    return render(request, "todos/detail.html", context)


@require_POST
@login_required
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """认领."""
    own = claiming.claim(pk, actor=of_request(request))
    return notice(seeother("todos:detail", own.pk), "已认领，请及时办理")


@require_POST
@login_required
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """退回单位."""
    claiming.release(pk, actor=of_request(request))
    return notice(seeother("todos:claimable"), "已退回单位，等待其他人员认领")


@require_http_methods(["GET", "POST"])
@staff_required
def transfer(request: HttpRequest, pk: int) -> HttpResponse:
    """转办 or 委托, with the person and a reason."""
    user = of_request(request)
    own = get_object_or_404(Assignment.objects.visible_to(user).select_related("item"), pk=pk)
    if not rules.may_transfer(own, own.item):
        raise not_found()
    values = {
        "person": request.POST.get("person_id", ""),
        "note": request.POST.get("note", "").replace("\0", ""),
        "mode": request.POST.get("mode", "transfer"),
    }
    errors: dict[str, str] = {}
    if request.method == "POST":
        person = values["person"]
        try:
            transfers.transfer(
                pk,
                to_person_id=int(person) if person.isdecimal() and len(person) < 19 else 0,
                note=values["note"],
                is_delegated=values["mode"] == "delegate",
                actor=user,
            )
        except Refused as refusal:
            if not refusal.fields:
                raise
            errors = dict(refusal.fields)
        else:
            done = "已委托，办理后您可在“已办”中查看" if values["mode"] == "delegate" else "已转办"
            return notice(seeother("todos:list"), done)
    return _transfer_page(request, own, values, errors)


def _transfer_page(
    request: HttpRequest, own: Assignment, values: dict[str, str], errors: dict[str, str]
) -> HttpResponse:
    user = of_request(request)
    chosen = [int(values["person"])] if values["person"].isdecimal() and len(values["person"]) < 19 else []
    context: dict[str, Any] = {
        "own": own,
        "item": own.item,
        "values": values,
        "errors": errors,
        "picks": picks.find(user, "", within_department=True),
        "chosen": picks.named(user, chosen) if chosen else [],
    }
    return render(request, "todos/transfer.html", context, status=422 if errors else 200)


@require_POST
@login_required
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """关注. pk: of his assignment."""
    own = get_object_or_404(Assignment.objects.visible_to(of_request(request)), pk=pk)
    follows.follow(own.item_id, actor=of_request(request))
    return notice(seeother("todos:detail", own.pk), "已关注，可在“我关注”中查看办理情况")


@require_POST
@login_required
def unfollow(request: HttpRequest, pk: int) -> HttpResponse:
    """取消关注. pk: of the item."""
    if not follows.unfollow(pk, actor=of_request(request)):
        raise not_found()
    return notice(seeother("todos:followed"), "已取消关注")


@require_POST
@login_required
def quick_act(request: HttpRequest, pk: int) -> HttpResponse:
    """快捷操作: asked of the application."""
    asked = quick.ask(
        pk,
        key=request.POST.get("action", "")[:40],
        reason=request.POST.get("reason", "").replace("\0", ""),
        actor=of_request(request),
    )
    return notice(seeother("todos:detail", pk), f"“{asked.label}”已提交业务系统，处理结果将自动更新")


@require_safe
@login_required
def waiting(request: HttpRequest, pk: int) -> HttpResponse:
    """What a whole unit has to do, before somebody claims it: who may, sees what it is."""
    user = of_request(request)
    found = get_object_or_404(
        Assignment.objects.filter(person=None).select_related("item", "unit", "passed_to"), pk=pk
    )
    if found.state == Assignment.State.TODO and not claims.may_claim(user.person_id, pk):
        raise not_found()
    if found.state != Assignment.State.TODO and found.passed_to_id != user.person_id:
        raise not_found()
    context = {
        "waiting": found,
        "item": found.item,
        "app_name": name_of(found.item.app, found.item.app_name),
        "left": queries.left(found.due_at),
    }
    return render(request, "todos/waiting.html", context)
