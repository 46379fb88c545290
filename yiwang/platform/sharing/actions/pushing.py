"""Pushing to the municipal directory: claimed in a transaction, sent outside of one, settled in another.

The version decides: a push that arrives late is refused by the directory, a repeated one changes nothing.
So a withdrawal during a running push leaves nothing behind, and what was not confirmed is sent again.
"""

import datetime
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import require_right
from yiwang.platform.messages.actions import messages
from yiwang.platform.org.models import Person
from yiwang.platform.sharing import rules
from yiwang.platform.sharing.actions import ledger
from yiwang.platform.sharing.gateways import directory as gateway
from yiwang.platform.sharing.models import Channel, PushRecord, Share, SharedPerson
from yiwang.platform.sharing.queries import scope
from yiwang.platform.sharing.queries import shares as queries
from yiwang.platform.sharing.vocabulary import (
    ALARMED,
    CLEARED,
    HURRIED,
    OVERSEE,
    PUSHED,
    TOLD_CLEARED,
    TOLD_DOWN,
    TOLD_UP,
)

_BATCH = 20
MOST_AT_ONCE = 2_000
Act, Outcome = PushRecord.Act, PushRecord.Outcome


@dataclass(frozen=True, slots=True)
class Claim:
    """One push that this worker makes."""

    row_id: int
    key: str
    version: int
    act: PushRecord.Act
    person_id: int
    person_name: str
    unit_id: int
    share_id: int
    tries: int
    entry: dict[str, str] = field(default_factory=dict, repr=False)


def push_due(*, actor: Actor = SYSTEM, now: datetime.datetime | None = None, most: int = MOST_AT_ONCE) -> int:
    """Send what waits, until nothing does or the directory does not answer; how many were confirmed."""
    moment = now or timezone.now()
    channel = queries.channel()
    if not settings.DIRECTORY_URL or (channel and channel.next_at and channel.next_at > moment):
        return 0
    done: Counter[str] = Counter()
    while sum(done.values()) < most:
        claims = claim(_BATCH, actor=actor, now=moment)
        answers = bool(claims) and _sent(claims, done, moment, actor)
        if not answers:
            break
    _record(done, actor)
    return done[Outcome.CONFIRMED]


@transaction.atomic
def _record(done: Counter[str], actor: Actor) -> None:
    if done:
        title = "、".join(f"{Outcome(key).label}{number}项" for key, number in sorted(done.items()))
        audit.record(PUSHED, ("sharing.pushrecord", "", title), actor=actor)


def _sent(claims: list[Claim], done: Counter[str], now: datetime.datetime, actor: Actor) -> bool:
    """Send them one by one; False when the directory does not answer."""
    for one in claims:
        try:
            service = gateway.directory()
            if one.act == Act.PUT:
                taken = service.put(one.key, one.version, one.entry)
            else:
                taken = service.delete(one.key, one.version)
        except gateway.Unreachable as problem:
            settle_failure(one, str(problem), actor=actor, now=now)
            done[Outcome.FAILED] += 1
            return False
        except gateway.NotTaken as problem:
            settle_refusal(one, str(problem), actor=actor, now=now)
            done[Outcome.REFUSED] += 1
            continue
        settle(one, taken, actor=actor, now=now)
        done[Outcome.STALE if taken.is_stale else Outcome.CONFIRMED] += 1
    return True


@transaction.atomic
def claim(most: int, *, actor: Actor, now: datetime.datetime) -> list[Claim]:
    """Take some that are due, for a while. Whoever may not be shared any more is asked back on the spot."""
    due = SharedPerson.objects.pending().filter(due_at__lte=now).order_by("due_at", "pk")
    rows = list(
        due.select_for_update(of=("self",), skip_locked=True).select_related("person", "share__unit")[:most]
    )
    entries = _entries(rows)
    for row in rows:
        entry = entries.get(row.person_id)
        if entry is None:
            ledger.give_up(row, now)
        else:
            ledger.want(row, row.share, scope.digest_of(row.key.hex, entry), now)
        row.due_at, row.tries = now + rules.LEASE, row.tries + 1
        row.save()
    return [
        Claim(
            row_id=row.pk,
            key=row.key.hex,
            version=row.version,
            act=Act.PUT if row.wanted == SharedPerson.Wanted.PRESENT else Act.DELETE,
            person_id=row.person_id,
            person_name=row.person.name,
            unit_id=row.unit_id,
            share_id=row.share_id,
            tries=row.tries,
            entry=entries.get(row.person_id, {}),
        )
        for row in rows
    ]


def _entries(rows: list[SharedPerson]) -> dict[int, dict[str, str]]:
    """What each of them may be shared with at this moment; nobody else is in the answer."""
    wanted: dict[Share, list[int]] = defaultdict(list)
    for row in rows:
        if row.wanted == SharedPerson.Wanted.PRESENT and row.share.state == Share.State.ACTIVE:
            wanted[row.share].append(row.person_id)
    found: dict[int, dict[str, str]] = {}
    for share, ids in wanted.items():
        people: list[Person] = list(scope.covered(share).filter(pk__in=ids))
        found |= scope.entries_of(share, people)
    return found


@transaction.atomic
def settle(one: Claim, taken: gateway.Taken, *, actor: Actor, now: datetime.datetime) -> None:
    """The directory has answered: what it confirmed is confirmed, what came after it is sent next."""
    row = SharedPerson.objects.select_for_update().get(pk=one.row_id)
    if taken.is_stale:  # it knows something newer: begin behind that
        row.version, row.due_at = max(row.version, taken.version) + 1, now
    else:
        row.confirmed_version = max(row.confirmed_version, one.version)
        row.confirmed_at = now
        if row.version > one.version:
            row.due_at = now
    row.tries = 0
    row.save()
    _note(one, Outcome.STALE if taken.is_stale else Outcome.CONFIRMED, now, is_simulated=taken.is_simulated)
    _answered(now, actor, is_simulated=taken.is_simulated)
    if one.act == Act.DELETE:
        note_cleared(one.share_id, actor=actor, now=now)


def _note(
    one: Claim,
    outcome: PushRecord.Outcome,
    now: datetime.datetime,
    *,
    detail: str = "",
    is_simulated: bool = False,
) -> None:
    PushRecord.objects.create(
        at=now,
        act=one.act,
        person_id=one.person_id,
        person_name=one.person_name,
        unit_id=one.unit_id,
        version=one.version,
        tries=one.tries,
        outcome=outcome,
        detail=detail[:200],
        is_simulated=is_simulated,
    )


def _channel() -> Channel:
    return Channel.objects.select_for_update().first() or Channel.objects.create()


def _answered(now: datetime.datetime, actor: Actor, *, is_simulated: bool) -> None:
    """It answers: an outage is over."""
    channel = _channel()
    if channel.alarmed_at is not None and channel.failing_since is not None:
        since = f"{timezone.localtime(channel.failing_since):%Y-%m-%d %H:%M}"
        about = ("sharing.channel", channel.pk, "市级共享通道")
        messages.send(TOLD_UP, to=queries.overseers(), about=about, words={"since": since}, actor=actor)
    channel.tries, channel.fault, channel.is_simulated = 0, "", is_simulated
    channel.failing_since = channel.next_at = channel.alarmed_at = None
    channel.answered_at = now
    channel.save()


@transaction.atomic
def settle_refusal(one: Claim, problem: str, *, actor: Actor, now: datetime.datetime) -> None:
    """The directory will not have this entry: it is tried again the next day, and stands in the list."""
    row = SharedPerson.objects.select_for_update().get(pk=one.row_id)
    row.due_at = now + datetime.timedelta(days=1)
    row.save(update_fields=["due_at"])
    _note(one, Outcome.REFUSED, now, detail=problem)
    audit.record(PUSHED, ("sharing.pushrecord", "", f"{one.person_name}：{problem}"), actor=actor)


@transaction.atomic
def settle_failure(one: Claim, problem: str, *, actor: Actor, now: datetime.datetime) -> None:
    """It does not answer: wait longer each time; tell the administrators once, and lose nothing."""
    channel = _channel()
    channel.tries += 1
    channel.failing_since = channel.failing_since or now
    channel.next_at, channel.fault = now + rules.back_off(channel.tries), problem[:200]
    SharedPerson.objects.filter(pk=one.row_id).update(due_at=channel.next_at)
    _note(one, Outcome.FAILED, now, detail=problem)
    is_long = rules.is_alarming(channel.tries, channel.failing_since, now)
    if is_long and channel.alarmed_at is None:
        channel.alarmed_at = now
        about = ("sharing.channel", channel.pk, "市级共享通道")
        words = {
            "since": f"{timezone.localtime(channel.failing_since):%Y-%m-%d %H:%M}",
            "pending": str(queries.pending()),
            "fault": problem,
        }
        messages.send(TOLD_DOWN, to=queries.overseers(), about=about, words=words, actor=actor)
        audit.record(ALARMED, about, actor=actor, reason=problem)
    channel.save()


@transaction.atomic
def note_cleared(share_id: int, *, actor: Actor, now: datetime.datetime) -> bool:
    """Once the directory has confirmed to hold nothing of a share that is over, its unit is told."""
    share = Share.objects.select_for_update(of=("self",)).select_related("unit").get(pk=share_id)
    over = (Share.State.WITHDRAWN, Share.State.SUSPENDED)
    waiting = SharedPerson.objects.pending().filter(share=share).exists()
    if share.state not in over or share.cleared_at is not None or waiting:
        return False
    share.cleared_at = now
    share.save(update_fields=["cleared_at"])
    to = [one.person_id for one in queries.proposers(share.unit)]
    words = {"unit": share.unit_name, "number": share.number or ""}
    if to:
        messages.send(TOLD_CLEARED, to=to, about=share, words=words, actor=actor)
    audit.record(CLEARED, share, actor=actor)
    return True


@transaction.atomic
def hurry(*, actor: Actor, now: datetime.datetime | None = None) -> int:
    """立即推送: do not wait any longer; how many are due now."""
    require_right(rules.can_oversee(actor), OVERSEE.label)
    Channel.objects.update(next_at=None)
    waiting = SharedPerson.objects.pending().update(due_at=now or timezone.now())
    audit.record(HURRIED, ("sharing.channel", "", f"{waiting}项推送"), actor=actor)
    return waiting
