"""本单位通讯录: shown, printed and exported by the administrator of the unit, for a purpose (§3.7, R2-14)."""

from dataclasses import replace

from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yiwang.kernel.access import permission_required
from yiwang.kernel.errors import require_right
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.filters import ChoiceFilter, TextFilter
from yiwang.kernel.listing.screens import Listing, ListPage, respond
from yiwang.kernel.validators import mask_mobile
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.addressbook.actions import looks
from yiwang.platform.addressbook.models import Look
from yiwang.platform.addressbook.queries import phonebook as book
from yiwang.platform.addressbook.queries import units
from yiwang.platform.addressbook.vocabulary import EXPORT
from yiwang.platform.org.models import Person

# In the order of an office's phone list. The whole mobile number only when its column was chosen, and in the
# workbook only; the screen and paper show it masked.
PHONEBOOK = Listing(
    "addressbook.phonebook",
    "通讯录",
    columns=(
        Column("unit", "部门", value=lambda one: one.unit.short_name if one.unit else "", is_fixed=True),
        Column("name", "姓名", value=lambda one: one.marked_name, is_fixed=True),
        Column("title", "职务"),
        Column("office_phone", "办公电话"),
        Column(
            "mobile",
            "手机号码",
            value=lambda one: mask_mobile(one.mobile) if one.mobile else "",
            export=lambda one: one.mobile,
            is_chosen=False,
        ),
        Column("room", "办公地址"),
        Column("email", "电子邮箱", is_chosen=False),
        Column("status", "在岗状态", value=lambda one: one.get_status_display(), is_chosen=False),
        Column("checked_on", "最近核对日期", is_chosen=False),
    ),
    filters=(
        TextFilter("q", "姓名", {"name": "prefix", "pinyin": "prefix"}),
        ChoiceFilter(
            "order",
            "排列",
            [("surname", "按姓氏笔画"), ("name", "按姓名笔画")],
            condition=lambda _: Q(),
            empty="按通讯录顺序",
        ),
    ),
    order=("position",),
    sizes=(50, 100, 200),
)


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(EXPORT.key)
@transaction.atomic
def phonebook(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The list; whoever is printed or exported is remembered, in the same transaction as the export."""
    user = of_request(request)
    unit = units.get(user, pk)
    require_right(user.allows(EXPORT.key, at=unit.path), EXPORT.label)
    order = request.GET.get("order", "")
    note = book.ORDERS[order].note if order in book.ORDERS else ""
    listing = replace(
        PHONEBOOK,
        title=f"{unit.short_name}通讯录{note}",
        order=(book.SORTED_BY[order],) if note else PHONEBOOK.order,
    )
    is_printed = "print" in request.GET and request.method == "GET"
    labels = "、".join(one.label for one in ListPage(request, listing).columns)

    def taken(people: list[Person]) -> None:
        looks.taken(
            [(one.pk, one.name) for one in people],
            kind=Look.Kind.PRINT if is_printed else Look.Kind.EXPORT,
            field=labels,
            purpose="打印本单位通讯录" if is_printed else request.POST.get("purpose", "").strip()[:200],
            actor=user,
            agent=request.headers.get("User-Agent", ""),
        )

    rows = book.Phonebook(book.people(user, unit, order), user, taken, is_printed=is_printed)
    return respond(
        request,
        rows,
        listing,
        template="addressbook/phonebook.html",
        fragment="addressbook/_phonebook_rows.html",
        context={"unit": unit},
        may_export=True,
    )
