"""What I keep of myself: how to reach me, my photo, my spelling, my number; and what is kept of me."""

import io

from django.forms import Form
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yiwang.kernel import template_filters
from yiwang.kernel.access import login_required
from yiwang.kernel.errors import Refused, not_found
from yiwang.kernel.files import actions as file_actions
from yiwang.kernel.files import queries as files
from yiwang.kernel.listing import exports
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.kernel.validators import public_mailbox_warning
from yiwang.platform.accounts.actions import mobiles, own_data
from yiwang.platform.accounts.forms import (
    ContactForm,
    MobileCodeForm,
    MobileForm,
    OwnDataForm,
    PhotoForm,
    SpellingForm,
)
from yiwang.platform.accounts.queries import accounts
from yiwang.platform.accounts.queries import own_data as own_queries
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.org.actions import own
from yiwang.platform.org.models import Person
from yiwang.platform.org.queries import people

_COLUMNS = (
    Column("section", "类别", value=lambda row: row[0]),
    Column("item", "项目", value=lambda row: row[1]),
    Column("content", "内容", value=lambda row: row[2], width="wide"),
)
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _me(request: HttpRequest) -> Person:
    return Person.objects.get(pk=of_request(request).person_id)


def _with_faults(form: Form, refused: Refused) -> None:
    """Put a refusal where the form shows it."""
    for field, message in refused.fields.items():
        form.add_error(field if field in form.fields else None, message)
    if not refused.fields:
        form.add_error(None, refused.message)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    """办公电话, 房间, 邮箱, 备用手机."""
    person = _me(request)
    known = {name: getattr(person, name) or "" for name in own.OWN_FIELDS}
    form = ContactForm(request.POST) if request.method == "POST" else ContactForm(initial=known)
    if request.method == "GET" or not form.is_valid():
        status = 200 if request.method == "GET" else 422
        return render(request, "accounts/contact.html", {"form": form}, status=status)
    try:
        changed = own.change_own_details(person, facts=form.cleaned_data, actor=of_request(request))
    except Refused as refused:
        _with_faults(form, refused)
        return render(request, "accounts/contact.html", {"form": form}, status=refused.status)
    response = notice(seeother("accounts:card"), "联系方式已更新" if changed else "没有需要更新的内容")
    warning = public_mailbox_warning(form.cleaned_data["email"]) if "email" in changed else ""
    return notice(response, warning, "warning") if warning else response


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def spelling(request: HttpRequest) -> HttpResponse:
    """拼音更正."""
    person = _me(request)
    form = SpellingForm(request.POST or None)
    context = {"form": form, "person": person}
    if request.method == "GET" or not form.is_valid():
        status = 200 if request.method == "GET" else 422
        return render(request, "accounts/spelling.html", context, status=status)
    try:
        own.correct_own_spelling(person, spelling=form.cleaned_data["spelling"], actor=of_request(request))
    except Refused as refused:
        _with_faults(form, refused)
        return render(request, "accounts/spelling.html", context, status=refused.status)
    return notice(seeother("accounts:card"), "姓名拼音已更正")


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def photo(request: HttpRequest) -> HttpResponse:
    """照片."""
    me, person = of_request(request), _me(request)
    form = PhotoForm(request.POST, request.FILES) if request.method == "POST" else PhotoForm()
    context = {"form": form, "person": person}
    if request.method == "GET" or not form.is_valid():
        status = 200 if request.method == "GET" else 422
        return render(request, "accounts/photo.html", context, status=status)
    try:
        file = file_actions.store_file(form.cleaned_data["photo"], purpose="org.person.photo", actor=me)
        own.set_own_photo(person, file=files.require_usable(file), actor=me)
    except Refused as refused:
        form.add_error("photo", next(iter(refused.fields.values()), refused.message))
        return render(request, "accounts/photo.html", context, status=refused.status)
    return notice(seeother("accounts:card"), "照片已更换")


@require_POST
@login_required
def remove_photo(request: HttpRequest) -> HttpResponse:
    own.set_own_photo(_me(request), file=None, actor=of_request(request))
    return notice(seeother("accounts:card"), "照片已移除")


@login_required
@require_safe
def photo_of(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The photo of somebody whom one may know of."""
    visible = Person.objects.visible_to(of_request(request)).select_related("photo")
    person = get_object_or_404(visible, pk=pk)
    if person.photo is None or people.is_withheld(of_request(request), pk, "photo"):
        raise not_found()
    response = StreamingHttpResponse(files.content(person.photo), content_type=person.photo.media_type)
    response.headers["Cache-Control"] = "private, max-age=600"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _mobile_page(
    request: HttpRequest, form: Form, *, is_sent: bool = False, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "is_sent": is_sent,
        "person": _me(request),
        "change": accounts.mobile_change_of(of_request(request).account_id),
    }
    return render(request, "accounts/mobile.html", context, status=status)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def mobile(request: HttpRequest) -> HttpResponse:
    """更换手机号码: the number, then the code that was sent to it."""
    if request.method == "GET":
        return _mobile_page(request, MobileForm())
    form = MobileCodeForm(request.POST)
    if not form.is_valid():
        return _mobile_page(request, form, is_sent=True, status=422)
    try:
        change = mobiles.change_mobile(
            form.cleaned_data["mobile"], code=form.cleaned_data["code"], actor=of_request(request)
        )
    except Refused as refused:
        _with_faults(form, refused)
        return _mobile_page(request, form, is_sent=True, status=refused.status)
    waits = change.state == change.State.HOLDER
    text = "该号码已绑定其他账号，已通知其确认解除" if waits else "验证码正确，正在进行实名认证"
    return notice(seeother("accounts:mobile"), text)


@require_POST
@login_required
def mobile_code(request: HttpRequest) -> HttpResponse:
    """Send a code to the new number."""
    form = MobileForm(request.POST)
    if not form.is_valid():
        return _mobile_page(request, form, status=422)
    try:
        number = mobiles.send_code(form.cleaned_data["mobile"], actor=of_request(request))
    except Refused as refused:
        _with_faults(form, refused)
        return _mobile_page(request, form, status=refused.status)
    return _mobile_page(request, MobileCodeForm(initial={"mobile": number}), is_sent=True)


@require_POST
@login_required
def cancel_mobile(request: HttpRequest) -> HttpResponse:
    me = of_request(request)
    change = accounts.mobile_change_of(me.account_id)
    if change is None or not change.is_open:
        raise not_found()
    mobiles.cancel(change.pk, actor=me)
    return notice(seeother("accounts:mobile"), "已取消更换手机号码")


@require_POST
@login_required
def release_mobile(request: HttpRequest, pk: int) -> HttpResponse:
    """I do not use that number any more."""
    mobiles.release(pk, actor=of_request(request))
    return notice(seeother("accounts:card"), "已确认解除绑定，对方通过实名认证后生效")


@require_POST
@login_required
def refuse_mobile(request: HttpRequest, pk: int) -> HttpResponse:
    mobiles.refuse(pk, actor=of_request(request))
    return notice(seeother("accounts:card"), "已回复仍在使用，该号码继续绑定您的账号")


def _data_page(request: HttpRequest, form: OwnDataForm, *, status: int = 200) -> HttpResponse:
    sections = own_queries.sections(of_request(request).person_id)
    return render(request, "accounts/data.html", {"sections": sections, "form": form}, status=status)


@never_cache
@login_required
@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """个人信息查询: all that is kept of me, numbers masked."""
    return _data_page(request, OwnDataForm())


@require_POST
@login_required
def export_data(request: HttpRequest) -> HttpResponse:
    """个人信息导出, as a workbook."""
    me = of_request(request)
    form = OwnDataForm(request.POST)
    if not form.is_valid():
        return _data_page(request, form, status=422)
    try:
        sections = own_data.export_own_data(password=form.cleaned_data["password"], actor=me)
    except Refused as refused:
        _with_faults(form, refused)
        return _data_page(request, form, status=refused.status)
    now = timezone.localtime()
    note = f"导出人：{me.name}　时间：{template_filters.date_and_time(now)}　本人个人信息"
    file = io.BytesIO()
    exports.write(file, "个人信息", note, _COLUMNS, _rows(sections))
    disposition = content_disposition_header(as_attachment=True, filename=f"个人信息{now:%Y%m%d%H%M}.xlsx")
    headers = {"Content-Disposition": disposition or "attachment", "Cache-Control": "private, no-store"}
    return HttpResponse(file.getvalue(), content_type=_WORKBOOK, headers=headers)


def _rows(sections: list[own_queries.Section]) -> list[tuple[str, str, str]]:
    """Facts as they are; of tables each row in one line."""
    lines = []
    for section in sections:
        for number, row in enumerate(section.rows, start=1):
            if len(section.headings) == 2:
                lines.append((section.label, row[0], row[1]))
            else:
                words = zip(section.headings, row, strict=True)
                content = "；".join(f"{heading}：{value}" for heading, value in words)
                lines.append((section.label, str(number), content))
    return lines
