"""Approvals under many hands: one decision, one next step, nothing lost when people act at once."""

from collections.abc import Iterator
from functools import partial

import pytest
from django.utils import timezone

from tests import cast as the_cast
from tests.cast import Cast
from tests.concurrency.crowd import at_once, refusals
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.extension.approvals import Event, procedures, subjects
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.approvals.actions import deputies, flows, readers, signers, succession, tasks, urging
from yiwang.platform.approvals.models import Definition, Deputy, Instance, Task, Trail
from yiwang.platform.approvals.tests import papers
from yiwang.platform.approvals.tests.papers import Paper, lying
from yiwang.platform.org.actions import people
from yiwang.platform.org.models import Post
from yiwang.platform.todos.models import Assignment

pytestmark = pytest.mark.django_db(transaction=True)


class Office:
    """People who act on papers."""

    def __init__(self) -> None:
        self.cast: Cast = the_cast.standing()
        self.known: dict[str, Principal] = {}

    def who(self, login: str) -> Principal:
        if login not in self.known:
            self.known[login] = self.cast.member(login).principal()
        return self.known[login]

    def submit(self, procedure: str = papers.PLAIN.key, pk: int = 1, **steps: list[str]) -> Instance:
        context = {key: [self.cast.member(one).person.pk for one in value] for key, value in steps.items()}
        return flows.submit(
            procedure, subject=Paper(pk=pk), title=f"文件{pk}", context=context, actor=self.who("li")
        )

    def task(self, login: str, one: Instance) -> Task:
        return Task.objects.get(instance=one, person=self.cast.member(login).person, state="open")


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setitem(subjects._items, papers.KEY, papers.SUBJECT)
    for procedure in papers.PROCEDURES:
        monkeypatch.setitem(procedures._items, procedure.key, procedure)
    Paper.heard.clear()
    yield Office()
    require_order()


def require_order() -> None:
    """Open tasks are open to-dos of the same person, and whatever runs lies with somebody."""
    open_ones = Task.objects.filter(state="open").values_list("instance_id", "todo_id", "person_id")
    found = Assignment.objects.open().filter(item__app="approvals")
    todos = found.values_list("item__biz_id", "item__task_id", "person_id")
    assert sorted(todos) == sorted((str(run), str(todo), person) for run, todo, person in open_ones)
    for one in Instance.objects.filter(state__in=Instance.UNDER_WAY):
        assert Task.objects.filter(instance=one, state="open", step=one.step).exists()


def test_two_who_may_decide_agree_at_once(office: Office) -> None:
    one = office.submit(check=["qian", "zhou", "tang"], issue=["zhao"])
    lying_tasks = {login: office.task(login, one) for login in ("qian", "zhou", "tang")}
    for login in lying_tasks:
        office.who(login)
    results = at_once(
        *(
            lambda login=login: tasks.agree(lying_tasks[login], actor=office.who(login))
            for login in lying_tasks
        )
    )
    assert refusals(results) == [409, 409]
    assert lying(one) == [("赵明远", "issue")]
    assert Trail.objects.filter(instance=one, action="agreed").count() == 1
    assert [event for _, event, step, _ in Paper.heard if step == "issue"] == [Event.ADVANCED]


def test_agreeing_against_withdrawing(office: Office) -> None:
    qian, li = office.who("qian"), office.who("li")
    for pk in range(1, 6):
        one = office.submit(pk=pk, check=["qian"], issue=["zhao"])
        agree = partial(tasks.agree, office.task("qian", one), actor=qian)
        results = at_once(agree, partial(flows.withdraw, one, actor=li))
        one.refresh_from_db()
        if one.state == Instance.State.WITHDRAWN:  # agreeing came too late
            assert refusals(results) == [409] and lying(one) == []
        else:  # the drafter is no longer the one who sent it last
            assert refusals(results) == [403] and lying(one) == [("赵明远", "issue")]


def test_opening_against_withdrawing(office: Office) -> None:
    one = office.submit(check=["qian"], issue=["zhao"])
    task, qian, li = office.task("qian", one), office.who("qian"), office.who("li")
    results = at_once(lambda: tasks.open_task(task, actor=qian), lambda: flows.withdraw(one, actor=li))
    one.refresh_from_db()
    task.refresh_from_db()
    is_withdrawn = one.state == Instance.State.WITHDRAWN
    assert is_withdrawn == (task.opened_at is None)
    assert refusals(results) == ([] if is_withdrawn else [409])


def test_the_last_countersigners_at_once_go_on_once(office: Office) -> None:
    one = office.submit(check=["qian"], sign=["an", "sun", "tang", "shen"], issue=["zhao"])
    tasks.agree(office.task("qian", one), actor=office.who("qian"))
    signers_there = ("an", "sun", "tang", "shen")
    lying_tasks = {login: office.task(login, one) for login in signers_there}
    for login in signers_there:
        office.who(login)
    results = at_once(
        *(
            lambda login=login: tasks.agree(lying_tasks[login], actor=office.who(login))
            for login in signers_there
        )
    )
    assert refusals(results) == [] and lying(one) == [("赵明远", "issue")]
    assert Task.objects.filter(instance=one, step="issue").count() == 1


def test_one_disagrees_while_the_other_signs(office: Office) -> None:
    one = office.submit(check=["qian"], sign=["an", "sun"], issue=["zhao"])
    tasks.agree(office.task("qian", one), actor=office.who("qian"))
    a, b, an, sun = office.task("an", one), office.task("sun", one), office.who("an"), office.who("sun")
    results = at_once(
        lambda: tasks.disagree(a, opinion="依据不足", actor=an), lambda: tasks.agree(b, actor=sun)
    )
    one.refresh_from_db()
    assert refusals(results) == [] and one.state == Instance.State.RETURNED and lying(one) == [("李四", "")]


def test_the_same_task_in_two_windows(office: Office) -> None:
    one = office.submit(check=["qian"], issue=["zhao"])
    task, qian = office.task("qian", one), office.who("qian")
    zhou = office.cast.zhou.person.pk
    results = at_once(
        lambda: tasks.agree(task, actor=qian).pk,
        lambda: tasks.send_back(task, to_step=None, opinion="退", actor=qian).pk,
        lambda: signers.pass_on(task, person_id=zhou, actor=qian).pk,
        lambda: signers.add_signer(task, person_id=zhou, place="before", actor=qian).pk,
    )
    assert refusals(results).count(409) == 3 and len(lying(one)) == 1


def test_one_object_is_submitted_once(office: Office) -> None:
    office.who("li")
    results = at_once(*(lambda: office.submit(check=["qian"], issue=["zhao"]).pk,) * 4)
    assert refusals(results) == [409] * 3
    assert Instance.objects.count() == 1 and Definition.objects.count() == 1
    assert Task.objects.filter(state="open").count() == 1


def test_resubmitting_twice(office: Office) -> None:
    one = office.submit(check=["qian"], issue=["zhao"])
    tasks.send_back(office.task("qian", one), to_step=None, opinion="退", actor=office.who("qian"))
    li, context = office.who("li"), dict(one.context)
    results = at_once(*(lambda: flows.resubmit(one, context=context, actor=li).pk,) * 2)
    assert refusals(results) == [409] and lying(one) == [("钱玉芬", "check")]


def test_deciding_while_an_administrator_ends_it(office: Office) -> None:
    one = office.submit(check=["qian"], issue=["zhao"])
    task, qian = office.task("qian", one), office.who("qian")
    results = at_once(
        lambda: tasks.agree(task, actor=qian).pk,
        lambda: flows.terminate(one, reason="停办", actor=SYSTEM).pk,
    )
    one.refresh_from_db()
    assert one.state == Instance.State.TERMINATED and lying(one) == []
    assert refusals(results) in ([], [409])


@pytest.mark.parametrize("leaver", ["zhou", "wang"])
def test_agreeing_while_the_post_of_a_handler_ends(office: Office, leaver: str) -> None:
    """His own who agrees, or his to whom it goes: both want each other's rows, neither waits for ever."""
    one = office.submit(check=["zhou"], issue=["wang"])
    post = Post.objects.get(person=office.cast.member(leaver).person, is_living=True)
    agree = partial(tasks.agree, office.task("zhou", one), actor=office.who("zhou"))
    leave = partial(people.end_post, post, actor=SYSTEM, reason="调离")
    results = at_once(lambda: agree().pk, lambda: leave().pk)
    assert refusals(results) in ([], [404], [409])
    succession.mend()
    gone = office.cast.member(leaver).person
    assert not Task.objects.filter(person=gone, state="open").exists()


def test_readers_of_one_row_at_once(office: Office) -> None:
    one = office.submit(check=["qian"], issue=["zhao"])
    ids = [office.cast.member(login).person.pk for login in ("wang", "an", "shen")]
    first, second, _ = readers.circulate(one, person_ids=ids, actor=office.who("li"), is_ordered=True)
    wang, li = office.who("wang"), office.who("li")
    results = at_once(
        lambda: readers.read(first, actor=wang).pk, lambda: readers.recall_reader(second, actor=li).pk
    )
    assert refusals(results) in ([], [409])
    reading = Task.objects.filter(instance=one, kind="read", state="open")
    assert reading.count() == 1


def test_urging_at_once_is_urging_once(office: Office) -> None:
    one = office.submit(check=["qian"], issue=["zhao"])
    li, now = office.who("li"), timezone.now()
    results = at_once(*(lambda: len(urging.urge(one, actor=li, now=now)),) * 3)
    assert refusals(results) == [429, 429]
    assert Trail.objects.filter(instance=one, action="urged").count() == 1


def test_two_deputations_of_the_same_scope_at_once(office: Office) -> None:
    qian, today = office.who("qian"), timezone.localdate()
    ids = [office.cast.member(login).person.pk for login in ("zhou", "tang", "zhao")]
    results = at_once(
        *(
            lambda person_id=person_id: (
                deputies.set_deputy(
                    deputy_id=person_id, valid_from=today, valid_to=today, reason="外出", actor=qian
                ).pk
            )
            for person_id in ids
        )
    )
    assert refusals(results) == [409, 409] and Deputy.objects.count() == 1
