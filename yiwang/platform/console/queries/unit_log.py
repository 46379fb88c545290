"""管理操作记录 (§29): what a unit's administrators and office directors did, as its administrators see it.

Only acts of administration, none of their own affairs, and only while the role was theirs; the whole log is
the audit administrator's.
"""

from typing import Any

from django.db.models import Exists, OuterRef, Q

from yiwang.kernel.audit.models import Entry, EntryQuerySet
from yiwang.kernel.extension.audit import audit_verbs
from yiwang.platform.accounts import vocabulary as accounts
from yiwang.platform.accounts.models import RoleGrant
from yiwang.platform.console.vocabulary import READ_UNIT_LOG

_APPS = ("org.", "changes.", "console.", "tags.", "upkeep.", "sharing.")
_OF_ACCOUNTS = (
    *(accounts.OPENED, accounts.CODE_ISSUED, accounts.SUSPENDED, accounts.RESUMED, accounts.UNLOCKED),
    *(accounts.CLOSED, accounts.GRANTED, accounts.WITHDRAWN, accounts.ROLE_GRANTED, accounts.ROLE_WITHDRAWN),
    *(accounts.TEMPORARY_EXTENDED, accounts.SUSPENSION_PLANNED, accounts.SUSPENSION_CALLED_OFF),
    *(accounts.VERIFICATION_REQUESTED, accounts.VERIFICATION_WITHDRAWN),
    *(accounts.ADMINISTRATION_STARTED, accounts.ADMINISTRATION_ENDED, accounts.ADMINISTRATION_REFUSED),
)
_OWN_AFFAIRS = (
    *("org.own_details_changed", "org.own_photo_changed", "org.own_spelling_changed"),
    *("changes.data_asked", "changes.data_withdrawn"),
    *("upkeep.correction_reported", "upkeep.correction_withdrawn"),
)
_ROLES = (accounts.GRADED_ADMINISTRATOR.key, "accounts.office_director")


def verb_choices(user: Any) -> list[tuple[str, str]]:
    """Acts of administration by key, with their sentence as the label."""
    shown = set(_verbs())
    return sorted((one.key, one.sentence.replace("{target}", "")) for one in audit_verbs if one.key in shown)


def _verbs() -> list[str]:
    of_apps = (one.key for one in audit_verbs if one.key.startswith(_APPS) and one.key not in _OWN_AFFAIRS)
    return [*(one.key for one in _OF_ACCOUNTS), *of_apps]


def entries(user: Any) -> EntryQuerySet:
    """Of the units in his reach; nothing for who looks after none."""
    reach = Q()
    for path, below in user.scopes(READ_UNIT_LOG.key):
        reach |= Q(unit__path__gte=path, unit__path__lt=path + "~") if below else Q(unit__path=path)
    if not reach:
        return Entry.objects.none()
    held = RoleGrant.objects.filter(reach, role__in=_ROLES, is_pending=False)
    then = held.filter(account_id=OuterRef("actor_account_id"), created_at__lte=OuterRef("at"))
    then = then.filter(Q(ended_at=None) | Q(ended_at__gte=OuterRef("at")))
    by_them = Entry.objects.filter(actor_account_id__in=held.values("account_id"), verb__in=_verbs())
    return by_them.filter(Exists(then))
