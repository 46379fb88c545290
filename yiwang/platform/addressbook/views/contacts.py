"""联系人: whom one has found by name, asked, and agreed with (R2-10, domain reference §3.3)."""

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yiwang.kernel.access import staff_required
from yiwang.kernel.errors import Refused, not_found
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.queries.principals import Principal, of_request
from yiwang.platform.addressbook.actions import contacts as acts
from yiwang.platform.addressbook.actions import looks
from yiwang.platform.addressbook.forms import AskForm
from yiwang.platform.addressbook.models import Contact, Look
from yiwang.platform.addressbook.models.book import Mode
from yiwang.platform.addressbook.queries import contacts, faces, policy
from yiwang.platform.addressbook.queries.search import STRANGER_SALT
from yiwang.platform.org.models import Person

_TICKET_SECONDS = 3_600


@require_safe
@staff_required
def contacts_page(request: HttpRequest) -> HttpResponse:
    user = of_request(request)
    asked_me = list(contacts.to_decide(user.person_id))
    mine = list(contacts.asked_by(user.person_id))
    accepted = contacts.accepted_of(user)
    others = [one.asker for one in asked_me] + [one.asked for one in mine]
    context = {
        "asked_me": asked_me,
        "mine": mine,
        "accepted": accepted,
        "faces": faces.of(user, [one.person.pk for one in accepted]),
        "departments": contacts.departments_of(others),
    }
    return render(request, "addressbook/contacts.html", context)


@require_http_methods(["GET", "POST"])
@staff_required
def stranger(request: HttpRequest, ticket: str) -> HttpResponse:
    """The minimal card of somebody found by his whole name or number, and asking him.

    The ticket comes from the search and is of this viewer only: nobody counts through the ids.
    """
    user = of_request(request)
    person = _of_ticket(ticket, user)
    if request.method == "GET":
        agent = request.headers.get("User-Agent", "")
        looks.opened(person.pk, person.name, actor=user, agent=agent, kind=Look.Kind.FOUND)
    form = AskForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            acts.ask(person, reason=form.cleaned_data["reason"], actor=user)
        except Refused as refusal:
            if refusal.status not in (409, 422):
                raise
            form.add_error(None, refusal.message)
        else:
            return notice(seeother("addressbook:contacts"), "申请已发送，对方同意后可以直接沟通")
    context = {
        "person": person,
        "department": contacts.department_of(person),
        "ticket": ticket,
        "form": form,
        "known": contacts.between(user.person_id, person.pk),
    }
    return render(request, "addressbook/stranger.html", context, status=422 if form.errors else 200)


def _of_ticket(ticket: str, user: Principal) -> Person:
    try:
        viewer, found = signing.loads(ticket, salt=STRANGER_SALT, max_age=_TICKET_SECONDS)
    except signing.BadSignature:
        raise not_found() from None
    person = Person.objects.filter(pk=found).first() if viewer == user.person_id else None
    if person is None:
        raise not_found()
    mode = policy.of(user.person_id).mode(person.pk, person.sight, person.unit_path)
    if mode == Mode.NONE:
        raise not_found()
    return person


_ACTS = {
    "accept": (acts.accept, "已添加为联系人，双方可以直接沟通"),
    "refuse": (acts.refuse, "已答复不同意"),
    "block": (acts.block, "已屏蔽，对方不能再次申请"),
    "remove": (acts.remove, "已解除"),
}


@require_POST
@staff_required
def contact_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    user = of_request(request)
    contact = get_object_or_404(Contact, pk=pk)
    if act not in _ACTS:
        raise not_found()
    run, done = _ACTS[act]
    run(contact, actor=user)
    return notice(seeother("addressbook:contacts"), done)
