"""Temporary accounts (临时账号, R1-9): opened for a vendor's employee, extended, reminded of.

The reviewed application stands in `changes`; these are the bare acts. How they end is in lifecycle.
"""

import datetime

from django.db import transaction
from django.utils import timezone

from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, invalid, require, require_right
from yiwang.kernel.parameters import queries as parameters
from yiwang.kernel.validators import Invalid
from yiwang.kernel.validators import uscc as checked_uscc
from yiwang.kernel.workdays import queries as workdays
from yiwang.platform.accounts import hooks, rules
from yiwang.platform.accounts.actions.lifecycle import close, open_account
from yiwang.platform.accounts.models import Account
from yiwang.platform.accounts.queries import accounts
from yiwang.platform.accounts.vocabulary import (
    MANAGE,
    TEMPORARY_DAYS,
    TEMPORARY_EXTENDED,
    TEMPORARY_REMINDED,
    TEMPORARY_REMINDER,
)
from yiwang.platform.org.actions import externals
from yiwang.platform.org.models import Person, Unit


@transaction.atomic
def open_temporary(
    *,
    sponsor_unit: Unit,
    sponsor: Person,
    vendor_name: str,
    vendor_uscc: str,
    name: str,
    id_kind: str,
    id_number: str,
    mobile: str,
    purpose: str,
    applications: str,
    starts_on: datetime.date,
    expires_on: datetime.date,
    actor: Actor,
) -> Account:
    """Open one for a vendor's employee. Who had one that expired gets a new one; the old one is closed."""
    require_right(actor.allows(MANAGE.key, at=sponsor_unit.path), MANAGE.label)
    code = _checked_vendor(vendor_name, vendor_uscc, purpose, applications)
    if not rules.may_sponsor(accounts.living_of(sponsor.pk), sponsor, sponsor_unit):
        raise invalid("sponsor", "接入联系人应为接入单位账号正常的工作人员")
    person = externals.enter_external(
        sponsor_unit=sponsor_unit, name=name, id_kind=id_kind, id_number=id_number, mobile=mobile, actor=actor
    )
    former = accounts.living_of(person.pk)
    if former is not None and former.state != Account.State.EXPIRED:
        raise Refused("该人员已有临时账号，请办理延期", status=409)
    if former is not None:
        close(former, reason="到期后重新申请", actor=SYSTEM)
    return open_account(
        person,
        login_name=accounts.free_login_name(f"ls-{person.pinyin}"),
        kind=Account.Kind.TEMPORARY,
        sponsor_unit=sponsor_unit,
        sponsor=sponsor,
        starts_on=starts_on,
        expires_on=expires_on,
        vendor_name=vendor_name.strip(),
        vendor_uscc=code,
        purpose=purpose.strip(),
        applications=applications.strip(),
        actor=actor,
    )


def _checked_vendor(vendor_name: str, vendor_uscc: str, purpose: str, applications: str) -> str:
    """The vendor's code as it is kept."""
    for field, value, label in (
        ("vendor_name", vendor_name, "服务商名称"),
        ("purpose", purpose, "用途"),
        ("applications", applications, "应用名称"),
    ):
        if not value.strip():
            raise invalid(field, f"请填写{label}")
    try:
        return checked_uscc(vendor_uscc)
    except Invalid as error:
        raise invalid("vendor_uscc", error.message) from error


@transaction.atomic
def extend_temporary(
    account: Account,
    *,
    expires_on: datetime.date,
    actor: Actor,
    reason: str,
    today: datetime.date | None = None,
) -> Account:
    """Let one last longer (延期), within the longest term; one just expired lives again."""
    rows = Account.objects.select_for_update(of=("self",)).select_related("person", "sponsor_unit")
    account = rows.get(pk=account.pk)
    require_right(rules.can_manage(actor, account), MANAGE.label)
    require(account.kind == Account.Kind.TEMPORARY, "只有临时账号可以延期")
    require(
        account.state not in (Account.State.CLOSED, Account.State.SUSPENDED),
        f"当前状态为“{account.get_state_display()}”，不能执行“延期”",
        code="E-STATE-01",
    )
    longest = parameters.number(TEMPORARY_DAYS.key)
    fault = rules.extension_fault(account, expires_on, longest=longest, today=today or timezone.localdate())
    if fault:
        raise invalid("expires_on", fault, code="E-DATE-01")
    before, account.expires_on = account.expires_on, expires_on
    if account.state == Account.State.EXPIRED:
        account.state = rules.state_by_progress(account)
    account.save(update_fields=["expires_on", "state"])
    changes = {"expires_on": [str(before), str(expires_on)]}
    audit.record(TEMPORARY_EXTENDED, account, actor=actor, reason=reason, changes=changes)
    return account


@transaction.atomic
def remind_of_end(*, today: datetime.date | None = None, actor: Actor = SYSTEM) -> int:
    """Each morning: seven working days (§30, a parameter) and one before the last day; how many accounts."""
    day = today or timezone.localdate()
    if not workdays.is_workday(day):
        return 0
    reminded, first = 0, parameters.number(TEMPORARY_REMINDER.key)
    for account in accounts.temporary_living():
        left = workdays.workdays_between(day, account.expires_on) if account.expires_on else 0
        if left in (first, 1):
            hooks.temporary_ending(account=account, workdays=left)
            audit.record(TEMPORARY_REMINDED, account, actor=actor)
            reminded += 1
    return reminded
