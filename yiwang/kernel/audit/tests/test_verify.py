"""Whoever tampers with the log in the database is found out, and at which row."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection, transaction

from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit import actions, canonical, chain, queries, sealing, vocabulary
from yiwang.kernel.audit.models import Anchor, Entry, Pending
from yiwang.kernel.crypto import keys, rings, sm2

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("empty_log")]

COLUMNS = [field.column for field in Entry._meta.fields if field.name not in ("id", "seal")]


def record(rows: int = 1) -> list[int]:
    """Record so many acts, each in a transaction of its own; the rows' ids."""
    before = set(Entry.objects.values_list("pk", flat=True))
    for number in range(rows):
        with transaction.atomic():
            actions.record(
                vocabulary.LOG_READ, ("audit.entry", number, f"第{number}行"), actor=SYSTEM, reason="月度审查"
            )
    return sorted(set(Entry.objects.values_list("pk", flat=True)) - before)


def anchored(*sizes: int) -> list[list[int]]:
    """Anchors of so many rows each; the rows' ids by anchor."""
    made = []
    for size in sizes:
        made.append(record(size))
        assert actions.extend_chain(actor=SYSTEM) == size
    return made


def tamper(statement: str, *parameters: object) -> None:
    """Do what somebody with full rights on the database could do: go round the triggers."""
    with connection.cursor() as cursor:
        for table in ("audit_entry", "audit_anchor"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER audit_append_only")
        cursor.execute(statement, parameters)  # type: ignore[arg-type]  # any parameters
        for table in ("audit_entry", "audit_anchor"):
            cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER audit_append_only")


def broken() -> queries.Broken:
    found = queries.verify().broken
    assert found is not None
    return found


def test_an_empty_log_is_intact() -> None:
    assert queries.verify().is_intact
    assert actions.extend_chain(actor=SYSTEM) == 0


def test_an_untouched_log_is_intact() -> None:
    anchored(3, 1, 5)
    record(2)
    steps: list[tuple[int, int]] = []
    result = queries.verify(progress=lambda *step: steps.append(step))
    assert (result.is_intact, result.entries, result.anchors, result.pending) == (True, 11, 3, 2)
    assert result.warnings == ()
    assert steps[-1] == (11, 11)


def test_batches_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "_BATCH", 4)
    monkeypatch.setattr(queries, "_COPIES_PER_QUERY", 2)
    monkeypatch.setattr(actions, "_LARGEST_ANCHOR", 3)
    record(20)
    assert actions.extend_chain(actor=SYSTEM) == 20
    record(9)
    result = queries.verify()
    assert (result.is_intact, result.entries, result.anchors, result.pending) == (True, 29, 7, 9)
    victim = Anchor.objects.get(number=6).entry_ids[1]
    tamper("DELETE FROM audit_entry WHERE id = %s", victim)
    assert (broken().entry_id, broken().anchor) == (victim, 6)


@pytest.mark.parametrize("column", COLUMNS)
def test_an_altered_row_is_named(column: str) -> None:
    _, (_, victim, _) = anchored(2, 3)
    values = {
        "at": "at + interval '1 microsecond'",
        "actor_account_id": "1",
        "changes": """'{"a": [1, 2]}'""",
    }
    value = values.get(column, f"{column} || ' '")
    tamper(f"UPDATE audit_entry SET {column} = {value} WHERE id = %s", victim)
    assert (broken().entry_id, broken().anchor) == (victim, 2)
    assert "封印" in broken().reason


def test_moving_text_between_columns_is_noticed() -> None:
    ((victim,),) = anchored(1)
    tamper(
        "UPDATE audit_entry SET target_title = left(target_title, 1),"
        " changes = substr(target_title, 2) || changes WHERE id = %s",
        victim,
    )
    assert broken().entry_id == victim


def test_an_altered_row_that_waits_for_its_anchor_is_named() -> None:
    anchored(2)
    _, victim = record(2)
    tamper("UPDATE audit_entry SET reason = '' WHERE id = %s", victim)
    assert (broken().entry_id, broken().anchor) == (victim, None)
    actions.extend_chain(actor=SYSTEM)
    assert broken().entry_id == victim, "anchoring does not launder it"


def test_a_deleted_row_is_named() -> None:
    (_, victim), _ = anchored(2, 3)
    tamper("DELETE FROM audit_entry WHERE id = %s", victim)
    assert (broken().entry_id, broken().anchor, broken().reason) == (victim, 1, "该行已被删除")


def test_a_row_deleted_before_its_anchor_is_named_then_and_later() -> None:
    victim, _ = record(2)
    tamper("DELETE FROM audit_entry WHERE id = %s", victim)
    assert broken().entry_id == victim
    actions.extend_chain(actor=SYSTEM)
    assert (broken().entry_id, broken().anchor) == (victim, 1)


def test_a_row_exchanged_for_another_is_named() -> None:
    ((first, second),) = anchored(2)
    tamper("UPDATE audit_entry SET id = -1 WHERE id = %s", first)
    tamper("UPDATE audit_entry SET id = %s WHERE id = %s", first, second)
    tamper("UPDATE audit_entry SET id = %s WHERE id = -1", second)
    assert broken().entry_id == first


COPY = """INSERT INTO audit_entry (at, verb, actor_account_id, actor_name, actor_unit, target_type, target_id,
    target_title, changes, reason, request_id, address, seal)
    SELECT at, verb, actor_account_id, actor_name, actor_unit, target_type, target_id, target_title, changes,
    reason, request_id, address, seal FROM audit_entry WHERE id = %s RETURNING id"""


def test_an_inserted_row_is_named() -> None:
    ((known, _),) = anchored(2)
    with connection.cursor() as cursor:
        cursor.execute(COPY, [known])
        (stray,) = cursor.fetchone()
    assert (broken().entry_id, broken().reason) == (stray, "该行不在链中：被非法插入")
    Pending.objects.create(entry_id=stray)
    assert broken().entry_id == stray, "a copied seal is of no use under another id"
    actions.extend_chain(actor=SYSTEM)
    assert broken().entry_id == stray


def test_a_genuine_row_kept_from_the_chain_is_named() -> None:
    anchored(2)
    (hidden,) = record()
    Pending.objects.all().delete()
    assert (broken().entry_id, broken().reason) == (hidden, "该行不在链中：被非法插入")


def test_a_row_taken_up_twice_is_noticed() -> None:
    ((known, _),) = anchored(2)
    Pending.objects.create(entry_id=known)
    assert "两次" in broken().reason
    actions.extend_chain(actor=SYSTEM)
    assert "两次" in broken().reason


CHANGES: dict[str, tuple[str, int]] = {
    "digest": ("digest = '\\x00'", 2),
    "time": ("at = at + interval '1 second'", 2),
    "total": ("total = total + 1", 2),
    "order": ("entry_ids = ARRAY[entry_ids[2], entry_ids[1]]", 2),
    "rows left out": ("entry_ids = entry_ids[1:1]", 2),
    "signature": ("signature = '\\x00'", 3),  # the next digest covers it
    "number": ("number = 9", 2),
}


@pytest.mark.parametrize("change", CHANGES)
def test_an_altered_anchor_is_named(change: str) -> None:
    anchored(2, 2, 2)
    assignment, noticed_at = CHANGES[change]
    tamper(f"UPDATE audit_anchor SET {assignment} WHERE number = 2")
    assert broken().anchor == noticed_at


@pytest.mark.parametrize("assignment", ["signature = '\\x00'", "signature = decode(repeat('11', 64), 'hex')"])
def test_the_last_signature_is_checked(assignment: str) -> None:
    anchored(2, 2)
    tamper(f"UPDATE audit_anchor SET {assignment} WHERE number = 2")
    assert (broken().anchor, broken().reason) == (2, "锚点的签名无效")


def test_a_missing_anchor_is_named() -> None:
    _, (first, _), _ = anchored(2, 2, 2)
    tamper("DELETE FROM audit_anchor WHERE number = 2")
    assert (broken().anchor, broken().reason) == (2, "第2号锚点已被删除")
    assert first not in Anchor.objects.get(number=3).entry_ids


def test_a_chain_rebuilt_without_the_signing_key_is_noticed() -> None:
    """Rows, digests and totals all fit; only the signatures cannot be made."""
    (first, second), others = anchored(2, 2)
    tamper("DELETE FROM audit_entry WHERE id = %s", second)
    before = (chain.NOTHING, chain.NOTHING)
    for number, ids in ((1, [first]), (2, others)):
        anchor = Anchor.objects.get(number=number)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {canonical.SQL} FROM audit_entry e WHERE id = ANY(%s) ORDER BY id", [ids])
            forms = [bytes(form) for (form,) in cursor]
        digest = chain.digest(before, number, canonical.microseconds(anchor.at), forms)
        tamper(
            "UPDATE audit_anchor SET digest = %s, entry_ids = %s, total = %s WHERE number = %s",
            digest,
            ids,
            2 * number - 1,
            number,
        )
        before = (digest, bytes(anchor.signature))
    assert (broken().anchor, broken().reason) == (2, "锚点的签名无效")


@pytest.mark.parametrize("kept", [0, 1])
def test_a_cut_off_tail_is_noticed_by_the_copy(kept: int) -> None:
    """Consistent in itself: rows, anchors and waiting rows after a point are all gone."""
    parts = anchored(2, 3, 2)
    record(1)
    first_lost = parts[kept][0]
    tamper("DELETE FROM audit_entry WHERE id >= %s", first_lost)
    tamper("DELETE FROM audit_anchor WHERE number > %s", kept)
    Pending.objects.all().delete()
    assert (broken().entry_id, broken().anchor) == (first_lost, kept + 1)
    assert "截断" in broken().reason


def test_a_new_chain_in_place_of_the_old_one_is_noticed(anchor_file: Path) -> None:
    (((old, _),)) = anchored(2)
    tamper("TRUNCATE audit_entry, audit_anchor, audit_pending")
    kept = anchor_file.read_bytes()
    anchored(2)
    anchor_file.write_bytes(kept)
    assert (broken().entry_id, broken().anchor) == (old, 1)


def test_a_missing_or_damaged_copy_is_a_warning(anchor_file: Path) -> None:
    anchored(2, 2)
    lines = anchor_file.read_text().splitlines()
    forged = json.loads(lines[0]) | {"total": 7, "digest": "00" * 32}
    anchor_file.write_text("\n".join((json.dumps(forged), "not json", lines[1], "{}")) + "\n")
    result = queries.verify()
    assert result.is_intact
    assert result.warnings == tuple(f"锚点副本文件第{line}行已损坏" for line in (1, 2, 4))
    anchor_file.unlink()
    assert "没有找到锚点副本文件" in queries.verify().warnings[0]


def test_anchors_written_after_the_check_began_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    anchored(2)
    real = queries._Check.copies

    def meanwhile(self: queries._Check, size: int) -> queries.Broken | None:
        anchored(1)
        return real(self, size)

    monkeypatch.setattr(queries._Check, "copies", meanwhile)
    result = queries.verify()
    assert (result.is_intact, result.anchors) == (True, 1)


def test_an_unwritable_copy_does_not_stop_the_chain(settings: object, tmp_path: Path) -> None:
    settings.AUDIT_ANCHOR_FILE = tmp_path  # type: ignore[attr-defined]  # a folder cannot be appended to
    anchored(2)
    assert Anchor.objects.count() == 1


def test_a_copy_can_be_checked_with_the_public_key_alone(anchor_file: Path) -> None:
    anchored(2)
    line = json.loads(anchor_file.read_text())
    signature = bytes.fromhex(line.pop("signature"))
    signed = "yiwang audit anchor\n" + "\n".join(f"{name}={value}" for name, value in line.items())
    key = keys.provider().public_key(keys.AUDIT)
    assert sm2.VerifyingKey(key).verify(signed.encode(), signature)


@pytest.mark.parametrize(
    "statement", ["DISABLE TRIGGER audit_append_only", "ENABLE TRIGGER audit_append_only"]
)
def test_a_switched_off_trigger_is_noticed(statement: str) -> None:
    anchored(1)
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE audit_entry {statement}")
    found = queries.verify().broken
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER audit_append_only")
    assert found == queries.Broken(None, None, "防止修改日志的触发器被停用或删除")


def test_rows_that_wait_too_long_are_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    class Earlier(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Earlier":
            return super().now(tz) - timedelta(minutes=11)

    monkeypatch.setattr(actions, "datetime", Earlier)
    record()
    assert "未锚定" in queries.verify().warnings[0]


@pytest.mark.parametrize("anchor", [True, False])
def test_rows_sealed_under_several_keys_are_all_good(monkeypatch: pytest.MonkeyPatch, anchor: bool) -> None:
    purpose = f"mac:test-{uuid4()}"
    monkeypatch.setattr(sealing, "PURPOSE", purpose)
    record(2)
    rings.renew(purpose)
    with rings.own_connection() as cursor:
        cursor.execute(
            "UPDATE crypto_datakey SET created_at = now() - interval '1 day' WHERE purpose = %s", [purpose]
        )
    rings.ring(purpose, fresh=True)
    record(2)
    if anchor:
        actions.extend_chain(actor=SYSTEM)
    assert len({bytes(seal)[:2] for seal in Entry.objects.values_list("seal", flat=True)}) == 2
    assert queries.verify().is_intact


def test_the_check_changes_nothing(anchor_file: Path) -> None:
    anchored(2)
    record(1)
    tables: Callable[[], tuple[int, ...]] = lambda: (  # noqa: E731 - asked twice
        Entry.objects.count(),
        Anchor.objects.count(),
        Pending.objects.count(),
        anchor_file.stat().st_size,
    )
    before = tables()
    queries.verify()
    assert tables() == before
