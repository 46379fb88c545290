"""添加联系人: asking somebody who is found but not listed, and his answer (R2-10, domain reference §3.3)."""

import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, invalid, not_found, require
from yiwang.kernel.extension.messages import MessageKind, message_service
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.addressbook.actions import sight
from yiwang.platform.addressbook.models import Contact
from yiwang.platform.addressbook.models.book import Mode
from yiwang.platform.addressbook.queries import policy
from yiwang.platform.addressbook.vocabulary import (
    CONTACT_ACCEPTED,
    CONTACT_ASKED,
    CONTACT_BLOCKED,
    CONTACT_REFUSED,
    CONTACT_REMOVED,
    TOLD_ACCEPTED,
    TOLD_ASKED,
    TOLD_REFUSED,
)
from yiwang.platform.org.models import Person

State = Contact.State
_AGAIN_AFTER = datetime.timedelta(days=30)  # somebody who was refused may ask again after this
_MOST_ASKED = 20  # open requests of one person


@transaction.atomic
def ask(asked: Person, *, reason: str, actor: Principal) -> Contact:
    """Ask somebody to become a contact. Whom the asker cannot find is 404, and so is who has blocked him."""
    asked = Person.objects.get(pk=asked.pk)
    mode = policy.of(actor.person_id).mode(asked.pk, asked.sight, asked.unit_path)
    if mode == Mode.NONE or _between(actor.person_id, asked.pk).filter(state=State.BLOCKED).exists():
        raise not_found()
    require(mode == Mode.SEARCH, "可以直接沟通，不需要添加联系人")
    if not reason.strip():
        raise invalid("reason", "请填写申请理由")
    recent = timezone.now() - _AGAIN_AFTER
    own = Contact.objects.filter(asker_id=actor.person_id)
    require(
        not own.filter(asked=asked, state=State.REFUSED, decided_at__gt=recent).exists(),
        "对方未同意您的申请，30天后可以再次申请",
    )
    require(own.filter(state=State.ASKED).count() < _MOST_ASKED, "待对方同意的申请过多，请等待处理")
    try:
        with transaction.atomic():
            contact = Contact.objects.create(
                asker_id=actor.person_id, asked=asked, reason=reason.strip()[:100]
            )
    except IntegrityError as error:
        raise Refused("已有待处理的联系人申请", status=409) from error
    audit.record(CONTACT_ASKED, contact, actor=actor, title=asked.name)
    _tell(TOLD_ASKED, asked, actor, contact, unit=actor.unit_name, reason=contact.reason)
    return contact


def _tell(kind: MessageKind, to: Person, actor: Principal, contact: Contact, **words: str) -> None:
    message_service().send(
        kind,
        to=[to.pk],
        about=("addressbook.contact", contact.pk, f"联系人申请：{contact.asker.name}"),
        words={"name": actor.name, **words},
        actor=actor,
        url=reverse("addressbook:contacts"),
    )


def _between(one: int, other: int) -> QuerySet[Contact]:
    return Contact.objects.filter(Q(asker_id=one, asked_id=other) | Q(asker_id=other, asked_id=one))


def _locked(contact: Contact, actor: Principal) -> Contact:
    """The request as it is now; it exists only for the two whom it concerns."""
    own = Q(asker_id=actor.person_id) | Q(asked_id=actor.person_id)
    rows = Contact.objects.select_for_update(of=("self",)).select_related("asker", "asked")
    found = rows.filter(own, pk=contact.pk).first()
    if found is None:
        raise not_found()
    return found


def _require_asked(contact: Contact, act: str, actor: Principal) -> None:
    require(contact.asked_id == actor.person_id, "只有被申请人可以处理", status=403, code="E-PERM-01")
    text = f"当前状态为“{contact.get_state_display()}”，不能执行“{act}”"
    require(contact.state == State.ASKED, text, code="E-STATE-01")


def _settle(contact: Contact, state: str) -> None:
    contact.state, contact.decided_at = state, timezone.now()
    contact.save(update_fields=["state", "decided_at"])


@transaction.atomic
def accept(contact: Contact, *, actor: Principal) -> Contact:
    """Agree: from now on both reach each other directly."""
    contact = _locked(contact, actor)
    _require_asked(contact, "同意", actor)
    _settle(contact, State.ACCEPTED)
    audit.record(CONTACT_ACCEPTED, contact, actor=actor, title=contact.asker.name)
    _tell(TOLD_ACCEPTED, contact.asker, actor, contact)
    sight.announce()
    return contact


@transaction.atomic
def refuse(contact: Contact, *, actor: Principal) -> Contact:
    """Do not agree; the asker may ask again after thirty days."""
    contact = _locked(contact, actor)
    _require_asked(contact, "不同意", actor)
    _settle(contact, State.REFUSED)
    audit.record(CONTACT_REFUSED, contact, actor=actor, title=contact.asker.name)
    _tell(TOLD_REFUSED, contact.asker, actor, contact)
    return contact


@transaction.atomic
def block(contact: Contact, *, actor: Principal) -> Contact:
    """Do not agree and hear no more of him; he is told the same as of a refusal."""
    contact = _locked(contact, actor)
    _require_asked(contact, "屏蔽", actor)
    _settle(contact, State.BLOCKED)
    audit.record(CONTACT_BLOCKED, contact, actor=actor, title=contact.asker.name)
    _tell(TOLD_REFUSED, contact.asker, actor, contact)
    return contact


@transaction.atomic
def remove(contact: Contact, *, actor: Principal) -> Contact:
    """End it, from either side: a request is withdrawn by its asker, a contact by both."""
    contact = _locked(contact, actor)
    text = f"当前状态为“{contact.get_state_display()}”，不能执行“解除”"
    is_own_request = contact.state == State.ASKED and contact.asker_id == actor.person_id
    require(contact.state == State.ACCEPTED or is_own_request, text, code="E-STATE-01")
    other = contact.asked if contact.asker_id == actor.person_id else contact.asker
    _settle(contact, State.WITHDRAWN if is_own_request else State.REMOVED)
    audit.record(CONTACT_REMOVED, contact, actor=actor, title=other.name)
    sight.announce()
    return contact
