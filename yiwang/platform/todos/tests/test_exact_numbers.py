"""Whatever happens in whatever order: numbers are the lengths of the lists, nothing is lost or doubled."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Count
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import Cast
from yiwang.kernel import badges
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.errors import Refused
from yiwang.kernel.listing.conditions import Order
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.todos import queries
from yiwang.platform.todos.actions import claiming, items
from yiwang.platform.todos.models import Assignment, Item
from yiwang.platform.todos.queries import claims
from yiwang.platform.todos.tests.factories import KEYS, kinds, push

__all__ = ["kinds"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kinds")]

PEOPLE = ("li", "qian", "zhou")
TASKS = ("1", "2", "3")  # the last is to be read

person, task = st.sampled_from(PEOPLE), st.sampled_from(TASKS)
act = st.one_of(
    st.tuples(st.just("push"), task, st.lists(person, min_size=1, max_size=3, unique=True), st.booleans()),
    st.tuples(st.just("complete"), task, st.one_of(st.none(), person)),
    st.tuples(st.just("cancel"), task),
    st.tuples(st.just("open"), task, person),
    st.tuples(st.just("read"), person, st.lists(task, max_size=3)),
    st.tuples(st.just("pass"), task, person, person),
    st.tuples(st.just("lay"), task),
    st.tuples(st.just("claim"), task, person),
    st.tuples(st.just("release"), task, person),
)
OFFICE = ("li", "qian")  # who serves in the unit to which some tasks are laid


@dataclass
class Expected:
    """What must be so, told in the plainest way. holds: (task, login) -> how it stands with him now."""

    holds: dict[tuple[str, str], str] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    laid: set[str] = field(default_factory=set)  # tasks that lay before the unit once
    waits: set[str] = field(default_factory=set)  # tasks that wait for the unit to claim them now
    claimed: set[tuple[str, str]] = field(default_factory=set)

    def knows(self, task: str) -> bool:
        return task in self.laid or any(one == task for one, _ in self.holds)

    def open_of(self, task: str) -> list[str]:
        return [login for (one, login), state in self.holds.items() if one == task and state == "open"]

    def settle(self, task: str) -> None:
        if not self.open_of(task) and task not in self.waits:
            self.closed.add(task)

    def finish(self, task: str, logins: list[str], state: str) -> None:
        for login in logins:
            self.holds[task, login] = state


class Office:
    """The cast at work: every act is done, and told to what is expected."""

    def __init__(self, cast: Cast, principals: dict[str, Principal]) -> None:
        self.cast = cast
        self.principals = principals
        self.expected = Expected()

    def id_of(self, login: str) -> int:
        return self.cast.member(login).person.pk

    def do(self, name: str, *arguments: Any) -> None:
        getattr(self, f"do_{name}")(*arguments)

    def do_push(self, task: str, logins: list[str], changed: bool) -> None:
        known = self.expected.knows(task)
        title = "补正后的标题" if changed else "标题"
        item = push(self.cast, *logins, task=task, title=title, needs="read" if task == "3" else "do")
        if known and task in self.expected.closed:
            return
        for login in logins:
            self.expected.holds.setdefault((task, login), "open")
        assert item.title == title

    def do_complete(self, task: str, login: str | None) -> None:
        own = self.expected.holds.get((task, login or ""))
        if login in OFFICE and own is None and task in self.expected.waits:
            own = self.expected.holds[task, login] = "open"  # who does what nobody claimed has claimed it
            self.expected.claimed.add((task, login))
            self.expected.waits.discard(task)
        try:
            items.complete(
                **{**KEYS, "task_id": task}, person_id=self.id_of(login) if login else None, actor=SYSTEM
            )
        except Refused as refused:
            known = self.expected.knows(task)
            expected = 409 if own in ("passed", "lapsed", "cancelled") else 404
            assert refused.status == expected and not (login is None and known)
            return
        if login is None:
            self.expected.finish(task, self.expected.open_of(task), "lapsed")
            self.expected.waits.discard(task)
        elif own == "open":
            self.expected.holds[task, login] = "handled"
            if task != "3":
                self.expected.finish(task, self.expected.open_of(task), "lapsed")
                self.expected.waits.discard(task)
        self.expected.settle(task)

    def do_cancel(self, task: str) -> None:
        try:
            items.cancel(**{**KEYS, "task_id": task}, actor=SYSTEM)
        except Refused as refused:
            assert refused.status == 404 and not self.expected.knows(task)
            return
        self.expected.finish(task, self.expected.open_of(task), "cancelled")
        self.expected.waits.discard(task)
        self.expected.closed.add(task)

    def do_open(self, task: str, login: str) -> None:
        own = Assignment.objects.filter(item__task_id=task, person=self.id_of(login)).order_by("turn").last()
        if own is None:
            assert (task, login) not in self.expected.holds
            return
        items.open_item(own, actor=self.principals[login])
        self.read(task, login)

    def do_read(self, login: str, tasks: list[str]) -> None:
        own = Assignment.objects.filter(item__task_id__in=tasks, person=self.id_of(login))
        items.mark_read([one.pk for one in own], actor=self.principals[login])
        if "3" in tasks:
            self.read("3", login)

    def read(self, task: str, login: str) -> None:
        if task == "3" and self.expected.holds.get((task, login)) == "open":
            self.expected.holds[task, login] = "handled"
            self.expected.settle(task)

    def do_pass(self, task: str, login: str, other: str) -> None:
        try:
            items.pass_on(
                **{**KEYS, "task_id": task},
                from_person_id=self.id_of(login),
                to_person_id=self.id_of(other),
                actor=SYSTEM,
            )
        except Refused as refused:
            mine = self.expected.holds.get((task, login)) == "open"
            assert refused.status == (422 if mine and login == other else 404)
            return
        self.expected.holds[task, login] = "passed"
        self.expected.holds[task, other] = "open"
        if (task, login) in self.expected.claimed:
            self.expected.claimed.add((task, other))

    def do_lay(self, task: str) -> None:
        """Before the whole unit; a task to be read cannot be."""
        if task == "3":
            return
        push(self.cast, task=task, title="标题", units=[self.cast.units["QP-0301-01"].pk])
        if task not in self.expected.closed and task not in self.expected.laid:
            self.expected.laid.add(task)
            self.expected.waits.add(task)

    def do_claim(self, task: str, login: str) -> None:
        row = Assignment.objects.filter(item__task_id=task, person=None).order_by("-pk").first()
        if row is None:
            return
        try:
            claiming.claim(row.pk, actor=self.principals[login])
        except Refused as refused:
            assert refused.status == (409 if login in OFFICE else 404)
            assert login not in OFFICE or task not in self.expected.waits
            return
        assert task in self.expected.waits
        self.expected.waits.discard(task)
        if self.expected.holds.get((task, login)) != "open":
            self.expected.holds[task, login] = "open"
            self.expected.claimed.add((task, login))

    def do_release(self, task: str, login: str) -> None:
        own = Assignment.objects.filter(item__task_id=task, person=self.id_of(login)).order_by("turn").last()
        if own is None:
            return
        may = self.expected.holds[task, login] == "open" and own.is_claimed
        try:
            claiming.release(own.pk, actor=self.principals[login])
        except Refused as refused:
            assert refused.status == 409 and not may
            return
        assert may
        self.expected.holds[task, login] = "lapsed"
        self.expected.waits.add(task)

    def check(self) -> None:
        """Numbers, lists and what is expected agree for everybody."""
        for login in PEOPLE:
            self.check_lists(login)
        for (task, login), state in self.expected.holds.items():
            own = Assignment.objects.filter(item__task_id=task, person=self.id_of(login)).order_by("turn")
            assert _plain(own.last()) == state, (task, login)
        doubled = (
            Assignment.objects.open()
            .exclude(person=None)
            .values("item", "person")
            .annotate(n=Count("id"))
            .filter(n__gt=1)
        )
        assert not doubled.exists()
        for item in Item.objects.all():
            is_open = bool(self.expected.open_of(item.task_id)) or item.task_id in self.expected.waits
            assert (item.state == "open") is is_open and (item.closed_at is None) is is_open
            owned = item.assignments.exclude(person=None)
            versions = list(owned.order_by("person", "turn").values_list("person", "turn"))
            assert all(b[1] == a[1] + 1 for a, b in pairwise(versions) if a[0] == b[0])

    def check_lists(self, login: str) -> None:
        viewer = self.principals[login]
        waits = len(self.expected.waits) if login in OFFICE else 0
        assert badges.numbers(viewer.person_id)["todos_claimable"] == waits, login
        assert claims.claimable_by(viewer).count([], 100) == waits, login
        counts, shown = queries.counts(viewer.person_id), badges.numbers(viewer.person_id)
        for state, number, badge in (
            (Assignment.State.TODO, counts.todo, shown["todos"]),
            (Assignment.State.TOREAD, counts.toread, shown["todos_toread"]),
        ):
            source = queries.lying_with(viewer, state)
            rows = source.fetch([], [Order("id")], None, 100)
            wanted = [
                one
                for (one, who), how in self.expected.holds.items()
                if who == login and how == "open" and (one == "3") is (state == Assignment.State.TOREAD)
            ]
            assert number == badge == source.count([], 100) == len(rows) == len(wanted), (login, state)


_STATES = {
    "todo": "open",
    "toread": "open",
    "done": "handled",
    "read": "handled",
    "cancelled": "cancelled",
    "lapsed": "lapsed",
    "passed": "passed",
}


def _plain(own: Assignment | None) -> str:
    return _STATES[own.state] if own else ""


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def principals(cast: Cast) -> dict[str, Principal]:
    return {login: cast.member(login).principal() for login in PEOPLE}


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=st.lists(act, min_size=1, max_size=14))
def test_any_order_of_acts(cast: Cast, principals: dict[str, Principal], acts: list[Any]) -> None:
    with undone():
        office = Office(cast, principals)
        for name, *arguments in acts:
            office.do(name, *arguments)
            office.check()
