"""Parts of acts with cards: checking, storing, codes, who sees what from now on. The acts record."""

import datetime
import secrets
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, connection, transaction

from yiwang.kernel import jobs
from yiwang.kernel.actor import Actor
from yiwang.kernel.errors import Refused, invalid
from yiwang.kernel.extension.open_calls import Caller
from yiwang.kernel.realtime import news
from yiwang.platform.clients import rules as clients
from yiwang.platform.clients.queries.callers import digest
from yiwang.platform.messages import rules
from yiwang.platform.messages.models import Card, CardCode, CardCopy, CardFace, CardPicture, Message
from yiwang.platform.messages.models.card_content import (
    Content,
    links_of,
    pictures_of,
    problems,
    stored,
    task_id_problem,
)

_PUT = """
    WITH changed AS (
        INSERT INTO messages_cardcopy AS copy (card_id, person_id, number, done_label, is_open, changed_at)
        SELECT %(card)s, told.person_id, %(number)s, %(label)s, %(asks)s, %(now)s
        FROM messages_receipt told JOIN org_person person ON person.id = told.person_id
        WHERE told.message_id = %(message)s AND ({chosen})
        ORDER BY told.person_id
        ON CONFLICT (card_id, person_id) DO UPDATE SET {change}
        RETURNING person_id
    )
    SELECT count(*), CASE WHEN count(*) <= %(most)s THEN array_agg(person_id) END FROM changed"""
_FACE = (
    "number = excluded.number, done_label = excluded.done_label, is_open = excluded.is_open,"
    " changed_at = excluded.changed_at"
)
_LABEL = "done_label = excluded.done_label, is_open = false, changed_at = excluded.changed_at"
_TOUCH = "changed_at = excluded.changed_at"
_ANSWERED = """
    INSERT INTO messages_cardcopy AS copy (card_id, person_id, number, done_label, is_open, changed_at)
    VALUES (%(card)s, %(person)s, %(number)s, '', false, %(now)s)
    ON CONFLICT (card_id, person_id) DO UPDATE
    SET is_open = copy.is_open AND copy.number <> excluded.number, changed_at = excluded.changed_at"""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Among a message's receivers: a condition on a row called person, with its values."""

    condition: str = "TRUE"
    values: dict[str, Any] | None = None


EVERYBODY = Chosen()


def check(content: Content, *, task_id: str, actor: Actor) -> None:
    """Refused with every field that is wrong. Applications lead to their own hosts, modules to pages here."""
    fields = problems(content)
    if wrong := task_id_problem(task_id, content):
        fields["task_id"] = wrong
    for path, address in links_of(content):
        if isinstance(actor, Caller):
            wrong = clients.link_problem(actor.domains, address, is_sandbox=actor.is_sandbox)
        else:
            wrong = "" if address.startswith("/") and not address.startswith("//") else "应为平台内的地址"
        if wrong:
            fields.setdefault(path, wrong)
    if fields:
        named = {f"card.{path}": text for path, text in fields.items()}
        first = next(iter(named.items()))
        raise Refused(f"卡片内容有误：{first[0]} {first[1]}", status=422, fields=named)


def attach(message: Message, content: Content, *, task_id: str, now: datetime.datetime) -> Card:
    """The card of a message that was just stored."""
    try:
        with transaction.atomic():
            card = Card.objects.create(message=message, app=message.app, task_id=task_id, asks=content.asks)
    except IntegrityError:
        raise invalid("card.task_id", "同一应用的任务编号不能重复") from None
    CardFace.objects.create(card=card, number=1, content=stored(content), made_at=now)
    want_pictures(card, content)
    return card


def want_pictures(card: Card, content: Content) -> None:
    """Pictures of an application are copied by a job; those of modules lie here already."""
    wanted = [one for one in pictures_of(content) if not one.startswith("/")]
    made = CardPicture.objects.bulk_create(
        [CardPicture(card=card, url=one) for one in wanted], ignore_conflicts=True
    )
    if made:
        jobs.enqueue("messages.fetch_card_pictures", card_id=card.pk)


def issue_code(card: Card, *, now: datetime.datetime, person_id: int | None = None) -> str:
    """A word that changes the card once within 72 hours; only its digest stays."""
    code = secrets.token_urlsafe(32)
    CardCode.objects.create(
        card=card,
        person_id=person_id,
        digest=digest(code),
        made_at=now,
        expires_at=now + rules.CARD_CODE_LIFE,
    )
    return code


def put_face(
    card: Card, number: int, chosen: Chosen, *, label: str, is_open: bool, now: datetime.datetime
) -> int:
    """These receivers see this face from now on; how many they are. label: in the place of its buttons."""
    return _put(card, chosen, _FACE, number=number, label=label, asks=is_open, now=now)


def put_label(card: Card, label: str, chosen: Chosen, *, now: datetime.datetime) -> int:
    """With these receivers words stand in the place of the buttons."""
    return _put(card, chosen, _LABEL, number=1, label=label, asks=False, now=now)


def touch_all(message: Message, *, now: datetime.datetime) -> None:
    """Pages that show the message's card look again."""
    for card in Card.objects.filter(message=message):
        _put(card, EVERYBODY, _TOUCH, number=1, label="", asks=card.asks, now=now)


def _put(
    card: Card, chosen: Chosen, change: str, *, number: int, label: str, asks: bool, now: datetime.datetime
) -> int:
    values = {
        "card": card.pk,
        "message": card.message_id,
        "number": number,
        "label": label,
        "asks": asks,
        "now": now,
        "most": news.MOST_NAMED,
        **(chosen.values or {}),
    }
    with connection.cursor() as cursor:
        cursor.execute(_PUT.format(chosen=chosen.condition, change=change), values)
        count, persons = cursor.fetchone()
    if count > news.MOST_NAMED:
        news.everybody_changed()
    elif count:
        news.numbers_changed(persons)
    return int(count)


def note_answered(card: Card, person_id: int, number: int, *, now: datetime.datetime) -> None:
    """It does not wait for him any more, unless it was replaced meanwhile."""
    values = {"card": card.pk, "person": person_id, "number": number, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERED, values)  # type: ignore[arg-type]  # psycopg adapts the moment
    news.numbers_changed([person_id])


def touch(card: Card, person_id: int, *, now: datetime.datetime) -> None:
    """His pages look again; he has pressed, so there is a copy."""
    CardCopy.objects.filter(card=card, person_id=person_id).update(changed_at=now)
    news.numbers_changed([person_id])
