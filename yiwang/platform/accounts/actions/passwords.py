"""Changing one's password (等保 8.1.4.1 a)."""

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils import timezone

from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import invalid
from yiwang.platform.accounts import rules
from yiwang.platform.accounts.models import Account, PasswordHistory, Session
from yiwang.platform.accounts.queries.principals import Principal, announce_change
from yiwang.platform.accounts.vocabulary import PASSWORD_CHANGED


@transaction.atomic
def change_password(*, old: str, new: str, actor: Principal) -> None:
    """Set a new password and end the account's other sessions."""
    account = (
        Account.objects.select_for_update(of=("self",)).select_related("person").get(pk=actor.account_id)
    )
    if not check_password(old, account.password):
        raise invalid("old", "原密码不正确")
    set_password(account, new, field="new")
    others = Session.objects.filter(account=account, ended_at=None).exclude(pk=actor.session_id)
    others.update(ended_at=timezone.now(), end_reason=Session.End.PASSWORD)
    announce_change(account.pk)
    audit.record(PASSWORD_CHANGED, account, actor=actor)


def set_password(account: Account, password: str, *, field: str) -> None:
    """Check a new password against the rules and its history, and store it; part of another action."""
    faults = rules.password_faults(
        password,
        login_name=account.login_name,
        name_letters=account.person.pinyin,
        mobile=account.person.mobile,
    )
    if faults:
        raise invalid(field, "；".join(faults))
    used = PasswordHistory.objects.filter(account=account).order_by("-at", "-pk")
    if any(check_password(password, one.password) for one in used[: settings.PASSWORD_HISTORY]):
        raise invalid(field, f"不能使用最近{settings.PASSWORD_HISTORY}次用过的密码")
    account.password = make_password(password)
    account.password_changed_at = timezone.now()
    account.save(update_fields=["password", "password_changed_at"])
    PasswordHistory.objects.create(account=account, password=account.password)
    stale = used.values_list("pk", flat=True)[settings.PASSWORD_HISTORY :]
    PasswordHistory.objects.filter(pk__in=list(stale)).delete()
