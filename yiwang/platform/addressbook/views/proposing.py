"""Proposing who sees whom: each kind has its form; what it says is a draft that is tried out first (试算)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_http_methods

from yiwang.kernel.access import permission_required
from yiwang.kernel.errors import Refused, not_found
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.queries.principals import Principal, of_request
from yiwang.platform.addressbook import forms
from yiwang.platform.addressbook.actions import proposals as acts
from yiwang.platform.addressbook.actions import trials
from yiwang.platform.addressbook.models import Proposal
from yiwang.platform.addressbook.queries import picks, visibility
from yiwang.platform.addressbook.queries.trials import drafted
from yiwang.platform.addressbook.vocabulary import PROPOSE, PROPOSE_DISTRICT


@dataclass(frozen=True)
class Addition:
    """Something that can be proposed. draft: (what the form holds, user) -> the draft of it."""

    what: str
    label: str
    form: type[Form]
    draft: Callable[[dict[str, Any], Principal], Proposal]
    is_of_district: bool = False

    def may(self, user: Principal) -> bool:
        return user.allows(PROPOSE_DISTRICT.key) or (not self.is_of_district and user.allows(PROPOSE.key))


def _rule(data: dict[str, Any], user: Principal) -> Proposal:
    viewer, target = _side(data, "viewer"), _side(data, "target")
    return acts.propose_rule(viewer=viewer, target=target, actor=user, is_draft=True, **data)


def _side(data: dict[str, Any], side: str) -> acts.Side:
    """Whichever of its fields is filled; the others go."""
    unit, person = data.pop(f"{side}_unit", None), data.pop(f"{side}_person", None)
    tag, title = data.pop(f"{side}_tag", None), data.pop(f"{side}_title", "")
    found: acts.Side = unit or person or tag or acts.duty(title)
    return found


def _hiding(data: dict[str, Any], user: Principal) -> Proposal:
    target = data.pop("target_unit", None) or data.pop("target_person", None)
    passes = [*data.pop("pass_units"), *data.pop("pass_persons"), *data.pop("pass_tags")]
    fields = data.pop("fields_hidden")
    return acts.propose_hiding(target, passes=passes, fields=fields, actor=user, is_draft=True, **data)


def _tier(data: dict[str, Any], user: Principal) -> Proposal:
    return acts.propose_tier(data.pop("target_person"), actor=user, is_draft=True, **data)


def _preset(data: dict[str, Any], user: Principal) -> Proposal:
    return acts.propose_preset(actor=user, is_draft=True, **data)


ADDITIONS = {
    "unit-rule": Addition("rules", "申请单位规则", forms.UnitRuleForm, _rule),
    "tag-rule": Addition("rules", "申请标签规则", forms.TagRuleForm, _rule, is_of_district=True),
    "post-rule": Addition("rules", "申请职务规则", forms.PostRuleForm, _rule, is_of_district=True),
    "person-rule": Addition("rules", "申请人员规则", forms.PersonRuleForm, _rule),
    "unit-hiding": Addition("hidings", "申请隐藏机构", forms.UnitHidingForm, _hiding),
    "person-hiding": Addition("hidings", "申请隐藏人员", forms.PersonHidingForm, _hiding),
    "tier": Addition("tiers", "申请设置层级", forms.TierForm, _tier),
    "preset": Addition("presets", "申请切换规则", forms.PresetForm, _preset, is_of_district=True),
}


@require_http_methods(["GET", "POST"])
@permission_required(PROPOSE.key, PROPOSE_DISTRICT.key)
def setting_add(request: HttpRequest, addition: str) -> HttpResponse:
    """The form of one kind of proposal. again: the draft that is being changed."""
    user = of_request(request)
    wanted = ADDITIONS.get(addition)
    if wanted is None or not wanted.may(user):
        raise not_found()
    again = _again(request, wanted, user)
    if request.method == "GET":
        typed = _as_typed(again[1]) if again else None
        return _form(request, addition, wanted, wanted.form(typed), again)
    form = wanted.form(request.POST)
    if form.is_valid():
        data = _with_objects(form, user)
        try:
            made = trials.draft(
                wanted.what,
                lambda: wanted.draft(data, user),
                actor=user,
                addition=addition,
                typed=_typed(request.POST),
                instead_of=again[0] if again else None,
            )
            return seeother("addressbook:setting", wanted.what, made.pk)
        except Refused as refusal:
            if refusal.status not in (409, 422):
                raise
            for field, message in (refusal.fields or {"": refusal.message}).items():
                form.add_error(field if field in form.fields else None, message)
    return _form(request, addition, wanted, form, again)


_Again = tuple[Proposal, dict[str, list[str]]] | None


def _again(request: HttpRequest, wanted: Addition, user: Principal) -> _Again:
    """The draft that he goes back to, and what he typed."""
    number = (request.POST if request.method == "POST" else request.GET).get("again", "")
    if not number:
        return None
    found = drafted(wanted.what, int(number), user) if number.isascii() and number.isdigit() else None
    if found is None:
        raise not_found()
    return found


def _typed(posted: QueryDict) -> dict[str, list[str]]:
    """What was typed, to be shown again."""
    return {
        name: [str(one) for one in values]
        for name, values in posted.lists()
        if name not in ("csrfmiddlewaretoken", "again")
    }


def _as_typed(kept: dict[str, list[str]]) -> QueryDict:
    typed = QueryDict(mutable=True)
    for name, values in kept.items():
        typed.setlist(name, values)
    return typed


def _form(request: HttpRequest, addition: str, wanted: Addition, form: Form, again: _Again) -> HttpResponse:
    user = of_request(request)
    context = {
        "addition": addition,
        "wanted": wanted,
        "form": form,
        "again": again[0] if again else None,
        "pickers": {
            name: _picker(form, name, user) for name, field in form.fields.items() if _is_picker(field)
        },
    }
    return render(request, "addressbook/settings/add.html", context, status=422 if form.errors else 200)


def _is_picker(field: Any) -> bool:
    return isinstance(field, forms.Chosen)


def _with_objects(form: Form, user: Principal) -> dict[str, Any]:
    """Ids become persons and units the proposer may know of; others are as if they were not there."""
    data = dict(form.cleaned_data)
    for name, field in form.fields.items():
        if not isinstance(field, forms.Chosen):
            continue
        if not data[name]:
            data[name] = [] if field.many else None
            continue
        found = list(_rows(field.kind, user).filter(pk__in=data[name]))
        if len(found) != len(set(data[name])):
            raise not_found()
        data[name] = found if field.many else found[0]
    return data


def _rows(kind: str, user: Principal) -> Any:
    return visibility.units(user) if kind == "unit" else visibility.persons(user)


def _picker(form: Form, name: str, user: Principal) -> dict[str, Any]:
    field = form.fields[name]
    given = form.data.getlist(name) if form.is_bound else []  # type: ignore[attr-defined]
    ids = [int(one) for one in given if field.valid_value(one)]  # type: ignore[attr-defined]
    is_unit = field.kind == "unit"  # type: ignore[attr-defined]
    named, find = (picks.named_units, picks.find_units) if is_unit else (picks.named, picks.find)
    return {
        "is_unit": is_unit,
        "many": field.many,  # type: ignore[attr-defined]
        "chosen": named(user, ids) if ids else [],
        "found": [one for one in find(user, "") if one.id not in ids],
    }
