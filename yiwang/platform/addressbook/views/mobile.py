"""The whole mobile number of somebody (§3.7): asked for with a purpose. And one's own, made public."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from yiwang.kernel import htmx
from yiwang.kernel.access import staff_required
from yiwang.kernel.errors import require_right
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.addressbook.actions import mobiles
from yiwang.platform.addressbook.forms import PurposeForm
from yiwang.platform.addressbook.queries import cards
from yiwang.platform.addressbook.queries import looks as looked
from yiwang.platform.addressbook.vocabulary import REVEALING


@never_cache
@require_http_methods(["GET", "POST"])
@staff_required
def mobile(request: HttpRequest, pk: int) -> HttpResponse:
    """First the question what for, then the number: inside the card, or as a page of its own."""
    user = of_request(request)
    template = "addressbook/_mobile.html" if htmx.is_fragment(request) else "addressbook/mobile.html"
    form = PurposeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        agent = request.headers.get("User-Agent", "")
        number = mobiles.reveal(pk, purpose=form.said, actor=user, agent=agent)
        person, _ = cards.revealable(user, pk)
        return render(request, template, {"person": person, "number": number})
    person, may = cards.revealable(user, pk)
    require_right(may, REVEALING)
    context = {"person": person, "number": "", "form": form, "left": looked.budget(user, pk)}
    return render(request, template, context, status=422 if request.method == "POST" else 200)


@require_POST
@staff_required
def open_mobile(request: HttpRequest) -> HttpResponse:
    """公开手机 on or off."""
    user = of_request(request)
    if request.POST.get("open") == "1":
        mobiles.open_mobile(actor=user)
        return notice(seeother("addressbook:my_looks"), "已公开本人手机号码，能直接沟通的人员可以查看")
    mobiles.close_mobile(actor=user)
    return notice(seeother("addressbook:my_looks"), "已取消公开本人手机号码")
