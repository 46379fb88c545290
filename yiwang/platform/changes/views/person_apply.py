"""Applying for a person operation: choose what and about whom, fill in the form, keep it or submit it."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_safe

from yiwang.kernel.access import permission_required
from yiwang.kernel.errors import Refused, not_found
from yiwang.kernel.htmx import is_fragment
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.changes.actions import person_operation as actions
from yiwang.platform.changes.forms.person_operation import FORMS, CorrectForm, ExtendForm, OperationForm
from yiwang.platform.changes.models import PersonOperation
from yiwang.platform.changes.queries import operation_facts, person_screens
from yiwang.platform.changes.queries import operation_words as said
from yiwang.platform.changes.queries import person_operation as queries
from yiwang.platform.changes.rules import person_operation as rules
from yiwang.platform.changes.rules.operation_content import CORRECTABLE, SENSITIVE, Content
from yiwang.platform.changes.vocabulary import APPLY
from yiwang.platform.org.models import Person, Post
from yiwang.platform.org.queries import people

Kind, State = PersonOperation.Kind, PersonOperation.State
_SUBMIT = "submit"
_OWN_UNITS = (Kind.ADD, Kind.SECOND, Kind.CONCURRENT)  # the unit is one of those he administers
ABOUT = {
    Kind.ADD: ("新录用、新到岗人员，或离开后再次录用的人员", "user-plus"),
    Kind.CORRECT: ("姓名、证件、人员类别、职务、职级等关键信息的变更", "user-edit"),
    Kind.TRANSFER: ("调入或调出，本单位内部门之间的调整也在此办理", "arrows-exchange"),
    Kind.SECOND: ("向其他单位借用人员，有期限，到期自动返回", "clock-share"),
    Kind.CONCURRENT: ("兼职、挂职、返聘", "id-badge-2"),
    Kind.REMOVE: ("结束一项兼职、借调或挂职，账号保留", "user-minus"),
    Kind.DEREGISTER: ("退休、辞职、调出本区等，账号注销、档案保留", "user-off"),
}


@require_safe
@permission_required(APPLY.key)
def unit_options(request: HttpRequest) -> HttpResponse:
    """What the unit picker shows for what was typed."""
    own = request.GET.get("own") == "1"
    found = person_screens.units_to_pick(of_request(request), request.GET.get("q", "")[:100], own=own)
    return render(request, "changes/persons/_units.html", {"options": found})


@require_safe
@permission_required(APPLY.key)
def choose(request: HttpRequest) -> HttpResponse:
    """Which of the seven; with ?person=… those that fit him."""
    user = of_request(request)
    person = _asked_person(request)
    kinds = [Kind(one) for one in person_screens.kinds_for(user, person)] if person else list(ABOUT)
    context = {
        "person": person,
        "described": people.described(person) if person else "",
        "kinds": [(kind.value, kind.label, *ABOUT[kind]) for kind in ABOUT if kind in kinds],
        "under_way": queries.under_way_of(person.pk) if person else None,
    }
    return render(request, "changes/persons/choose.html", context)


def _asked_person(request: HttpRequest) -> Person | None:
    """The person named in the address; 404 for one he may not name."""
    text = request.GET.get("person", "")
    if not text:
        return None
    found = person_screens.person_to_pick(of_request(request), int(text)) if _is_id(text) else None
    if found is None:
        raise not_found()
    return found


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


@require_http_methods(["GET", "POST"])
@permission_required(APPLY.key)
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """A new application; first the person is found, unless he is new."""
    if kind not in FORMS:
        raise not_found()
    person = _asked_person(request)
    if person is None and kind != Kind.ADD:
        return _find_person(request, Kind(kind))
    if person is not None and kind not in person_screens.kinds_for(of_request(request), person):
        raise Refused(f"该人员不能办理“{Kind(kind).label}”，请核对其任职或由其所在单位申报", status=409)
    form = _form(request, Kind(kind), person, None)
    return _answer(request, form, Kind(kind), person, None)


def _find_person(request: HttpRequest, kind: PersonOperation.Kind) -> HttpResponse:
    text = request.GET.get("q", "")[:100]
    context = {
        "kind": kind,
        "typed": text,
        "found": person_screens.people_found(of_request(request), text),
    }
    template = "changes/persons/_found.html" if is_fragment(request) else "changes/persons/find.html"
    return render(request, template, context)


@require_http_methods(["GET", "POST"])
@permission_required(APPLY.key)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft again."""
    rows = PersonOperation.objects.visible_to(of_request(request))
    operation = get_object_or_404(queries.with_units(rows), pk=pk)
    if not rules.can_edit(of_request(request), operation):
        raise not_found()
    if operation.state != State.DRAFT:
        text = f"当前状态为“{operation.get_state_display()}”，不能执行“修改”"
        raise Refused(text, status=409, code="E-STATE-01")
    kind = Kind(operation.kind)
    person = None if kind == Kind.ADD else operation.person
    form = _form(request, kind, person, operation)
    return _answer(request, form, kind, person, operation)


def _form(
    request: HttpRequest, kind: PersonOperation.Kind, person: Person | None, operation: PersonOperation | None
) -> OperationForm:
    content = operation_facts.content_of(operation) if operation else None
    data = _posted(request, kind) if request.method == "POST" else None
    more: dict[str, Any] = {}
    made: type[OperationForm] = FORMS[kind]
    if person is not None:
        secondment = person_screens.running_secondment(person.pk)
        if kind == Kind.CORRECT:
            more["main"] = queries.main_post(person.pk)
        elif kind == Kind.TRANSFER:
            more["posts"] = person_screens.concurrent_posts(person.pk)
        elif kind == Kind.REMOVE:
            more["posts"] = person_screens.removable_posts(of_request(request), person.pk)
        elif kind == Kind.SECOND and secondment is not None:
            made, more["post"] = ExtendForm, secondment
    initial = _initial(kind, person, content, more.get("main"))
    return made(data, person=person, initial=initial, **more)


def _posted(request: HttpRequest, kind: PersonOperation.Kind) -> QueryDict:
    """What was sent; a unit that was only typed is looked up, as browsers without scripts need it."""
    if request.POST.get("to_unit") or not request.POST.get("to_unit_text", "").strip():
        return request.POST
    found = _units_typed(request, kind)
    sent = request.POST.copy()
    sent["to_unit"] = str(found[0][0]) if len(found) == 1 else ""
    return sent


def _units_typed(request: HttpRequest, kind: PersonOperation.Kind) -> list[tuple[int, str, str]]:
    """(id, name, note): the one with exactly this name, or those that fit."""
    text = request.POST.get("to_unit_text", "")[:100].strip()
    own_name = text.rpartition("·")[2]  # as the options are written: 徐泾镇 · 党政办公室
    found = person_screens.units_to_pick(of_request(request), own_name, own=kind in _OWN_UNITS)
    return [one for one in found if one[1] == text] or found


def _initial(
    kind: str, person: Person | None, content: Content | None, main: Post | None
) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    if kind == Kind.CORRECT and person is not None:
        found = {name: getattr(person, name) for name in CORRECTABLE if name not in SENSITIVE}
        found["is_renamed"] = True
        if main is not None:
            names = ("title", "is_leader", "is_head", "portfolio")
            found |= {name: getattr(main, name) for name in names}
    if content is None:
        return found
    found |= {**content.facts, **content.duty}
    for name in ("change_date", "effective_on", "until", "departure", "basis", "reason", "post_kind"):
        found[name] = getattr(content, name)
    found |= {"suspends_now": content.suspends_now, "over_quota": content.over_quota}
    found |= {"is_renamed": content.is_renamed, "leaving": [str(pk) for pk in content.leaving]}
    found |= {"to_unit": content.to_unit, "post": str(content.post.pk) if content.post else ""}
    return found


def _answer(
    request: HttpRequest,
    form: OperationForm,
    kind: PersonOperation.Kind,
    person: Person | None,
    operation: PersonOperation | None,
) -> HttpResponse:
    if request.method != "POST":
        return _page(request, form, kind, person, operation)
    if not form.is_valid():
        return _page(request, form, kind, person, operation, status=422)
    submits = request.POST.get("act") == _SUBMIT
    try:
        written = actions.write(
            form.content(),
            actor=of_request(request),
            operation=operation,
            revision=_revision(request),
            submits=submits,
        )
    except Refused as refusal:
        if refusal.status not in (409, 422):
            raise
        _show(form, refusal)
        elsewhere = _known_elsewhere(request, form) if refusal.code == "E-PER-02" else None
        return _page(request, form, kind, person, operation, status=refusal.status, elsewhere=elsewhere)
    words = f"{written.number}已提交审核" if submits else "草稿已保存"
    return notice(seeother("changes:person", written.pk), words)


def _revision(request: HttpRequest) -> int | None:
    text = request.POST.get("revision", "")
    return int(text) if _is_id(text) else None


def _show(form: OperationForm, refusal: Refused) -> None:
    """The refusal beside its fields, or above the form."""
    placed = False
    for name, message in refusal.fields.items():
        form.add_error(name if name in form.fields else None, message)
        placed = True
    if not placed:
        form.add_error(None, refusal.message)


def _known_elsewhere(request: HttpRequest, form: OperationForm) -> Person | None:
    """Who has this identity number already, if the user may name him: 调动, 借调 or 兼任 are a click away."""
    known = queries.known_person(str(form.cleaned_data.get("id_number", "")).strip().upper())
    return person_screens.person_to_pick(of_request(request), known.pk) if known else None


def _page(
    request: HttpRequest,
    form: OperationForm,
    kind: PersonOperation.Kind,
    person: Person | None,
    operation: PersonOperation | None,
    *,
    status: int = 200,
    elsewhere: Person | None = None,
) -> HttpResponse:
    unit = None
    if form.is_bound:
        unit = getattr(form, "cleaned_data", {}).get("to_unit")
    elif "to_unit" in form.fields:
        unit = form.initial.get("to_unit")
    is_typed = form.is_bound and unit is None and "to_unit" in form.fields
    kinds = person_screens.kinds_for(of_request(request), elsewhere) if elsewhere else []
    context = {
        "form": form,
        "kind": kind,
        "is_extension": isinstance(form, ExtendForm),
        "shows_numbers": isinstance(form, CorrectForm),
        "person": person,
        "described": people.described(person) if person else "",
        "operation": operation,
        "chosen_unit": person_screens.unit_option(unit),
        "own_units": kind in _OWN_UNITS,
        "found_units": _units_typed(request, kind) if is_typed else [],
        "typed_unit": request.POST.get("to_unit_text", "")[:100],
        "elsewhere": elsewhere,
        "elsewhere_kinds": [(one, Kind(one).label) for one in kinds if one in _ELSEWHERE],
        "under_way": queries.under_way_of(person.pk) if person and operation is None else None,
        "where": said.unit_name(person.unit) if person and person.unit else "",
        "warning": rules.burden_warning(kind, queries.is_town(person.unit) if person else False)
        if not isinstance(form, ExtendForm)
        else "",
    }
    return render(request, "changes/persons/form.html", context, status=status)


_ELSEWHERE = (Kind.TRANSFER, Kind.SECOND, Kind.CONCURRENT)
