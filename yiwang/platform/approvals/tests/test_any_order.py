"""Whatever people do in whatever order: no task is lost, doubled or orphaned, and to-dos say the same."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests import cast as the_cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.errors import Refused
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.approvals.actions import (
    deputies,
    flows,
    readers,
    signers,
    succession,
    tasks,
    urging,
)
from yiwang.platform.approvals.models import Deputy, Instance, Task, Trail
from yiwang.platform.approvals.queries import people
from yiwang.platform.approvals.queries import succession as heirs
from yiwang.platform.approvals.tests import papers
from yiwang.platform.approvals.tests.papers import Paper
from yiwang.platform.approvals.tests.test_deputies import days
from yiwang.platform.todos.models import Assignment

pytestmark = pytest.mark.django_db

OFFICE = ("li", "qian", "zhou", "tang", "zhao", "an", "sun", "wang")
someone = st.sampled_from(OFFICE)
some = st.lists(someone, min_size=1, max_size=3, unique=True)
which = st.integers(0, 7)


class Desk(RuleBasedStateMachine):
    """Three papers and eight people."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.cast = the_cast.load()
        self.who: dict[str, Principal] = {one: self.cast.member(one).principal() for one in OFFICE}
        self.login = {self.cast.member(one).person.pk: one for one in OFFICE}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def ids(self, logins: list[str]) -> list[int]:
        return [self.cast.member(one).person.pk for one in logins]

    def attempt(self, act: Callable[[], Any]) -> None:
        """Do it, or be refused: then nothing has changed."""
        before = Task.objects.count(), Trail.objects.count(), Assignment.objects.count()
        try:
            with transaction.atomic():
                act()
        except Refused:
            assert before == (Task.objects.count(), Trail.objects.count(), Assignment.objects.count())

    def lying(self, number: int, *, to_read: bool = False) -> tuple[Task, Any] | None:
        """One of the open tasks, and who has it."""
        found = Task.objects.filter(state="open")
        found = found.filter(kind="read") if to_read else found.exclude(kind="read")
        known = list(found.order_by("id"))
        if not known:
            return None
        task = known[number % len(known)]
        return task, self.who.get(self.login.get(task.person_id, ""), SYSTEM)

    def run(self, number: int, *states: str) -> Instance | None:
        """One of the instances, or of those in these states."""
        known = list(Instance.objects.filter(state__in=states or Instance.State.values).order_by("id"))
        return known[number % len(known)] if known else None

    @initialize(procedure=st.sampled_from(papers.PROCEDURES))
    def begin(self, procedure: Any) -> None:
        """Something lies on the desk from the beginning."""
        self.submit(procedure, 1, "li", (["qian", "zhou"], ["an", "sun", "tang"], ["zhao"]))

    @rule(
        procedure=st.sampled_from(papers.PROCEDURES),
        pk=st.integers(1, 3),
        by=someone,
        steps=st.tuples(some, st.one_of(st.just([]), some), some),
    )
    def submit_another(self, procedure: Any, pk: int, by: str, steps: tuple[list[str], ...]) -> None:
        self.submit(procedure, pk, by, steps)

    def submit(self, procedure: Any, pk: int, by: str, steps: tuple[list[str], ...]) -> None:
        check, sign, issue = steps
        sign = sign or (["an"] if procedure is papers.ORDERED else [])
        context = {"check": self.ids(check), "sign": self.ids(sign), "issue": self.ids(issue)}
        open_one = Instance.objects.open().filter(subject_id=str(pk)).first()
        key = open_one.definition.procedure if open_one else procedure.key
        self.attempt(
            lambda: flows.submit(
                key, subject=Paper(pk=pk), title=f"文件{pk}", context=context, actor=self.who[by]
            )
        )

    @rule(number=which, straight=st.booleans())
    def agree(self, number: int, straight: bool) -> None:
        if found := self.lying(number):
            task, actor = found
            self.attempt(lambda: tasks.agree(task, actor=actor, straight_back=straight))

    agree_again = agree

    @rule(number=which)
    def disagree(self, number: int) -> None:
        if found := self.lying(number):
            task, actor = found
            self.attempt(lambda: tasks.disagree(task, opinion="依据不足", actor=actor))

    @rule(number=which)
    def look(self, number: int) -> None:
        if found := self.lying(number):
            task, actor = found
            self.attempt(lambda: tasks.open_task(task, actor=actor))

    @rule(number=which, to=st.sampled_from([None, "check", "sign"]))
    def send_back(self, number: int, to: str | None) -> None:
        if found := self.lying(number):
            task, actor = found
            self.attempt(lambda: tasks.send_back(task, to_step=to, opinion="请补充", actor=actor))

    @rule(number=which, straight=st.booleans())
    def resubmit(self, number: int, straight: bool) -> None:
        if one := self.run(number, *Instance.WITH_DRAFTER):
            drafter = self.who[self.login.get(one.drafter_id, "li")]
            context = one.context
            self.attempt(lambda: flows.resubmit(one, context=context, actor=drafter, straight_back=straight))

    @rule(number=which, by=someone)
    def withdraw(self, number: int, by: str) -> None:
        if one := self.run(number):
            sender = one.sent_by.person_id if one.sent_by else one.drafter_id
            self.attempt(lambda: flows.withdraw(one, actor=self.who[self.login.get(sender, by)]))

    @rule(number=which, whom=someone, place=st.sampled_from(["before", "after", "beside"]))
    def add_signer(self, number: int, whom: str, place: Any) -> None:
        if found := self.lying(number):
            task, actor = found
            (person_id,) = self.ids([whom])
            self.attempt(lambda: signers.add_signer(task, person_id=person_id, place=place, actor=actor))

    @rule(number=which, whom=someone)
    def pass_on(self, number: int, whom: str) -> None:
        if found := self.lying(number):
            task, actor = found
            (person_id,) = self.ids([whom])
            self.attempt(lambda: signers.pass_on(task, person_id=person_id, actor=actor))

    @rule(number=which, whom=some, ordered=st.booleans())
    def circulate(self, number: int, whom: list[str], ordered: bool) -> None:
        if one := self.run(number):
            self.attempt(
                lambda: readers.circulate(one, person_ids=self.ids(whom), actor=SYSTEM, is_ordered=ordered)
            )

    @rule(number=which, recalls=st.booleans())
    def read(self, number: int, recalls: bool) -> None:
        if found := self.lying(number, to_read=True):
            task, actor = found
            act = readers.recall_reader if recalls else readers.read
            self.attempt(lambda: act(task, actor=SYSTEM if recalls else actor))

    @rule(number=which)
    def suspend(self, number: int) -> None:
        if one := self.run(number):
            self.attempt(lambda: flows.suspend(one, reason="等待", actor=SYSTEM))

    @precondition(lambda self: self.run(0, "suspended") is not None)
    @rule(number=which)
    def resume(self, number: int) -> None:
        one = self.run(number, "suspended")
        assert one is not None
        self.attempt(lambda: flows.resume(one, actor=SYSTEM))

    resume_soon = resume

    @rule(number=which)
    def urge(self, number: int) -> None:
        if one := self.run(number):
            self.attempt(lambda: urging.urge(one, actor=SYSTEM))

    @rule(number=st.integers(0, 40))
    def terminate(self, number: int) -> None:
        if number < 3 and (one := self.run(number)):
            self.attempt(lambda: flows.terminate(one, reason="不再办理", actor=SYSTEM))

    @precondition(lambda self: Deputy.objects.filter(ended_at=None).count() < 2)
    @rule(by=someone, to=someone, takes_all=st.booleans())
    def deputise(self, by: str, to: str, takes_all: bool) -> None:
        (deputy_id,) = self.ids([to])
        self.attempt(
            lambda: deputies.set_deputy(
                deputy_id=deputy_id,
                valid_from=days(0),
                valid_to=days(9),
                reason="出差",
                actor=self.who[by],
                includes_open=takes_all,
            )
        )

    @precondition(lambda self: Deputy.objects.filter(ended_at=None).exists())
    @rule(login=someone)
    def end_deputies(self, login: str) -> None:
        for given in Deputy.objects.filter(person=self.cast.member(login).person, ended_at=None):
            self.attempt(lambda given=given: deputies.end_deputy(given, actor=SYSTEM))  # type: ignore[misc]

    @rule(login=someone, to=someone)
    def hand_over(self, login: str, to: str) -> None:
        one, other = self.ids([login, to])
        held = [str(task.pk) for task in heirs.lying_with(one)]
        if one != other:
            self.attempt(lambda: succession.hand_over(one, held, other, actor=SYSTEM))

    @rule(login=someone)
    def leave(self, login: str) -> None:
        """As if his posts had ended: all that lies with him is taken over."""
        person = self.cast.member(login).person
        lying = heirs.lying_for(person.pk)
        self.attempt(lambda: succession.take_over(lying, why="离岗", actor=SYSTEM))

    @invariant()
    def who_runs_lies_with_somebody(self) -> None:
        for one in Instance.objects.all():
            active = list(Task.objects.filter(instance=one, state__in=Task.ACTIVE).exclude(kind="read"))
            open_ones = [task for task in active if task.state == "open"]
            if one.state in Instance.UNDER_WAY:
                assert open_ones and all(task.step == one.step for task in active)
                barred = people.barred(one)
                assert not any(task.person_id in barred for task in active)
            elif one.state == Instance.State.RETURNED:
                assert [task.kind for task in active] == ["revise"]
            else:
                assert active == []
            assert all(task.visit == one.visit for task in active)

    @invariant()
    def who_waits_waits_for_somebody(self) -> None:
        waiting = Task.objects.filter(state="waiting").select_related("waits_for")
        assert all(task.waits_for is not None and task.waits_for.is_active for task in waiting)

    @invariant()
    def open_tasks_are_open_todos(self) -> None:
        open_ones = Task.objects.filter(state="open").values_list("instance_id", "todo_id", "person_id")
        todos = Assignment.objects.open().filter(item__app="approvals")
        found = todos.values_list("item__biz_id", "item__task_id", "person_id")
        assert sorted(found) == sorted((str(run), str(todo), person) for run, todo, person in open_ones)


@pytest.mark.usefixtures("cast")
def test_no_order_of_acts_loses_or_doubles_a_task() -> None:
    run_state_machine_as_test(
        Desk,
        settings=settings(
            max_examples=10,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
