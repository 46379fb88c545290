"""Reading SMS texts: which are due, which are still to be written, which hold codes."""

import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from yiwang.kernel.crypto.fields import blind_index
from yiwang.kernel.extension.sms import sms_templates
from yiwang.platform.messages.models import Message, Receipt, SmsText
from yiwang.platform.org.models import Person, PersonQuerySet


def due(now: datetime.datetime) -> "QuerySet[SmsText]":
    """Texts whose time has come, in that order."""
    return SmsText.objects.filter(state=SmsText.State.WAITING, due_at__lte=now).order_by("due_at", "id")


def without_text(message: Message, *, limit: int) -> PersonQuerySet:
    """Receivers with a mobile number for whom no text is written yet."""
    told = Receipt.objects.filter(message=message, person_id=OuterRef("pk"))
    written = SmsText.objects.filter(message=message, person_id=OuterRef("pk"))
    return Person.objects.filter(Exists(told), ~Exists(written), mobile_index__isnull=False).order_by("id")[
        :limit
    ]


def secrets(before: datetime.datetime) -> "QuerySet[SmsText]":
    """Texts with codes that are still readable and older than this."""
    keys = [template.key for template in sms_templates if template.is_secret]
    return SmsText.objects.filter(is_hidden=False, template_key__in=keys, created_at__lt=before)


def to_number(typed: str) -> Q:
    """Texts to exactly this number."""
    return Q(mobile_index__in=blind_index(SmsText, "mobile", typed.replace(" ", "")))
