"""To-dos of years for the bench: 400,000 items, 800,000 assignments, every twelfth still open."""

import json
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import click
from django.db import connection, transaction

from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.extension.approvals import Seat
from yiwang.kernel.extension.badges import badges
from yiwang.kernel.extension.messages import Category, MessageKind, message_kinds
from yiwang.kernel.extension.todos import TodoKind, TodoType, todo_types
from yiwang.platform.messages.actions import messages
from yiwang.platform.org.models import Person
from yiwang.platform.todos import queries
from yiwang.platform.todos.actions import items as todos

ITEMS = 400_000
OPEN_OF_USER = 45  # of each whose page is measured
_ACTS = 100

_PEOPLE = """
    CREATE TEMPORARY TABLE bench_person ON COMMIT DROP AS
    SELECT row_number() OVER (ORDER BY person_id) - 1 AS place, person_id, post.id AS post_id, post.unit_id
    FROM accounts_account JOIN org_post post USING (person_id)
    WHERE state = 'active' AND post.kind = 'main' AND post.is_living"""
_ITEMS = """
    INSERT INTO todos_item (app, app_name, app_version, may_transfer, quick_actions, biz_id, task_id,
        version, type, kind, title, summary, needs, is_batchable, initiator_name, initiator_unit, urgency,
        arrived_at, due_at, url, mobile_url, state, closed_at, updated_at)
    SELECT 'bench', '', 0, false, '[]', n::text, '1', 1, 'bench.review',
        (ARRAY['document', 'meeting', 'supervision', 'personnel', 'affair'])[1 + n %% 5],
        '关于进一步做好第' || n || '号工作的请示', '', 'do', false, '李四', '朱家角镇',
        CASE WHEN n %% 40 = 0 THEN 2 WHEN n %% 9 = 0 THEN 1 ELSE 0 END,
        now() - n * interval '4 minutes',
        CASE WHEN n %% 3 > 0 THEN now() + (n %% 60 - 20) * interval '1 day' END,
        '/me/', '', CASE WHEN n %% 12 = 0 THEN 'open' ELSE 'finished' END,
        CASE WHEN n %% 12 > 0 THEN now() END, now()
    FROM generate_series(1, %(items)s) n"""
_ASSIGNMENTS = """
    INSERT INTO todos_assignment (item_id, person_id, post_id, unit_id, state, turn, kind, urgency, due_at,
        arrived_at, finished_at, is_claimed, note)
    SELECT item.id, person.person_id, person.post_id, person.unit_id,
        CASE WHEN item.state = 'open' THEN 'todo' WHEN second THEN 'lapsed' ELSE 'done' END, 1, item.kind,
        item.urgency, item.due_at, item.arrived_at, CASE WHEN item.state <> 'open' THEN item.closed_at END,
        false, ''
    FROM todos_item item CROSS JOIN (VALUES (false), (true)) AS one(second)
    JOIN bench_person person
        ON person.place = abs(hashint8(item.id * 2 + second::int)) %% (SELECT count(*) FROM bench_person)
    WHERE item.app = 'bench'
    ON CONFLICT DO NOTHING"""
_MORE_FOR_USERS = """
    INSERT INTO todos_assignment (item_id, person_id, post_id, unit_id, state, turn, kind, urgency, due_at,
        arrived_at, is_claimed, note)
    SELECT item.id, person.person_id, person.post_id, person.unit_id, 'todo', 1, item.kind, item.urgency,
        item.due_at, item.arrived_at, false, ''
    FROM bench_person person
    JOIN LATERAL (
        SELECT * FROM todos_item
        WHERE state = 'open' AND app = 'bench' AND id > person.place * 7919 %% %(items)s
        ORDER BY id LIMIT %(each)s
    ) item ON true
    WHERE person.person_id = ANY(%(users)s)
    ON CONFLICT DO NOTHING"""


@transaction.atomic
def load(users: list[int]) -> None:
    """Fill the tables unless they are full. users: persons whose pages are measured; they have more to do."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM todos_assignment")
        if cursor.fetchone()[0] >= ITEMS:
            return
        for statement in (_PEOPLE, _ITEMS, _ASSIGNMENTS, _MORE_FOR_USERS):
            cursor.execute(statement, {"items": ITEMS, "users": users, "each": OPEN_OF_USER})


def analyse() -> None:
    """As autovacuum would have done by then."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE todos_item, todos_assignment")


_STATEMENTS = {
    "待办，前20条": (
        "SELECT own.id, item.title FROM todos_assignment own JOIN todos_item item ON item.id = own.item_id"
        " WHERE own.person_id = %(person)s AND own.state = 'todo'"
        " ORDER BY own.urgency DESC, own.due_at, own.arrived_at DESC, own.id DESC LIMIT 21"
    ),
    "已办，前20条": (
        "SELECT own.id, item.title FROM todos_assignment own JOIN todos_item item ON item.id = own.item_id"
        " WHERE own.person_id = %(person)s AND own.state = 'done'"
        " ORDER BY own.finished_at DESC, own.id DESC LIMIT 21"
    ),
    "待办数": queries.TODO_NUMBER,
    "全部角标": "SELECT " + ", ".join(f"({badge.statement})" for badge in badges),
}


def measure_statements(users: Sequence[int]) -> None:
    """What the database spends on lists and numbers: planning, execution, pages touched."""
    for name, statement in _STATEMENTS.items():
        times, buffers = [], []
        for person in users:
            with connection.cursor() as cursor:
                cursor.execute(
                    f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {statement}", {"person": person}
                )
                (plan,) = cursor.fetchone()
            found = (json.loads(plan) if isinstance(plan, str) else plan)[0]
            times.append(found["Planning Time"] + found["Execution Time"])
            buffers.append(found["Plan"]["Shared Hit Blocks"] + found["Plan"]["Shared Read Blocks"])
        click.echo(f"todos: {name}: {spent(times)}, {statistics.median(buffers):.0f} buffers")


def measure_acts(users: Sequence[int]) -> None:
    """What acts cost, committed, their line in the log included."""
    kind = TodoType("bench.review", "审核", TodoKind.PERSONNEL, "user-check")
    told = MessageKind("bench.told", "通知", Category.REMINDER, "{title}")
    todo_types._items.setdefault(kind.key, kind)  # noqa: SLF001  the registries are closed by now
    message_kinds._items.setdefault(told.key, told)  # noqa: SLF001
    everybody = list(Person.objects.order_by("pk").values_list("pk", flat=True)[:100_000])
    run, times = str(time.time_ns()), dict[str, list[float]]()

    def timed(name: str, act: Callable[[], Any]) -> None:
        began = time.perf_counter()
        act()
        times.setdefault(name, []).append((time.perf_counter() - began) * 1000)

    for number in range(_ACTS):
        keys: dict[str, Any] = {"biz_id": run, "task_id": str(number), "actor": SYSTEM}
        to = [Seat(person) for person in users[:50]]
        push = partial(todos.push, kind, title="审核申请", to=to, url="/me/", **keys)
        timed("推送给50人", push)
        timed("重复推送", push)
        timed("办结（50人竞争）", partial(todos.complete, app="bench", person_id=users[number % 50], **keys))
    for _ in range(5):
        send = partial(messages.send, told, to=everybody, about=("x", 1, ""), words={"title": "通知"})
        timed(f"消息发给{len(everybody)}人", partial(send, actor=SYSTEM))
    for name, found in times.items():
        click.echo(f"todos: {name}: {spent(found)}")


def spent(times: Sequence[float]) -> str:
    ordered = sorted(times)
    return f"p50 {statistics.median(ordered):.2f} ms, p95 {ordered[int(len(ordered) * 0.95)]:.2f} ms"
