"""Finding accounts by what a person types, and the lists administrators work from."""

import datetime
import re

from yiwang.kernel.crypto.keys import provider
from yiwang.platform.accounts.models import Account, LoginAttempt, Session
from yiwang.platform.org.models import Unit
from yiwang.platform.org.queries import people

_MOBILE = re.compile(r"1[3-9]\d{9}")


def by_login(login: str) -> Account | None:
    """The account with this login name or mobile number; None also when a mobile fits several."""
    login = login.strip()
    if _MOBILE.fullmatch(login):
        found = list(Account.objects.filter(person__in=people.with_mobile(login)).exclude(state="closed")[:2])
        return found[0] if len(found) == 1 else None
    named = Account.objects.filter(login_name=login.lower())
    return named.exclude(state="closed").first() or named.order_by("-id").first()


def living_of(person_id: int) -> Account | None:
    """The person's account, unless it was closed."""
    return Account.objects.filter(person_id=person_id).exclude(state=Account.State.CLOSED).first()


def login_digest(login: str) -> bytes:
    """Keyed digest of a typed login, so that the table of tries names nobody."""
    return provider().mac("accounts.login", login.strip().lower().encode())


def failures_of(digest: bytes, *, since: datetime.datetime) -> int:
    """Failed tries with this login since then, whether or not such an account exists."""
    return LoginAttempt.objects.filter(login_digest=digest, succeeded=False, at__gte=since).count()


def tries_from(address: str, *, since: datetime.datetime) -> int:
    """Tries from one address since then."""
    return LoginAttempt.objects.filter(address=address, at__gte=since).count()


def sessions_of(account_id: int) -> list[Session]:
    """Living sessions of an account, the most recent first."""
    return list(Session.objects.filter(account_id=account_id, ended_at=None).order_by("-last_seen_at"))


def recent_sessions_of(account_id: int, *, limit: int = 20) -> list[Session]:
    """Ended sessions of an account, the most recent first."""
    ended = Session.objects.filter(account_id=account_id, ended_at__isnull=False)
    return list(ended.order_by("-ended_at")[:limit])


def unit_names(paths: set[str]) -> dict[str, str]:
    """Short names of units by path."""
    return dict(Unit.objects.filter(path__in=paths).values_list("path", "short_name"))
