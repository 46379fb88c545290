"""Writing to somebody: messaging modules note each private message here, which gives the right to answer."""

import datetime

from django.db import transaction
from django.utils import timezone

from yiwang.kernel.errors import not_found
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.addressbook.models import Conversation
from yiwang.platform.addressbook.queries import replies


@transaction.atomic
def write_to(person_id: int, *, actor: Principal, now: datetime.datetime | None = None) -> Conversation:
    """A private message goes out. Whom he may neither write to nor answer is 404, as if nobody were there.

    An answer keeps the conversation running that the other began; else it is the actor's own.
    """
    now = now or timezone.now()
    if not replies.may_write(actor, person_id, now=now):
        raise not_found()
    answered = Conversation.objects.filter(beginner_id=person_id, answerer_id=actor.person_id)
    begun = answered.select_for_update().first()
    if begun is not None and not replies.may_begin(actor, person_id):
        begun.last_at = now
        begun.save(update_fields=["last_at"])
        return begun
    own, _ = Conversation.objects.update_or_create(
        beginner_id=actor.person_id, answerer_id=person_id, defaults={"last_at": now}
    )
    return own
