"""What connected applications do with messages: send within their range, change cards, recall (§6.3).

Persons are named one by one only when the application may see them; units and tags are told whole, and the
application hears how many there are, not who.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from yiwang.kernel.errors import Refused, invalid, not_found
from yiwang.kernel.extension.messages import Category, message_kinds
from yiwang.kernel.extension.open_calls import Caller
from yiwang.platform.clients import rules as clients
from yiwang.platform.clients.actions import admission
from yiwang.platform.messages import rules
from yiwang.platform.messages.actions import card_parts, cards, messages, reach
from yiwang.platform.messages.actions.card_parts import EVERYBODY, Chosen
from yiwang.platform.messages.models import Card, Message, Reach, RichText
from yiwang.platform.messages.models.card_content import Content
from yiwang.platform.messages.models.rich_text import Block, stored
from yiwang.platform.messages.queries import audience as audiences
from yiwang.platform.messages.queries import open_messages as found_messages
from yiwang.platform.messages.queries.audience import Audience
from yiwang.platform.messages.queries.open_messages import Receivers
from yiwang.platform.messages.vocabulary import CLIENT, OPEN_KIND
from yiwang.platform.org.models import Unit
from yiwang.platform.org.queries import units as tree
from yiwang.platform.tags.actions import use
from yiwang.platform.tags.models import TagUse
from yiwang.platform.tags.queries import tags as found_tags

SCOPE = "messages.send"
MUST_REACH_SCOPE = "messages.must_reach"
NOBODY = rules.NOBODY


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that went out. response_code: changes its card once; "" when it has none."""

    message: Message
    receivers: Receivers
    response_code: str = ""


@dataclass(frozen=True, slots=True)
class CardDraft:
    """A card to be sent. task_id: the application's own number of it."""

    content: Content
    task_id: str = ""


@dataclass(frozen=True, slots=True)
class CardTargets:
    """Whose card is changed: everybody's, or theirs who are named; empty: as the call says."""

    persons: Sequence[str] = ()
    units: Sequence[str] = ()
    tags: Sequence[str] = ()
    is_everyone: bool = False

    def __bool__(self) -> bool:
        return bool(self.persons or self.units or self.tags or self.is_everyone)


NOBODY_NAMED = CardTargets()


@dataclass(frozen=True, slots=True)
class Changed:
    """How many see the changed card, and what of the request was not understood."""

    message_id: int
    number: int
    receivers: Receivers


@transaction.atomic
def send(
    *,
    category: Category,
    title: str,
    actor: Caller,
    summary: str = "",
    url: str = "",
    persons: Sequence[str] = (),
    units: Sequence[str] = (),
    tags: Sequence[str] = (),
    need_receipt: bool = False,
    urgency: int = 0,
    valid_until: datetime.datetime | None = None,
    dedupe_id: str = "",
    card: CardDraft | None = None,
    must_reach: bool = False,
    reach_minutes: Sequence[int] | None = None,
    rich_text: Sequence[Block] = (),
) -> Sent:
    """Tell them; refused when nobody of the request can be told. messages.send records.

    must_reach: with a ladder (必达), which asks for a scope of its own and for confirmation; reach_minutes:
    between its steps, the usual ones when not given. rich_text: what it says, with marks; title and summary
    say the same in words.
    """
    admission.require_scope(actor, MUST_REACH_SCOPE if must_reach else "")
    between = _between(reach_minutes, must_reach)
    if card is not None:
        card_parts.check(card.content, task_id=card.task_id, actor=actor)
        title, summary, url = _words_of(card.content, title, summary, url)
    if not title.strip():
        raise invalid("title", "请填写标题")
    problem = clients.link_problem(actor.domains, url, is_sandbox=actor.is_sandbox) if url else ""
    if problem:
        raise invalid("url", problem)
    found = found_messages.resolve(actor, persons=persons, units=units, tags=tags)
    message = messages.send(
        message_kinds.get(OPEN_KIND[category]),
        audience=found.audience,
        app=actor.client_id,
        app_name=actor.name,
        about=(CLIENT, actor.client_pk, actor.name),
        words={"title": title.strip(), "summary": summary.strip()},
        url=url,
        need_receipt=need_receipt or must_reach,
        urgency=urgency,
        valid_until=valid_until,
        dedupe_key=dedupe_id or None,
        actor=actor,
    )
    if message is None:
        raise Refused("接收人全部无效或不在可见范围", status=422, code=NOBODY)
    if rich_text:
        RichText.objects.get_or_create(message=message, defaults={"parts": stored(list(rich_text))})
    if must_reach:
        _with_ladder(message, between, actor)
    for tag, people in message.numbers_of_tags.items():
        own = found_tags.usable(tag, actor.unit_path)
        use.note_use(own, people=people, purpose=TagUse.Purpose.SENT, about=title, actor=actor)
    return Sent(message, found, _carded(message, card) if card is not None else "")


def _between(minutes: Sequence[int] | None, must_reach: bool) -> tuple[int, ...]:
    if minutes is not None and not must_reach:
        raise invalid("reach_minutes", "升级间隔只用于必达消息")
    try:
        return reach.checked_minutes(minutes)
    except Refused as refusal:
        raise invalid("reach_minutes", refusal.fields["minutes"]) from None


def _with_ladder(message: Message, between: Sequence[int], actor: Caller) -> None:
    """Its ladder; a message sent before under the same word has it already."""
    if not Reach.objects.filter(message=message).exists():
        unit = tree.department_of(Unit.objects.get(pk=actor.unit_id))
        reach.start(message, unit=unit, minutes=between, actor=actor)


def _words_of(content: Content, title: str, summary: str, url: str) -> tuple[str, str, str]:
    """What lists, pushes and texts say of a card. One that asks leads to itself, not past its buttons."""
    said = content.title.strip() or content.note.strip()
    figure = f"{content.emphasis.figure} {content.emphasis.note}".strip() if content.emphasis else ""
    rows = "；".join(f"{one.name}：{one.value}" for one in content.rows if one.value)
    others = (content.text, figure, content.note, rows)
    about = next((one for one in others if one.strip() and one != said), "")
    return title or said, summary or about, url or ("" if content.asks else content.url)


def _carded(message: Message, draft: CardDraft) -> str:
    """The card of a message just sent, or of one sent before under the same word; a code for it."""
    now = timezone.now()
    card = Card.objects.filter(message=message).first()
    if card is None:
        card = card_parts.attach(message, draft.content, task_id=draft.task_id, now=now)
    return card_parts.issue_code(card, now=now)


@transaction.atomic
def another_code(message_id: int, *, actor: Caller) -> str:
    """For who sends the same card again: a code of the one that was sent; "" when it has none."""
    card = found_messages.card_of(actor, message_id)
    return card_parts.issue_code(card, now=timezone.now()) if card is not None else ""


@transaction.atomic
def change_card(
    message_id: int,
    *,
    actor: Caller,
    content: Content | None = None,
    label: str = "",
    targets: CardTargets = NOBODY_NAMED,
) -> Changed:
    """By the message's number, as often as it likes; everybody's when nobody is named."""
    card = found_messages.card_of(actor, message_id)
    if card is None:
        raise not_found()
    return _change(card, targets or CardTargets(is_everyone=True), content, label, actor)


@transaction.atomic
def change_card_once(
    code: str,
    *,
    actor: Caller,
    content: Content | None = None,
    label: str = "",
    targets: CardTargets = NOBODY_NAMED,
) -> Changed:
    """By a response_code: the one who pressed when nobody is named. A refused change leaves it unused."""
    taken = cards.use_code(code, actor=actor)
    if targets:
        return _change(taken.card, targets, content, label, actor)
    if taken.person_id is None:
        raise invalid("userids", "应指明更新哪些人员的卡片，或更新全部人员")
    only = Audience(persons=(taken.person_id,))
    chosen = Chosen(*audiences.condition(only))
    number = cards.change(taken.card, content=content, label=label, chosen=chosen, actor=actor)
    return Changed(taken.card.message_id, number, Receivers())


def _change(card: Card, targets: CardTargets, content: Content | None, label: str, actor: Caller) -> Changed:
    found, chosen = Receivers(), EVERYBODY
    if not targets.is_everyone:
        found = found_messages.resolve(actor, persons=targets.persons, units=targets.units, tags=targets.tags)
        chosen = Chosen(*audiences.condition(found.audience))
    number = cards.change(card, content=content, label=label, chosen=chosen, actor=actor)
    return Changed(card.message_id, number, found)


@transaction.atomic
def recall(message_id: int, *, reason: str, actor: Caller) -> Message:
    """Take its own message back (撤回): within two minutes, a notice at any time."""
    message = found_messages.own(actor, message_id)
    if message is None:
        raise not_found()
    return messages.recall(message, reason=reason, actor=actor)
