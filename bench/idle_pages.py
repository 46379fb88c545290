"""Ten thousand pages that idle, in one process; what bench.idle runs once Django is set up."""

import asyncio
import contextlib
import copy
import secrets
import statistics
import time
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connection

from bench import processes
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.accounts.actions import sessions
from yiwang.platform.accounts.models import Account, Session
from yiwang.platform.accounts.queries.principals import digest
from yiwang.platform.accounts.vocabulary import TOLD_LOCKED
from yiwang.platform.messages.actions import messages

_HEAD = "GET /live/ HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {}={}\r\n\r\n"
_AT_ONCE = 250
_IDLE_SECONDS = 30


class Page(asyncio.Protocol):
    """One page: counts what all are told, and when the last one was."""

    opened = 0
    told = 0
    last = 0.0

    def __init__(self, head: bytes) -> None:
        self.head = head

    def connection_made(self, transport: Any) -> None:
        transport.write(self.head)

    def data_received(self, data: bytes) -> None:
        if data.startswith(b"HTTP/1.1 200"):
            Page.opened += 1
        if b"event: numbers" in data:
            Page.told += 1
            Page.last = time.perf_counter()


async def measure(pages: int, port: int, pid: int) -> None:
    """Print what it costs to hold them, and how long they wait for news."""
    heads, persons = await sync_to_async(_visitors)(pages)
    await _until_it_listens(port)
    before, began = processes.memory_mb(pid), time.perf_counter()
    for start in range(0, len(heads), _AT_ONCE):
        await asyncio.gather(*(_open(head, port) for head in heads[start : start + _AT_ONCE]))
    while Page.told < len(heads):
        await asyncio.sleep(0.05)
    opened = time.perf_counter() - began
    spent = processes.cpu_seconds(pid)
    await asyncio.sleep(_IDLE_SECONDS)
    idle = (processes.cpu_seconds(pid) - spent) / _IDLE_SECONDS
    memory = processes.memory_mb(pid)
    each = (memory - before) * 1024 / len(heads)
    print(f"{Page.opened} pages opened in {opened:.1f} s; {memory:.0f} MB, {each:.1f} KiB a page")
    print(f"idle: {idle * 100:.1f} % of one core")
    one = [await _told([person]) for person in persons[:20]]
    print(f"one person told: median {statistics.median(one):.0f} ms, worst {max(one):.0f} ms")
    print(f"500 persons told: {await _told(persons[20:520]):.0f} ms until the last")
    print(f"all {len(persons)} told: {await _told(persons):.0f} ms until the last")


async def _open(head: bytes, port: int) -> None:
    await asyncio.get_running_loop().create_connection(lambda: Page(head), "127.0.0.1", port)


async def _until_it_listens(port: int) -> None:
    while True:
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return
        await asyncio.sleep(0.1)


async def _told(persons: list[int]) -> float:
    """Milliseconds from the commit of one message each until the last page has its new number."""
    before = Page.told
    began = await sync_to_async(_tell)(persons)
    while Page.told < before + len(persons):
        await asyncio.sleep(0.005)
    return (Page.last - began) * 1000


def _tell(persons: list[int]) -> float:
    messages.send(TOLD_LOCKED, to=persons, about=("bench", "0", ""), words={}, actor=SYSTEM)
    began = time.perf_counter()
    connection.close()
    return began


def _visitors(pages: int) -> tuple[list[bytes], list[int]]:
    """Sessions of as many different people as there are accounts: copies of one that was opened."""
    accounts = list(Account.objects.filter(state=Account.State.ACTIVE).order_by("id")[:pages])
    first = sessions.open_session(accounts[0], address="127.0.0.1", agent="bench")
    opened = Session.objects.get(token_digest=digest(first))
    tokens = [secrets.token_urlsafe(32) for _ in accounts]
    made = []
    for account, token in zip(accounts, tokens, strict=True):
        one = copy.copy(opened)
        one.pk, one.account, one.token_digest = None, account, digest(token)
        made.append(one)
    Session.objects.bulk_create(made)
    heads = [_HEAD.format(settings.SESSION_COOKIE, token).encode() for token in tokens]
    return heads, [account.person_id for account in accounts]
