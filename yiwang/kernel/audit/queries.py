"""Reading the audit log as a whole: `verify`. Pages that show entries use Entry.objects.visible_to.

One pass in the order of the chain, inside one snapshot, in constant memory. The database puts the canonical
rows together while this process hashes the batch before.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

import psycopg
from django.db import connection

from yiwang.kernel.audit import canonical, chain, sealing
from yiwang.kernel.crypto import sm3

Progress = Callable[[int, int], None]

_BATCH = 20_000
_ANCHORS_PER_FETCH = 20  # of up to 10,000 row ids each
_COPIES_PER_QUERY = 1_000
_LATE_MINUTES = 10

# A batch must not make the database read the whole table.
_SETTINGS = "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL jit = off"
_ROWS = f"""SELECT x.id, {canonical.SQL} AS form, e.seal
    FROM unnest(%s::bigint[]) WITH ORDINALITY AS x(id, place) LEFT JOIN audit_entry e ON e.id = x.id
    ORDER BY x.place"""
_JOINED = f"""SELECT count(seal), string_agg(form, '\\x1d'::bytea), string_agg(seal, ''::bytea)
    FROM ({_ROWS}) AS r"""
_ANCHORS = "SELECT number, at, total, digest, signature, entry_ids FROM audit_anchor ORDER BY number"
_SIZE = "SELECT coalesce(max(total), 0) + (SELECT count(*) FROM audit_pending) FROM audit_anchor"
_TRIGGERS = """SELECT count(*) FROM pg_trigger WHERE tgname = 'audit_append_only' AND tgenabled = 'A'
    AND tgrelid IN ('audit_entry'::regclass, 'audit_anchor'::regclass)"""
_STRAY = """SELECT min(e.id) FROM audit_entry e
    WHERE NOT EXISTS (SELECT FROM audit_pending p WHERE p.entry_id = e.id)
      AND NOT EXISTS (SELECT FROM (SELECT unnest(entry_ids) AS id FROM audit_anchor) a WHERE a.id = e.id)"""
_LATE = f"""SELECT count(*) FROM audit_pending p JOIN audit_entry e ON e.id = p.entry_id
    WHERE e.at < now() - interval '{_LATE_MINUTES} minutes'"""


@dataclass(frozen=True)
class Broken:
    """The first place where the log is not what was written. entry_id, anchor: where known."""

    entry_id: int | None
    anchor: int | None
    reason: str


@dataclass(frozen=True)
class Verification:
    """The result. entries: rows found intact, of which `pending` wait for their anchor."""

    entries: int
    anchors: int
    pending: int
    broken: Broken | None
    warnings: tuple[str, ...]
    seconds: float

    @property
    def is_intact(self) -> bool:
        return self.broken is None


class _Anchor(NamedTuple):
    number: int
    at: int
    total: int
    digest: bytes
    signature: bytes
    ids: Sequence[int]

    @property
    def statement(self) -> chain.Statement:
        return chain.Statement(
            self.number, self.at, self.total, min(self.ids), max(self.ids), self.digest.hex()
        )


class _Batch(NamedTuple):
    """Rows in chain order: forms joined by GROUP_SEPARATOR, seals end to end; found: how many rows exist."""

    anchors: Sequence[_Anchor]
    ids: Sequence[int]
    found: int
    forms: bytes
    seals: bytes


def verify(progress: Progress | None = None) -> Verification:
    """Check every row, anchor and copy. progress: called with (rows done, rows in all)."""
    started = time.monotonic()
    copies_size = chain.copies_size()  # before the snapshot, which then has every anchor copied so far
    with _snapshot() as own:
        check = _Check(own, progress or (lambda done, total: None))
        broken = (
            check.triggers()
            or check.anchored()
            or check.pending()
            or check.strays()
            or check.copies(copies_size)
        )
        return Verification(
            entries=check.done,
            anchors=check.last.number if check.last else 0,
            pending=check.waiting,
            broken=broken,
            warnings=tuple(check.warnings),
            seconds=time.monotonic() - started,
        )


@contextmanager
def _snapshot() -> Iterator[psycopg.Connection[Any]]:
    """A connection of its own, that sees one moment and cannot write."""
    wrapper: Any = connection.copy()
    try:
        wrapper.ensure_connection()
        own: psycopg.Connection[Any] = wrapper.connection
        own.autocommit = False
        own.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        own.read_only = True
        own.execute(_SETTINGS)
        yield own
    finally:
        wrapper.close()


class _Check:
    """One run of verify. Each method returns the first broken place it finds, or None."""

    def __init__(self, own: psycopg.Connection[Any], progress: Progress) -> None:
        self._own = own
        self._progress = progress
        self._keys = sealing.keys_by_version()
        self._size: int = self._one(_SIZE)
        self.last: _Anchor | None = None
        self.done = 0
        self.waiting = 0
        self.warnings: list[str] = []

    def _query(self, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
        """All rows, in binary form: bytea arrives without being decoded from hex."""
        return (
            psycopg.Cursor(self._own).execute(statement.encode(), parameters or None, binary=True).fetchall()
        )

    def _one(self, statement: str) -> Any:
        return self._query(statement)[0][0]

    def triggers(self) -> Broken | None:
        """Are UPDATE, DELETE and TRUNCATE still refused?"""
        return None if self._one(_TRIGGERS) == 2 else Broken(None, None, "防止修改日志的触发器被停用或删除")

    def anchored(self) -> Broken | None:
        """All rows that anchors hold, in chain order; then the signature that vouches for the whole chain."""
        batches = self._batches()
        with ThreadPoolExecutor(max_workers=1) as pool:
            upcoming = pool.submit(next, batches, None)
            while (batch := upcoming.result()) is not None:
                upcoming = pool.submit(next, batches, None)
                broken = self._rows(batch) or self._links(batch)
                if broken:
                    upcoming.result()
                    return broken
        if self.last and not self.last.statement.is_signed_by(self.last.signature):
            return Broken(min(self.last.ids), self.last.number, "锚点的签名无效")
        return None

    def _batches(self) -> Iterator[_Batch | None]:
        anchors: list[_Anchor] = []
        size = 0
        with psycopg.ServerCursor(self._own, "audit_anchors") as cursor:
            cursor.itersize = _ANCHORS_PER_FETCH
            for number, at, *rest in cursor.execute(_ANCHORS.encode()):
                anchors.append(_Anchor(number, canonical.microseconds(at), *rest))
                size += len(anchors[-1].ids)
                if size >= _BATCH:
                    yield self._batch(anchors, [entry_id for anchor in anchors for entry_id in anchor.ids])
                    anchors, size = [], 0
        if anchors:
            yield self._batch(anchors, [entry_id for anchor in anchors for entry_id in anchor.ids])

    def _batch(self, anchors: Sequence[_Anchor], ids: Sequence[int]) -> _Batch:
        ((found, forms, seals),) = self._query(_JOINED, ids)
        return _Batch(anchors, ids, found, forms or b"", seals or b"")

    def _rows(self, batch: _Batch) -> Broken | None:
        """Is each row there, and as its seal says?"""
        broken = None if self._are_sealed(batch) else self._row_by_row(batch)
        if broken is None:
            self.done += len(batch.ids)
            self._progress(self.done, self._size)
        return broken

    def _are_sealed(self, batch: _Batch) -> bool:
        """The fast way: all rows are there and carry good seals of one key."""
        forms = batch.forms.split(chain.GROUP_SEPARATOR)
        version = batch.seals[: sealing.VERSION_SIZE]
        key = self._keys.get(version)
        if key is None or not batch.found == len(batch.ids) == len(forms):
            return False
        size = sealing.MAC_SIZE
        return b"".join([version + mac[:size] for mac in sm3.hmacs(key, forms)]) == batch.seals

    def _row_by_row(self, batch: _Batch) -> Broken | None:
        """The slow way, for batches with something amiss or with seals of several keys."""
        holders = (anchor.number for anchor in batch.anchors for _ in anchor.ids)
        for entry_id, form, seal in self._query(_ROWS, batch.ids):
            holder = next(holders, None)
            if seal is None:
                return Broken(entry_id, holder, "该行已被删除")
            if not sealing.is_sealed(form, seal, self._keys):
                return Broken(entry_id, holder, "该行的内容与封印不符：被修改，或不是由本平台写入")
        return None

    def _links(self, batch: _Batch) -> Broken | None:
        """Does each anchor follow the one before it and hold exactly these rows?"""
        forms = batch.forms.split(chain.GROUP_SEPARATOR)
        place = 0
        for anchor in batch.anchors:
            number, total, before = 1, 0, (chain.NOTHING, chain.NOTHING)
            if self.last:
                number, total = self.last.number + 1, self.last.total
                before = (self.last.digest, self.last.signature)
            first = anchor.ids[0] if anchor.ids else None
            if anchor.number != number:
                return Broken(first, number, f"第{number}号锚点已被删除")
            held = forms[place : place + len(anchor.ids)]
            place += len(anchor.ids)
            digest = chain.digest(before, anchor.number, anchor.at, held)
            if anchor.total != total + len(held) or anchor.digest != digest:
                return Broken(first, number, "锚点与它所收录的日志不符")
            self.last = anchor
        return None

    def pending(self) -> Broken | None:
        """Rows that no anchor holds yet: the seal alone protects them."""
        with psycopg.ServerCursor(self._own, "audit_pending") as cursor:
            cursor.execute(b"SELECT entry_id FROM audit_pending ORDER BY entry_id")
            while ids := [entry_id for (entry_id,) in cursor.fetchmany(_BATCH)]:
                self.waiting += len(ids)
                broken = self._rows(self._batch([], ids))
                if broken:
                    return broken
        if self._one(_LATE):
            self.warnings.append(f"有日志超过{_LATE_MINUTES}分钟仍未锚定，请检查后台任务是否运行")
        return None

    def strays(self) -> Broken | None:
        """Rows that came into the table by another way than record()."""
        if self._one("SELECT count(*) FROM audit_entry") == self.done:
            return None
        self._own.execute("SET LOCAL enable_hashjoin = on; SET LOCAL enable_mergejoin = on")
        stray = self._one(_STRAY)
        if stray is None:
            return Broken(None, None, "有日志被收录了两次：锚点表或待锚定表被改动")
        return Broken(stray, None, "该行不在链中：被非法插入")

    def copies(self, size: int) -> Broken | None:
        """Does the database still hold every anchor that was copied to the file?"""
        copies = chain.read_copies(size)
        if not size and self.last:
            self.warnings.append("没有找到锚点副本文件，无法核对日志尾部是否被截断")
        while some := list(islice(copies, _COPIES_PER_QUERY)):
            numbers = [copy.statement.number for copy in some if copy.statement]
            held = dict(
                self._query("SELECT number, digest FROM audit_anchor WHERE number = ANY(%s)", numbers)
            )
            for copy in some:
                if copy.statement and held.get(copy.statement.number, b"").hex() == copy.statement.digest:
                    continue
                if copy.statement and copy.statement.is_signed_by(copy.signature):
                    reason = "锚点副本与数据库不一致：日志尾部被截断，或数据库曾恢复到较早的备份"
                    return Broken(copy.statement.first, copy.statement.number, reason)
                self.warnings.append(f"锚点副本文件第{copy.line}行已损坏")
        return None
