"""Reading cards: as one receiver sees them now, and what everybody answered."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from yiwang.kernel.listing.sources import SqlSource
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.clients.queries import deliveries
from yiwang.platform.messages.models import Card, CardCopy, CardFace, CardPicture, CardPress
from yiwang.platform.messages.models.card_content import Content, read

# When something last happened to one of his cards: pages that show cards look again when it grows.
LATEST_CHANGE = """SELECT coalesce((extract(epoch FROM max(copy.changed_at)) * 1000000)::bigint, 0)
    FROM messages_cardcopy copy WHERE copy.person_id = %(person)s"""

_STANDING = """CASE WHEN own.is_recalled THEN 'recalled'
    WHEN coalesce(copy.is_open, card.asks) THEN 'waiting'
    WHEN card.asks OR copy.id IS NOT NULL THEN 'answered' ELSE 'told' END"""
STANDINGS = (("waiting", "待回应"), ("answered", "已回应"), ("told", "无需回应"), ("recalled", "已撤回"))


@dataclass(frozen=True, slots=True)
class Answer:
    """What he pressed. state: of telling his answer to the application, deliveries.State."""

    key: str
    label: str
    chosen: Mapping[str, list[str]]
    at: datetime.datetime
    state: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A card as one receiver sees it. answer: to this face; menu: keys of the menu that he has pressed.

    pictures: address → number of its copy; seen: the latest change of his cards that is in it for certain.
    """

    number: int
    content: Content
    done_label: str
    answer: Answer | None
    menu: frozenset[str]
    pictures: Mapping[str, int]
    seen: int

    @property
    def can_press(self) -> bool:
        """Are its buttons alive?"""
        return self.content.asks and self.answer is None and not self.done_label


def shown(person_id: int, message_ids: Iterable[int]) -> dict[int, Shown]:
    """Cards of these messages as he sees them: message's number → card. A few statements for any number."""
    cards = {one.pk: one for one in Card.objects.filter(message__in=list(message_ids))}
    if not cards:
        return {}
    # Before the rest: what changes while this is read counts as not seen, and the page asks once more.
    seen = latest_change(person_id)
    copies = {one.card_id: one for one in CardCopy.objects.filter(card__in=cards, person_id=person_id)}
    faces = _faces(cards, copies)
    presses = list(CardPress.objects.filter(face__in=[one.pk for one in faces.values()], person_id=person_id))
    states = deliveries.states(one.event_id for one in presses if one.event_id is not None)
    pictures: dict[int, dict[str, int]] = {}
    ready = CardPicture.objects.filter(card__in=cards, state=CardPicture.State.READY)
    for card_id, url, pk in ready.values_list("card_id", "url", "pk"):
        pictures.setdefault(card_id, {})[url] = pk
    found = {}
    for card_id, face in faces.items():
        own = [one for one in presses if one.face_id == face.pk]
        label = copies[card_id].done_label if card_id in copies else ""
        own_pictures = pictures.get(card_id, {})
        found[cards[card_id].message_id] = _shown(
            face, own, states, label=label, pictures=own_pictures, seen=seen
        )
    return found


def _faces(cards: Mapping[int, Card], copies: Mapping[int, CardCopy]) -> dict[int, CardFace]:
    """The face that he sees, of each card."""
    wanted = {pk: copies[pk].number if pk in copies else 1 for pk in cards}
    found = CardFace.objects.filter(card__in=cards, number__in=set(wanted.values()))
    return {one.card_id: one for one in found if wanted[one.card_id] == one.number}


def _shown(
    face: CardFace,
    presses: Sequence[CardPress],
    states: Mapping[int, str],
    *,
    label: str,
    pictures: Mapping[str, int],
    seen: int,
) -> Shown:
    content = read(face.content)
    answers = [
        Answer(one.key, one.label, one.chosen, one.pressed_at, states.get(one.event_id or 0, ""))
        for one in presses
        if not one.slot
    ]
    return Shown(
        number=face.number,
        content=content,
        done_label=label,
        answer=answers[0] if answers else None,
        menu=frozenset(one.slot for one in presses if one.slot),
        pictures=pictures,
        seen=seen,
    )


def latest_change(person_id: int) -> int:
    """For a page that shows cards: what it has seen."""
    with connection.cursor() as cursor:
        cursor.execute(LATEST_CHANGE, {"person": person_id})
        (moment,) = cursor.fetchone()
    return int(moment)


def cards_of(viewer: Principal) -> SqlSource:
    """His messages that have cards (Receipt.visible_to as a statement)."""
    return SqlSource(
        columns=f"""own.id, own.message_id, own.sent_at, own.read_at, own.need_receipt, own.confirmed_at,
            own.is_recalled, message.valid_until, message.kind, message.category, message.title,
            message.summary, message.urgency, message.sender_name, message.sender_unit,
            {_STANDING} AS standing""",
        tables="""messages_receipt own JOIN messages_message message ON message.id = own.message_id
            JOIN messages_card card ON card.message_id = message.id
            LEFT JOIN messages_cardcopy copy ON copy.card_id = card.id AND copy.person_id = own.person_id""",
        fields={
            "id": "own.id",
            "sent_at": "own.sent_at",
            "title": "message.title",
            "summary": "message.summary",
            "sender": "message.sender_name",
            "standing": _STANDING,
        },
        where="own.person_id = %s",
        parameters=(viewer.person_id,),
        never_null=frozenset({"id", "sent_at", "standing"}),
    )


_TALLY = """
    SELECT press.slot, press.key, min(press.label), count(*) FROM messages_cardpress press
    JOIN messages_cardface face ON face.id = press.face_id WHERE face.card_id = %(card)s
    GROUP BY press.slot, press.key ORDER BY count(*) DESC, press.key"""
_OPTIONS = """
    SELECT question.key, option.key, count(*)
    FROM messages_cardpress press JOIN messages_cardface face ON face.id = press.face_id
    CROSS JOIN jsonb_each(press.chosen) AS question (key, options)
    CROSS JOIN jsonb_array_elements_text(question.options) AS option (key)
    WHERE face.card_id = %(card)s GROUP BY question.key, option.key ORDER BY question.key, count(*) DESC"""


def tally(card: Card) -> dict[str, Any]:
    """How often each button was pressed and each option chosen, by everybody."""
    with connection.cursor() as cursor:
        cursor.execute(_TALLY, {"card": card.pk})
        presses = [
            {"event_key": key, "label": label, "is_menu": bool(slot), "number": number}
            for slot, key, label, number in cursor.fetchall()
        ]
        cursor.execute(_OPTIONS, {"card": card.pk})
        options = [
            {"question_key": question, "option_id": option, "number": number}
            for question, option, number in cursor.fetchall()
        ]
    return {"presses": presses, "options": options}
