"""Keeping watch over calls: limits, the log of calls, the counts per day, words that sign once, answers kept.

None of this is an act of the office: it has a log of its own and stands outside of the audit log.
"""

import atexit
import datetime
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import DatabaseError, OperationalError, connection, transaction
from django.http import HttpResponse
from django.utils import timezone

from yiwang.kernel.database import planned
from yiwang.kernel.errors import Refused
from yiwang.platform.clients import rules
from yiwang.platform.clients.models import Call, Nonce, Repeat
from yiwang.platform.clients.vocabulary import OTHER_REQUEST, STILL_RUNNING, TOO_OFTEN

log = logging.getLogger(__name__)

_FLUSH_SECONDS = 1.0
_FLUSH_AT = 500
_KEEP_CALLS = datetime.timedelta(days=190)
_WAIT_FOR_TWIN = "10s"

# Refill by the time that passed, then take one if there is one. One row lock, no log written to disk.
_TAKE = """
    INSERT INTO clients_bucket AS own (subject, call, tokens, is_open, at)
    VALUES (%(subject)s, %(call)s, %(burst)s::float - 1, true, clock_timestamp())
    ON CONFLICT (subject, call) DO UPDATE SET
        tokens = filled.tokens - CASE WHEN filled.tokens >= 1 THEN 1 ELSE 0 END,
        is_open = filled.tokens >= 1, at = clock_timestamp()
    RETURNING tokens, is_open"""
_FILLED = """least(%(burst)s::float, own.tokens
    + %(rate)s::float * greatest(0, extract(epoch FROM clock_timestamp() - own.at)))"""
TAKE = _TAKE.replace("filled.tokens", _FILLED)

_COUNT = """
    INSERT INTO clients_usage AS own (client_id, call, day, calls, refused, limited, failed, ms)
    SELECT * FROM unnest(%s::bigint[], %s::text[], %s::date[], %s::bigint[], %s::bigint[], %s::bigint[],
        %s::bigint[], %s::bigint[])
    ON CONFLICT (client_id, day, call) DO UPDATE SET calls = own.calls + excluded.calls,
        refused = own.refused + excluded.refused, limited = own.limited + excluded.limited,
        failed = own.failed + excluded.failed, ms = own.ms + excluded.ms"""

_RESERVE = """
    INSERT INTO clients_repeat (client_id, key, request_digest, status, content_type, answer, at)
    VALUES (%s, %s, %s, 0, '', '', now()) ON CONFLICT (client_id, key) DO NOTHING"""


@dataclass(frozen=True, slots=True)
class Room:
    """What is left of a limit. seconds: until there is one more call."""

    is_open: bool
    limit: int
    left: int
    seconds: int


def take(subject: str, call: str, *, rate: float, burst: int) -> Room:
    """Take one call out of the bucket."""
    (row,) = planned(TAKE, {"subject": subject[:60], "call": call[:80], "rate": rate, "burst": burst})
    tokens, is_open = row["tokens"], row["is_open"]
    seconds = 0 if is_open else max(1, -int(-((1 - tokens) / rate) // 1))
    return Room(is_open, burst, max(0, int(tokens)), seconds)


def has_room(subject: str, call: str, *, rate: float, burst: int) -> bool:
    """Take one, if there is one."""
    return take(subject, call, rate=rate, burst=burst).is_open


def require_room(subject: str, call: str, *, rate: float, burst: int) -> Room:
    """Take one or refuse with 429."""
    room = take(subject, call, rate=rate, burst=burst)
    if not room.is_open:
        raise Refused("调用过于频繁，请稍后重试", status=429, code=TOO_OFTEN, retry_after=room.seconds)
    return room


def is_fresh(client_pk: int, nonce: str) -> bool:
    """The word signs for the first time; from now on it is used up."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO clients_nonce (client_id, nonce, at) VALUES (%s, %s, now()) ON CONFLICT DO NOTHING",
            [client_pk, nonce],
        )
        return bool(cursor.rowcount)


def once(client_pk: int, key: str, request_digest: bytes, run: Callable[[], HttpResponse]) -> HttpResponse:
    """Run the request, or answer what was answered to it before.

    Reservation, act and answer are one transaction: a twin that comes meanwhile waits for it. What was
    refused or failed is not kept; it may be tried again with the same key.
    """
    with transaction.atomic():
        if not _reserve(client_pk, key, request_digest):
            return _replay(client_pk, key, request_digest)
        response = run()
        if not 200 <= response.status_code < 300:
            transaction.set_rollback(True)
            return response
        Repeat.objects.filter(client_id=client_pk, key=key).update(
            status=response.status_code,
            content_type=response.headers.get("Content-Type", "")[:60],
            answer=response.content,
        )
        return response


def _reserve(client_pk: int, key: str, request_digest: bytes) -> bool:
    old = timezone.now() - rules.REPEAT_LIFE
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{_WAIT_FOR_TWIN}'")
            Repeat.objects.filter(client_id=client_pk, key=key, at__lt=old).delete()
            cursor.execute(_RESERVE, [client_pk, key, request_digest])
            is_first = bool(cursor.rowcount)
            cursor.execute("SET LOCAL lock_timeout = DEFAULT")
            return is_first
    except OperationalError as error:
        raise Refused(
            "相同的请求正在处理，请稍后重试", status=409, code=STILL_RUNNING, retry_after=2
        ) from error


def _replay(client_pk: int, key: str, request_digest: bytes) -> HttpResponse:
    kept = Repeat.objects.get(client_id=client_pk, key=key)
    if bytes(kept.request_digest) != request_digest:
        raise Refused("该幂等键已用于另一个请求", status=422, code=OTHER_REQUEST)
    response = HttpResponse(bytes(kept.answer), content_type=kept.content_type, status=kept.status)
    response.headers["Idempotency-Replayed"] = "true"
    return response


@dataclass(frozen=True, slots=True)
class Note:
    """One call for the log."""

    client_pk: int
    call: str
    at: datetime.datetime
    status: int
    code: str
    ms: int
    address: str
    request_id: str


class _Buffer:
    """Calls that wait to be written together, about once a second: the log costs a call nothing."""

    def __init__(self) -> None:
        self._notes: list[Note] = []
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None

    def add(self, note: Note) -> None:
        with self._lock:
            self._notes.append(note)
            is_full = len(self._notes) >= _FLUSH_AT
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="clients-calls", daemon=True)
                self._thread.start()
        if is_full:
            self._wake.set()

    def flush(self) -> None:
        with self._lock:
            notes, self._notes = self._notes, []
        if notes:
            write(notes)

    def _run(self) -> None:
        while True:
            self._wake.wait(_FLUSH_SECONDS)
            self._wake.clear()
            try:
                self.flush()
            except Exception:  # the thread must live: those calls are lost, the next are written
                log.exception("calls could not be written")
            finally:
                connection.close_if_unusable_or_obsolete()


_buffer = _Buffer()


@atexit.register
def _write_the_rest() -> None:
    """When the process ends; the database may have ended before it."""
    try:
        _buffer.flush()
    except DatabaseError as error:
        log.warning("the last calls could not be written: %s", type(error).__name__)


def note(one: Note) -> None:
    """Remember a call; written within a second, at once where settings say so."""
    if settings.CALL_LOG_AT_ONCE:
        write([one])
    else:
        _buffer.add(one)


@transaction.atomic
def write(notes: list[Note]) -> None:
    """Write calls and their counts."""
    Call.objects.bulk_create(
        Call(
            client_id=one.client_pk,
            call=one.call,
            at=one.at,
            status=one.status,
            code=one.code,
            ms=one.ms,
            address=one.address,
            request_id=one.request_id,
        )
        for one in notes
    )
    counts: dict[tuple[int, str, datetime.date], list[int]] = {}
    for one in notes:
        own = counts.setdefault((one.client_pk, one.call, timezone.localdate(one.at)), [0] * 5)
        own[0] += 1
        own[1] += 400 <= one.status < 500 and one.status != 429
        own[2] += one.status == 429
        own[3] += one.status >= 500
        own[4] += one.ms
    ordered = sorted(counts.items())
    columns: list[list[Any]] = [[], [], [], [], [], [], [], []]
    for (client_pk, call, day), numbers in ordered:
        for column, value in zip(columns, [client_pk, call, day, *numbers], strict=True):
            column.append(value)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, columns)


def forget(*, now: datetime.datetime) -> None:
    """Throw away what is of no use any more: old calls, words, answers, full buckets."""
    Call.objects.filter(at__lt=now - _KEEP_CALLS).delete()
    Nonce.objects.filter(at__lt=now - 3 * rules.CLOCK_SKEW).delete()
    Repeat.objects.filter(at__lt=now - rules.REPEAT_LIFE).delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM clients_bucket WHERE at < %s", [now - datetime.timedelta(hours=1)])
