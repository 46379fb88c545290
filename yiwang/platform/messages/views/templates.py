"""短信模板: the list, one with its versions, writing with a preview, agreeing, retiring."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yiwang.kernel import htmx
from yiwang.kernel.access import permission_required
from yiwang.kernel.errors import Refused, invalid
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.filters import ChoiceFilter, DateRangeFilter, TextFilter
from yiwang.kernel.listing.screens import Listing, respond
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.queries.principals import Principal, of_request
from yiwang.platform.messages import rules
from yiwang.platform.messages.actions import templates
from yiwang.platform.messages.forms import DecideForm, ReasonForm, ReportForm, TemplateForm
from yiwang.platform.messages.gateways.chosen import gateway
from yiwang.platform.messages.models import TextPurpose, TextTemplate
from yiwang.platform.messages.queries import templates as queries
from yiwang.platform.messages.vocabulary import APPROVE_TEMPLATES, EDIT_TEMPLATES, SEND_TEXTS

State = TextTemplate.State
_MAY = (EDIT_TEMPLATES.key, APPROVE_TEMPLATES.key, SEND_TEXTS.key)
_TONES = {"pending": "yellow", "enabled": "green", "returned": "red"}


def _parts(one: TextTemplate) -> int:
    return int(str(queries.preview(one.text, one.samples)["parts"]))


TEMPLATES = Listing(
    "messages.templates",
    "短信模板",
    columns=(
        Column("name", "模板名称", sort=("name",), is_fixed=True, width="medium"),
        Column("code", "编号", is_chosen=False),
        Column("kind", "类型", value=lambda one: one.get_kind_display(), width="narrow"),
        Column("text", "内容"),
        Column("parts", "按样例计费", value=lambda one: f"{_parts(one)}条", align="right"),
        Column("version", "版本", value=lambda one: f"第{one.version}版", width="narrow"),
        Column("place", "适用单位", width="narrow"),
        Column("report_number", "报备号", is_chosen=False),
        Column("creator_name", "起草人", is_chosen=False),
        Column("changed_at", "更新时间", sort=("changed_at",), width="medium"),
        Column("state", "状态", value=lambda one: one.get_state_display(), width="narrow"),
    ),
    filters=(
        TextFilter("q", "名称或编号", {"name": "contains", "code": "contains"}),
        ChoiceFilter("kind", "类型", TextPurpose.choices, "kind"),
        ChoiceFilter("state", "状态", State.choices, "state"),
        DateRangeFilter("changed", "更新时间", "changed_at", is_moment=True),
    ),
    order=("-changed_at",),
)


@require_http_methods(["GET", "POST"])
@permission_required(*_MAY)
def template_list(request: HttpRequest) -> HttpResponseBase:
    """Those he may send by, and those he keeps; what a later version has replaced stands with that one."""
    user = of_request(request)
    return respond(
        request,
        TextTemplate.objects.visible_to(user).current().select_related("unit"),
        TEMPLATES,
        template="messages/templates.html",
        fragment="messages/_templates.html",
        context={"may_edit": user.allows(EDIT_TEMPLATES.key), "tones": _TONES},
        may_export=True,
    )


def _visible(user: Principal, pk: int) -> TextTemplate:
    return get_object_or_404(TextTemplate.objects.visible_to(user).select_related("unit"), pk=pk)


@require_safe
@permission_required(*_MAY)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One version: its words, what it costs, who agreed; and the other versions."""
    return _page(request, pk, {}, 200)


def _page(request: HttpRequest, pk: int, wrong: dict[str, Any], status: int) -> HttpResponse:
    user = of_request(request)
    one = _visible(user, pk)
    may_edit = rules.can_edit_template(user, one)
    visible = TextTemplate.objects.visible_to(user).filter(code=one.code)
    context = {
        "one": one,
        "tones": _TONES,
        "preview": queries.preview(one.text, one.samples),
        "versions": visible.order_by("-version"),
        "may_edit": may_edit and one.state in TextTemplate.EDITABLE,
        "may_revise": may_edit and one.state in (State.ENABLED, State.RETIRED),
        "may_retire": may_edit and one.state == State.ENABLED,
        "may_decide": one.state == State.PENDING and rules.can_decide_template(user, one),
        "may_copy": user.allows(EDIT_TEMPLATES.key),
        "may_report": one.state == State.ENABLED and user.allows(EDIT_TEMPLATES.key, at=""),
        "may_send": one.state == State.ENABLED and one.for_batches and user.allows(SEND_TEXTS.key),
        "is_simulator": gateway().is_simulator,
        "signature": settings.SMS_SIGNATURE,
        "signature_number": settings.SMS_SIGNATURE_NUMBER,
        "decide_form": DecideForm(),
        "retire_form": ReasonForm(),
        "report_form": ReportForm(initial={"number": one.report_number}),
        **wrong,
    }
    return render(request, "messages/template.html", context, status=status)


@require_http_methods(["GET", "POST"])
@permission_required(EDIT_TEMPLATES.key)
def write(request: HttpRequest) -> HttpResponse:
    """起草; `from`: another one whose words it begins with."""
    user = of_request(request)
    source = request.GET.get("from", "")
    begun = _visible(user, int(source)) if source.isdecimal() and len(source) < 19 else None
    return _form(request, None, begun)


@require_http_methods(["GET", "POST"])
@permission_required(EDIT_TEMPLATES.key)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """修改 of a draft, or of what was returned."""
    one = _visible(of_request(request), pk)
    if one.state not in TextTemplate.EDITABLE or not rules.can_edit_template(of_request(request), one):
        return seeother("messages:template", pk)
    return _form(request, one, one)


def _form(request: HttpRequest, one: TextTemplate | None, begun: TextTemplate | None) -> HttpResponse:
    user = of_request(request)
    may_district = one is None and user.allows(EDIT_TEMPLATES.key, at="")
    may_unit = bool(user.unit_path) and user.allows(EDIT_TEMPLATES.key, at=user.unit_path)
    initial: dict[str, object] = {"for_district": may_district and not may_unit}
    if begun is not None:
        initial |= {"name": begun.name, "kind": begun.kind, "text": begun.text}
    samples = begun.samples if begun is not None else {}
    form = TemplateForm(request.POST or None, may_district=may_district, samples=samples, initial=initial)
    step = request.POST.get("step", "")
    context = {
        "form": form,
        "one": one,
        "address": request.get_full_path(),
        "preview": queries.preview(form["text"].value() or "", form.given_words()),
    }
    if step in ("words", "count") and htmx.is_fragment(request):
        part = "messages/_template_words.html" if step == "words" else "messages/_template_preview.html"
        return render(request, part, context)
    if request.method == "POST" and step != "words" and form.is_valid():
        try:
            return _save(form, one, user, submits=step == "submit")
        except Refused as refusal:
            if not refusal.fields:
                raise
            for field, text in refusal.fields.items():
                form.add_error(field if field in form.fields else None, text)
    status = 422 if request.method == "POST" and step != "words" else 200
    return render(request, "messages/template_edit.html", context, status=status)


def _save(form: TemplateForm, one: TextTemplate | None, user: Principal, *, submits: bool) -> HttpResponse:
    given = form.cleaned_data
    words = {
        "name": given["name"],
        "kind": given["kind"],
        "text": given["text"],
        "samples": form.given_words(),
    }
    if one is None:
        one = templates.write(**words, for_district=bool(given.get("for_district")), actor=user)
    else:
        one = templates.change(one.pk, **words, actor=user)
    if submits:
        templates.submit(one.pk, actor=user)
    text = f"短信模板“{one.name}”{'已提交审核' if submits else '已保存'}"
    return notice(seeother("messages:template", one.pk), text)


@require_POST
@permission_required(EDIT_TEMPLATES.key)
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """提交审核."""
    one = templates.submit(pk, actor=of_request(request))
    return notice(seeother("messages:template", pk), f"短信模板“{one.name}”已提交审核")


@require_POST
@permission_required(APPROVE_TEMPLATES.key)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """启用 or 退回."""
    form = DecideForm(request.POST)
    choice = request.POST.get("choice", "")
    if choice not in ("agree", "refuse"):
        raise invalid("choice", "请选择启用或退回")
    if not form.is_valid():
        return _page(request, pk, {"decide_form": form}, 422)
    agrees, opinion = choice == "agree", form.cleaned_data["opinion"]
    try:
        one = templates.decide(pk, agrees=agrees, opinion=opinion, actor=of_request(request))
    except Refused as refusal:
        return _again(request, pk, "decide_form", form, refusal)
    return notice(seeother("messages:template", pk), f"短信模板“{one.name}”已{'启用' if agrees else '退回'}")


def _again(request: HttpRequest, pk: int, name: str, form: Any, refusal: Refused) -> HttpResponse:
    """The page with what is wrong in one of its small forms; other refusals have a page of their own."""
    if not refusal.fields.keys() & form.fields.keys():
        raise refusal
    for field, text in refusal.fields.items():
        form.add_error(field, text)
    return _page(request, pk, {name: form}, 422)


@require_POST
@permission_required(EDIT_TEMPLATES.key)
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """停用."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, pk, {"retire_form": form}, 422)
    one = templates.retire(pk, reason=form.cleaned_data["reason"], actor=of_request(request))
    return notice(seeother("messages:template", pk), f"短信模板“{one.name}”已停用")


@require_POST
@permission_required(EDIT_TEMPLATES.key)
def revise(request: HttpRequest, pk: int) -> HttpResponse:
    """修订: the next version as a draft."""
    made = templates.begin_version(pk, actor=of_request(request))
    return notice(
        seeother("messages:template_edit", made.pk), f"已建立第{made.version}版草稿，启用前仍使用原版本"
    )


@require_POST
@permission_required(EDIT_TEMPLATES.key)
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """删除 of a draft."""
    templates.discard(pk, actor=of_request(request))
    return notice(seeother("messages:templates"), "短信模板草稿已删除")


@require_POST
@permission_required(EDIT_TEMPLATES.key)
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """登记报备号."""
    form = ReportForm(request.POST)
    if not form.is_valid():
        return _page(request, pk, {"report_form": form}, 422)
    templates.note_report(pk, number=form.cleaned_data["number"], actor=of_request(request))
    return notice(seeother("messages:template", pk), "报备号已登记")
