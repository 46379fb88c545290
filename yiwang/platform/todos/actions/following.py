"""关注: keeping an item in sight when it no longer lies with oneself."""

from django.db import transaction
from django.utils import timezone

from yiwang.kernel.errors import not_found
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.todos.models import Follow
from yiwang.platform.todos.queries import following


@transaction.atomic
def follow(item_id: int, *, actor: Principal) -> Follow:
    """Whom it lay with, or who started it, may follow it; once more changes nothing."""
    if not following.may_follow(actor.person_id, item_id):
        raise not_found()
    found, _ = Follow.objects.get_or_create(
        item_id=item_id, person_id=actor.person_id, defaults={"since": timezone.now()}
    )
    return found


@transaction.atomic
def unfollow(item_id: int, *, actor: Principal) -> int:
    """Not any more; 0 when he did not."""
    return Follow.objects.visible_to(actor).filter(item_id=item_id).delete()[0]
