"""The working calendar as its keeper sees it: a year on one page, and its import in two steps."""

from calendar import Calendar as Weeks
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from yiwang.kernel.access import permission_required
from yiwang.kernel.errors import invalid
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.kernel.workdays import actions, queries, workbook
from yiwang.kernel.workdays.calendar import provisional_text
from yiwang.kernel.workdays.forms import FIRST_YEAR, LAST_YEAR, ConfirmForm, Draft, ImportForm
from yiwang.kernel.workdays.models import Day, Year
from yiwang.kernel.workdays.planning import PlannedDay
from yiwang.kernel.workdays.vocabulary import MANAGE
from yiwang.platform.accounts.queries.principals import of_request

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Month:
    """A month's weeks from Monday to Sunday; None stands for days of other months."""

    number: int
    weeks: list[list[PlannedDay | None]]
    workdays: int


def _months(year: int, days: Mapping[date, PlannedDay]) -> list[Month]:
    weeks = Weeks(firstweekday=0)
    months = []
    for number in range(1, 13):
        grid = [
            [days[day] if day.month == number else None for day in week]
            for week in weeks.monthdatescalendar(year, number)
        ]
        workdays = sum(day.kind.is_work for week in grid for day in week if day)
        months.append(Month(number, grid, workdays))
    return months


def _asked_year(request: HttpRequest) -> int:
    """The year in the address, this year when there is none or no sensible one."""
    asked = request.GET.get("year", "")
    if asked.isascii() and asked.isdigit() and FIRST_YEAR <= int(asked) <= LAST_YEAR:
        return int(asked)
    return timezone.localdate().year


@require_safe
@permission_required(MANAGE.key)
def year(request: HttpRequest) -> HttpResponse:
    """A year as twelve months."""
    asked = _asked_year(request)
    days = queries.days(asked)
    entered = Year.objects.filter(year=asked, is_official=True).first()
    context = {
        "year": asked,
        "years": list(Year.objects.filter(is_official=True).values_list("year", flat=True)),
        "first_year": FIRST_YEAR,
        "last_year": LAST_YEAR,
        "months": _months(asked, days),
        "entered": entered,
        "banner": "" if entered else provisional_text((asked,)),
        "counts": [(kind, sum(day.kind is kind for day in days.values())) for kind in Day.Kind],
        "today": timezone.localdate(),
    }
    return render(request, "console/workdays/year.html", context)


@require_http_methods(["GET", "POST"])
@permission_required(MANAGE.key)
def import_year(request: HttpRequest) -> HttpResponse:
    """First the file, then a preview of what it changes, then the confirmation."""
    if request.method == "GET":
        wanted = _asked_year(request)
        source_doc = f"国务院办公厅关于{wanted}年部分节假日安排的通知"
        return _form(request, ImportForm(initial={"year": wanted, "source_doc": source_doc}), wanted)
    if "token" in request.POST:
        return _confirm(request)
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form(request, form, _asked_year(request), status=422)
    return _preview(request, form)


def _form(
    request: HttpRequest,
    form: ImportForm,
    wanted: int,
    *,
    status: int = 200,
    problems: list[str] | None = None,
) -> HttpResponse:
    context = {"form": form, "year": wanted, "problems": problems or []}
    return render(request, "console/workdays/import.html", context, status=status)


def _preview(request: HttpRequest, form: ImportForm) -> HttpResponse:
    asked, source_doc, rows = (form.cleaned_data[name] for name in ("year", "source_doc", "rows"))
    planned = queries.plan_import(asked, rows)
    if planned.errors:
        problems = [error.text for error in planned.errors]
        return _form(request, form, asked, status=422, problems=problems)
    draft = Draft(asked, source_doc, queries.revision(asked), tuple(rows))
    context = {"plan": planned, "draft": draft, "token": draft.token()}
    return render(request, "console/workdays/preview.html", context)


def _confirm(request: HttpRequest) -> HttpResponse:
    user = of_request(request)
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        raise invalid("token", str(form.errors["token"][0]))
    draft: Draft = form.cleaned_data["token"]
    actions.import_year(
        draft.year, draft.rows, source_doc=draft.source_doc, actor=user, seen_revision=draft.revision
    )
    address = f"{reverse('console:workdays')}?year={draft.year}"
    return notice(seeother(address), f"{draft.year}年工作日历已导入，期限按新日历计算")


@require_safe
@permission_required(MANAGE.key)
def template(request: HttpRequest) -> HttpResponse:
    """The xlsx form for a year, its statutory holidays filled in."""
    asked = _asked_year(request)
    disposition = content_disposition_header(as_attachment=True, filename=f"{asked}年工作日历模板.xlsx")
    return HttpResponse(
        workbook.template(asked),
        content_type=_XLSX,
        headers={"Content-Disposition": disposition or "attachment", "X-Content-Type-Options": "nosniff"},
    )
