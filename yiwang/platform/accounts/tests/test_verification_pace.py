"""Questions after a bulk import: as many a minute as the service takes, none while it is silent."""

from typing import Any

import pytest
from django.utils import timezone

from tests.cast import Cast
from yiwang.platform.accounts.actions import verification
from yiwang.platform.accounts.gateways import realname, realname_simulator
from yiwang.platform.accounts.gateways.realname import Answer, Question, Unreachable
from yiwang.platform.accounts.gateways.realname_simulator import Simulator
from yiwang.platform.accounts.models import Account, Verification

pytestmark = pytest.mark.django_db
LOGINS = ("li", "zhou", "wang", "zhao", "tang", "fang", "gu")


class Service:
    """A service in memory. silent: it does not answer."""

    silent = False
    asked: list[str] = []

    def verify(self, question: Question) -> Answer:
        self.asked.append(question.name)
        if self.silent:
            raise Unreachable("实名认证服务没有应答")
        return Answer(Verification.Outcome.PASSED)


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch, settings: Any) -> type[Service]:
    monkeypatch.setattr(Service, "asked", [])
    monkeypatch.setattr(Service, "silent", False)
    monkeypatch.setattr(realname, "import_string", lambda path: Service)
    return Service


@pytest.fixture
def questions(cast: Cast) -> int:
    """Seven that wait, as a bulk import leaves them: written down, no job for each."""
    now = timezone.now()
    accounts = Account.objects.filter(login_name__in=LOGINS)
    Verification.objects.filter(account__in=accounts, outcome="").delete()
    for number, account in enumerate(accounts.order_by("pk"), start=900):
        Verification.objects.create(
            account=account, reason="opening", round=number, attempt=1, next_at=now, requested_by_name="导入"
        )
    return len(LOGINS)


def waiting() -> int:
    return Verification.objects.filter(outcome="", attempt=1).count()


def test_a_minutes_share_and_then_the_next(service: type[Service], questions: int, settings: Any) -> None:
    settings.REALNAME_PER_MINUTE = 3
    assert [verification.ask_due() for _ in range(4)] == [3, 3, 1, 0]
    assert len(service.asked) == questions and waiting() == 0


def test_a_silent_service_is_left_alone_until_the_next_minute(
    service: type[Service], questions: int, settings: Any
) -> None:
    """Ten seconds of silence a question would hold the worker for hours: it stops after the third."""
    settings.REALNAME_PER_MINUTE = 1_000
    service.silent = True
    assert verification.ask_due() == 3 and waiting() == questions - 3
    repeated = Verification.objects.filter(attempt=2, outcome="")
    assert repeated.count() == 3, "they are asked again like any other"
    service.silent = False
    assert verification.ask_due() == questions - 3 and waiting() == 0


def test_the_run_ends_before_the_next_begins(
    service: type[Service], questions: int, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REALNAME_PER_MINUTE = 1_000
    monkeypatch.setattr(verification, "_LONGEST_RUN", -1.0)
    assert verification.ask_due() == 1 and waiting() == questions - 1


def test_the_simulator_takes_so_many_a_minute_and_no_more(
    cast: Cast, realname_service: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(realname_simulator, "PER_MINUTE", 2)
    question = Question("李四", "citizen", "310199199007070077", "13900000007")
    assert {realname.verify(question).outcome for _ in range(2)} == {"passed"}
    with pytest.raises(Unreachable, match="429"):
        realname.verify(question)
