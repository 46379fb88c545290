"""What receivers do, done by the vendor for them: the people of the sandbox have nobody behind them."""

from typing import Literal

import msgspec
from django.db import transaction

from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import not_found
from yiwang.platform.accounts.models import Account
from yiwang.platform.accounts.queries import principals
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.clients.models import Client
from yiwang.platform.messages.actions import cards, messages
from yiwang.platform.messages.models import Receipt
from yiwang.platform.todos.actions import items, quick
from yiwang.platform.todos.models import Assignment
from yiwang.site.sandbox.rules import require_sandbox
from yiwang.site.sandbox.vocabulary import RECEIVED

_SHORT = 20  # characters of a title in a notice


class Receiving(msgspec.Struct):
    """id: of an assignment or a receipt. key: of a quick action or a button; face: of the card he sees."""

    kind: Literal["todo", "message"]
    id: int
    act: Literal["open", "quick", "confirm", "press"]
    key: str = ""
    reason: str = ""
    face: int = 0
    chosen: dict[str, list[str]] = {}


@transaction.atomic
def receive(client: Client, asked: Receiving, *, actor: Actor = SYSTEM) -> str:
    """One act of one receiver, by the platform's own actions; the application hears of it as always."""
    require_sandbox()
    done = _with_todo(client, asked) if asked.kind == "todo" else _with_message(client, asked)
    audit.record(RECEIVED, client, actor=actor, reason=done)
    return done


def _with_todo(client: Client, asked: Receiving) -> str:
    own = Assignment.objects.filter(pk=asked.id, item__app=client.client_id).select_related("item").first()
    person = _receiver(own.person_id if own else None)
    if own is None or asked.act not in ("open", "quick"):
        raise not_found()
    what = own.item.title
    if asked.act == "open":
        items.open_item(own, actor=person)
        return _said(person, "打开", what)
    made = quick.ask(own.pk, key=asked.key, reason=asked.reason, actor=person)
    return _said(person, made.label, what)


def _with_message(client: Client, asked: Receiving) -> str:
    own = Receipt.objects.filter(pk=asked.id, message__app=client.client_id).select_related("message").first()
    person = _receiver(own.person_id if own else None)
    if own is None or asked.act == "quick":
        raise not_found()
    what = own.message.title
    if asked.act == "open":
        messages.read(own.pk, actor=person)
        return _said(person, "打开", what)
    if asked.act == "confirm":
        messages.confirm(own.pk, actor=person)
        return _said(person, "确认收到", what)
    made = cards.press(own.pk, number=asked.face, key=asked.key, chosen=asked.chosen, actor=person)
    return _said(person, made.label, what)


def _receiver(person_id: int | None) -> Principal:
    account = Account.objects.filter(person_id=person_id).first() if person_id else None
    found = principals.of_account(account.pk) if account else None
    if found is None:
        raise not_found()
    return found


def _said(person: Principal, act: str, what: str) -> str:
    title = what if len(what) <= _SHORT else f"{what[:_SHORT]}…"
    return f"{person.name}打开了《{title}》" if act == "打开" else f"{person.name}对《{title}》点击了“{act}”"
