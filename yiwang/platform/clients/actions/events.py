"""Telling applications: events, the callbacks that carry them, and what the application says about those."""

import datetime
import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.db import connection, transaction
from django.utils import timezone

from yiwang.kernel import jobs
from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.crypto import sm3
from yiwang.kernel.errors import invalid, not_found, require, require_right
from yiwang.kernel.extension.open_calls import open_event_kinds
from yiwang.kernel.realtime import news
from yiwang.platform.clients import hooks, rules
from yiwang.platform.clients.actions.clients import locked
from yiwang.platform.clients.gateways import callbacks
from yiwang.platform.clients.gateways.callbacks import Answer
from yiwang.platform.clients.models import Client, Delivery, OpenEvent, Subscription
from yiwang.platform.clients.vocabulary import (
    DEVELOP,
    REPLAYED,
    SUBSCRIBED,
    SUBSCRIPTION_CHANGED,
    SUBSCRIPTION_ENDED,
)

# How long after each failed try the next one follows; then the event is dead and waits for a replay.
SCHEDULE = tuple(
    datetime.timedelta(seconds=seconds) for seconds in (10, 60, 300, 1_800, 7_200, 21_600, 43_200)
)
FEED = "clients.events"  # what applications wait for
MOST_SUBSCRIPTIONS = 10
_AT_ONCE = 200
_KEEP_EVENTS = datetime.timedelta(days=30)
_CHANNEL_LOCK = 7_713  # with the application's number: who gives places in its feed
_FRESH = "SELECT DISTINCT client_id FROM clients_openevent WHERE client_id = ANY(%s) AND seq IS NULL"
_LOCK = "SELECT pg_advisory_xact_lock(%s, own) FROM unnest(%s::int[]) AS own"
_PLACE = """
    UPDATE clients_openevent own SET seq = fresh.place FROM (
        SELECT id, nextval('clients_openevent_place') AS place FROM (
            SELECT id FROM clients_openevent WHERE client_id = ANY(%s) AND seq IS NULL ORDER BY id) AS found
    ) AS fresh WHERE own.id = fresh.id"""


def tell(client_pk: int, kind: str, data: Mapping[str, Any]) -> OpenEvent:
    """Tell an application something, when this transaction commits. Part of the act it tells of."""
    if kind not in open_event_kinds:
        raise LookupError(f"{kind} is not registered; add it in its app's manifest")
    event = OpenEvent.objects.create(client_id=client_pk, kind=kind, data=dict(data), at=timezone.now())
    wanted = Subscription.objects.filter(
        client_id=client_pk, state=Subscription.State.ACTIVE, kinds__contains=[kind]
    )
    made = Delivery.objects.bulk_create(
        Delivery(subscription=one, event=event, due_at=event.at) for one in wanted
    )
    for one in made:
        jobs.enqueue("clients.deliver", delivery_id=one.pk)
    news.feed_changed(FEED, client_pk)
    return event


def place_events(client_pks: Iterable[int]) -> None:
    """Give what was committed its place in the feeds; before reading them, and nobody's act.

    Who gives places waits for whoever else does, so numbers become visible in their order.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FRESH, [list(client_pks)])
        fresh = sorted(client_pk for (client_pk,) in cursor.fetchall())
        if not fresh:
            return
        with transaction.atomic():
            cursor.execute(_LOCK, [_CHANNEL_LOCK, fresh])
            cursor.execute(_PLACE, [fresh])


@transaction.atomic
def subscribe(
    client: Client,
    *,
    url: str,
    kinds: Sequence[str],
    actor: Actor,
    algorithm: str = Subscription.Algorithm.SM3,
) -> tuple[Subscription, str]:
    """A new callback, and its secret, which is shown once. It waits for its first good answer."""
    client = locked(client)
    require_right(rules.can_develop(actor, client), DEVELOP.label)
    wanted = sorted(set(kinds))
    if not wanted or any(one not in open_event_kinds for one in wanted):
        raise invalid("kinds", "请选择事件种类")
    if algorithm not in Subscription.Algorithm.values:
        raise invalid("algorithm", "没有这种签名算法")
    problem = rules.link_problem(client.domains, url, is_sandbox=client.is_sandbox)
    if problem:
        raise invalid("url", problem)
    living = Subscription.objects.filter(client=client).exclude(state=Subscription.State.ENDED)
    require(
        living.count() < MOST_SUBSCRIPTIONS, f"一个应用最多设置{MOST_SUBSCRIPTIONS}个回调地址", status=422
    )
    if living.filter(url=url).exists():
        raise invalid("url", "该地址已添加")
    secret = secrets.token_urlsafe(32)
    made = Subscription.objects.create(
        client=client, url=url, kinds=wanted, algorithm=algorithm, secret=secret
    )
    audit.record(SUBSCRIBED, client, actor=actor, changes={"url": [None, urlsplit(url).netloc]})
    return made, secret


def verify(subscription: Subscription, *, actor: Actor) -> Answer:
    """The handshake: it must send our challenge back. Not in a transaction: the other side may be slow."""
    require_right(rules.can_develop(actor, subscription.client), DEVELOP.label)
    challenge = secrets.token_urlsafe(24)
    body = json.dumps({"type": "url_verification", "challenge": challenge}).encode()
    answer = _post(subscription, body, event="url_verification", delivery="0")
    try:
        said = json.loads(answer.body or b"{}")
    except ValueError:
        said = {}
    is_good = answer.status == 200 and isinstance(said, dict) and said.get("challenge") == challenge
    _note_verification(subscription, is_good=is_good, problem=answer.problem, actor=actor)
    return (
        answer
        if is_good
        else Answer(answer.status, b"", answer.ms, answer.problem or "应答中没有原样返回 challenge")
    )


@transaction.atomic
def _note_verification(subscription: Subscription, *, is_good: bool, problem: str, actor: Actor) -> None:
    own = (
        Subscription.objects.select_for_update(of=("self",)).select_related("client").get(pk=subscription.pk)
    )
    if own.state == Subscription.State.ENDED:
        raise not_found()
    if is_good:
        own.state, own.state_note = Subscription.State.ACTIVE, ""
    else:
        own.state, own.state_note = Subscription.State.PENDING, problem or "应答中没有原样返回 challenge"
    own.save(update_fields=["state", "state_note"])
    audit.record(SUBSCRIPTION_CHANGED, own.client, actor=actor, changes={"state": [None, own.state]})


@transaction.atomic
def pause(subscription: Subscription, *, is_paused: bool, actor: Actor) -> Subscription:
    """Nothing new goes there meanwhile; events wait in the feed."""
    own = _locked(subscription, actor)
    wanted = Subscription.State.PAUSED if is_paused else Subscription.State.ACTIVE
    allowed = Subscription.State.ACTIVE if is_paused else Subscription.State.PAUSED
    require(own.state == allowed, f"当前状态为“{own.get_state_display()}”，不能执行该操作", code="E-STATE-01")
    own.state = wanted
    own.save(update_fields=["state"])
    audit.record(SUBSCRIPTION_CHANGED, own.client, actor=actor, changes={"state": [allowed, wanted]})
    return own


@transaction.atomic
def end(subscription: Subscription, *, actor: Actor) -> None:
    """Delete a callback; what was on its way is not sent any more."""
    own = _locked(subscription, actor)
    own.state = Subscription.State.ENDED
    own.save(update_fields=["state"])
    own.deliveries.filter(state=Delivery.State.WAITING).update(
        state=Delivery.State.DEAD, problem="回调已删除"
    )
    audit.record(SUBSCRIPTION_ENDED, own.client, actor=actor)


def _locked(subscription: Subscription, actor: Actor) -> Subscription:
    own = (
        Subscription.objects.select_for_update(of=("self",))
        .select_related("client__unit")
        .get(pk=subscription.pk)
    )
    require_right(rules.can_develop(actor, own.client), DEVELOP.label)
    if own.state == Subscription.State.ENDED:
        raise not_found()
    return own


@transaction.atomic
def replay(client: Client, delivery_ids: Sequence[int], *, actor: Actor) -> int:
    """重发: dead or delivered, they are sent once more from the beginning of the schedule; how many."""
    client = locked(client)
    require_right(rules.can_develop(actor, client), DEVELOP.label)
    found = Delivery.objects.filter(
        pk__in=delivery_ids, subscription__client=client, subscription__state=Subscription.State.ACTIVE
    ).exclude(state=Delivery.State.WAITING)
    ids = list(found.values_list("pk", flat=True))
    Delivery.objects.filter(pk__in=ids).update(
        state=Delivery.State.WAITING, tries=0, due_at=timezone.now(), problem=""
    )
    for one in ids:
        jobs.enqueue("clients.deliver", delivery_id=one)
    if ids:
        audit.record(REPLAYED, client, actor=actor, changes={"deliveries": [0, len(ids)]})
    return len(ids)


def deliver(delivery_id: int, *, now: datetime.datetime | None = None) -> None:
    """Send one, if it is due. It is claimed first, sent without a transaction, and then noted."""
    moment = now or timezone.now()
    delivery = _claim(delivery_id, moment)
    if delivery is None:
        return
    event = delivery.event
    body = json.dumps(
        {
            "id": event.pk,
            "type": event.kind,
            "created_at": event.at.isoformat(),
            "client_id": delivery.subscription.client.client_id,
            "data": event.data,
        },
        ensure_ascii=False,
    ).encode()
    answer = _post(delivery.subscription, body, event=event.kind, delivery=str(delivery.pk))
    _note(delivery, answer, moment)


@transaction.atomic
def _claim(delivery_id: int, now: datetime.datetime) -> Delivery | None:
    """Moved to its next turn before it is sent: a worker that dies meanwhile loses nothing."""
    own = (
        Delivery.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("event", "subscription__client")
        .filter(pk=delivery_id, state=Delivery.State.WAITING, due_at__lte=now)
        .first()
    )
    if own is None or own.subscription.state != Subscription.State.ACTIVE:
        return None
    if not own.subscription.client.is_living:
        return None
    own.tries += 1
    own.due_at = now + SCHEDULE[min(own.tries, len(SCHEDULE)) - 1]
    own.save(update_fields=["tries", "due_at"])
    return own


@transaction.atomic
def _note(delivery: Delivery, answer: Answer, now: datetime.datetime) -> None:
    delivery.sent_at, delivery.status, delivery.ms = now, answer.status or None, answer.ms
    delivery.problem = answer.problem
    if 200 <= answer.status < 300:
        delivery.state = Delivery.State.DELIVERED
    elif delivery.tries > len(SCHEDULE):
        delivery.state = Delivery.State.DEAD
    delivery.save(update_fields=["sent_at", "status", "ms", "problem", "state"])
    hooks.delivery_noted(event_id=delivery.event_id)


def deliver_due(*, now: datetime.datetime) -> int:
    """Those whose next turn has come."""
    due = Delivery.objects.filter(
        state=Delivery.State.WAITING, due_at__lte=now, subscription__state=Subscription.State.ACTIVE
    )
    ids = list(due.order_by("due_at").values_list("pk", flat=True)[:_AT_ONCE])
    for one in ids:
        deliver(one, now=now)
    return len(ids)


def _post(subscription: Subscription, body: bytes, *, event: str, delivery: str) -> Answer:
    timestamp = str(int(timezone.now().timestamp()))
    signature = sign(subscription.algorithm, subscription.secret, timestamp, body)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "yiwang-callback/1",
        "X-Yiwang-Event": event,
        "X-Yiwang-Delivery": delivery,
        "X-Yiwang-Timestamp": timestamp,
        "X-Yiwang-Signature": f"{subscription.algorithm}={signature}",
    }
    return callbacks.post(subscription.url, body, headers, is_sandbox=subscription.client.is_sandbox)


def sign(algorithm: str, secret: str, timestamp: str, body: bytes) -> str:
    """Hexadecimal HMAC of the time, a full stop and the body."""
    text = timestamp.encode() + b"." + body
    if algorithm == Subscription.Algorithm.SM3:
        return sm3.hmac(secret.encode(), text).hex()
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


def forget(*, now: datetime.datetime) -> None:
    """Events of a month ago, with their deliveries."""
    OpenEvent.objects.filter(at__lt=now - _KEEP_EVENTS).delete()
