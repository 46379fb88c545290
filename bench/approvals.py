"""我的审批 among 800,000 tasks: fills the tables by SQL, measures statements and acts, plays the page.

The rows are plausible, not real: 100,000 instances of eight tasks each, one in twenty still running.
"""

import json
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

import click
from django.db import connection, models, transaction
from django.urls import reverse

from bench.requests import Request, cookie_of, spread
from yiwang.kernel.extension.approvals import Procedure, StepPlan, Subject, procedures, subjects
from yiwang.platform.accounts.actions import sessions
from yiwang.platform.accounts.models import Account, Session
from yiwang.platform.accounts.queries.principals import digest, principal_of
from yiwang.platform.approvals.actions import flows
from yiwang.platform.approvals.actions import tasks as acts
from yiwang.platform.approvals.models import Instance, Task
from yiwang.platform.approvals.queries import tasks

TASKS, PER_INSTANCE = 800_000, 8
_ACTS = 200

PROCEDURE = Procedure(
    "bench.paper",
    "文件审批",
    "bench.paper",
    tuple(
        StepPlan(key, label, "approvals.person", arguments={"key": key}, workdays=3)
        for key, label in (("check", "单位审核"), ("issue", "领导批准"))
    ),
)


class Paper(models.Model):
    """What is approved; it has no table."""

    class Meta:
        app_label = "bench"
        managed = False

    def __str__(self) -> str:
        return str(self.pk)


def _register() -> None:
    """The registries are closed by now; the load is no module."""
    subject = Subject(PROCEDURE.subject, "文件", url=lambda key: "", happened=lambda *moment: None)
    subjects._items.setdefault(subject.key, subject)  # noqa: SLF001
    procedures._items.setdefault(PROCEDURE.key, PROCEDURE)  # noqa: SLF001


# person n of the district, as often as he comes round; open tasks lie with one person in twenty.
_FILL = (
    """
    INSERT INTO approvals_definition (procedure, version, label, subject, kind, steps, may_skip_own,
        may_suspend, stored_at)
    VALUES ('bench.filled', 1, '文件审批', 'bench.paper', 'other',
        '[{"key": "check", "label": "单位审核", "who": "approvals.person", "mode": "any"}]', false, false,
        now())
    """,
    """
    INSERT INTO approvals_instance (definition_id, subject_type, subject_id, title, summary, urgency, context,
        state, step, visit, visits, drafter_id, drafter_name, drafter_unit, unit_path, submitted_at, ended_at)
    SELECT (SELECT max(id) FROM approvals_definition), 'bench.filled', n, '关于第' || n || '号事项的请示', '',
        0, '{}', CASE WHEN n % 20 = 0 THEN 'running' ELSE 'approved' END,
        CASE WHEN n % 20 = 0 THEN 'check' ELSE '' END, 8, 8, someone.id, someone.name, '', someone.unit_path,
        now() - n * interval '1 minute', CASE WHEN n % 20 = 0 THEN NULL ELSE now() END
    FROM generate_series(1, %(instances)s) n
    JOIN bench_someone someone ON someone.place = n %% (SELECT count(*) FROM bench_someone)
    """,
    """
    INSERT INTO approvals_task (instance_id, step, visit, kind, state, outcome, person_id, post_id,
        is_advisory, goes_straight, arrived_at, opened_at, finished_at, due_workdays, urgings)
    SELECT one.id, 'check', turn, 'seat',
        CASE WHEN one.state = 'running' AND turn = 8 THEN 'open' ELSE 'done' END,
        CASE WHEN one.state = 'running' AND turn = 8 THEN '' ELSE 'agreed' END,
        someone.id, NULL, false, false, one.submitted_at + turn * interval '1 hour', NULL,
        CASE WHEN one.state = 'running' AND turn = 8 THEN NULL ELSE now() END, 0, 0
    FROM approvals_instance one CROSS JOIN generate_series(1, 8) turn
    JOIN bench_someone someone ON someone.place = CASE WHEN turn = 8
        THEN one.id / 20 %% (SELECT greatest(count(*) / 20, 1) FROM bench_someone)
        ELSE (one.id * 31 + turn * 977) %% (SELECT count(*) FROM bench_someone) END
    WHERE one.subject_type = 'bench.filled'
    """,
    """
    INSERT INTO approvals_trail (instance_id, task_id, visit, step, step_label, action, actor_id, actor_name,
        actor_title, actor_unit, on_behalf_name, target, opinion, files, at, client, address)
    SELECT instance_id, id, visit, step, '单位审核', 'agreed', person_id, '某某', '科员', '某局', '', '',
        '同意', '{}', finished_at, 'desk', '10.0.0.1'
    FROM approvals_task WHERE state = 'done' AND todo_id IS NULL
    """,
)


def fill(number: int = TASKS) -> None:
    """Once for a district: what is there stays."""
    if Instance.objects.filter(subject_type="bench.filled").exists():
        return
    began = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("""
            CREATE TEMPORARY TABLE bench_someone ON COMMIT DROP AS
            SELECT row_number() OVER (ORDER BY person.id) - 1 AS place, person.id, person.name,
                person.unit_path
            FROM org_person person JOIN accounts_account account ON account.person_id = person.id
            WHERE account.state = 'active' AND person.unit_path <> ''""")
        for statement in _FILL:
            cursor.execute(statement.replace("n % 20", "n %% 20"), {"instances": number // PER_INSTANCE})
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) approvals_task, approvals_instance, approvals_trail")
    click.echo(f"approvals: {number:,} tasks in {time.perf_counter() - began:.0f} s")


def _spent(times: Sequence[float]) -> str:
    ordered = sorted(times)
    return f"p50 {statistics.median(ordered):.2f} ms, p95 {ordered[int(len(ordered) * 0.95)]:.2f} ms"


def _handlers(most: int) -> list[int]:
    return list(
        Task.objects.filter(state="open")
        .order_by("person_id")
        .values_list("person_id", flat=True)
        .distinct()[:most]
    )


def measure_statements() -> None:
    """What the database spends on one page of each list: planning and execution, without the way there."""
    for name, rows in (("my tasks", tasks.mine), ("handled", tasks.handled)):
        times = []
        for person_id in _handlers(300):
            statement, parameters = rows(person_id)[:50].query.sql_with_params()
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement}", parameters)
                (plan,) = cursor.fetchone()
            plan = json.loads(plan) if isinstance(plan, str) else plan
            times.append(plan[0]["Planning Time"] + plan[0]["Execution Time"])
        click.echo(f"approvals: {name}, in the database: {_spent(times)}")


def measure_acts() -> None:
    """What an act costs, committed: to-dos, trail, audit and messages included."""
    _register()
    users = [_principal(one) for one in Account.objects.filter(state="active", kind="user")[:20]]
    spent: dict[str, list[float]] = {"submit": [], "agree": [], "send back": [], "withdraw": []}
    first = int(time.time())
    for number in range(_ACTS):
        drafter, checker, leader = (users[(number + step) % len(users)] for step in range(3))
        context = {"check": [checker.person_id], "issue": [leader.person_id]}

        def submit(number: int = number, drafter: Any = drafter, context: Any = context) -> Instance:
            return flows.submit(
                PROCEDURE.key, subject=Paper(pk=first + number), title="关于添置设备的请示", context=context,
                actor=drafter,
            )  # fmt: skip

        one = _timed(spent["submit"], submit)
        if number % 2:
            _timed(spent["withdraw"], lambda one=one, drafter=drafter: flows.withdraw(one, actor=drafter))
            one = submit()
        task = Task.objects.get(instance=one, state="open")
        _timed(spent["agree"], lambda task=task, checker=checker: acts.agree(task, actor=checker))
        task = Task.objects.get(instance=one, state="open")
        _timed(
            spent["send back"],
            lambda task=task, leader=leader: acts.send_back(task, to_step=None, opinion="补", actor=leader),
        )
    for name, times in spent.items():
        click.echo(f"approvals: {name}, committed: {_spent(times)}")


def _timed(times: list[float], act: Callable[[], Any]) -> Any:
    began = time.perf_counter()
    result = act()
    times.append((time.perf_counter() - began) * 1000)
    return result


def _principal(account: Account) -> Any:
    token = sessions.open_session(account, address="127.0.0.1", agent="bench")
    return principal_of(Session.objects.select_related("account__person").get(token_digest=digest(token)))


def my_approvals(cookies: Sequence[str], password: str) -> list[Request]:
    """The page 我的审批 of those with whom much lies."""
    fill()
    measure_statements()
    measure_acts()
    accounts = Account.objects.filter(person_id__in=_handlers(len(cookies)), state="active")
    own = [cookie_of(one) for one in accounts]
    return spread(own, [reverse("approvals:mine")] * len(own))
