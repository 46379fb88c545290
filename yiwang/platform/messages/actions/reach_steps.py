"""The ladder of a must-reach message (必达) goes on: set-wise, safe with several workers.

A step locks each receiver together with his receipt, which is what confirming locks: whoever is confirming is
passed over, and whoever is being reminded confirms a moment later (tests/concurrency/test_reach.py).
"""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.extension.deputies import deputies_of
from yiwang.kernel.realtime import news
from yiwang.platform.messages import rules
from yiwang.platform.messages.actions import messages, sms
from yiwang.platform.messages.models import Reach, ReachAsk, ReachLine
from yiwang.platform.messages.models.reach import Level
from yiwang.platform.messages.queries import reach as queries
from yiwang.platform.messages.queries import reach_people as people
from yiwang.platform.messages.vocabulary import REACH_ASKED, REACH_CLIMBED, REACH_ENDED

AT_A_TIME = 500  # receivers in one transaction: whoever confirms waits for no more than these

_SETTLE = """
    WITH done AS (
        SELECT line.id FROM messages_reachline line JOIN messages_receipt told ON told.id = line.receipt_id
        WHERE line.reach_id = %(reach)s AND line.next_at <= %(now)s
            AND (told.confirmed_at IS NOT NULL OR told.is_recalled OR EXISTS (
                SELECT FROM accounts_account account
                WHERE account.person_id = told.person_id AND account.state = 'closed'))
        ORDER BY line.id FOR UPDATE OF line SKIP LOCKED
    )
    UPDATE messages_reachline line SET next_at = NULL FROM done WHERE line.id = done.id"""
_CLIMB = """
    WITH due AS (
        SELECT line.id, told.person_id
        FROM messages_reachline line JOIN messages_receipt told ON told.id = line.receipt_id
        WHERE line.reach_id = %(reach)s AND line.next_at <= %(now)s AND line.level < 4
            AND line.told_at IS NULL AND told.confirmed_at IS NULL AND NOT told.is_recalled
        ORDER BY line.unit_id, line.id LIMIT %(most)s
        FOR UPDATE OF line, told SKIP LOCKED
    )
    UPDATE messages_reachline line
    SET level = line.level + 1, moved_at = %(now)s,
        next_at = CASE line.level + 1
            WHEN 2 THEN %(after_text)s::timestamptz WHEN 3 THEN %(after_contact)s::timestamptz END
    FROM due WHERE line.id = due.id
    RETURNING line.id, due.person_id, line.unit_id, line.level"""


@dataclass(frozen=True, slots=True)
class Climbed:
    """Somebody for whom the ladder has just gone on."""

    line_id: int
    person_id: int
    unit_id: int | None
    level: int


@transaction.atomic
def climb(reach_id: int, *, now: datetime.datetime, actor: Actor) -> int:
    """The step that is due, for some hundreds of its receivers; how many. 0: nothing is left to do now.

    now: in the platform's own zone. A ladder that another worker is on is left to him.
    """
    reach = (
        Reach.objects.filter(pk=reach_id, state=Reach.State.RUNNING, message__recalled_at=None)
        .select_for_update(of=("self", "message"), skip_locked=True, no_key=True)
        .select_related("message", "unit")
        .first()
    )
    if reach is None:
        return 0
    later = rules.climb_time(reach.message, now)
    if later > now:
        ReachLine.objects.filter(reach=reach, next_at__lte=now).update(next_at=later)
        return 0
    climbed = _move(reach, now)
    by_level: dict[int, list[Climbed]] = defaultdict(list)
    for one in climbed:
        by_level[one.level].append(one)
    if texted := by_level[Level.TEXT]:
        sms.text_unconfirmed(reach.message, [one.person_id for one in texted], actor=actor)
    _ask(reach, _for_contacts(by_level[Level.CONTACT], now), now, actor)
    _ask(reach, _for_duty(by_level[Level.DUTY], now), now, actor)
    if climbed:
        counts = {Level(level).label: [0, len(some)] for level, some in sorted(by_level.items()) if some}
        audit.record(REACH_CLIMBED, reach, actor=actor, changes=counts)
        news.numbers_changed(queries.watchers_of(reach, now=now))
    return len(climbed)


def _move(reach: Reach, now: datetime.datetime) -> list[Climbed]:
    after = rules.next_steps(reach.message, queries.minutes(reach), now=now)
    values: dict[str, Any] = {
        "reach": reach.pk,
        "now": now,
        "most": AT_A_TIME,
        "after_text": after[Level.TEXT],
        "after_contact": after[Level.CONTACT],
    }
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE, values)
        cursor.execute(_CLIMB, values)
        return [Climbed(*row) for row in cursor.fetchall()]


Asked = tuple[Climbed, int, ReachAsk.Part]  # for whom, who, as what


def _for_contacts(climbed: Sequence[Climbed], now: datetime.datetime) -> list[Asked]:
    """His deputy if he has one, else who looks after his unit."""
    if not climbed:
        return []
    deputies = deputies_of([one.person_id for one in climbed], now.date())
    with_none = [one for one in climbed if one.person_id not in deputies]
    found = people.contacts({one.unit_id for one in with_none if one.unit_id}, today=now.date())
    return [
        *(
            (one, deputies[one.person_id], ReachAsk.Part.DEPUTY)
            for one in climbed
            if one.person_id in deputies
        ),
        *_of_units(with_none, found, ReachAsk.Part.CONTACT),
    ]


def _for_duty(climbed: Sequence[Climbed], now: datetime.datetime) -> list[Asked]:
    if not climbed:
        return []
    found = people.duty_rooms({one.unit_id for one in climbed if one.unit_id}, now=now)
    return _of_units(climbed, found, ReachAsk.Part.DUTY)


def _of_units(
    climbed: Sequence[Climbed], found: dict[int, people.Groups], part: ReachAsk.Part
) -> list[Asked]:
    return [
        (one, person, part)
        for one in climbed
        for person in people.first_other(found.get(one.unit_id or 0, []), one.person_id)
    ]


def _ask(reach: Reach, asked: Sequence[Asked], now: datetime.datetime, actor: Actor) -> None:
    """Keep whom each of them is to tell, and say it once to who has not heard of it these minutes."""
    if not asked:
        return
    lately = ReachAsk.objects.filter(line__reach=reach, asked_at__gt=now - rules.REACH_TOLD_EVERY)
    heard = set(lately.values_list("person_id", "part"))
    ReachAsk.objects.bulk_create(
        [ReachAsk(line_id=one.line_id, person_id=who, part=part, asked_at=now) for one, who, part in asked],
        ignore_conflicts=True,
        batch_size=2_000,
    )
    to = {who for _, who, part in asked if (who, part) not in heard}
    if to:
        messages.send(
            REACH_ASKED,
            to=to,
            about=reach,
            words={"title": reach.message.title, "unit": reach.unit.short_name},
            url=reverse("messages:reach_relay", args=[reach.pk]),
            urgency=reach.message.urgency,
            actor=actor,
        )


@transaction.atomic
def end_over(*, now: datetime.datetime, actor: Actor) -> int:
    """Ladders that nobody stands on any more, and those whose time is over; how many."""
    open_lines = ReachLine.objects.filter(reach=OuterRef("pk"), receipt__confirmed_at=None)
    over = Q(started_at__lte=now - rules.REACH_LIFE) | Q(message__valid_until__lte=now)
    running = Reach.objects.filter(state=Reach.State.RUNNING).alias(is_open=Exists(open_lines))
    found = running.filter(Q(is_open=False) | over).select_related("message")
    ended = list(found.select_for_update(of=("self",), skip_locked=True, no_key=True))
    still_open = set(
        ReachLine.objects.filter(reach__in=ended, receipt__confirmed_at=None)
        .values_list("reach", flat=True)
        .distinct()
    )
    for reach in ended:
        reach.state = Reach.State.EXPIRED if reach.pk in still_open else Reach.State.DONE
        reach.ended_at, reach.ended_by_name = now, actor.name
        reach.save(update_fields=["state", "ended_at", "ended_by_name"])
        audit.record(REACH_ENDED, reach, actor=actor, reason=reach.get_state_display())
        news.numbers_changed(queries.watchers_of(reach, now=now))
    ReachLine.objects.filter(reach__in=ended).exclude(next_at=None).update(next_at=None)
    return len(ended)
