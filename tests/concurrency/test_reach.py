"""必达 under many hands: who confirms is not reminded, two workers take each step once, one act wins."""

import datetime
from collections import Counter
from threading import Event

import pytest
from django.db import connection, transaction
from django.utils import timezone

from tests import cast as the_cast
from tests.cast import Cast
from tests.concurrency.crowd import PATIENCE, at_once, refusals
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.errors import Refused
from yiwang.platform.messages.actions import messages, reach, reach_steps
from yiwang.platform.messages.models import Message, Reach, ReachAsk, ReachLine, Receipt, SmsText
from yiwang.platform.messages.models.reach import Level
from yiwang.platform.messages.queries.audience import Audience

pytestmark = pytest.mark.django_db(transaction=True)

NINE = datetime.datetime(2026, 11, 25, 9, 0, tzinfo=timezone.get_default_timezone())
LOGINS = ("li", "zhou", "zhao", "qian", "wang", "fang", "gu", "luo")


@pytest.fixture
def district() -> Cast:
    return the_cast.standing()


def begun(cast: Cast) -> Reach:
    made = reach.send_must_reach(
        Audience(persons=tuple(cast.member(one).person.pk for one in LOGINS)),
        title="台风防御通知",
        text="请到岗。",
        actor=cast.tang.principal(),
        urgency=2,
    )
    ReachLine.objects.filter(reach=made).update(next_at=NINE)
    return made


def climb(made: Reach) -> int:
    try:
        return reach_steps.climb(made.pk, now=NINE, actor=SYSTEM)
    finally:
        connection.close()


def confirm(cast: Cast, made: Reach, login: str) -> int:
    member = cast.member(login)
    own = Receipt.objects.get(message_id=made.message_id, person=member.person)
    messages.confirm(own.pk, actor=member.principal())
    return 0


def test_many_confirm_while_the_ladder_goes_on(district: Cast) -> None:
    """Whoever was reminded had not confirmed at that moment; whoever had is where he was."""
    made = begun(district)
    results = at_once(
        *(lambda login=login: confirm(district, made, login) for login in LOGINS),
        *(lambda: climb(made) for _ in range(3)),
    )
    assert refusals(results) == []
    reminded = set(ReachLine.objects.filter(level=Level.TEXT).values_list("receipt__person", flat=True))
    texted = set(SmsText.objects.filter(message_id=made.message_id).values_list("person_id", flat=True))
    assert texted == reminded and sum(one for one in results if isinstance(one, int)) == len(reminded)
    for text in SmsText.objects.filter(message_id=made.message_id):
        assert text.person_id is not None
        own = Receipt.objects.get(message_id=made.message_id, person_id=text.person_id)
        assert own.confirmed_at is not None and text.created_at < own.confirmed_at
    assert climb(made) == 0
    assert not ReachLine.objects.filter(next_at__lte=NINE).exists()


def test_who_is_just_confirming_is_passed_over(district: Cast) -> None:
    """His receipt is locked: the ladder goes on for the others at once, and never for him."""
    made = begun(district)
    holds, may_end = Event(), Event()

    def confirming() -> int:
        with transaction.atomic():
            confirm(district, made, "li")
            holds.set()
            assert may_end.wait(PATIENCE)
        return 0

    def climbing() -> int:
        assert holds.wait(PATIENCE)
        try:
            return climb(made)
        finally:
            may_end.set()

    assert at_once(confirming, climbing) == [0, len(LOGINS) - 1]
    own = ReachLine.objects.get(receipt__person=district.li.person)
    assert own.level == Level.INBOX
    assert climb(made) == 0
    own.refresh_from_db()
    assert own.next_at is None


def test_who_is_just_being_reminded_confirms_a_moment_later(district: Cast) -> None:
    made = begun(district)
    holds, may_end = Event(), Event()

    def climbing() -> int:
        with transaction.atomic():
            moved = climb_open(made)
            holds.set()
            may_end.wait(1)  # the other one waits for the row meanwhile
        return moved

    def climb_open(one: Reach) -> int:
        return reach_steps.climb(one.pk, now=NINE, actor=SYSTEM)

    def confirming() -> int:
        assert holds.wait(PATIENCE)
        confirm(district, made, "li")
        may_end.set()
        return 0

    assert at_once(climbing, confirming) == [len(LOGINS), 0]
    text = SmsText.objects.get(message_id=made.message_id, person=district.li.person)
    own = Receipt.objects.get(message_id=made.message_id, person=district.li.person)
    assert own.confirmed_at is not None and text.created_at < own.confirmed_at


def test_three_workers_take_each_step_once(district: Cast) -> None:
    made = begun(district)
    for level, number in ((Level.TEXT, 8), (Level.CONTACT, 8)):
        ReachLine.objects.filter(reach=made).update(next_at=NINE)
        results = at_once(*(lambda: climb(made) for _ in range(3)))
        assert sorted(one for one in results if isinstance(one, int)) == [0, 0, number]
        assert {one.level for one in ReachLine.objects.all()} == {level}
    assert SmsText.objects.filter(message_id=made.message_id).count() == 8
    asks = Counter(ReachAsk.objects.values_list("line", "person"))
    assert set(asks.values()) == {1}
    assert Message.objects.filter(kind="messages.reach_asked").count() == 1


def test_recalling_while_it_goes_on(district: Cast) -> None:
    made = begun(district)
    tang = district.tang.principal()
    message = Message.objects.get(pk=made.message_id)
    results = at_once(
        lambda: int(bool(messages.recall(message, reason="发错", actor=tang))),
        *(lambda: climb(made) for _ in range(3)),
    )
    assert refusals(results) == []
    assert Reach.objects.get().state == Reach.State.RECALLED
    assert climb(made) == 0 and not ReachLine.objects.exclude(next_at=None).exists()


def test_stopping_hastening_and_telling_at_once(district: Cast) -> None:
    made = begun(district)
    tang, unit = district.tang.principal(), district.units["QP-0302"].pk
    wang = ReachLine.objects.get(receipt__person=district.wang.person)
    results = at_once(
        lambda: int(bool(reach.stop(made.pk, reason="已到岗", actor=tang))),
        lambda: reach.hasten(made.pk, actor=tang, now=NINE),
        lambda: reach.note_called(made.pk, unit, [wang.pk], actor=district.fang.principal()),
        lambda: climb(made),
    )
    assert set(refusals(results)) <= {409}
    assert Reach.objects.get().state == Reach.State.STOPPED
    assert not ReachLine.objects.exclude(next_at=None).exists()
    wang.refresh_from_db()
    assert wang.told_by_name == "方志远"


def test_two_offices_note_the_same_call(district: Cast) -> None:
    made = begun(district)
    unit = district.units["QP-0302"].pk
    wang = ReachLine.objects.get(receipt__person=district.wang.person)
    results: list[int | Refused] = at_once(
        *(
            lambda actor=actor: reach.note_called(made.pk, unit, [wang.pk], actor=actor)
            for actor in (district.fang.principal(), district.tang.principal())
        )
    )
    assert refusals(results) == [409]
