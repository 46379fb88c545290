"""An application reads its feed while the organisation changes: nothing is missed, nothing comes twice."""

import threading
from functools import partial

import pytest

from tests.cast import Cast, standing, with_check_digit
from tests.concurrency.crowd import at_once
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.addressbook.actions import following
from yiwang.platform.addressbook.models import Followed
from yiwang.platform.addressbook.queries import applications
from yiwang.platform.clients.tests.factories import App, connect
from yiwang.platform.org.actions import corrections, people
from yiwang.platform.org.models import Person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def crowd() -> Cast:
    return standing()


@pytest.fixture
def app(crowd: Cast) -> App:
    return connect(
        crowd,
        unit="QP-0201",
        scopes=("addressbook.read",),
        fields=["office_phone"],
        ranges=[crowd.units["QP"]],
    )


def read_on(app: App, copy: dict[tuple[str, int], object], cursor: int) -> int:
    """Take one page into the copy, as an application does."""
    following.advance(app.caller)
    page, _ = applications.changes(app.caller, cursor, 500)
    for one in page:
        copy.pop((one.kind, one.id), None)
        if one.change != "removed":
            copy[one.kind, one.id] = one.person or one.unit
        cursor = one.seq
    return cursor


def test_a_copy_kept_by_the_feed_is_the_truth(crowd: Cast, app: App) -> None:
    copy: dict[tuple[str, int], object] = {}
    cursor = read_on(app, copy, 0)
    done = threading.Event()

    def enter(number: int) -> None:
        for turn in range(3):
            person = people.add_person(
                unit=crowd.units["QP-0302-01"],
                name="新来者",
                id_number=_number(number * 10 + turn),
                mobile=f"1380000{number:02}{turn:02}",
                title="办事员",
                category=Person.Category.ESTABLISHED,
                actor=SYSTEM,
            )
            corrections.correct_person(
                person, facts={"office_phone": f"021-597{number:02}{turn:03}"}, actor=SYSTEM
            )

    def follow() -> None:
        nonlocal cursor
        while not done.is_set():
            cursor = read_on(app, copy, cursor)

    def change_all() -> None:
        try:
            at_once(*[partial(enter, number) for number in range(3)])
        finally:
            done.set()

    at_once(change_all, follow)
    read_on(app, copy, cursor)
    fresh: dict[tuple[str, int], object] = {}
    read_on(app, fresh, 0)
    assert copy == fresh
    assert sum(kind == "person" for kind, _ in copy) == applications.persons(app.caller).count()


def test_two_readers_at_once_write_the_feed_once(app: App) -> None:
    at_once(*[partial(following.advance, app.caller)] * 4)
    told = Followed.objects.filter(client=app.client)
    assert told.count() == len({(one.kind, one.object_id) for one in told})
    assert told.count() == applications.units(app.caller).count() + applications.persons(app.caller).count()


def _number(serial: int) -> str:
    return with_check_digit(f"31019919800101{serial:03}")
