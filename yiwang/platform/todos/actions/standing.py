"""Owners of applications are told when a nightly look begins to find something, and when it is well again."""

import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse

from yiwang.kernel import database
from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.extension.open_calls import OpenEventKind
from yiwang.platform.clients.actions import events
from yiwang.platform.clients.models import Client
from yiwang.platform.clients.queries import owners
from yiwang.platform.messages.actions import messages
from yiwang.platform.todos.models import Standing
from yiwang.platform.todos.vocabulary import (
    LINKS_DEAD,
    LINKS_GOOD,
    RECONCILE_AGREES,
    RECONCILE_DIFFERS,
    STANDING_CHANGED,
)

Check = Standing.Check
EVENTS = (
    OpenEventKind(
        "todos.reconcile_differences",
        "对账差异",
        "待办对账开始出现差异（differences 大于0）或恢复一致（0）；明细见对账接口的应答",
        '{"differences": 3}',
    ),
    OpenEventKind(
        "todos.links_dead",
        "链接打不开",
        "抽查的待办链接开始打不开（dead 大于0）或恢复正常（0）",
        '{"dead": 2, "items": [{"biz_id": "SW-2026-18", "task_id": "1", "status": 404}]}',
    ),
)
_KINDS = {
    (Check.RECONCILE, False): RECONCILE_DIFFERS,
    (Check.RECONCILE, True): RECONCILE_AGREES,
    (Check.LINKS, False): LINKS_DEAD,
    (Check.LINKS, True): LINKS_GOOD,
}


@transaction.atomic
def follow(
    app: str, check: Check, *, number: int, event: dict[str, Any], now: datetime.datetime, actor: Actor
) -> bool:
    """A look found so many; told when that is a change between none and some. Was it one?

    Modules of the platform have no owners to tell: their standing is kept all the same.
    """
    database.lock_one("todos.item", f"standing {app} {check}")
    known = Standing.objects.filter(app=app, check_kind=check).first()
    own = known or Standing(app=app, check_kind=check, since=now)
    has_changed = own.is_good != (number == 0)
    own.is_good, own.number, own.looked_at = number == 0, number, now
    if has_changed:
        own.since = now
    own.save()
    if has_changed:
        _tell(own, event, actor)
    return has_changed


def _tell(own: Standing, event: dict[str, Any], actor: Actor) -> None:
    client = Client.objects.select_related("unit").filter(client_id=own.app).first()
    about = client.name if client is not None else own.app
    said = f"{about}：{own.get_check_kind_display()}{'恢复正常' if own.is_good else f'发现{own.number}项'}"
    audit.record(STANDING_CHANGED, own, actor=actor, title=said)
    if client is None or not client.is_living:
        return
    kind = "todos.reconcile_differences" if own.check_kind == Check.RECONCILE else "todos.links_dead"
    events.tell(client.pk, kind, event)
    to = owners.persons_of(client)
    if to:
        messages.send(
            _KINDS[Check(own.check_kind), own.is_good],
            to=to,
            about=(Client._meta.label_lower, str(client.pk), client.name),
            words={"app": client.name, "number": str(own.number)},
            url=reverse("developer:checks", args=[client.pk]),
            actor=actor,
        )
