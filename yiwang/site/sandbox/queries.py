"""What a vendor looks at: who there is, and what the people there received of his application."""

from typing import Any

from yiwang.platform.clients.models import Client
from yiwang.platform.messages.models import Receipt
from yiwang.platform.org.models import Person, Unit
from yiwang.platform.tags.models import Tag
from yiwang.platform.todos.models import Assignment

MOST = 200


def received(client: Client) -> dict[str, list[dict[str, Any]]]:
    """The latest to-dos and messages of one application, receiver by receiver."""
    return {"todos": _todos(client.client_id), "messages": _messages(client.client_id)}


def _todos(app: str) -> list[dict[str, Any]]:
    found = Assignment.objects.filter(item__app=app).select_related("item", "person", "unit")
    return [
        {
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


def _messages(app: str) -> list[dict[str, Any]]:
    found = Receipt.objects.filter(message__app=app).select_related("message", "person")
    return [
        {
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
        for one in found.order_by("-sent_at", "-pk")[:MOST]
    ]


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
