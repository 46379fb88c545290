"""必达看板: how far a message is that must reach everybody, unit by unit, kept true while it is looked at."""

import copy
import datetime
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yiwang.kernel import htmx
from yiwang.kernel.access import permission_required, staff_required
from yiwang.kernel.errors import not_found
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.filters import ChoiceFilter, DateRangeFilter, TextFilter
from yiwang.kernel.listing.screens import Listing, ListPage, page, respond
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.queries.principals import Principal, of_request
from yiwang.platform.messages import rules
from yiwang.platform.messages.actions import reach as actions
from yiwang.platform.messages.forms import StopForm, ToldForm
from yiwang.platform.messages.models import Reach, ReachAsk, ReachLine, SmsText
from yiwang.platform.messages.models.reach import Level
from yiwang.platform.messages.queries import reach as queries
from yiwang.platform.messages.vocabulary import MUST_REACH, SEND_NOTICES, WATCH_REACH
from yiwang.platform.org.models import Unit

_MAY = (MUST_REACH.key, WATCH_REACH.key)
_COLUMNS = "yiwang_columns"  # the list screen's cookie, which browsers send to the board's own address only
_KEPT = ("q", "only", "sort", "size", "cursor")

REACHES = Listing(
    "messages.reaches",
    "必达通知",
    columns=(
        Column("title", "标题", value=lambda one: one.message.title, is_fixed=True),
        Column("unit", "发送单位", value=lambda one: one.unit.short_name, width="medium"),
        Column("sender", "发送人", value=lambda one: one.message.sender_name or "接入应用", width="narrow"),
        Column("receivers", "应达", align="right"),
        Column("confirmed", "已确认", align="right"),
        Column("unconfirmed", "未确认", align="right"),
        Column("started_at", "发送时间", sort=("started_at",), width="medium"),
        Column("state", "状态", value=lambda one: one.get_state_display(), width="narrow"),
    ),
    filters=(
        TextFilter("q", "标题", {"message__title": "contains"}),
        ChoiceFilter("state", "状态", Reach.State.choices, "state"),
        DateRangeFilter("sent", "发送时间", "started_at", is_moment=True),
    ),
    order=("-started_at",),
)


def levels_of(row: dict[str, Any]) -> str:
    """短信2人、值班室1人: where the open receivers of a row are."""
    names = zip(Level, ("at_inbox", "at_text", "at_contact", "at_duty"), strict=True)
    return "、".join(f"{SHORT[level]}{row[name]}人" for level, name in names if row[name])


SHORT = {Level.INBOX: "站内", Level.TEXT: "短信", Level.CONTACT: "联络人", Level.DUTY: "值班室"}

BOARD = Listing(
    "messages.reach",
    "必达看板",
    columns=(
        Column("unit", "单位", is_fixed=True, width="medium"),
        Column("receivers", "应达", sort=("receivers",), align="right"),
        Column("read", "已读", sort=("read",), align="right"),
        Column("confirmed", "已确认", sort=("confirmed",), align="right"),
        Column("told", "已告知", sort=("told",), align="right"),
        Column("missing", "未达", sort=("missing",), align="right"),
        Column("levels", "未达所在级别", value=levels_of, width="medium"),
        Column("share", "确认进度", sort=("share",), value=lambda row: f"{_percent(row)}%", width="medium"),
        Column("next_at", "下一级时间", width="medium"),
        Column("duty_phone", "值班电话", is_chosen=False),
        Column("acts", "", is_exported=False, is_fixed=True, width="narrow"),
    ),
    filters=(
        TextFilter("q", "单位", {"unit": "contains"}),
        ChoiceFilter(
            "only",
            "范围",
            (("yes", "有未达人员"), ("no", "无未达人员")),
            "is_missing",
            lambda text: text == "yes",
        ),
    ),
    order=("position",),
    unique="unit_id",
    sizes=(100, 200),
)

_STATES_OF_TEXT = {**dict(SmsText.State.choices), "": "未发"}


def _told_of(row: dict[str, Any]) -> str:
    if not row["told_how"]:
        return ""
    return f"{row['told_by_name']}已{ReachLine.How(row['told_how']).label}"


def _people(key: str, title: str) -> Listing:
    return Listing(
        key,
        title,
        columns=(
            Column("name", "姓名", is_fixed=True, width="medium"),
            Column("unit", "单位", width="medium"),
            Column("title", "职务", width="medium"),
            Column("office_phone", "办公电话", width="medium"),
            Column("level", "所在级别", value=lambda row: SHORT[Level(row["level"])], sort=("level",)),
            Column("read_at", "阅读时间", width="medium"),
            Column("text_state", "短信", value=lambda row: _STATES_OF_TEXT[row["text_state"]]),
            Column("told", "告知情况", value=_told_of),
        ),
        order=("position",),
        unique="id",
        sizes=(100, 200),
        count_cap=100_000,
    )


PEOPLE = _people("messages.reach_people", "未确认人员")
ASKED = _people("messages.reach_asked", "待转达人员")


def _percent(row: dict[str, Any]) -> int:
    return int(row["confirmed"]) * 100 // int(row["receivers"])


@require_http_methods(["GET", "POST"])
@permission_required(*_MAY)
def reaches(request: HttpRequest) -> HttpResponseBase:
    """必达通知: one's own, those of one's unit, and those that its people receive."""
    user = of_request(request)
    return respond(
        request,
        queries.mine(user),
        REACHES,
        template="messages/reaches.html",
        fragment="messages/_reaches.html",
        context={"may_send": user.allows(MUST_REACH.key) and user.allows(SEND_NOTICES.key)},
        may_export=True,
    )


def _found(request: HttpRequest, pk: int) -> Reach:
    found = queries.find(pk, of_request(request))
    if found is None:
        raise not_found()
    return found


@require_http_methods(["GET", "POST"])
@staff_required
def board(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One board; by POST it is exported."""
    user, reach = of_request(request), _found(request, pk)
    if reach.state == Reach.State.RUNNING:
        actions.watch(reach, actor=user)
    return respond(
        request,
        queries.board(reach, user),
        replace(BOARD, title=f"必达看板：{reach.message.title}"),
        template="messages/reach.html",
        fragment="messages/_reach_board.html",
        context=_board_context(request, reach, user),
        may_export=True,
    )


@require_safe
@staff_required
def live(request: HttpRequest) -> HttpResponse:
    """The board's changing part, which an open board asks for by itself: it keeps no session alive."""
    text = request.GET.get("reach", "")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise not_found()
    user, reach = of_request(request), _found(request, int(text))
    if reach.state == Reach.State.RUNNING:
        actions.watch(reach, actor=user)
    as_board = _as_board(request, reach)
    shown = page(as_board, queries.board(reach, user), BOARD)
    context = {**_board_context(as_board, reach, user), "list": shown, "may_export": True}
    return render(request, "messages/_reach_board.html", context)


def _as_board(request: HttpRequest, reach: Reach) -> HttpRequest:
    """The request as if the board itself had been asked for, so that its links lead there."""
    asked: QueryDict = request.GET.copy()
    columns = str(asked.get("shown", ""))
    for name in ("reach", "shown"):
        asked.pop(name, None)
    shown = copy.copy(request)
    shown.path = reverse("messages:reach", args=[reach.pk])
    shown.COOKIES = {**request.COOKIES, _COLUMNS: columns}
    shown.GET = asked  # type: ignore[assignment]  # a copy, which we may change
    return shown


def _board_context(request: HttpRequest, reach: Reach, user: Principal) -> dict[str, Any]:
    now = timezone.localtime()
    numbers = queries.numbers(reach, user)
    may_run = reach.state == Reach.State.RUNNING and rules.can_run_reach(user, reach)
    return {
        "reach": reach,
        "message": reach.message,
        "numbers": numbers,
        "steps": _steps(reach, numbers),
        "elapsed": _span((reach.ended_at or now) - reach.started_at),
        "until_next": _span(numbers.next_at - now) if numbers.next_at else "",
        "sees_whole": rules.sees_whole_reach(user, reach),
        "may_run": may_run,
        "may_hasten": may_run and rules.may_climb(reach.message, now=now),
        "may_recall": reach.message.sender_id == user.person_id and reach.message.recalled_at is None,
        "live_url": _live_url(request, reach),
    }


def _live_url(request: HttpRequest, reach: Reach) -> str:
    """Where an open board asks for its changing part, with the columns, filters and order it has."""
    asked = {"reach": str(reach.pk), "shown": request.COOKIES.get(_COLUMNS, "")}
    asked |= {name: str(request.GET[name]) for name in _KEPT if request.GET.get(name)}
    return f"{reverse('messages:reach_live')}?{urlencode(asked)}"


def _steps(reach: Reach, numbers: queries.Numbers) -> list[tuple[str, str, str]]:
    """The ladder as a row of steps: label, when and how many are there, state."""
    steps = []
    farthest = max((level for level in Level if numbers.at(level)), default=0)
    for step in reach.steps.order_by("level"):
        there = numbers.at(step.level)
        wait = datetime.timedelta(minutes=step.after_minutes)
        when = f"{_span(wait)}后" if wait else "发送时"
        state = "now" if there else "done" if step.level < farthest or not numbers.missing else "later"
        if reach.state != Reach.State.RUNNING and state == "later":
            state = "stopped"
        steps.append((Level(step.level).label, f"{when}　{there}人", state))
    return steps


def _span(span: datetime.timedelta) -> str:
    """3分钟, 2小时5分钟, 3天4小时; less than a minute is 不到1分钟."""
    minutes = int(span.total_seconds()) // 60
    if minutes < 1:
        return "不到1分钟"
    hours, rest = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days}天{hours}小时" if hours else f"{days}天"
    if hours:
        return f"{hours}小时{rest}分钟" if rest else f"{hours}小时"
    return f"{rest}分钟"


@require_POST
@staff_required
def hasten(request: HttpRequest, pk: int) -> HttpResponse:
    """立即升级: one row of the board, or all."""
    text = request.POST.get("unit", "")
    unit = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
    number = actions.hasten(pk, unit_id=unit, actor=of_request(request))
    return notice(seeother("messages:reach", pk), f"正在对{number}人升级提醒")


@require_http_methods(["GET", "POST"])
@staff_required
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """停止升级."""
    reach = _found(request, pk)
    form = StopForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.stop(pk, reason=form.cleaned_data["reason"], actor=of_request(request))
        return notice(seeother("messages:reach", pk), "已停止升级，接收人仍可查看和确认")
    status = 422 if form.errors else 200
    return render(request, "messages/reach_stop.html", {"reach": reach, "form": form}, status=status)


@require_safe
@staff_required
def unit_page(request: HttpRequest, pk: int, unit: int) -> HttpResponseBase:
    """Who of a unit has not confirmed."""
    return _unit_page(request, pk, unit, ToldForm(), 200)


def _unit_page(request: HttpRequest, pk: int, unit: int, form: ToldForm, status: int) -> HttpResponseBase:
    user, reach = of_request(request), _found(request, pk)
    numbers = queries.in_unit(reach, unit, user)
    if not numbers.receivers:
        raise not_found()
    place = Unit.objects.visible_to(user).filter(pk=unit).first() if unit else None
    shown = page(request, queries.people(reach, unit, user), PEOPLE)
    named = shown.count or 0
    context = {
        "reach": reach,
        "place": place,
        "unit": unit,
        "numbers": numbers,
        "hidden": max(0, numbers.receivers - numbers.confirmed - named),
        "form": form,
        "may_note": reach.state != Reach.State.RECALLED,
        "list": shown,
        "may_export": False,
    }
    template = "messages/_reach_people.html" if htmx.is_fragment(request) else "messages/reach_unit.html"
    return render(request, template, context, status=status)


@require_POST
@staff_required
def called(request: HttpRequest, pk: int, unit: int) -> HttpResponseBase:
    """登记电话通知."""
    form = ToldForm(request.POST)
    if not form.is_valid():
        return _unit_page(request, pk, unit, form, 422)
    lines, note = form.cleaned_data["lines"], form.cleaned_data["note"]
    number = actions.note_called(pk, unit, lines, note=note, actor=of_request(request))
    return notice(seeother("messages:reach_unit", pk, unit), f"已登记电话通知{number}人")


@require_safe
@staff_required
def relay(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Whom the ladder has asked him to tell."""
    return _relay_page(request, pk, ToldForm(), 200)


def _relay_page(request: HttpRequest, pk: int, form: ToldForm, status: int) -> HttpResponseBase:
    user = of_request(request)
    reach = queries.asked_in(pk, user)
    if reach is None:
        raise not_found()
    shown: ListPage = page(request, queries.asked(pk, user), ASKED)
    context = {
        "reach": reach,
        "message": reach.message,
        "parts": [ReachAsk.Part(one).label for one in queries.asked_parts(pk, user)],
        "hidden": queries.asked_hidden(pk, user, named=shown.count or 0),
        "form": form,
        "may_note": reach.state != Reach.State.RECALLED,
        "list": shown,
        "may_export": False,
    }
    template = "messages/_reach_people.html" if htmx.is_fragment(request) else "messages/reach_relay.html"
    return render(request, template, context, status=status)


@require_POST
@staff_required
def relayed(request: HttpRequest, pk: int) -> HttpResponseBase:
    """我已通知本人."""
    form = ToldForm(request.POST)
    if not form.is_valid():
        return _relay_page(request, pk, form, 422)
    lines, note = form.cleaned_data["lines"], form.cleaned_data["note"]
    number = actions.note_relayed(pk, lines, note=note, actor=of_request(request))
    return notice(seeother("messages:reach_relay", pk), f"已登记转达{number}人")
