"""The end of a change of mobile number: bound when the real-name service let it pass, dropped when not."""

import datetime

from django.db import transaction

from yiwang.kernel import database
from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, invalid
from yiwang.kernel.validators import mask_mobile
from yiwang.platform.accounts import hooks
from yiwang.platform.accounts.models import MobileChange
from yiwang.platform.accounts.queries import accounts
from yiwang.platform.accounts.queries.principals import announce_change
from yiwang.platform.accounts.vocabulary import MOBILE_CHANGE_DROPPED, MOBILE_CHANGED
from yiwang.platform.org.actions import own
from yiwang.platform.org.models import Person


def require_free_mobile(person: Person) -> None:
    """One number leads to one account (domain reference §0.4); part of another action."""
    database.lock("accounts.mobiles")
    holder = accounts.bound_to(person.mobile, besides=person.pk) if person.mobile else None
    if holder is not None:
        raise invalid("mobile", accounts.binding_in_words(holder))


@transaction.atomic
def bind(change: MobileChange, *, actor: Actor, now: datetime.datetime) -> MobileChange:
    """Give the account its new number, and take it from who released it, in one act."""
    database.lock("accounts.mobiles")
    change = _locked(change)
    person = change.account.person
    holder = accounts.bound_to(change.mobile, besides=person.pk)
    if holder is not None and (holder.pk != change.holder_id or change.released_at is None):
        return drop(
            change, MobileChange.State.FAILED, accounts.binding_in_words(holder), actor=actor, now=now
        )
    old = person.mobile
    own.bind_mobile(person, mobile=change.mobile, actor=actor, taken_from=holder.person if holder else None)
    change.state, change.closed_at = MobileChange.State.DONE, now
    change.save(update_fields=["state", "closed_at"])
    changes = {"mobile": [mask_mobile(old), mask_mobile(change.mobile)]}
    audit.record(MOBILE_CHANGED, change.account, actor=actor, changes=changes)
    announce_change(change.account_id)
    announce_change(holder.pk if holder else change.account_id)
    hooks.mobile_changed(account=change.account, change=change)
    return change


@transaction.atomic
def drop(
    change: MobileChange, state: str, failure: str, *, actor: Actor, now: datetime.datetime
) -> MobileChange:
    """Let the old number stay, and say why."""
    change = _locked(change)
    if change.state not in MobileChange.OPEN:
        raise Refused(f"当前状态为“{change.get_state_display()}”，不能执行“取消”", code="E-STATE-01")
    change.state, change.failure, change.closed_at = state, failure[:100], now
    change.save(update_fields=["state", "failure", "closed_at"])
    audit.record(
        MOBILE_CHANGE_DROPPED, change.account, actor=actor, reason=failure or change.get_state_display()
    )
    return change


def _locked(change: MobileChange) -> MobileChange:
    rows = MobileChange.objects.select_for_update(of=("self",)).select_related("account__person")
    return rows.get(pk=change.pk)
