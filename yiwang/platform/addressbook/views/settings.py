"""可见设置: who sees whom, proposed and decided (R2-9, R2-10)."""

from collections.abc import Callable

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yiwang.kernel import htmx
from yiwang.kernel.access import permission_required
from yiwang.kernel.errors import Refused, not_found
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.filters import ChoiceFilter, DateRangeFilter, TextFilter
from yiwang.kernel.listing.screens import Listing, respond
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.queries.principals import Principal, of_request
from yiwang.platform.addressbook import forms, rules
from yiwang.platform.addressbook.actions import proposals as acts
from yiwang.platform.addressbook.actions import trials as trying
from yiwang.platform.addressbook.models import (
    Book,
    Hiding,
    PresetChange,
    Proposal,
    Rule,
    TierOverride,
    Trial,
)
from yiwang.platform.addressbook.models.book import Mode, Preset, Tier
from yiwang.platform.addressbook.queries import proposals, trial_report, trials
from yiwang.platform.addressbook.views.proposing import ADDITIONS
from yiwang.platform.addressbook.vocabulary import APPROVE, PROPOSE, PROPOSE_DISTRICT

may_enter = permission_required(PROPOSE.key, PROPOSE_DISTRICT.key, APPROVE.key)
_STATED = (
    Column("state", "状态", value=lambda one: one.get_state_display()),
    Column("valid_from", "生效日期", sort=("valid_from",)),
    Column("valid_to", "失效日期", sort=("valid_to",)),
    Column("proposed_by_name", "申请人"),
    Column("decided_by_name", "审批人"),
    Column("reason", "事由", is_chosen=False),
    Column("created_at", "申请时间", sort=("created_at",), is_chosen=False),
)


def _listing(key: str, title: str, columns: tuple[Column, ...]) -> Listing:
    return Listing(
        f"addressbook.{key}",
        title,
        columns=(*columns, *_STATED),
        filters=(
            TextFilter("q", "申请人", {"proposed_by_name": "prefix"}),
            ChoiceFilter("state", "状态", Proposal.State.choices, "state"),
            DateRangeFilter("created", "申请时间", "created_at", is_moment=True),
        ),
        order=("-created_at",),
    )


def _fields(hiding: Hiding) -> str:
    """What is hidden of the entry."""
    return "、".join(Hiding.Field(one).label for one in hiding.fields) or "整条"


LISTINGS = {
    "rules": _listing(
        "rules",
        "通讯规则",
        (
            Column("id", "编号", value=lambda one: f"第{one.pk}号", is_fixed=True),
            Column("kind", "类别", value=lambda one: one.get_kind_display()),
            Column("viewer", "查看方"),
            Column("target", "被查看方"),
            Column("mode", "沟通方式", value=lambda one: one.get_mode_display()),
            Column("priority", "优先级", is_chosen=False),
        ),
    ),
    "hidings": _listing(
        "hidings",
        "隐藏设置",
        (
            Column("target", "隐藏对象", value=str, is_fixed=True),
            Column("scope", "范围", value=lambda one: one.get_scope_display()),
            Column("fields", "内容", value=_fields),
        ),
    ),
    "tiers": _listing(
        "tiers",
        "层级设置",
        (
            Column("person", "人员", is_fixed=True),
            Column("unit", "单位", value=lambda one: str(one.person.unit or "")),
            Column("tier", "层级", value=lambda one: one.get_tier_display()),
        ),
    ),
    "presets": _listing(
        "presets",
        "规则切换",
        (Column("preset", "通讯规则", value=lambda one: one.get_preset_display(), is_fixed=True),),
    ),
}


def _kind(what: str) -> type[Proposal]:
    if what not in proposals.KINDS:
        raise not_found()
    return proposals.KINDS[what]


@require_http_methods(["GET", "POST"])
@may_enter
def settings(request: HttpRequest, what: str) -> HttpResponseBase:
    """Rules, hidings, tiers or presets, each a list."""
    _kind(what)
    user = of_request(request)
    counts = proposals.open_by_kind(user)
    preset = Book.objects.values_list("preset", flat=True).first() or Preset.GRADED
    context = {
        "what": what,
        "tabs": [(key, one.title, counts[key]) for key, one in LISTINGS.items()],
        "preset": Preset(preset),
        "tiers": list(Tier),
        "matrix": [(tier, [Mode(one) for one in rules.MATRICES[Preset(preset)][tier]]) for tier in Tier],
        "additions": [
            (key, one.label) for key, one in ADDITIONS.items() if one.what == what and one.may(user)
        ],
    }
    return respond(
        request,
        proposals.visible(what, user),
        LISTINGS[what],
        template="addressbook/settings/list.html",
        fragment="addressbook/settings/_rows.html",
        context=context,
        may_export=True,
    )


def _found(request: HttpRequest, what: str, pk: int) -> Proposal:
    _kind(what)
    one: Proposal = get_object_or_404(proposals.visible(what, of_request(request)), pk=pk)
    return one


@require_safe
@may_enter
def setting(request: HttpRequest, what: str, pk: int) -> HttpResponse:
    return _detail(request, what, _found(request, what, pk))


def _detail(
    request: HttpRequest, what: str, one: Proposal, form: Form | None = None, *, status: int = 200
) -> HttpResponse:
    user = of_request(request)
    is_open = one.state == Proposal.State.PROPOSED
    context = {
        "what": what,
        "one": one,
        "facts": facts(one),
        "listing": LISTINGS[what],
        "form": form or forms.DecisionForm(),
        "may_decide": is_open and rules.can_decide(user, one),
        "may_withdraw": is_open and one.proposed_by_id == user.account_id,
        "is_draft": one.state == Proposal.State.DRAFT,
        **_trial(what, one, user),
        "may_end": one.state == Proposal.State.ACTIVE and rules.can_end(user, one),
    }
    return render(request, "addressbook/settings/detail.html", context, status=status)


def facts(one: Proposal) -> list[tuple[str, str]]:
    """What it is about, in words."""
    if isinstance(one, Rule):
        return [
            ("类别", one.get_kind_display()),
            ("查看方", str(one.viewer)),
            ("被查看方", str(one.target)),
            ("沟通方式", one.get_mode_display()),
            ("优先级", str(one.priority)),
        ]
    if isinstance(one, Hiding):
        passes = one.passes.select_related("person", "unit", "group")
        return [
            ("隐藏对象", str(one)),
            ("范围", one.get_scope_display()),
            ("内容", _fields(one)),
            ("白名单", "、".join(map(str, passes)) or "无"),
        ]
    if isinstance(one, TierOverride):
        return [("人员", str(one.person)), ("层级", one.get_tier_display())]
    return [("通讯规则", str(one))] if isinstance(one, PresetChange) else []


def _trial(what: str, one: Proposal, user: Principal) -> dict[str, object]:
    """What the page says of trying it out."""
    found, now = trials.shown(what, one, user), timezone.now()
    return {
        "what": what,
        "one": one,
        "may_try": bool(trials.act_of(one)),
        "act": Trial.Act(trials.act_of(one) or Trial.Act.APPROVE).label,
        "tried": found,
        "report": trial_report.from_data(found.result) if found and found.result else None,
        "is_own": found is not None and found.asker_id == user.account_id,
        "is_silent": found is not None and trials.is_silent(found, now),
        "is_stale": found is not None and trials.is_stale(found),
        "is_draft": one.state == Proposal.State.DRAFT,
        "addition": trials.addition_of(what, one, user) if one.state == Proposal.State.DRAFT else "",
    }


@never_cache
@require_http_methods(["GET", "POST"])
@may_enter
def setting_trial(request: HttpRequest, what: str, pk: int) -> HttpResponse:
    """How far a trial is, or what it found; POST begins it, or begins it anew."""
    one, user = _found(request, what, pk), of_request(request)
    if not trials.act_of(one):
        raise not_found()
    if request.method == "POST":
        trying.ask(what, one, actor=user)
    return _panel(request, what, one, user)


@require_POST
@may_enter
def setting_trial_cancel(request: HttpRequest, what: str, pk: int) -> HttpResponse:
    one, user = _found(request, what, pk), of_request(request)
    found = trials.own(what, one, user.account_id)
    if found is None:
        raise not_found()
    trying.cancel(found, actor=user)
    return _panel(request, what, one, user)


def _panel(request: HttpRequest, what: str, one: Proposal, user: Principal) -> HttpResponse:
    if not htmx.is_fragment(request):
        return seeother("addressbook:setting", what, one.pk)
    return render(request, "addressbook/settings/_trial.html", _trial(what, one, user))


_ACTS: dict[str, tuple[Callable[..., Proposal], str, str]] = {
    "submit": (acts.submit, "", "申请已提交，请安全管理员审批"),
    "approve": (acts.approve, "opinion", "已同意，按生效日期起效"),
    "refuse": (acts.refuse, "opinion", "已答复不同意"),
    "withdraw": (acts.withdraw, "", "申请已撤回"),
    "end": (acts.end, "reason", "设置已结束，立即生效"),
}


@require_POST
@may_enter
def setting_discard(request: HttpRequest, what: str, pk: int) -> HttpResponse:
    acts.discard(_found(request, what, pk), actor=of_request(request))
    return notice(seeother("addressbook:settings", what), "草稿已放弃")


@require_POST
@may_enter
def setting_act(request: HttpRequest, what: str, pk: int, act: str) -> HttpResponse:
    one = _found(request, what, pk)
    if act not in _ACTS:
        raise not_found()
    run, word, done = _ACTS[act]
    said = {word: request.POST.get("opinion", "")[:200]} if word else {}
    try:
        run(one, actor=of_request(request), **said)
    except Refused as refusal:
        if refusal.status != 422:
            raise
        form = forms.DecisionForm(request.POST)
        form.add_error("opinion", refusal.message)
        return _detail(request, what, one, form, status=422)
    return notice(seeother("addressbook:setting", what, pk), done)
