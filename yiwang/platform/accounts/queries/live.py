"""Which sessions live, for the process that keeps open pages informed: many at once, no act of anybody."""

import datetime
from collections.abc import Mapping, Sequence

from django.conf import settings
from django.utils import timezone

from yiwang.kernel.extension.realtime import Reader
from yiwang.platform.accounts.models import Account, Session
from yiwang.platform.accounts.queries.principals import digest

COOKIE: str = settings.SESSION_COOKIE


def living(tokens: Sequence[str], *, now: datetime.datetime | None = None) -> Mapping[str, Reader]:
    """Whose cookies they are; without those whose session has ended or run out, or whose account is barred.

    One statement. It does not count as activity.
    """
    moment = now or timezone.now()
    tokens_by_digest = {digest(token): token for token in tokens}
    rows = Session.objects.filter(
        token_digest__in=list(tokens_by_digest),
        ended_at=None,
        account__state=Account.State.ACTIVE,
        created_at__gt=moment - datetime.timedelta(seconds=settings.SESSION_ABSOLUTE_SECONDS),
        last_seen_at__gt=moment - datetime.timedelta(seconds=settings.SESSION_IDLE_SECONDS),
    ).values_list("token_digest", "account__person_id", "account_id")
    return {tokens_by_digest[bytes(key)]: Reader(person, account) for key, person, account in rows}
