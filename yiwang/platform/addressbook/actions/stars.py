"""星标: whom somebody wants at hand. His own affair, so no line in the log."""

from django.db import transaction

from yiwang.kernel.errors import not_found, require
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.addressbook.models import Star
from yiwang.platform.addressbook.queries import visibility

MOST = 200


@transaction.atomic
def star(person_id: int, *, actor: Principal) -> None:
    """Put somebody among one's stars; again changes nothing. Whom he may not see is 404."""
    if not visibility.persons(actor).filter(pk=person_id).exists():
        raise not_found()
    require(person_id != actor.person_id, "不能为本人加星标")
    own = Star.objects.filter(owner_id=actor.person_id)
    require(own.filter(person_id=person_id).exists() or own.count() < MOST, f"星标最多{MOST}人")
    Star.objects.get_or_create(owner_id=actor.person_id, person_id=person_id)


@transaction.atomic
def unstar(person_id: int, *, actor: Principal) -> None:
    """Take somebody away from one's stars, also when he may not be seen any more."""
    Star.objects.filter(owner_id=actor.person_id, person_id=person_id).delete()
