"""Writing an application for a unit change: its kind, its form, where people go. Then see `units`."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from yiwang.kernel.access import permission_required
from yiwang.kernel.errors import Refused, not_found
from yiwang.kernel.files import actions as files
from yiwang.kernel.files import queries as stored
from yiwang.kernel.files.models import StoredFile
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.queries.principals import Principal, of_request
from yiwang.platform.changes.actions import unit_change as actions
from yiwang.platform.changes.forms import unit_initial
from yiwang.platform.changes.forms.unit_change import FORMS, ChangeForm
from yiwang.platform.changes.forms.unit_fates import FatesForm, filled
from yiwang.platform.changes.forms.unit_fields import UnitField, written
from yiwang.platform.changes.models import UnitChange
from yiwang.platform.changes.queries import unit_change as queries
from yiwang.platform.changes.queries import unit_choices, unit_fates, unit_parts
from yiwang.platform.changes.rules import plans
from yiwang.platform.changes.rules import unit_change as rules
from yiwang.platform.changes.vocabulary import APPLY
from yiwang.platform.org.models import Unit

Kind = UnitChange.Kind

# What each kind is for, and its picture, in the order in which they are offered.
KINDS = (
    (Kind.CREATE, "circle-plus", "设立新的单位、内设机构、下属单位或居（村）委会"),
    (Kind.RENAME, "pencil", "变更全称和简称，原名称按时段保留，可同时启用新的发文机关代字"),
    (Kind.MERGE, "arrow-merge", "两个或多个机构并入其中一个、另一机构或新机构"),
    (Kind.SPLIT, "arrows-split", "一个机构分设为多个，逐人指定去向"),
    (Kind.MOVE, "transfer", "机构及其下级整体划归另一上级"),
    (Kind.RANK, "arrows-up-down", "调整机构规格，需要时一并调整类型和上级"),
    (Kind.PLATE, "certificate", "加挂或摘除牌子，牌子可有单独的发文机关代字"),
    (Kind.REVOKE, "square-x", "撤销机构，遗留的人员和事项须划转"),
    (Kind.SORT, "arrows-sort", "调整下级机构的排列顺序"),
    (Kind.EDIT, "edit", "修改信用代码、电话、地址、编制数等机构信息"),
)

# Fields of org's refusals under the name that the form of the kind gives them.
_RENAMED = {Kind.MOVE: {"parent": "to"}, Kind.RANK: {"parent": "to"}, Kind.MERGE: {"children": "into"}}


@require_safe
@permission_required(APPLY.key)
def choose(request: HttpRequest) -> HttpResponse:
    """Which kind of change; `unit` is kept for the form."""
    unit = _chosen(of_request(request), request.GET.get("unit", ""))
    kinds = [(kind, kind.label, icon, note) for kind, icon, note in KINDS]
    return render(request, "changes/units/choose.html", {"kinds": kinds, "unit": unit})


def _chosen(user: Principal, text: str) -> Unit | None:
    """The unit of an address: its id or its code, when he may apply for it."""
    units = unit_choices.applicable(user)
    found = units.filter(pk=int(text)) if text.isdigit() and len(text) < 10 else units.filter(code=text)
    return found.first() if text else None


@require_http_methods(["GET", "POST"])
@permission_required(APPLY.key)
def write(request: HttpRequest, kind: str) -> HttpResponse:
    """A new application. First the unit it is about, but for 新设, whose form asks for the parent."""
    if kind not in FORMS:
        raise not_found()
    user = of_request(request)
    unit = _chosen(user, request.GET.get("unit", ""))
    if kind != Kind.CREATE and unit is None:
        return _ask_unit(request, user, Kind(kind))
    initial: dict[str, Any] = {"parent": unit} if kind == Kind.CREATE else _today(Kind(kind), unit)
    target = None if kind == Kind.CREATE else unit
    form = FORMS[kind](request.POST or None, request.FILES or None, user=user, target=target, initial=initial)
    return _form(request, user, Kind(kind), form, None)


def _today(kind: Kind, unit: Unit | None) -> dict[str, Any]:
    """What a form begins with: the unit as it is."""
    if unit is None:
        return {}
    if kind == Kind.RENAME:
        return {"full_name": unit.full_name, "short_name": unit.short_name}
    return {"rank": unit.rank} if kind == Kind.RANK else {}


def _ask_unit(request: HttpRequest, user: Principal, kind: Kind) -> HttpResponse:
    field = UnitField(label="调整的机构", scope="own")
    field.units = unit_choices.applicable(user)
    text, error = request.GET.get("name", ""), ""
    if text:
        try:
            unit = field.clean(text)
        except ValidationError as wrong:
            error = "；".join(wrong.messages)
        else:
            query = {"unit": unit.pk if unit else ""}
            return HttpResponseRedirect(reverse("changes:unit_change_write", args=[kind], query=query))
    suggested = unit_choices.suggested(user, "", own_only=True)
    context = {"kind": kind, "text": text, "error": error, "suggested": suggested}
    return render(request, "changes/units/ask_unit.html", context, status=422 if error else 200)


@require_http_methods(["GET", "POST"])
@permission_required(APPLY.key)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Going on with a draft."""
    user = of_request(request)
    change = _own_draft(user, pk)
    form = FORMS[change.kind](
        request.POST or None,
        request.FILES or None,
        user=user,
        target=unit_parts.target_of(change),
        initial=unit_initial.of(change),
    )
    return _form(request, user, Kind(change.kind), form, change)


def _own_draft(user: Principal, pk: int) -> UnitChange:
    change = queries.visible(user, pk)
    if not rules.can_edit(user, change) or change.state != UnitChange.State.DRAFT:
        raise not_found()
    return change


def _form(
    request: HttpRequest, user: Principal, kind: Kind, form: ChangeForm, change: UnitChange | None
) -> HttpResponse:
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            answer = _save(request, user, kind, form, change)
            if answer is not None:
                return answer
    context = {
        "kind": kind,
        "form": form,
        "change": change,
        "target": form.target,
        "has_people": kind in plans.WITH_PEOPLE,
    }
    return render(request, "changes/units/form.html", context, status=status)


def _save(
    request: HttpRequest, user: Principal, kind: Kind, form: ChangeForm, change: UnitChange | None
) -> HttpResponse | None:
    """The draft, tried unless it is only put aside; None when something speaks against it."""
    put_aside = request.POST.get("then") == "draft"
    try:
        upload = form.cleaned_data.get("file")
        attachments = [_stored(upload, user)] if upload else []
        with transaction.atomic():
            change = _written(user, kind, form, change, attachments)
            needs_places = bool(unit_fates.of(change)) if kind in plans.WITH_PEOPLE else False
            if not put_aside and not needs_places:
                actions.preview(change, actor=user)
    except Refused as refused:
        _show(form, refused, kind)
        return None
    if needs_places and not put_aside:
        return seeother("changes:unit_change_places", change.pk)
    return notice(
        seeother("changes:unit_change", change.pk), "草稿已保存" if put_aside else "请核对预览后提交"
    )


def _stored(upload: Any, user: Principal) -> StoredFile:
    file = files.store_file(upload, purpose="changes.basis", actor=user)
    stored.require_usable(file)
    return file


def _written(
    user: Principal, kind: Kind, form: ChangeForm, change: UnitChange | None, attachments: list[StoredFile]
) -> UnitChange:
    plan = form.plan()
    if change is None:
        return actions.draft(
            kind, plan=plan, unit=form.target, actor=user, attachments=attachments, **form.common()
        )
    if kind in plans.WITH_PEOPLE:
        plan = plans.keeping_places(kind, plan, change.plan)
    return actions.revise(change, plan=plan, actor=user, attachments=attachments, **form.common())


def _show(form: ChangeForm, refused: Refused, kind: Kind) -> None:
    """A refusal beside its field, or above the form."""
    if refused.status not in (409, 422):
        raise refused
    renamed = _RENAMED.get(kind, {})
    placed = False
    for name, message in refused.fields.items():
        field = renamed.get(name, name)
        if field in form.fields:
            form.add_error(field, message)
            placed = True
    if not placed:
        form.add_error(None, refused.message)


@require_http_methods(["GET", "POST"])
@permission_required(APPLY.key)
def places(request: HttpRequest, pk: int) -> HttpResponse:
    """Where people, children and roles go (人员、下级机构和角色的去向)."""
    user = of_request(request)
    change = _own_draft(user, pk)
    fates = unit_fates.of(change)
    data = filled(request.POST, fates) if request.method == "POST" else None
    form = FatesForm(data, fates=fates)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                with transaction.atomic():
                    actions.revise(change, plan=unit_fates.planned(change, form.cleaned_data), actor=user)
                    actions.preview(change, actor=user)
            except Refused as refused:
                if refused.status not in (409, 422):
                    raise
                form.add_error(None, refused.message)
            else:
                return notice(seeother("changes:unit_change", pk), "请核对预览后提交")
    context = {"change": change, "form": form, "fates": fates, "is_split": change.kind == Kind.SPLIT}
    return render(request, "changes/units/places.html", context, status=status)


@require_safe
@permission_required(APPLY.key)
def options(request: HttpRequest) -> HttpResponse:
    """What a unit's field suggests: the value of whichever field asked."""
    text = next((str(value) for name, value in request.GET.items() if name != "scope"), "")
    found = unit_choices.suggested(of_request(request), text[:80], own_only=request.GET.get("scope") == "own")
    rows = [(written(unit), where) for unit, where in found]
    return render(request, "changes/units/_options.html", {"rows": rows})
