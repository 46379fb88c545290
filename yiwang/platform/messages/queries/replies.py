"""上行短信: whose it is, which text it answers, how many have signed for a batch."""

import datetime
from dataclasses import dataclass

from django.db.models import Count, Max, Q, QuerySet

from yiwang.kernel.crypto.fields import blind_index
from yiwang.platform.messages.models import Receipt, SmsBatch, SmsReply, SmsText
from yiwang.platform.org.models import Person, Unit
from yiwang.platform.org.models.viewer import Viewer
from yiwang.platform.org.queries import people, units

_MOST_LOOKED_AT = 20


@dataclass(frozen=True, slots=True)
class Signed:
    """Of a batch that asks for it: numbers it went to, and those that signed."""

    told: int
    confirmed: int

    @property
    def waiting(self) -> int:
        return self.told - self.confirmed

    @property
    def percent(self) -> int:
        return self.confirmed * 100 // self.told if self.told else 0


def answered(mobile: str, *, since: datetime.datetime, signs: bool) -> SmsText | None:
    """The text somebody answers: the last one; when he signs, the last one that waits for it."""
    sent = SmsText.objects.filter(
        Q(message__isnull=False) | Q(batch__isnull=False),
        mobile_index__in=blind_index(SmsText, "mobile", mobile),
        sent_at__gte=since,
    )
    latest = list(sent.select_related("batch__unit", "message").order_by("-sent_at", "-id")[:_MOST_LOOKED_AT])
    if signs:
        waiting = next((one for one in latest if _waits(one)), None)
        if waiting is not None:
            return waiting
    return latest[0] if latest else None


def _waits(text: SmsText) -> bool:
    if text.batch is not None:
        return text.batch.need_receipt and text.confirmed_at is None
    return unconfirmed(text).exists()


def unconfirmed(text: SmsText) -> "QuerySet[Receipt]":
    """The receipt of the message that this text told of, while it waits."""
    told = Receipt.objects.filter(message_id=text.message_id or 0, person_id=text.person_id or 0)
    return told.unconfirmed()


def author(mobile: str, text: SmsText | None) -> Person | None:
    """Whose number it is: of the person it was sent to, else of whom the platform knows by it."""
    if text is not None and text.person is not None:
        return text.person
    return people.with_mobile(mobile).order_by("pk").first()


def office_of(text: SmsText | None, person: Person | None) -> Unit | None:
    """The department that looks at it: of who sent the text, else of who wrote back."""
    if text is not None and text.batch is not None:
        return text.batch.unit
    sender = text.message.sender if text is not None and text.message is not None else None
    unit = (sender.unit if sender else None) or (person.unit if person else None)
    return units.department_of(unit) if unit is not None else None


def signed(batch: SmsBatch) -> Signed:
    """Numbers, each once however often it was reminded."""
    numbers = SmsText.objects.filter(batch=batch).aggregate(
        told=Count("mobile_index", distinct=True),
        confirmed=Count("mobile_index", distinct=True, filter=Q(confirmed_at__isnull=False)),
    )
    return Signed(numbers["told"], numbers["confirmed"])


def unsigned(batch: SmsBatch) -> dict[str, Person | None]:
    """Numbers that have not signed, with whose they are."""
    open_ones = (
        SmsText.objects.filter(batch=batch)
        .values("mobile_index")
        .annotate(signed=Max("confirmed_at"))
        .filter(signed=None)
    )
    waiting = SmsText.objects.filter(batch=batch, mobile_index__in=open_ones.values("mobile_index"))
    return {one.mobile: one.person for one in waiting.select_related("person").order_by("pk")}


def names_waiting(batch: SmsBatch, viewer: Viewer, *, limit: int) -> list[Person]:
    """Who of them has not signed, as far as the viewer may know of them."""
    open_ones = (
        SmsText.objects.filter(batch=batch, person__isnull=False)
        .values("person_id")
        .annotate(signed=Max("confirmed_at"))
        .filter(signed=None)
    )
    seen = Person.objects.visible_to(viewer).filter(pk__in=open_ones.values("person_id"))
    return list(seen.select_related("unit").order_by("position", "pk")[:limit])


def waiting_for(viewer: Viewer) -> int:
    """How many unmatched replies his office has to look at."""
    return SmsReply.objects.visible_to(viewer).filter(state=SmsReply.State.WAITING).count()
