"""Connected applications in the demonstration: one in use, one in trial for its vendor, one disabled."""

import datetime

from django.utils import timezone

from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.extension.messages import Category
from yiwang.platform.accounts.models import Account
from yiwang.platform.clients.actions import clients, keys, traffic
from yiwang.platform.clients.models import Client
from yiwang.platform.clients.queries import callers
from yiwang.platform.messages.actions import open_messages
from yiwang.platform.org.models import Person, Unit
from yiwang.platform.todos.actions import open_items
from yiwang.site.demo import cards
from yiwang.site.demo.cast import CAST
from yiwang.site.demo.stage import Lacking

SCOPES = ("addressbook.read", "messages.send", "todos.push")
_HOST = "hehu.example.gov.cn"
_CALLS = (
    ("POST /api/v1/todos", 201, 46),
    ("POST /api/v1/todos/complete", 200, 31),
    ("GET /api/v1/directory/changes", 200, 24),
    ("POST /api/v1/messages", 201, 3),
    ("POST /api/v1/todos", 422, 2),
)


def connect(bureau: Unit, town: Unit) -> None:
    """Everything that the developer site shows."""
    _in_use(bureau, town)
    _in_trial(town)
    old = clients.register(bureau, name="水情简报（旧）", scopes=["messages.send"], actor=SYSTEM)
    clients.enable(old, actor=SYSTEM)
    clients.disable(old, reason="已由河湖巡查替代，停用后注销", actor=SYSTEM)


def _in_use(bureau: Unit, town: Unit) -> None:
    made = clients.register(
        bureau,
        name="河湖巡查",
        about="河湖长制巡查问题的上报、交办和反馈",
        scopes=SCOPES,
        fields=["title", "office_phone"],
        ranges=[bureau, town],
        domains=[_HOST],
        contact_name="应用运维值班",
        contact_phone="021-59730000",
        actor=SYSTEM,
    )
    made = clients.enable(made, actor=SYSTEM)
    keys.make_secret(made, actor=SYSTEM)
    caller = callers.caller_of(made)
    people = Person.objects.visible_to(caller.viewer).filter(unit_path__startswith=town.path)
    ids = list(people.order_by("position").values_list("pk", flat=True)[:6])
    if not ids:
        raise Lacking
    for number, title in enumerate(("淀山湖岸线巡查问题核实", "漕港河漂浮物清理情况反馈"), start=1):
        open_items.push(
            biz_id=f"HH-2026-{number:03}",
            task_id="1",
            title=title,
            kind="supervision",
            receivers=[(one, None) for one in ids],
            url=f"https://{_HOST}/issues/{number}",
            due_at=timezone.now() + datetime.timedelta(days=3 * number),
            actor=caller,
        )
    open_messages.send(
        category=Category.NOTICE,
        title="11月河湖巡查通报已发布",
        summary="请各村居河长查看本月巡查发现的问题并按期反馈。",
        url=f"https://{_HOST}/reports/11",
        persons=[str(one) for one in ids],
        need_receipt=True,
        actor=caller,
    )
    # One that the application has closed is still open here, one of its own was never pushed (运行检查).
    open_items.reconcile([("HH-2026-001", "1"), ("HH-2026-003", "1")], actor=caller)
    cards.send(caller, _readers(town, ids), host=_HOST)
    _show_traffic(made)


def _readers(town: Unit, first: list[int]) -> list[int]:
    """The first of the town, and those of the cast who serve there."""
    logins = [part.login for part in CAST]
    cast = Account.objects.filter(login_name__in=logins, person__unit_path__startswith=town.path)
    return sorted({*first, *cast.values_list("person_id", flat=True)})


def _in_trial(town: Unit) -> None:
    """With a vendor who looks after it; he tries calls in the sandbox."""
    made = clients.register(
        town,
        name="网格巡查",
        about="网格事件的上报和派单，正在联调",
        scopes=SCOPES,
        fields=["title"],
        domains=["wangge.example.gov.cn"],
        actor=SYSTEM,
    )
    vendor = (
        Account.objects.filter(kind=Account.Kind.TEMPORARY, state=Account.State.ACTIVE).order_by("pk").first()
    )
    if vendor is not None:
        clients.add_member(made, vendor, actor=SYSTEM)


def _show_traffic(made: Client) -> None:
    """Some calls of today, so that use and log can be looked at."""
    now = timezone.now()
    notes = [
        traffic.Note(
            client_pk=made.pk,
            call=call,
            at=now - datetime.timedelta(minutes=3 * (place * 10 + number)),
            status=status,
            code="" if status < 400 else "E-NOTF-01",
            ms=9 + number % 7,
            address="10.20.3.15",
            request_id=f"demo{place:02}{number:04}",
        )
        for place, (call, status, times) in enumerate(_CALLS)
        for number in range(times)
    ]
    traffic.write(notes)
