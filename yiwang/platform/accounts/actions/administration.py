"""Administration mode (管理模式): administrators' rights work after they say what for and prove themselves.

It belongs to one session, ends by itself, and everything asked for meanwhile is in the audit log.
"""

import datetime
from collections.abc import Mapping

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import invalid, not_found, require
from yiwang.platform.accounts.actions.sessions import enter_password_again
from yiwang.platform.accounts.models import Session
from yiwang.platform.accounts.queries.principals import Principal, announce_change
from yiwang.platform.accounts.vocabulary import (
    ADMINISTERED,
    ADMINISTRATION_ENDED,
    ADMINISTRATION_REFUSED,
    ADMINISTRATION_STARTED,
)


def start_administration(*, password: str, reason: str, actor: Principal) -> datetime.datetime:
    """Enter administration mode in this session; returns until when it lasts."""
    if not actor.dormant and not actor.is_administering:
        raise not_found()
    require(not actor.is_administering, "您已在管理模式中", code="E-STATE-01")
    if not reason.strip():
        raise invalid("reason", "请填写管理事由")
    with transaction.atomic():
        refusal = enter_password_again(password=password, actor=actor)
        if refusal is None:
            return _start(reason.strip(), actor)
        audit.record(ADMINISTRATION_REFUSED, _own(actor), actor=actor, reason=refusal.message)
    raise refusal


def _start(reason: str, actor: Principal) -> datetime.datetime:
    until = timezone.now() + datetime.timedelta(seconds=settings.ADMINISTRATION_SECONDS)
    living = Session.objects.filter(pk=actor.session_id, ended_at=None)
    living.update(administers_until=until, administers_for=reason[:200])
    audit.record(ADMINISTRATION_STARTED, _own(actor), actor=actor, reason=reason)
    announce_change(actor.account_id)
    return until


def _own(actor: Principal) -> tuple[str, object, str]:
    return "accounts.account", actor.account_id, actor.login_name


@transaction.atomic
def end_administration(*, actor: Principal) -> None:
    """Leave administration mode before its time."""
    require(actor.is_administering, "您不在管理模式中", code="E-STATE-01")
    _end([actor.session_id])
    audit.record(ADMINISTRATION_ENDED, _own(actor), actor=actor, reason="主动退出")
    announce_change(actor.account_id)


def _end(sessions: list[int]) -> None:
    Session.objects.filter(pk__in=sessions).update(administers_until=None, administers_for="")


@transaction.atomic
def end_overdue_administration(*, now: datetime.datetime | None = None, actor: Actor = SYSTEM) -> int:
    """Write down what ended by the clock, or with its session; the rights slept by themselves. How many."""
    over = Session.objects.filter(administers_until__lte=now or timezone.now()).select_related("account")
    ended = list(over.select_for_update(of=("self",), skip_locked=True).order_by("pk"))
    _end([one.pk for one in ended])
    for one in ended:
        audit.record(ADMINISTRATION_ENDED, one.account, actor=actor, reason="到时自动退出")
        announce_change(one.account_id)
    return len(ended)


@transaction.atomic(savepoint=False)
def remember_request(*, method: str, route: str, names: Mapping[str, object], actor: Principal) -> None:
    """One line for each request in administration mode: method, route, and the ids in the address.

    Not the query: it may hold what somebody searched for, and the lists that are exported say so themselves.
    """
    ids = " ".join(f"{name}={value}" for name, value in names.items())
    target = ("accounts.session", actor.session_id, f"{method} {route} {ids}".strip()[:200])
    audit.record(ADMINISTERED, target, actor=actor)
