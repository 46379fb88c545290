"""Pushes and e-mails of messages: planned set-wise when a message is sent, handed over by jobs, tried again.

Outside of working hours they wait; more than five of a kind in ten minutes go as one line; what a person
switched off is not planned. In the list of messages everything stands at once (domain reference §6.3).
"""

import datetime
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction

from yiwang.kernel import jobs
from yiwang.kernel.actor import Actor
from yiwang.kernel.extension.duty import on_duty
from yiwang.kernel.extension.messages import message_kinds
from yiwang.kernel.workdays import queries as workdays
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.messages import rules
from yiwang.platform.messages.models import Channel, Delivery, Message, Mute, Reach, Receipt

_AT_A_TIME = 500
_LONGEST_FAILURE = 100

_PLAN = """
    INSERT INTO messages_delivery (message_id, person_id, channel, kind, state, tries, failure, created_at,
        due_at)
    SELECT told.message_id, told.person_id, way.channel, %(kind)s,
        CASE WHEN often.number >= %(most)s THEN 'merged' ELSE 'waiting' END, 0, '', %(now)s,
        CASE WHEN often.number >= %(most)s THEN greatest(loud.at, %(now)s + %(window)s) ELSE loud.at END
    FROM messages_receipt told
    CROSS JOIN unnest(%(channels)s::text[]) AS way(channel)
    CROSS JOIN LATERAL (
        SELECT CASE WHEN told.person_id = ANY(%(on_duty)s) THEN %(now)s ELSE %(due)s END AS at) loud
    CROSS JOIN LATERAL (
        SELECT count(*) AS number FROM messages_delivery had
        WHERE had.person_id = told.person_id AND had.kind = %(kind)s AND had.channel = way.channel
            AND had.created_at > %(now)s - %(window)s) often
    WHERE told.message_id = %(message)s AND NOT told.is_recalled
        AND (way.channel <> 'mail' OR EXISTS (
            SELECT FROM org_person person WHERE person.id = told.person_id AND person.email <> ''))
        AND (NOT %(may_mute)s OR NOT EXISTS (
            SELECT FROM messages_mute off
            WHERE off.person_id = told.person_id AND off.kind = %(kind)s AND off.channel = way.channel))
    ON CONFLICT DO NOTHING"""


@dataclass(frozen=True, slots=True)
class Parcel:
    """What goes to one person by one channel at once: one message, or several of a kind as one line."""

    ids: tuple[int, ...]
    channel: str
    person_id: int
    reference: str
    title: str
    text: str
    url: str


@transaction.atomic
def plan(message_id: int, *, now: datetime.datetime, actor: Actor) -> int:
    """The deliveries of a message, in one statement for any number of receivers; safe to run twice."""
    message = Message.objects.filter(pk=message_id, recalled_at=None).first()
    if message is None or message.kind not in message_kinds:
        return 0
    kind = message_kinds.get(message.kind)
    channels = [str(Channel.PUSH)] if kind.is_push else []
    if kind.is_mail and settings.MAIL_HOST:
        channels.append(str(Channel.MAIL))
    if not channels:
        return 0
    values = {
        "message": message.pk,
        "kind": kind.key,
        "channels": channels,
        "may_mute": kind.may_mute and not Reach.objects.filter(message=message).exists(),
        "most": rules.MERGE_MOST,
        "window": rules.MERGE_WINDOW,
        "now": now,
        "due": rules.loud_time(now, urgency=message.urgency, calendar=workdays.calendar()),
        "on_duty": list(on_duty(now)),
    }
    with connection.cursor() as cursor:
        cursor.execute(_PLAN, values)  # type: ignore[arg-type]  # lists and intervals are adapted by psycopg
        planned = int(cursor.rowcount)
    if planned:
        jobs.enqueue("messages.dispatch_deliveries", once="now")
    return planned


@transaction.atomic
def claim_due(*, now: datetime.datetime, actor: Actor) -> list[Parcel]:
    """Take what is due for one try; who dies over it leaves it to be tried again.

    Read meanwhile, recalled or expired: it is not sent any more.
    """
    due = Delivery.objects.filter(state__in=Delivery.OPEN, due_at__lte=now).order_by("due_at", "id")
    found = list(due.select_for_update(skip_locked=True, of=("self",)).select_related("message")[:_AT_A_TIME])
    done = _read(found) | {one.pk for one in found if not _is_worth(one.message, now)}
    Delivery.objects.filter(pk__in=done).update(state=Delivery.State.DROPPED)
    going = [one for one in found if one.pk not in done]
    for one in going:
        one.tries += 1
        one.due_at = now + datetime.timedelta(seconds=rules.RETRY_SECONDS)
    Delivery.objects.bulk_update(going, ["tries", "due_at"])
    return _parcels(going)


def _is_worth(message: Message, now: datetime.datetime) -> bool:
    is_valid = message.valid_until is None or message.valid_until > now
    return message.recalled_at is None and is_valid


def _read(found: list[Delivery]) -> set[int]:
    """Those whose receivers have read them, or were told that they are recalled."""
    receipts = Receipt.objects.filter(message_id__in={one.message_id for one in found}).exclude(read_at=None)
    read = set(receipts.values_list("message_id", "person_id"))
    return {one.pk for one in found if (one.message_id, one.person_id) in read}


def _parcels(going: list[Delivery]) -> list[Parcel]:
    parcels = []
    merged: dict[tuple[int, str, str], list[Delivery]] = {}
    for one in going:
        if one.state == Delivery.State.MERGED:
            merged.setdefault((one.person_id, one.kind, one.channel), []).append(one)
        else:
            parcels.append(_parcel([one], one.message.title, one.message.summary, one.message.url))
    for (_, kind, _), several in merged.items():
        label = message_kinds.get(kind).label if kind in message_kinds else "消息"
        if len(several) == 1:
            message = several[0].message
            parcels.append(_parcel(several, message.title, message.summary, message.url))
        else:
            parcels.append(_parcel(several, f"您有{len(several)}条“{label}”消息", "请登录平台查看", ""))
    return parcels


def _parcel(several: list[Delivery], title: str, text: str, url: str) -> Parcel:
    first = several[0]
    return Parcel(
        ids=tuple(one.pk for one in several),
        channel=first.channel,
        person_id=first.person_id,
        reference=f"{first.channel}-{first.pk}",
        title=title,
        text=text,
        url=url,
    )


@transaction.atomic
def settle(parcel: Parcel, failure: str, *, is_final: bool, now: datetime.datetime, actor: Actor) -> None:
    """Store what became of it. failure: "" when it was taken; is_final: it would never be taken."""
    several = list(Delivery.objects.select_for_update().filter(pk__in=parcel.ids, state__in=Delivery.OPEN))
    for one in several:
        one.failure = failure[:_LONGEST_FAILURE]
        again = None if is_final else rules.retry_time(one.tries, now=now)
        if not failure:
            one.state, one.sent_at = Delivery.State.SENT, now
        elif again is None:
            one.state = Delivery.State.FAILED
        else:
            one.due_at = again
    Delivery.objects.bulk_update(several, ["failure", "state", "sent_at", "due_at"])
    if not failure and parcel.channel == Channel.PUSH:
        told = Receipt.objects.filter(
            message_id__in={one.message_id for one in several}, person_id=parcel.person_id, delivered_at=None
        )
        told.update(delivered_at=now)


@transaction.atomic
def choose(kind: str, *, channel: str, is_wanted: bool, actor: Principal) -> None:
    """He switches a channel of a kind off for himself, or on again; only where its module allows it."""
    allowed = kind in message_kinds and message_kinds.get(kind).may_mute and channel in Channel.values
    if not allowed:
        return
    own = Mute.objects.visible_to(actor).filter(kind=kind, channel=channel)
    if is_wanted:
        own.delete()
    else:
        Mute.objects.get_or_create(person_id=actor.person_id, kind=kind, channel=channel)
