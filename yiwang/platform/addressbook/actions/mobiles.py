"""The whole mobile number: shown for a purpose, within a day's budget, or made public by its owner (§3.7)."""

import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, require, require_right
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.addressbook.actions import looks
from yiwang.platform.addressbook.models import OpenMobile
from yiwang.platform.addressbook.queries import cards
from yiwang.platform.addressbook.queries import looks as looked
from yiwang.platform.addressbook.vocabulary import MOBILE_CLOSED, MOBILE_OPENED, MOBILE_REVEALED, REVEALING
from yiwang.platform.org.models import Person

_LONGEST_PURPOSE = 200


@transaction.atomic
def reveal(
    person_id: int,
    *,
    purpose: str,
    actor: Principal,
    agent: str = "",
    now: datetime.datetime | None = None,
) -> str:
    """The number, if he may see it. A number seen before on the same day takes nothing from the budget."""
    # One's own row is the lock on one's own budget: requests at the same moment take turns.
    Person.objects.select_for_update(no_key=True).get(pk=actor.person_id)
    person, may = cards.revealable(actor, person_id)
    require_right(may, REVEALING)
    require(purpose.strip(), "查看敏感信息须填写用途", status=403, code="E-SEC-02")
    if len(purpose) > _LONGEST_PURPOSE:
        raise Refused("用途不能超过200个字", status=422, fields={"text": "用途不能超过200个字"})
    today = timezone.localtime(now).date()
    seen = looked.revealed_on(actor.person_id, today)
    most = settings.ADDRESSBOOK_REVEALS_A_DAY
    if person.pk not in seen and len(seen) >= most:
        raise Refused(
            f"今日查看完整手机号码已达{most}人，不能再查看新的号码；确因工作需要的，请联系本单位办公室",
            status=429,
        )
    looks.revealed(person.pk, person.name, purpose=purpose.strip(), actor=actor, agent=agent)
    audit.record(MOBILE_REVEALED, person, actor=actor, reason=purpose.strip())
    return person.mobile or ""


@transaction.atomic
def open_mobile(*, actor: Principal) -> None:
    """公开手机: from now on who reaches me directly may see my whole number."""
    _, is_new = OpenMobile.objects.get_or_create(person_id=actor.person_id)
    if is_new:
        audit.record(MOBILE_OPENED, ("org.person", actor.person_id, actor.name), actor=actor)


@transaction.atomic
def close_mobile(*, actor: Principal) -> None:
    """As §3.7 says for everybody again."""
    count, _ = OpenMobile.objects.filter(person_id=actor.person_id).delete()
    if count:
        audit.record(MOBILE_CLOSED, ("org.person", actor.person_id, actor.name), actor=actor)
