"""One person operation: its page, and what can be done with it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from yiwang.kernel.access import staff_required
from yiwang.kernel.errors import Refused
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.approvals.queries import panels
from yiwang.platform.changes.actions import person_operation as actions
from yiwang.platform.changes.actions import person_trouble as trouble
from yiwang.platform.changes.forms.person_operation import PurposeForm, ReasonForm
from yiwang.platform.changes.models import PersonOperation
from yiwang.platform.changes.queries import person_operation as queries
from yiwang.platform.changes.queries import person_screens
from yiwang.platform.changes.rules import person_operation as rules
from yiwang.platform.org.queries import people

State = PersonOperation.State


def _visible(request: HttpRequest, pk: int) -> PersonOperation:
    return get_object_or_404(queries.with_units(queries.visible(of_request(request))), pk=pk)


@never_cache
@require_safe
@staff_required
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _detail(request, _visible(request, pk))


def _detail(
    request: HttpRequest, operation: PersonOperation, *, status: int = 200, **more: object
) -> HttpResponse:
    user = of_request(request)
    edits = rules.can_edit(user, operation)
    handles = rules.can_handle(user, operation)
    state = operation.state
    context = {
        "operation": operation,
        "panel": panels.panel_of(operation, user),
        "described": people.described(operation.person) if operation.person else operation.person_name,
        "left": person_screens.remaining(operation, timezone.localdate()),
        "warnings": person_screens.warnings(operation),
        "events": queries.events_of(operation),
        "can_edit": edits and state == State.DRAFT,
        "can_retry": handles and state == State.FAILED,
        "can_amend": edits and state == State.FAILED,
        "can_cancel": handles and state in (State.FAILED, State.WAITING_DAY),
        "can_reveal": operation.id_number is not None and rules.can_reveal(user, operation),
        "handovers": queries.handovers_of(operation, user),
        "reason_form": ReasonForm(),
        "purpose_form": PurposeForm(),
        "revealed": "",
        **more,
    }
    return render(request, "changes/persons/detail.html", context, status=status)


@require_POST
@staff_required
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    operation = _visible(request, pk)
    straight_back = request.POST.get("straight_back") == "1"
    operation = actions.submit(operation, actor=of_request(request), straight_back=straight_back)
    return notice(seeother("changes:person", pk), f"{operation.number}已提交审核")


@require_POST
@staff_required
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    operation = _visible(request, pk)
    has_number = operation.number is not None
    actions.discard(operation, actor=of_request(request))
    target = seeother("changes:person", pk) if has_number else seeother("changes:persons")
    return notice(target, "申报已取消" if has_number else "草稿已删除")


@require_POST
@staff_required
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    trouble.retry(_visible(request, pk), actor=of_request(request))
    return notice(seeother("changes:person", pk), "已重新提交办理，请稍后查看结果", "info")


@require_POST
@staff_required
def amend(request: HttpRequest, pk: int) -> HttpResponse:
    trouble.amend(_visible(request, pk), actor=of_request(request))
    return notice(seeother("changes:person_edit", pk), "已退回草稿，请修改后重新提交")


@require_POST
@staff_required
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    operation = _visible(request, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _detail(request, operation, status=422, reason_form=form)
    trouble.cancel(operation, reason=form.cleaned_data["reason"], actor=of_request(request))
    return notice(seeother("changes:person", pk), "已取消")


@never_cache
@require_POST
@staff_required
def reveal_number(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole identity number is on this answer only; the purpose is kept in the log."""
    operation = _visible(request, pk)
    form = PurposeForm(request.POST)
    if not form.is_valid():
        return _detail(request, operation, status=422, purpose_form=form)
    number = actions.reveal_number(operation, purpose=form.cleaned_data["purpose"], actor=of_request(request))
    if not number:
        raise Refused("该申报已办结，不再保存完整证件号码", status=409)
    return _detail(request, operation, revealed=number)
