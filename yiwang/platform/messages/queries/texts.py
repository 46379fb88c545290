"""Reading SMS texts: which are due, which are still to be written, which hold codes."""

import datetime
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from yiwang.kernel.crypto.fields import blind_index
from yiwang.kernel.extension.sms import sms_templates
from yiwang.platform.messages.models import Message, Receipt, SmsText
from yiwang.platform.org.models import Person, PersonQuerySet


def due(now: datetime.datetime) -> "QuerySet[SmsText]":
    """Texts whose time has come, in that order."""
    return SmsText.objects.filter(state=SmsText.State.WAITING, due_at__lte=now).order_by("due_at", "id")


def without_text(
    message: Message, *, limit: int | None = None, among: Iterable[int] | None = None
) -> PersonQuerySet:
    """Receivers with a mobile number for whom no text is written yet; of these persons only, if named."""
    told = Receipt.objects.filter(message=message, person_id=OuterRef("pk"))
    written = SmsText.objects.filter(message=message, person_id=OuterRef("pk"))
    found = Person.objects.filter(Exists(told), ~Exists(written), mobile_index__isnull=False).order_by("id")
    return (found if among is None else found.filter(pk__in=among))[:limit]


def needless(now: datetime.datetime) -> "QuerySet[SmsText]":
    """Texts of messages about to go out whose receiver has confirmed, or whose message was recalled."""
    done = Receipt.objects.filter(message_id=OuterRef("message_id"), person_id=OuterRef("person_id"))
    over = Exists(done.filter(Q(confirmed_at__isnull=False) | Q(is_recalled=True)))
    return SmsText.objects.filter(over, state=SmsText.State.WAITING, due_at__lte=now, message__isnull=False)


def secrets(before: datetime.datetime) -> "QuerySet[SmsText]":
    """Texts with codes that are still readable and older than this."""
    keys = [template.key for template in sms_templates if template.is_secret]
    return SmsText.objects.filter(is_hidden=False, template_key__in=keys, created_at__lt=before)


def to_number(typed: str) -> Q:
    """Texts to exactly this number."""
    return Q(mobile_index__in=blind_index(SmsText, "mobile", typed.replace(" ", "")))


def by_carrier_id(carrier_id: str) -> "QuerySet[SmsText]":
    """The text a receipt speaks of, while it is on its way."""
    return SmsText.objects.filter(state=SmsText.State.SENT, carrier_ids__contains=[carrier_id])


def unsettled(*, before: datetime.datetime) -> "QuerySet[SmsText]":
    """Sent before that moment, and the carrier has said nothing since."""
    return SmsText.objects.filter(state=SmsText.State.SENT, sent_at__lt=before)


def outcomes_of(person_id: int, mobile: str) -> "QuerySet[SmsText, str]":
    """What became of the texts to a person's number, the last first."""
    over = (SmsText.State.FAILED, SmsText.State.DELIVERED)
    own = SmsText.objects.filter(person_id=person_id, state__in=over)
    same = own.filter(mobile_index__in=blind_index(SmsText, "mobile", mobile))
    return same.order_by("-created_at", "-id").values_list("state", flat=True)
