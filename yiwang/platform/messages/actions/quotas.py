"""短信额度 of units, set by the system administrator with a reason."""

from django.db import transaction
from django.utils import timezone

from yiwang.kernel import database
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import invalid, not_found, require_right
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.messages.models import TextQuota
from yiwang.platform.messages.queries import quotas
from yiwang.platform.messages.vocabulary import QUOTA_SET, SET_QUOTAS
from yiwang.platform.org.models import Unit
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL

_MOST = 10_000_000


@transaction.atomic
def set_quota(unit_id: int, *, monthly: int, reason: str, actor: Principal) -> TextQuota:
    """In force at once, this month included; what was sent already stays sent."""
    require_right(actor.allows(SET_QUOTAS.key), SET_QUOTAS.label)
    unit = Unit.objects.living().filter(pk=unit_id, level=DEPARTMENT_LEVEL).first()
    if unit is None:
        raise not_found()
    if not 0 <= monthly <= _MOST:
        raise invalid("monthly", "月额度应在0至10,000,000条之间")
    if not reason.strip():
        raise invalid("reason", "请填写事由")
    database.lock_one("messages.quota", str(unit.pk))
    now = timezone.localtime()
    before = quotas.standing(unit, now=now).quota
    values = {
        "monthly": monthly,
        "reason": reason.strip()[:100],
        "changed_by_name": actor.name,
        "changed_at": now,
    }
    own, _ = TextQuota.objects.update_or_create(unit=unit, defaults=values)
    audit.record(QUOTA_SET, own, actor=actor, reason=own.reason, changes={"monthly": [before, monthly]})
    return own
