"""应急模式: the duty office looks behind every hiding, with a reason and for a short time (§3.6)."""

import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import invalid, require, require_right
from yiwang.kernel.extension.messages import message_service
from yiwang.platform.accounts.queries import roles
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.accounts.vocabulary import SECURITY_ADMINISTRATOR
from yiwang.platform.addressbook.actions import sight
from yiwang.platform.addressbook.models import Emergency
from yiwang.platform.addressbook.vocabulary import (
    APPROVE,
    EMERGENCY,
    EMERGENCY_ENDED,
    EMERGENCY_OPENED,
    TOLD_EMERGENCY,
)
from yiwang.platform.org.models import Person


@transaction.atomic
def open_emergency(*, reason: str, actor: Principal, now: datetime.datetime | None = None) -> Emergency:
    """For as long as the settings say nobody is hidden from him; the security administrators are told."""
    require_right(actor.allows(EMERGENCY.key), EMERGENCY.label)
    if not reason.strip():
        raise invalid("reason", "请填写事由")
    Person.objects.select_for_update(of=("self",)).get(pk=actor.person_id)  # one at a time for each person
    now = now or timezone.now()
    require(_living(actor.person_id, now) is None, "应急模式已开启")
    until = now + datetime.timedelta(seconds=settings.ADDRESSBOOK_EMERGENCY_SECONDS)
    emergency = Emergency.objects.create(
        person_id=actor.person_id, reason=reason.strip(), opened_at=now, until=until
    )
    audit.record(EMERGENCY_OPENED, emergency, actor=actor, reason=reason)
    message_service().send(
        TOLD_EMERGENCY,
        to=[one.person_id for one in roles.holders_in_district(SECURITY_ADMINISTRATOR.key)],
        about=emergency,
        words={
            "name": actor.name,
            "reason": reason.strip(),
            "until": f"{timezone.localtime(until):%H:%M}",
        },
        actor=actor,
        url=reverse("addressbook:emergency"),
    )
    sight.announce()
    return emergency


@transaction.atomic
def end_emergency(emergency: Emergency, *, actor: Actor, now: datetime.datetime | None = None) -> Emergency:
    """Before its time: by himself, or by the security administrator."""
    emergency = (
        Emergency.objects.select_for_update(of=("self",)).select_related("person").get(pk=emergency.pk)
    )
    is_own = getattr(actor, "person_id", None) == emergency.person_id
    require_right(is_own or actor.allows(APPROVE.key), APPROVE.label)
    now = now or timezone.now()
    is_open = emergency.ended_at is None and emergency.until > now
    require(is_open, "当前状态为“已结束”，不能执行“结束”", code="E-STATE-01")
    emergency.ended_at, emergency.ended_by_name = now, actor.name
    emergency.save(update_fields=["ended_at", "ended_by_name"])
    audit.record(EMERGENCY_ENDED, emergency, actor=actor)
    sight.announce()
    return emergency


def _living(person_id: int, now: datetime.datetime) -> Emergency | None:
    return Emergency.objects.filter(person_id=person_id, ended_at=None, until__gt=now).first()
