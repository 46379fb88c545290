"""What a vendor looks at: who there is, and what the people there received of his application."""

from collections.abc import Sequence
from typing import Any

from yiwang.kernel.extension.open_calls import open_event_kinds
from yiwang.platform.clients.models import Call, Client, OpenEvent
from yiwang.platform.messages.models import Receipt
from yiwang.platform.messages.queries import cards
from yiwang.platform.messages.queries.cards import Shown
from yiwang.platform.org.models import Person, Unit
from yiwang.platform.tags.models import Tag
from yiwang.platform.todos.models import Assignment

MOST = 200
MOST_LINES = 50  # of events, of calls


def received(client: Client) -> dict[str, list[dict[str, Any]]]:
    """The latest to-dos and messages of one application, receiver by receiver; its events and calls.

    acts: what the receiver could do now, with the words of its button.
    """
    return {
        "todos": _todos(client.client_id),
        "messages": _messages(client.client_id),
        "events": _events(client),
        "calls": _calls(client),
    }


def _todos(app: str) -> list[dict[str, Any]]:
    found = Assignment.objects.filter(item__app=app).select_related("item", "person", "unit")
    return [
        {
            "id": one.pk,
            "acts": _acts_of_todo(one),
            **_card_of(None),
            "person": one.person.name if one.person else "待认领",
            "unit": one.unit.short_name if one.unit else "",
            "title": one.item.title,
            "number": f"{one.item.biz_id}/{one.item.task_id}",
            "state": one.get_state_display(),
            "is_open": one.state in Assignment.OPEN,
            "urgency": one.get_urgency_display(),
            "url": one.item.url,
            "arrived_at": one.arrived_at,
            "due_at": one.due_at,
            "finished_at": one.finished_at,
        }
        for one in found.order_by("-arrived_at", "-pk")[:MOST]
    ]


def _acts_of_todo(one: Assignment) -> list[dict[str, Any]]:
    if one.person is None or one.state not in Assignment.OPEN:
        return []
    opened = [_act("open", "打开")] if one.opened_at is None else []
    return opened + [
        _act("quick", wanted["label"], wanted["key"], needs_reason=wanted["needs_reason"])
        for wanted in one.item.quick_actions
    ]


def _act(act: str, label: str, key: str = "", *, needs_reason: bool = False) -> dict[str, Any]:
    return {"act": act, "label": label, "key": key, "needs_reason": needs_reason}


def _messages(app: str) -> list[dict[str, Any]]:
    found = Receipt.objects.filter(message__app=app).select_related("message", "person")
    rows = list(found.order_by("-sent_at", "-pk")[:MOST])
    seen = _cards_of(rows)
    return [
        {
            "id": one.pk,
            "acts": _acts_of_message(one, seen.get(one.pk)),
            **_card_of(seen.get(one.pk)),
            "person": one.person.name,
            "title": one.message.title,
            "summary": one.message.summary,
            "category": one.message.get_category_display(),
            "url": one.message.url,
            "need_receipt": one.need_receipt,
            "is_recalled": one.is_recalled,
            "sent_at": one.sent_at,
            "read_at": one.read_at,
            "confirmed_at": one.confirmed_at,
        }
        for one in rows
    ]


def _cards_of(rows: Sequence[Receipt]) -> dict[int, Shown]:
    """By receipt: each as its receiver sees it."""
    by_person: dict[int, list[Receipt]] = {}
    for one in rows:
        by_person.setdefault(one.person_id, []).append(one)
    found: dict[int, Shown] = {}
    for person_id, own in by_person.items():
        shown = cards.shown(person_id, [one.message_id for one in own])
        found |= {one.pk: shown[one.message_id] for one in own if one.message_id in shown}
    return found


def _acts_of_message(one: Receipt, card: Shown | None) -> list[dict[str, Any]]:
    if one.is_recalled:
        return []
    acts = [] if one.read_at else [_act("open", "打开")]
    if one.need_receipt and one.confirmed_at is None:
        acts.append(_act("confirm", "确认收到"))
    if card is None:
        return acts
    menu = [] if card.done_label else [each for each in card.content.menu if each.key not in card.menu]
    buttons = [each for each in card.content.buttons if each.key] if card.can_press else []
    return acts + [_act("press", each.text, each.key) for each in (*buttons, *menu)]


def _card_of(card: Shown | None) -> dict[str, Any]:
    """face: which one he sees; questions: what he is asked; answer: what he pressed, or its words now."""
    if card is None:
        return {"face": 0, "questions": [], "answer": ""}
    questions = [
        {
            "key": one.key,
            "title": one.title,
            "is_many": one.is_many,
            "options": [{"key": each.key, "text": each.text} for each in one.options],
        }
        for one in card.content.questions
        if card.can_press
    ]
    answer = card.done_label or (card.answer.label if card.answer else "")
    return {"face": card.number, "questions": questions, "answer": answer}


def _events(client: Client) -> list[dict[str, Any]]:
    labels = {one.key: one.label for one in open_event_kinds}
    rows = OpenEvent.objects.filter(client=client).order_by("-at", "-pk")[:MOST_LINES]
    return [
        {"kind": one.kind, "label": labels.get(one.kind, one.kind), "at": one.at, "data": one.data}
        for one in rows
    ]


def _calls(client: Client) -> list[dict[str, Any]]:
    rows = Call.objects.filter(client=client).order_by("-at", "-pk")
    names = ("at", "call", "status", "code", "ms", "request_id")
    return [{name: getattr(one, name) for name in names} for one in rows[:MOST_LINES]]


def organisation() -> dict[str, list[dict[str, Any]]]:
    """Units, people and tags with the numbers that calls name them by."""
    units = Unit.objects.living().order_by("position")
    people = Person.objects.select_related("unit").order_by("position", "pk")
    return {
        "units": [
            {"id": one.pk, "name": one.full_name, "level": one.level, "code": one.code} for one in units
        ],
        "people": [
            {
                "id": one.pk,
                "name": one.name,
                "unit": one.unit.short_name if one.unit else "",
                "title": one.title,
            }
            for one in people
        ],
        "tags": [{"id": one.pk, "name": one.name, "note": one.note} for one in Tag.objects.order_by("pk")],
    }
