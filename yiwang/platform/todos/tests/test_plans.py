"""Lists are read from their indexes in order, without a sort; numbers from the same indexes."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.listing.conditions import Order
from yiwang.platform.messages.models import Message, Receipt
from yiwang.platform.messages.queries import inbox
from yiwang.platform.todos import queries
from yiwang.platform.todos.models import Assignment, Item
from yiwang.platform.todos.views.lists import DONE, TODO, State

pytestmark = pytest.mark.django_db

# On an empty table every plan is cheap: what would be chosen on a full one is left to choose from.
_ONLY_INDEXES = "SET LOCAL enable_{} = off"
_OTHERS = ("seqscan", "bitmapscan", "hashjoin", "mergejoin", "material", "incremental_sort")


def plan(statement: str, parameters: object = None) -> str:
    with transaction.atomic(), connection.cursor() as cursor:
        for other in _OTHERS:
            cursor.execute(_ONLY_INDEXES.format(other))
        cursor.execute(f"EXPLAIN (COSTS OFF) {statement}", parameters)  # type: ignore[arg-type]  # a mapping or none
        return "\n".join(line for (line,) in cursor.fetchall())


def read_messages(person: int, number: int) -> None:
    """What a person has read long ago, and the statistics of it: the smallest index is the best only then."""
    now = timezone.now()
    told = Message.objects.bulk_create(
        Message(app="tests", kind="tests.told", category="system", title="通知", receivers=1, sent_at=now)
        for _ in range(number)
    )
    Receipt.objects.bulk_create(
        Receipt(message=one, person_id=person, sent_at=now, read_at=now, confirmed_at=now) for one in told
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE messages_receipt")


def lie_with(person: int, number: int) -> None:
    """What lies with somebody else, and the statistics of it: else an index of all open to-dos is as good."""
    now = timezone.now()
    items = Item.objects.bulk_create(
        Item(
            app="tests", biz_id=str(n), task_id="1", type="tests.plan", kind="document", title="请示",
            needs="do", arrived_at=now, url="/", state="open", updated_at=now,
        )
        for n in range(number)
    )  # fmt: skip
    Assignment.objects.bulk_create(
        Assignment(item=one, person_id=person, state="todo", kind="document", urgency=0, arrived_at=now)
        for one in items
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE todos_assignment")


def first_page(source: object, order: tuple[str, ...]) -> str:
    keys = [*map(Order.parse, order), Order("id", is_descending=True)]
    with CaptureQueriesContext(connection) as statements:
        source.fetch([], keys, None, 21)  # type: ignore[attr-defined]  # any source
    return statements.captured_queries[-1]["sql"]


@pytest.mark.parametrize(
    ("state", "order", "index"),
    [
        (State.TODO, TODO.order, "todos_assignment_open"),
        (State.TOREAD, TODO.order, "todos_assignment_open"),
        (State.DONE, DONE.order, "todos_assignment_handled"),
    ],
)
def test_lists_of_to_dos(cast: Cast, state: State, order: tuple[str, ...], index: str) -> None:
    found = plan(first_page(queries.lying_with(cast.li.principal(), state), order))
    assert index in found and "Sort" not in found, found


def test_what_one_has_started(cast: Cast) -> None:
    found = plan(first_page(queries.started_by(cast.li.principal()), ("-arrived_at",)))
    assert "todos_item_initiator" in found and "Sort" not in found.partition("Aggregate")[0], found


@pytest.mark.parametrize(
    ("which", "index"),
    [
        ("unread", "messages_receipt_unread"),
        ("unconfirmed", "messages_receipt_unconfirmed"),
        ("all", "messages_receipt_latest"),
    ],
)
def test_lists_of_messages(cast: Cast, which: str, index: str) -> None:
    found = plan(first_page(inbox.inbox(cast.li.principal(), which), ("-sent_at",)))
    assert index in found and "Sort" not in found, found


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        (queries.TODO_NUMBER, "todos_assignment_open"),
        (queries.TOREAD_NUMBER, "todos_assignment_open"),
        (inbox.UNREAD_NUMBER, "messages_receipt_unread"),
        (inbox.UNCONFIRMED_NUMBER, "messages_receipt_unconfirmed"),
    ],
)
def test_numbers(cast: Cast, statement: str, index: str) -> None:
    read_messages(cast.li.person.pk, 1_000)
    lie_with(cast.wang.person.pk, 1_000)
    found = plan(statement, {"person": cast.li.person.pk})
    assert f" using {index}" in found and "Seq Scan" not in found, found
