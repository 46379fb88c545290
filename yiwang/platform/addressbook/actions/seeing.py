"""Looking with somebody else's eyes is itself an act that is remembered."""

from django.db import transaction

from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import invalid
from yiwang.platform.addressbook.vocabulary import EXPLAINED, SEEN_AS
from yiwang.platform.org.models import Person, Unit


@transaction.atomic
def see_as(viewer: Person, *, reason: str, actor: Actor) -> None:
    """Remember that the actor looks at the address book as this person does."""
    if not reason.strip():
        raise invalid("reason", "请填写事由")
    audit.record(SEEN_AS, viewer, actor=actor, reason=reason)


@transaction.atomic
def explain(viewer: Person, target: Person | Unit, *, reason: str, actor: Actor) -> None:
    """Remember that the actor asks why this person sees or does not see the target."""
    if not reason.strip():
        raise invalid("reason", "请填写事由")
    seen = {"viewer": [None, viewer.pk], "target": [None, f"{target._meta.model_name} {target.pk}"]}
    audit.record(EXPLAINED, viewer, actor=actor, reason=reason, changes=seen)
