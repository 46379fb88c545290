"""Pages of every import: choose the file, watch it being judged, look at each row, confirm, watch again."""

from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yiwang.kernel import htmx, template_filters
from yiwang.kernel.access import staff_required, user_of
from yiwang.kernel.extension.imports import ImportKind
from yiwang.kernel.imports import actions, queries, rules, workbook
from yiwang.kernel.imports.forms import ImportForm
from yiwang.kernel.imports.models import ImportRow, ImportRun
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.filters import ChoiceFilter, TextFilter
from yiwang.kernel.listing.screens import Listing, respond
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def differences(row: ImportRow) -> list[tuple[str, str, str]]:
    """(label, before, after) of a changed row."""
    return msgspec.json.decode(row.differences, type=list[tuple[str, str, str]]) if row.differences else []


def _said(row: ImportRow) -> str:
    changes = "；".join(f"{label}：{old or '无'} → {new or '无'}" for label, old, new in differences(row))
    return changes or "；".join(row.errors.splitlines())


ROWS = Listing(
    "imports.rows",
    "导入明细",
    columns=(
        Column("line", "行号", sort=("line",), is_fixed=True, width="narrow"),
        Column("title", "名称"),
        Column("outcome", "校验结果", value=lambda one: one.get_outcome_display()),
        Column("said", "说明", value=_said),
        Column("state", "导入结果", value=lambda one: one.get_state_display()),
    ),
    filters=(
        TextFilter("q", "名称", {"title": "contains"}),
        ChoiceFilter("outcome", "校验结果", [one for one in ImportRow.Outcome.choices if one[0]], "outcome"),
        ChoiceFilter("state", "导入结果", ImportRow.State.choices, "state"),
    ),
    order=("line",),
    count_cap=100_000,
)


def _visible(request: HttpRequest, pk: UUID) -> tuple[ImportRun, ImportKind]:
    run = get_object_or_404(ImportRun.objects.visible_to(user_of(request)), pk=pk)
    return run, queries.kind_for(user_of(request), run.kind)


def _file(content: bytes, name: str) -> HttpResponse:
    disposition = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    headers = {"Content-Disposition": disposition, "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type=_XLSX, headers=headers)


@never_cache
@require_http_methods(["GET", "POST"])
@staff_required
def upload(request: HttpRequest, kind: str) -> HttpResponse:
    """Choose a file; below, his last runs."""
    user, found = user_of(request), queries.kind_for(user_of(request), kind)
    if request.method == "GET":
        return _upload(request, found, ImportForm(kind=found))
    form = ImportForm(request.POST, request.FILES, kind=found)
    if not form.is_valid():
        return _upload(request, found, form, status=422)
    file = form.cleaned_data["file"]
    run = actions.receive(found, form.cleaned_data["rows"], file_name=file.name, actor=user)
    return seeother("imports:run", run.pk)


def _upload(request: HttpRequest, kind: ImportKind, form: ImportForm, *, status: int = 200) -> HttpResponse:
    context = {
        "kind": kind,
        "form": form,
        "runs": queries.recent(user_of(request), kind),
        "back": (kind.back[0], reverse(kind.back[1])),
        "largest": workbook.LARGEST_FILE,
    }
    return render(request, "imports/upload.html", context, status=status)


@require_safe
@staff_required
def template(request: HttpRequest, kind: str) -> HttpResponse:
    user, found = user_of(request), queries.kind_for(user_of(request), kind)
    choices = found.choices_of(user) if found.choices_of else {}
    return _file(workbook.template(found, choices), f"{found.label}模板.xlsx")


@never_cache
@require_safe
@staff_required
def run(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """How far it is; then every row with what it does; then what became of it."""
    found, kind = _visible(request, pk)
    context: dict[str, Any] = {
        "run": found,
        "kind": kind,
        "back": (kind.back[0], reverse(kind.back[1])),
        "is_at_once": kind.is_whole or kind.take is not None,
        "may_confirm": rules.can_confirm(found, kind),
        "may_cancel": rules.can_cancel(found),
        "has_faults": bool(found.wrong or found.failed) and found.forgotten_at is None,
    }
    if found.is_running:
        return render(request, "imports/running.html", context)
    return respond(
        request,
        found.rows.all(),
        ROWS,
        template="imports/run.html",
        fragment="imports/_rows.html",
        context={**context, "differences": differences},
    )


@never_cache
@require_safe
@staff_required
def progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The part of the page that asks again each second; when nothing runs any more, the whole page."""
    found, kind = _visible(request, pk)
    if not found.is_running:
        address = reverse("imports:run", args=[pk])
        return htmx.go(address) if htmx.is_fragment(request) else seeother(address)
    context = {"run": found, "is_at_once": kind.is_whole or kind.take is not None}
    return render(request, "imports/_progress.html", context)


@require_POST
@staff_required
def confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    found, _ = _visible(request, pk)
    actions.confirm(found, actor=user_of(request))
    return seeother("imports:run", pk)


@require_POST
@staff_required
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    found, kind = _visible(request, pk)
    actions.cancel(found, actor=user_of(request))
    return notice(seeother("imports:upload", kind.key), "已取消，未导入任何内容")


@never_cache
@require_safe
@staff_required
def errors(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The wrong rows as a workbook, sensitive numbers masked."""
    found, kind = _visible(request, pk)
    user = user_of(request)
    actions.take_errors(found, actor=user)
    moment = template_filters.date_and_time(found.created_at)
    note = f"导出人：{user.name}　单位：{user.unit_name}　上传时间：{moment}　受控信息，严禁扩散"
    return _file(workbook.error_file(kind, note, queries.faults(found, kind)), f"{kind.label}错误明细.xlsx")
