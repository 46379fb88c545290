"""The acts of the action bar: each has a form, shown in a dialog or, without scripts, as a page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from yiwang.kernel import htmx
from yiwang.kernel.access import staff_required
from yiwang.kernel.errors import Refused, not_found
from yiwang.kernel.files import actions as files
from yiwang.kernel.files.queries import require_usable
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.queries.principals import Principal, of_request
from yiwang.platform.addressbook.queries import picks
from yiwang.platform.approvals import forms
from yiwang.platform.approvals.actions import flows, readers, signers, tasks, urging
from yiwang.platform.approvals.models import Instance, Task
from yiwang.platform.approvals.queries import instances
from yiwang.platform.approvals.views.pages import page_of

Perform = Callable[[Any, Principal, dict[str, Any]], object]


@dataclass(frozen=True)
class Page:
    """An act as people meet it. done: what is said afterwards; note: a grey line above the form."""

    label: str
    form: type[forms.ActForm]
    perform: Perform
    done: str
    icon: str
    note: str = ""
    is_danger: bool = False


TASK_ACTS: dict[str, Page] = {
    "agree": Page(
        "同意",
        forms.AgreeForm,
        lambda one, user, given: tasks.agree(one, actor=user, **given),
        "已同意",
        "check",
    ),
    "disagree": Page(
        "不同意",
        forms.DisagreeForm,
        lambda one, user, given: tasks.disagree(one, actor=user, **given),
        "已提交不同意的意见",
        "x",
        is_danger=True,
    ),
    "return": Page(
        "退回",
        forms.ReturnForm,
        lambda one, user, given: tasks.send_back(one, actor=user, **given),
        "已退回",
        "arrow-back-up",
        is_danger=True,
    ),
    "add": Page(
        "加签",
        forms.AddForm,
        lambda one, user, given: signers.add_signer(one, actor=user, **given),
        "已加签",
        "user-plus",
        note="被加签的人不能再加签。",
    ),
    "pass": Page(
        "转办",
        forms.PassForm,
        lambda one, user, given: signers.pass_on(one, actor=user, **given),
        "已转办",
        "arrow-forward-up",
        note="转办后由对方办理，您不再参与本步骤。只能转给本单位人员。",
    ),
    "recall": Page(
        "取消传阅",
        forms.NoForm,
        lambda one, user, given: readers.recall_reader(one, actor=user),
        "已取消",
        "user-minus",
        note="对方尚未打开。取消后，对方的待阅将被撤销。",
        is_danger=True,
    ),
}

INSTANCE_ACTS: dict[str, Page] = {
    "withdraw": Page(
        "撤回",
        forms.NoForm,
        lambda one, user, given: flows.withdraw(one, actor=user),
        "已撤回",
        "arrow-back",
        note="对方尚未打开，可以撤回。撤回后由您修改并重新办理。",
    ),
    "urge": Page(
        "催办",
        forms.UrgeForm,
        lambda one, user, given: urging.urge(one, actor=user, **given),
        "已催办",
        "bell",
        note="同一事项4小时内只能催办一次。",
    ),
    "notify": Page(
        "知会",
        forms.ReadersForm,
        lambda one, user, given: readers.notify_readers(one, actor=user, **given),
        "已知会",
        "bell-ringing",
        note="对方收到待阅，不影响办理。",
    ),
    "circulate": Page(
        "传阅",
        forms.CirculateForm,
        lambda one, user, given: readers.circulate(one, actor=user, **given),
        "已传阅",
        "users",
    ),
    "suspend": Page(
        "挂起",
        forms.ReasonForm,
        lambda one, user, given: flows.suspend(one, actor=user, **given),
        "已挂起，期限停止计算",
        "player-pause",
        note="挂起期间不能办理，期限停止计算；恢复后按剩余工作日继续。",
    ),
    "resume": Page(
        "恢复",
        forms.NoForm,
        lambda one, user, given: flows.resume(one, actor=user),
        "已恢复，期限继续计算",
        "player-play",
        note="恢复后按挂起时剩余的工作日继续计算期限。",
    ),
    "terminate": Page(
        "终止",
        forms.ReasonForm,
        lambda one, user, given: flows.terminate(one, actor=user, **given),
        "已终止",
        "ban",
        note="终止后不能恢复，办理记录保留。",
        is_danger=True,
    ),
    "void": Page(
        "作废",
        forms.ReasonForm,
        lambda one, user, given: flows.void(one, actor=user, **given),
        "已作废",
        "file-x",
        note="作废后不能恢复，办理记录保留。",
        is_danger=True,
    ),
}


@require_http_methods(["GET", "POST"])
@staff_required
def task_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """An act on a task of one's own; 取消传阅 on a reader's."""
    user, page = of_request(request), TASK_ACTS.get(act)
    one = get_object_or_404(Task.objects.select_related("instance__definition", "person"), pk=pk)
    is_own = one.person_id == user.person_id
    if page is None or not (is_own or (act == "recall" and instances.takes_part(one.instance, user))):
        raise not_found()
    return _answer(request, page, one, one.instance)


@require_http_methods(["GET", "POST"])
@staff_required
def instance_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """An act on the instance: by who takes part in it, some by administrators of procedures."""
    page = INSTANCE_ACTS.get(act)
    if page is None:
        raise not_found()
    one = instances.visible_or_managed(of_request(request), pk)
    return _answer(request, page, one, one)


def _answer(request: HttpRequest, page: Page, about: Task | Instance, one: Instance) -> HttpResponse:
    user = of_request(request)
    is_post = request.method == "POST"
    form = page.form(about, request.POST if is_post else None, request.FILES if is_post else None)
    back = page_of(one) if instances.is_visible(user, one) else ""
    if is_post and form.is_valid():
        try:
            page.perform(about, user, _with_files(form.cleaned_data, user))
        except Refused as refusal:
            if not refusal.fields:
                raise
            for field, message in refusal.fields.items():
                named = {"file": "attachments"}.get(field, field)
                form.add_error(named if named in form.fields else None, message)
        else:
            return notice(_go(request, back or None), page.done)
    template = "approvals/_act.html" if htmx.is_fragment(request) else "approvals/act.html"
    context = {"page": page, "form": form, "instance": one, "back": back, "address": request.path}
    context |= choices(user, form, "person_ids" if "person_ids" in form.fields else "person_id")
    return render(request, template, context, status=422 if form.is_bound else 200)


def _with_files(given: dict[str, Any], user: Principal) -> dict[str, Any]:
    """Uploads are stored first, each on its own; the act takes them up, or they are cleared away in a day."""
    if "attachments" not in given:
        return given
    uploads = given.pop("attachments")
    stored = [files.store_file(one, purpose="approvals.opinion", actor=user) for one in uploads]
    return {**given, "files": [require_usable(one).pk for one in stored]}


def choices(user: Principal, form: Form, field: str) -> dict[str, list[picks.Pick]]:
    """Whom a form lets one choose: colleagues to begin with, and those chosen before it came back."""
    if field not in form.fields:
        return {"picks": [], "chosen": []}
    given = form.data.getlist(field) if form.is_bound and isinstance(form.data, QueryDict) else []
    ids = [int(one) for one in given if one.isascii() and one.isdigit() and len(one) < 19]
    within = getattr(form, "picker", "") == "department"
    chosen = picks.named(user, ids) if ids else []
    first = picks.find(user, "", within_department=within)
    return {"picks": [one for one in first if one.id not in ids], "chosen": chosen}


def _go(request: HttpRequest, page: str | None) -> HttpResponse:
    """To the page the panel stands on; for administrators back to the monitor."""
    answer = seeother(page or "approvals:monitor")
    return htmx.go(answer.headers["Location"]) if htmx.is_fragment(request) else answer
