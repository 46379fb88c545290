"""The test's own procedures, registered; and people who act on them."""

from collections.abc import Callable
from typing import Any, Protocol

import pytest

from tests.cast import Cast
from yiwang.kernel.extension.approvals import procedures, subjects
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.approvals.actions import flows
from yiwang.platform.approvals.models import Instance, Task
from yiwang.platform.approvals.tests import papers
from yiwang.platform.approvals.tests.papers import Paper


@pytest.fixture(autouse=True)
def _registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(subjects._items, papers.KEY, papers.SUBJECT)
    for procedure in papers.PROCEDURES:
        monkeypatch.setitem(procedures._items, procedure.key, procedure)
    Paper.heard.clear()


Who = Callable[[str], Principal]


class Submit(Protocol):
    def __call__(self, procedure: str = ..., by: str = ..., pk: int = ..., **steps: Any) -> Instance: ...


class TaskOf(Protocol):
    def __call__(self, login: str, instance: Instance) -> Task: ...


@pytest.fixture
def who(cast: Cast) -> Who:
    """A member of the cast as he acts."""
    known: dict[str, Principal] = {}

    def principal(login: str) -> Principal:
        if login not in known:
            known[login] = cast.member(login).principal()
        return known[login]

    return principal


@pytest.fixture
def submit(cast: Cast, who: Who) -> Submit:
    """Submit paper `pk`; each step's people by login name: check=["qian", "zhou"]."""

    def act(procedure: str = papers.PLAIN.key, by: str = "li", pk: int = 1, **steps: Any) -> Instance:
        steps = steps or {"check": ["qian", "zhou"], "sign": ["sun", "an"], "issue": ["zhao"]}
        context = {
            key: [cast.member(one).person.pk for one in value] if isinstance(value, list) else value
            for key, value in steps.items()
        }
        return flows.submit(
            procedure, subject=Paper(pk=pk), title="关于添置设备的请示", context=context, actor=who(by)
        )

    return act


@pytest.fixture
def task_of(cast: Cast) -> TaskOf:
    """What lies with a member of the cast in an instance."""

    def find(login: str, instance: Instance) -> Task:
        person = cast.member(login).person
        return Task.objects.get(instance=instance, person=person, state=Task.State.OPEN)

    return find
