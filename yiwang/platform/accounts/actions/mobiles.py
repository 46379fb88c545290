"""Changing one's own mobile number (自助更换手机号码, domain reference §2, acceptance 6).

A code sent to the new number proves that he holds it; if it is bound to somebody else, that person, or his
unit's administrator, confirms that it is given up; then the real-name service is asked; then it is bound.
"""

from django.db import transaction
from django.utils import timezone

from yiwang.kernel import database
from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, invalid, not_found, require
from yiwang.kernel.extension.codes import code_service
from yiwang.kernel.validators import Invalid, mask_mobile
from yiwang.kernel.validators import mobile as checked_mobile
from yiwang.platform.accounts import hooks, rules
from yiwang.platform.accounts.actions import bindings, verification
from yiwang.platform.accounts.models import Account, MobileChange, Verification
from yiwang.platform.accounts.queries import accounts
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.accounts.vocabulary import (
    MOBILE_CHANGE_REQUESTED,
    MOBILE_RELEASE_REFUSED,
    MOBILE_RELEASED,
)

PURPOSE = "accounts.mobile"  # of the code


def _number(mobile: str) -> str:
    try:
        return checked_mobile(mobile)
    except Invalid as error:
        raise invalid("mobile", error.message) from error


def _require_possible(account: Account, number: str) -> None:
    if account.kind == Account.Kind.TEMPORARY:
        raise Refused("临时账号的手机号码由接入单位办理更换", status=403, code="E-PERM-01")
    if number == account.person.mobile:
        raise invalid("mobile", "新手机号码与现号码相同")
    if MobileChange.objects.open().filter(account=account).exists():
        raise Refused("已有一项更换手机号码正在办理，请先取消", status=409)


def send_code(mobile: str, *, actor: Principal) -> str:
    """Send a code to the new number; returns the number as it is kept."""
    number = _number(mobile)
    _require_possible(Account.objects.select_related("person").get(pk=actor.account_id), number)
    code_service().send(number, purpose=PURPOSE, actor=actor)
    return number


def change_mobile(mobile: str, *, code: str, actor: Principal) -> MobileChange:
    """The code was typed: the change begins. Nothing is bound yet."""
    number = _number(mobile)
    _require_possible(Account.objects.select_related("person").get(pk=actor.account_id), number)
    code_service().check(number, code, purpose=PURPOSE, actor=actor)
    return _begin(number, actor)


@transaction.atomic
def _begin(number: str, actor: Principal) -> MobileChange:
    database.lock("accounts.mobiles")
    rows = Account.objects.select_for_update(of=("self",)).select_related("person")
    account = rows.get(pk=actor.account_id)
    _require_possible(account, number)
    holder = accounts.bound_to(number, besides=account.person_id)
    change = MobileChange.objects.create(
        account=account,
        mobile=number,
        former=account.person.mobile,
        holder=holder,
        state=MobileChange.State.HOLDER if holder else MobileChange.State.VERIFYING,
    )
    changes = {"mobile": [mask_mobile(account.person.mobile), mask_mobile(number)]}
    audit.record(MOBILE_CHANGE_REQUESTED, account, actor=actor, changes=changes)
    if holder is None:
        _verify(change, actor)
    else:
        hooks.mobile_wanted(account=holder, change=change)
    return change


def _verify(change: MobileChange, actor: Actor) -> None:
    verification.request(change.account, actor=actor, reason=Verification.Reason.MOBILE, mobile_change=change)


def _asked(change_id: int, actor: Actor) -> MobileChange:
    """The change whose number he holds, or whose holder he administers; 404 for everybody else."""
    rows = MobileChange.objects.select_for_update(of=("self",))
    known = rows.select_related("account__person", "holder__person", "holder__sponsor_unit")
    change = known.filter(pk=change_id).first()
    holder = change.holder if change is not None else None
    if (
        change is None
        or holder is None
        or not (actor.account_id == holder.pk or rules.can_manage(actor, holder))
    ):
        raise not_found()
    text = f"当前状态为“{change.get_state_display()}”，不能执行“确认”"
    require(change.state == MobileChange.State.HOLDER, text, code="E-STATE-01")
    return change


@transaction.atomic
def release(change_id: int, *, actor: Actor) -> MobileChange:
    """The one who had the number gives it up (解除绑定); it leaves him when the other was verified."""
    database.lock("accounts.mobiles")
    change = _asked(change_id, actor)
    require(change.account_id != actor.account_id, "不能由申请人本人确认", status=403, code="E-PERM-01")
    change.state, change.released_at = MobileChange.State.VERIFYING, timezone.now()
    change.released_by_name = actor.name
    change.save(update_fields=["state", "released_at", "released_by_name"])
    audit.record(MOBILE_RELEASED, change.holder or change.account, actor=actor)
    _verify(change, actor)
    return change


@transaction.atomic
def refuse(change_id: int, *, actor: Actor) -> MobileChange:
    """He goes on using the number: the change ends."""
    change = _asked(change_id, actor)
    change.state, change.closed_at = MobileChange.State.REFUSED, timezone.now()
    change.failure = "原绑定人仍在使用该号码"
    change.save(update_fields=["state", "closed_at", "failure"])
    audit.record(MOBILE_RELEASE_REFUSED, change.holder or change.account, actor=actor)
    return change


@transaction.atomic
def cancel(change_id: int, *, actor: Principal) -> MobileChange:
    """Drop one's own change; a question to the service that is on its way is void."""
    change = MobileChange.objects.filter(pk=change_id, account_id=actor.account_id).first()
    if change is None:
        raise not_found()
    now = timezone.now()
    change = bindings.drop(change, MobileChange.State.CANCELLED, "本人取消", actor=actor, now=now)
    verification.withdraw(change, actor=actor, now=now)
    return change
