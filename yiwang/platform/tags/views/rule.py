"""The rule builder's parts, and trying a rule before it is saved (试算)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from yiwang.kernel import htmx
from yiwang.kernel.errors import Refused
from yiwang.kernel.responses import render
from yiwang.platform.accounts.queries.principals import Principal, of_request
from yiwang.platform.tags.forms.rule import EXCLUSION, BlockForm, RuleForm
from yiwang.platform.tags.queries import members, tags
from yiwang.platform.tags.queries.rules import checked
from yiwang.platform.tags.rules import language
from yiwang.platform.tags.views import shown


def rule_context(user: Principal, form: RuleForm) -> dict[str, Any]:
    """Each group with its picker."""
    return {
        "groups": [_block(user, one) for one in form.groups],
        "exclusion": _block(user, form.exclusion) if form.exclusion else None,
        "error": form.error,
        "may_grow": form.may_grow,
    }


def _block(user: Principal, form: BlockForm) -> dict[str, Any]:
    ids = shown.ids_of(form, "units")
    return {"form": form, "is_exclusion": form.prefix == EXCLUSION, **shown.picker(user, ids, is_unit=True)}


@require_POST
@shown.may_make
def preview(request: HttpRequest) -> HttpResponse:
    """How many a rule means now, and the first of them: a fragment, or a page of its own without scripts."""
    user = of_request(request)
    form = RuleForm.sent(request.POST)
    owner = tags.owners(user).filter(pk__in=_owner_ids(request)).first() or tags.owners(user).last()
    context: dict[str, Any] = {"preview": None, "sentence": "", "error": ""}
    if owner is None or not form.is_valid():
        first = next((one.errors for one in form.all if one.errors), None)
        context["error"] = form.error or (next(iter(first.values()))[0] if first else "请先填写条件")
    else:
        try:
            rule = checked(form.rule(), user)
        except Refused as refusal:
            context["error"] = refusal.message
        else:
            context["preview"] = members.preview(rule, owner, user)
            context["sentence"] = language.sentence(rule, tags.names_for(rule, user))
            context["owner"] = owner
    template = "tags/_preview.html" if htmx.is_fragment(request) else "tags/preview.html"
    return render(request, template, context)


def _owner_ids(request: HttpRequest) -> list[int]:
    text = request.POST.get("owner", "")
    return [int(text)] if text.isascii() and text.isdigit() and len(text) < 19 else []
