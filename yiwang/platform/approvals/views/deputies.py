"""我的委托: giving one's tasks to a deputy for a time, and ending it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yiwang.kernel.access import staff_required
from yiwang.kernel.errors import Refused
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.approvals.actions import deputies as acts
from yiwang.platform.approvals.forms import DeputyForm
from yiwang.platform.approvals.queries import deputies
from yiwang.platform.approvals.views.acts import choices


@require_safe
@staff_required
def deputies_page(request: HttpRequest) -> HttpResponse:
    user = of_request(request)
    context = {
        "rows": deputies.as_rows(user.person_id, today=timezone.localdate()),
        "person_id": user.person_id,
    }
    return render(request, "approvals/deputies.html", context)


@require_http_methods(["GET", "POST"])
@staff_required
def deputy_add(request: HttpRequest) -> HttpResponse:
    user = of_request(request)
    form = DeputyForm(request.POST or None, initial={"valid_from": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            acts.set_deputy(**form.cleaned_data, actor=user)
        except Refused as refusal:
            for field, message in (refusal.fields or {"": refusal.message}).items():
                form.add_error(field if field in form.fields else None, message)
        else:
            return notice(seeother("approvals:deputies"), "委托已设置")
    status = 422 if request.method == "POST" else 200
    context = {"form": form, **choices(user, form, "deputy_id")}
    return render(request, "approvals/deputy_add.html", context, status=status)


@require_POST
@staff_required
def deputy_end(request: HttpRequest, pk: int) -> HttpResponse:
    user = of_request(request)
    given = get_object_or_404(deputies.of_person(user.person_id), pk=pk)
    acts.end_deputy(given, actor=user)
    return notice(seeother("approvals:deputies"), "委托已结束，未办结的待办已交还委托人")
