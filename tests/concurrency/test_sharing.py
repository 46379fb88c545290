"""Sharing under many hands: a withdrawal during a running push leaves nothing behind (R2-14)."""

import datetime
import threading

import pytest
from django.utils import timezone

from tests import cast as the_cast
from tests.cast import Cast
from tests.concurrency.crowd import at_once, refusals
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.sharing.actions import ledger, pushing, shares
from yiwang.platform.sharing.gateways.directory_simulator import Simulator
from yiwang.platform.sharing.models import Share, SharedPerson
from yiwang.platform.sharing.tests.applications import in_force, written

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def district() -> Cast:
    return the_cast.standing()


def later(minutes: int = 1) -> datetime.datetime:
    return timezone.now() + datetime.timedelta(minutes=minutes)


@pytest.fixture
def share(district: Cast, municipal_directory: Simulator) -> Share:
    """In force; its first push has failed, so that everything still waits."""
    municipal_directory.is_down = True
    made = in_force(district)
    municipal_directory.is_down = False
    return made


def test_a_withdrawal_during_a_running_push_leaves_nothing_behind(
    district: Cast, share: Share, municipal_directory: Simulator
) -> None:
    qian = district.qian.principal()
    at_once(
        lambda: pushing.push_due(now=later(5)),
        lambda: shares.withdraw(share, reason="不再需要", actor=qian),
        lambda: pushing.push_due(now=later(5)),
    )
    pushing.push_due(now=later(90))
    assert municipal_directory.held == {}
    assert not SharedPerson.objects.pending().exists()
    share.refresh_from_db()
    assert share.state == "withdrawn" and share.cleared_at is not None


def test_a_withdrawal_between_request_and_answer(
    district: Cast, share: Share, municipal_directory: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The directory has taken the entry and has not answered yet, when the unit withdraws."""
    taken, answered = threading.Event(), threading.Event()
    take = municipal_directory.take

    def slowly(key: str, version: int, fields: dict[str, str] | None) -> object:
        found = take(key, version, fields)
        if fields is not None and not taken.is_set():
            taken.set()
            answered.wait(10)
        return found

    monkeypatch.setattr(municipal_directory, "take", slowly)
    qian = district.qian.principal()

    def withdraw() -> None:
        taken.wait(10)
        shares.withdraw(share, reason="不再需要", actor=qian)
        answered.set()

    at_once(lambda: pushing.push_due(now=later(5)), withdraw)
    pushing.push_due(now=later(90))
    assert municipal_directory.held == {} and not SharedPerson.objects.pending().exists()


def test_two_workers_push_each_person_once(
    district: Cast, share: Share, municipal_directory: Simulator
) -> None:
    before = municipal_directory.requests
    at_once(*(lambda: pushing.push_due(now=later(5)) for _ in range(3)))
    assert municipal_directory.requests == before + 5 and len(municipal_directory.held) == 5


def test_two_administrators_apply_at_once(district: Cast, municipal_directory: Simulator) -> None:
    results = at_once(lambda: written(district), lambda: written(district, by="tang"))
    assert refusals(results) == [409]
    assert Share.objects.count() == 1


def test_two_workers_follow_the_feed_at_once(
    district: Cast, share: Share, municipal_directory: Simulator
) -> None:
    at_once(*(ledger.follow for _ in range(3)))
    at_once(lambda: ledger.refresh(None), lambda: ledger.refresh_share(share, actor=SYSTEM))
    assert SharedPerson.objects.count() == 5
