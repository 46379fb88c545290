"""发短信: the form with its template's variables, counted while one types, kept as a draft, submitted."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from yiwang.kernel import htmx
from yiwang.kernel.access import permission_required
from yiwang.kernel.errors import Refused
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.queries.principals import Principal, of_request
from yiwang.platform.messages import rules
from yiwang.platform.messages.actions import batches, drafts
from yiwang.platform.messages.forms import BatchForm
from yiwang.platform.messages.models import SmsBatch
from yiwang.platform.messages.queries import batches as queries
from yiwang.platform.messages.queries import pricing, quotas, templates
from yiwang.platform.messages.queries.pricing import Asked
from yiwang.platform.messages.views.notices import chosen_in
from yiwang.platform.messages.vocabulary import SEND_TEXTS
from yiwang.platform.org.models import Unit
from yiwang.platform.org.queries import units

_FIELDS = {"audience": "persons", "words": None}
_WHOLE = ("preview", "send")  # steps at which everything has to be there


@require_http_methods(["GET", "POST"])
@permission_required(SEND_TEXTS.key)
def compose(request: HttpRequest) -> HttpResponse:
    """A new one; `template`: the one it begins with."""
    return _form(request, None)


@require_http_methods(["GET", "POST"])
@permission_required(SEND_TEXTS.key)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft of one's own."""
    user = of_request(request)
    draft = get_object_or_404(SmsBatch.objects.visible_to(user), pk=pk)
    if draft.state != SmsBatch.State.DRAFT and request.method == "GET":
        return seeother("messages:batch", pk)
    return _form(request, draft)


def _form(request: HttpRequest, draft: SmsBatch | None) -> HttpResponse:
    user = of_request(request)
    step = request.POST.get("step", "")
    form = _bound(request, draft, user, is_draft=step not in _WHOLE)
    if step in ("words", "count") and htmx.is_fragment(request):
        return _part(request, form, user, step)
    cost: dict[str, Any] | None = None
    if request.method == "POST" and step in (*_WHOLE, "save") and form.is_valid():
        try:
            if step == "preview":
                cost = _cost(form, user)
            else:
                return _keep(form, user, draft) if step == "save" else _send(form, user, draft)
        except Refused as refusal:
            if not refusal.fields:
                raise
            _show(form, refusal)
    status = 422 if request.method == "POST" and form.errors else 200
    context = {
        "form": form,
        "draft": draft,
        "address": request.path,
        "cost": cost,
        "standing": _standing(user),
        "count": _count(form, user) if cost is None else None,
        **chosen_in(user, form),
    }
    return render(request, "messages/batch_new.html", context, status=status)


def _bound(request: HttpRequest, draft: SmsBatch | None, user: Principal, *, is_draft: bool) -> BatchForm:
    data = request.POST if request.method == "POST" else _data_of(draft) if draft else None
    usable = templates.usable(user.unit_path)
    initial = {"template": request.GET.get("template", "")}
    return BatchForm(data, templates=usable, words={}, is_draft=is_draft, initial=initial)


def _data_of(draft: SmsBatch) -> QueryDict:
    """A draft as its form was sent."""
    data = QueryDict(mutable=True)
    for name in ("persons", "units", "tags", "roles"):
        data.setlist(name, [str(one) for one in draft.audience.get(name, ())])
    data["template"], data["purpose"], data["text"] = draft.template_key, draft.purpose, draft.text
    data["external"] = draft.external.replace(",", "\n")
    data["external_reason"] = draft.external_reason
    if draft.need_receipt:
        data["need_receipt"] = "on"
    if draft.due_at:
        data["due_at"] = timezone.localtime(draft.due_at).strftime("%Y-%m-%dT%H:%M")
    for name, value in queries.words_of(draft).items():
        data[f"word_{name}"] = value
    return data


def _asked(form: BatchForm) -> Asked:
    given = form.cleaned_data
    by_template = form.chosen is not None
    return Asked(
        purpose="" if by_template else given["purpose"],
        template_key=given["template"],
        words=form.given_words(),
        text="" if by_template else given["text"],
        need_receipt=given["need_receipt"],
        external=tuple(given["external"]),
        external_reason=given["external_reason"],
        due_at=given["due_at"],
    )


def _show(form: BatchForm, refusal: Refused) -> None:
    """What is wrong, where the form has a place for it."""
    for field, text in refusal.fields.items():
        name = _FIELDS.get(field, field)
        form.add_error(name if name in form.fields else None, text)


def _department(user: Principal) -> Unit:
    return units.department_of(Unit.objects.get(path=user.unit_path))


def _standing(user: Principal) -> quotas.Standing:
    return quotas.standing(_department(user), now=timezone.localtime())


def _priced(form: BatchForm, user: Principal) -> pricing.Priced:
    audience = batches.checked(form.audience(), actor=user)
    return pricing.priced(audience, _asked(form), path=_department(user).path)


def _cost(form: BatchForm, user: Principal) -> dict[str, Any]:
    """将按2条计费: what would go out, to how many, and what it costs."""
    found = _priced(form, user)
    return {
        "total": found.total,
        "text": found.text,
        "length": len(found.shown),
        "parts": found.parts,
        "charged": found.charged,
        "needs_approval": found.needs_approval,
        "is_free": found.template is None,
    }


def _part(request: HttpRequest, form: BatchForm, user: Principal, step: str) -> HttpResponse:
    """The variables of the template just chosen, or what it costs so far; nothing is wrong yet."""
    if step == "words":
        return render(request, "messages/_batch_words.html", {"form": form})
    context = {"count": _count(form, user), "standing": _standing(user)}
    return render(request, "messages/_batch_count.html", context)


def _count(form: BatchForm, user: Principal) -> dict[str, Any]:
    text = _text_so_far(form)
    return {"text": text, "length": len(text), **_reach(form, user, text)}


def _text_so_far(form: BatchForm) -> str:
    """With the signature; what is not filled in stays open."""
    words = {name: value.strip() for name, value in form.given_words().items() if value.strip()}
    pattern = form.chosen.text if form.chosen is not None else str(form["text"].value() or "")
    text = rules.filled(pattern, words)
    return templates.signed(text, need_receipt=bool(form["need_receipt"].value())) if text.strip() else ""


def _reach(form: BatchForm, user: Principal, text: str) -> dict[str, Any]:
    """How many it would reach, as far as it can be said yet."""
    problem, total, longest = "", 0, 0
    if form.is_valid() and form.audience():
        try:
            total, longest = queries.reachable(batches.checked(form.audience(), actor=user))
        except Refused as refusal:
            problem = refusal.message
    parts = templates.parts(text, longest=longest)
    return {"total": total, "parts": parts, "problem": problem}


def _keep(form: BatchForm, user: Principal, draft: SmsBatch | None) -> HttpResponse:
    saved = drafts.keep(
        form.audience(), _asked(form), actor=user, batch_id=draft.pk if draft is not None else None
    )
    return notice(seeother("messages:batch_edit", saved.pk), "短信草稿已保存")


def _send(form: BatchForm, user: Principal, draft: SmsBatch | None) -> HttpResponse:
    if draft is None:
        batch = batches.submit(form.audience(), _asked(form), actor=user)
    else:
        batch = drafts.submit(draft.pk, form.audience(), _asked(form), actor=user)
    done = "已提交审批" if batch.state == SmsBatch.State.PENDING else "已安排发送"
    return notice(seeother("messages:batch", batch.pk), f"短信批次{batch.number}{done}")
