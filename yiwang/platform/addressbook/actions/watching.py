"""Looking out for who opens more cards in a day than work explains (§3.7), and what came of it."""

import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import invalid, require, require_right
from yiwang.kernel.extension.messages import message_service
from yiwang.platform.accounts.queries import roles
from yiwang.platform.accounts.vocabulary import SECURITY_ADMINISTRATOR
from yiwang.platform.addressbook.models import MassView
from yiwang.platform.addressbook.queries import looks
from yiwang.platform.addressbook.vocabulary import MASS_SETTLED, MASS_VIEWED, TOLD_MASS_VIEWED, WATCH


@transaction.atomic
def note_mass_views(*, now: datetime.datetime, actor: Actor) -> int:
    """Tell the security administrators, once a day for each person who looks; how many are new."""
    day, new = timezone.localtime(now).date(), 0
    for one in looks.busy(day, settings.ADDRESSBOOK_CARDS_A_DAY):
        found, is_new = MassView.objects.get_or_create(
            viewer_id=one.person_id, day=day, defaults={"viewer_unit": one.unit, "cards": one.cards}
        )
        if is_new:
            new += 1
            audit.record(MASS_VIEWED, found, actor=actor, title=f"{found.viewer.name}（{one.cards}人）")
            _tell(found, actor)
        elif one.cards > found.cards:
            found.cards = one.cards
            found.save(update_fields=["cards"])
    return new


def _tell(found: MassView, actor: Actor) -> None:
    holders = roles.holders_in_district(SECURITY_ADMINISTRATOR.key)
    message_service().send(
        TOLD_MASS_VIEWED,
        to=[one.person_id for one in holders],
        about=found,
        words={
            "unit": found.viewer_unit,
            "name": found.viewer.name,
            "cards": str(found.cards),
            "most": str(settings.ADDRESSBOOK_CARDS_A_DAY),
        },
        actor=actor,
        url=reverse("addressbook:mass_views"),
        dedupe_key=f"mass-view-{found.viewer_id}-{found.day}",
    )


@transaction.atomic
def settle(found: MassView, *, finding: str, actor: Actor) -> MassView:
    """Write down what the security administrator found out (核查)."""
    found = MassView.objects.select_for_update(of=("self",)).select_related("viewer").get(pk=found.pk)
    require_right(actor.allows(WATCH.key), WATCH.label)
    require(found.settled_at is None, "当前状态为“已核查”，不能执行“核查”", code="E-STATE-01")
    if not finding.strip():
        raise invalid("finding", "请填写核查情况")
    found.settled_at, found.settled_by_name = timezone.now(), actor.name
    found.finding = finding.strip()[:200]
    found.save(update_fields=["settled_at", "settled_by_name", "finding"])
    audit.record(MASS_SETTLED, found, actor=actor, reason=found.finding, title=str(found))
    return found
