"""What connected applications do with messages: send within their range, and recall (domain reference §6.3).

Persons are named one by one only when the application may see them; units and tags are told whole, and the
application hears how many there are, not who.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from yiwang.kernel.errors import Refused, invalid, not_found
from yiwang.kernel.extension.messages import Category, message_kinds
from yiwang.kernel.extension.open_calls import Caller
from yiwang.platform.addressbook.queries import applications
from yiwang.platform.clients import rules as clients
from yiwang.platform.messages.actions import messages
from yiwang.platform.messages.models import Message
from yiwang.platform.messages.queries import audience as audiences
from yiwang.platform.messages.queries import open_messages as found_messages
from yiwang.platform.messages.queries.audience import Audience
from yiwang.platform.messages.vocabulary import CLIENT, OPEN_KIND
from yiwang.platform.tags.actions import use
from yiwang.platform.tags.models import TagUse
from yiwang.platform.tags.queries import tags as found_tags

SCOPE = "messages.send"
NOBODY = "E-API-11"


@dataclass(frozen=True, slots=True)
class Receivers:
    """Whom a message goes to, and what of the request was not understood; it is not said why."""

    audience: Audience = field(default_factory=Audience)
    bad_persons: tuple[str, ...] = ()
    bad_units: tuple[str, ...] = ()
    bad_tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that went out."""

    message: Message
    receivers: Receivers


@transaction.atomic
def resolve(
    *, persons: Iterable[str], units: Iterable[str], tags: Iterable[str], title: str, actor: Caller
) -> Receivers:
    """People by number, units with all below, tags it may use. The use of a tag is written down."""
    wanted, wrong_persons = _numbers(persons)
    seen = applications.seen(actor, wanted)
    bad_persons = [*wrong_persons, *(str(one) for one in wanted if one not in seen)]

    wanted, wrong_units = _numbers(units)
    known = set(applications.units(actor).filter(pk__in=wanted).values_list("pk", flat=True))
    bad_units = [*wrong_units, *(str(one) for one in wanted if one not in known)]

    wanted, bad_tags = _numbers(tags)
    usable = []
    for one in wanted:
        try:
            tag = found_tags.usable(one, actor.unit_path)
        except Refused:
            bad_tags.append(str(one))
        else:
            usable.append(tag.pk)
            people = audiences.count(Audience(tags=(tag.pk,)))
            use.note_use(tag, people=people, purpose=TagUse.Purpose.SENT, about=title, actor=actor)
    audience = Audience(persons=tuple(sorted(seen)), units=tuple(sorted(known)), tags=tuple(usable))
    return Receivers(audience, tuple(bad_persons), tuple(bad_units), tuple(bad_tags))


def _numbers(given: Iterable[str]) -> tuple[list[int], list[str]]:
    """Texts that are numbers, each once; and the others."""
    texts = list(dict.fromkeys(str(one) for one in given))
    good = [one for one in texts if one.isascii() and one.isdigit() and 0 < len(one) < 19]
    return [int(one) for one in good], [one for one in texts if one not in good]


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
) -> Sent:
    """Tell them; refused when nobody of the request can be told. messages.send records."""
    if not title.strip():
        raise invalid("title", "请填写标题")
    problem = clients.link_problem(actor.domains, url, is_sandbox=actor.is_sandbox) if url else ""
    if problem:
        raise invalid("url", problem)
    found = resolve(persons=persons, units=units, tags=tags, title=title, actor=actor)
    message = messages.send(
        message_kinds.get(OPEN_KIND[category]),
        audience=found.audience,
        app=actor.client_id,
        app_name=actor.name,
        about=(CLIENT, actor.client_pk, actor.name),
        words={"title": title.strip(), "summary": summary.strip()},
        url=url,
        need_receipt=need_receipt,
        urgency=urgency,
        valid_until=valid_until,
        dedupe_key=dedupe_id or None,
        actor=actor,
    )
    if message is None:
        raise Refused("接收人全部无效或不在可见范围", status=422, code=NOBODY)
    return Sent(message, found)


@transaction.atomic
def recall(message_id: int, *, reason: str, actor: Caller) -> Message:
    """Take its own message back (撤回): within two minutes, a notice at any time."""
    message = found_messages.own(actor, message_id)
    if message is None:
        raise not_found()
    return messages.recall(message, reason=reason, actor=actor)
