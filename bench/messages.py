"""A message of an application to a tag of 100,000: what storing it costs, and how soon open pages know."""

import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any

import click
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from bench.requests import Request, cookie_of, spread
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.extension.messages import Category
from yiwang.kernel.extension.open_calls import Caller
from yiwang.platform.accounts.models import Account
from yiwang.platform.clients.actions import clients
from yiwang.platform.clients.models import Client
from yiwang.platform.clients.queries.callers import caller_of
from yiwang.platform.messages.actions import open_messages
from yiwang.platform.messages.models import Message
from yiwang.platform.org.models import Unit
from yiwang.platform.tags.actions import tag as acts
from yiwang.platform.tags.models import Tag

MEMBERS = 100_000
_TIMES = 5
_NAME = "性能测试通知"
_READY_SECONDS = 30.0

_FILL = """
    INSERT INTO tags_tagmember (tag_id, person_id, is_own, way, added_at, added_by_name, removal,
        removed_by_name, removal_reason)
    SELECT %(tag)s, person.id, false, 'called', now(), '性能测试', '', '', ''
    FROM org_person person WHERE person.sight > 0 ORDER BY person.id LIMIT %(members)s
    ON CONFLICT DO NOTHING"""
# What the database does in any case: the same rows into the same table with the same indexes.
_BARE = """
    INSERT INTO messages_receipt (message_id, person_id, sent_at, need_receipt, is_recalled)
    SELECT %(message)s, member.person_id, %(now)s, false, false
    FROM tags_tagmember member WHERE member.tag_id = %(tag)s AND member.removed_at IS NULL"""


def tag_100k(cookies: Sequence[str], password: str) -> list[Request]:
    """Afterwards the receivers' unread messages, as they are then opened by everybody."""
    caller, marked, members = _application(), _tag(), 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tags_tagmember WHERE tag_id = %s", [marked.pk])
        (members,) = cursor.fetchone()
        cursor.execute("ANALYZE tags_tagmember")
    bare, whole = _compare(caller, marked)
    click.echo(
        f"message_tag_100k: {members:,} receivers; bare INSERT…SELECT {bare * 1000:.0f} ms, "
        f"whole call {whole * 1000:.0f} ms, {whole / bare:.2f} times"
    )
    click.echo(
        f"message_tag_100k: first page told {_told_after(caller, marked) * 1000:.0f} ms after the call began"
    )
    return spread(cookies, [reverse("messages:list")] * len(cookies))


@transaction.atomic
def _application() -> Caller:
    found = Client.objects.filter(name=_NAME).select_related("unit").first()
    if found is None:
        root = Unit.objects.get(level=0)
        owner = Unit.objects.filter(level=2, visibility=1).order_by("position")[0]
        found = clients.register(
            owner, name=_NAME, scopes=["messages.send"], ranges=[root], domains=[], actor=SYSTEM
        )
        found = clients.enable(found, actor=SYSTEM)
    return caller_of(Client.objects.select_related("unit").get(pk=found.pk))


@transaction.atomic
def _tag() -> Tag:
    unit = Client.objects.select_related("unit").get(name=_NAME).unit
    made = Tag.objects.living().filter(unit=unit, name=_NAME).first()
    made = made or acts.make_tag(unit, name=_NAME, actor=SYSTEM)
    with connection.cursor() as cursor:
        cursor.execute(_FILL, {"tag": made.pk, "members": MEMBERS})
    return made


def _compare(caller: Caller, marked: Tag) -> tuple[float, float]:
    """Medians in seconds, one and the other in turn; each is taken back."""
    bare, whole = [], []
    for _ in range(_TIMES):
        bare.append(_timed(lambda: _store_bare(marked)))
        whole.append(_timed(lambda: _send(caller, marked)))
    return statistics.median(bare), statistics.median(whole)


def _timed(work: Any) -> float:
    with transaction.atomic():
        began = time.perf_counter()
        work()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what the commit would check
        spent = time.perf_counter() - began
        transaction.set_rollback(True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM messages_receipt")
    return spent


def _store_bare(marked: Tag) -> None:
    now = timezone.now()
    message = Message.objects.create(
        app="bench", kind="messages.open_notice", category="notice", title=_NAME, about_type="", about_id="",
        sender_name="", receivers=0, sent_at=now,
    )  # fmt: skip
    with connection.cursor() as cursor:
        values: dict[str, Any] = {"message": message.pk, "now": now, "tag": marked.pk}
        cursor.execute(_BARE, values)


def _send(caller: Caller, marked: Tag) -> Message:
    sent = open_messages.send(category=Category.NOTICE, title=_NAME, tags=[str(marked.pk)], actor=caller)
    return sent.message


def _told_after(caller: Caller, marked: Tag) -> float:
    """From the beginning of the call to the line on a receiver's open page, commit included."""
    reader = Account.objects.filter(
        state="active", person__in=marked.members.filter(removed_at=None).values("person_id")
    ).order_by("pk")[0]
    port = _free_port()
    command = [sys.executable, "-m", "yiwang.site.cli", "realtime"]
    with subprocess.Popen(command, env=os.environ | {"YIWANG_REALTIME_PORT": str(port)}) as process:
        try:
            page = _open(port, cookie_of(reader))
            before = _number(page)
            began = time.perf_counter()
            _send(caller, marked)
            while _number(page) == before:
                pass
            return time.perf_counter() - began
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _open(port: int, cookie: str) -> Any:
    until = time.monotonic() + _READY_SECONDS
    while True:
        try:
            page = socket.create_connection(("127.0.0.1", port), 30)
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        else:
            page.sendall(f"GET /live/ HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n".encode())
            return page.makefile("rb")


def _number(page: Any) -> int:
    """Unread messages, as the next line of numbers says."""
    for line in page:
        if line.startswith(b"data: "):
            return int(json.loads(line[6:])["messages"])
    raise click.ClickException("the stream of the open page has ended")
