"""Remembering who looked at whom (§3.7). One insert each, in the request itself, so that none is lost."""

import datetime
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from yiwang.kernel import request_context
from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.audit.vocabulary import READ as READ_LOG
from yiwang.kernel.validators import mask_mobile
from yiwang.platform.accounts.models import Session
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.addressbook.models import Look
from yiwang.platform.addressbook.queries import typed
from yiwang.platform.addressbook.vocabulary import APPROVE, LOOKS_FORGOTTEN

Kind = Look.Kind
_BATCH = 10_000
# The law asks for six months (网络安全法 第二十一条); the database refuses less.
SHORTEST_DAYS = 183


def opened(person_id: int, name: str, *, actor: Principal, agent: str = "", kind: Kind = Kind.CARD) -> None:
    """Somebody's card was shown, to him who looks; nobody looks at himself."""
    if person_id != actor.person_id and _is_first(str(kind), person_id):
        _look(kind, actor, agent, target_id=person_id, target_name=name).save(force_insert=True)


def searched(text: str, *, hits: int, actor: Principal, agent: str = "") -> None:
    """A whole mobile number was typed into a search; of other searches only what is opened is remembered."""
    mobile = typed.read(text).mobile
    if mobile and _is_first(str(Kind.SEARCH), mobile):
        _look(Kind.SEARCH, actor, agent, typed=mask_mobile(mobile), hits=hits).save(force_insert=True)


def _is_first(*look: object) -> bool:
    """Within a request, whose answer may be made twice (middleware.OneState), a look is one look."""
    memo = request_context.current().memo
    if memo is None:
        return True
    seen: set[object] = memo.setdefault("addressbook.looks", set())
    is_first = look not in seen
    seen.add(look)
    return is_first


def revealed(person_id: int, name: str, *, purpose: str, actor: Principal, agent: str = "") -> None:
    """The whole mobile number was shown; part of `mobiles.reveal`."""
    look = _look(Kind.REVEAL, actor, agent, target_id=person_id, target_name=name)
    look.field, look.purpose = "手机号码", audit.mask(purpose)
    look.save(force_insert=True)


def taken(
    people: Iterable[tuple[int, str]],
    *,
    kind: Kind,
    field: str,
    purpose: str,
    actor: Principal,
    agent: str = "",
) -> int:
    """These persons left the platform in a file or on paper; how many."""
    purpose = audit.mask(purpose)
    looks = [
        _look(kind, actor, agent, target_id=person_id, target_name=name, field=field[:120], purpose=purpose)
        for person_id, name in people
    ]
    Look.objects.bulk_create(looks, batch_size=_BATCH)
    return len(looks)


def _look(kind: Kind, actor: Principal, agent: str, **more: object) -> Look:
    return Look(
        kind=kind,
        viewer_id=actor.person_id,
        viewer_name=actor.name,
        viewer_unit=actor.unit_name,
        is_duty=actor.allows(APPROVE.key) or actor.allows(READ_LOG.key),
        address=request_context.current().address,
        terminal=Session(agent=agent).device if agent else "",
        **more,
    )


def forget_old(*, now: datetime.datetime, actor: Actor) -> int:
    """Take away what is older than the time set; how many."""
    days = max(settings.ADDRESSBOOK_LOOK_DAYS, SHORTEST_DAYS)
    before, gone = now - datetime.timedelta(days=days), 0
    while True:
        with transaction.atomic():
            old = Look.objects.filter(at__lt=before).order_by("at")[:_BATCH]
            count, _ = Look.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()
            if count:
                day = timezone.localtime(before).date().isoformat()
                audit.record(LOOKS_FORGOTTEN, ("addressbook.look", day, f"{day}以前{count}条"), actor=actor)
        gone += count
        if count < _BATCH:
            return gone
