"""What `record` writes, who sees it, and that nobody changes it."""

import json
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError
from hypothesis import given
from hypothesis import strategies as st

from yiwang.kernel import request_context
from yiwang.kernel.actor import SYSTEM, System
from yiwang.kernel.audit import actions, canonical, sealing, vocabulary
from yiwang.kernel.audit.models import Anchor, Entry, Pending
from yiwang.kernel.extension.audit import AuditVerb

ZHAO: Any = SimpleNamespace(account_id=7, name="赵明", unit_name="区政务服务办公室")
SECRETS = {"310118198802291232": "310118********1232", "13812345678": "138****5678"}

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_log")]


def record(**options: Any) -> Entry:
    """Record one reading of the log and fetch it."""
    with transaction.atomic():
        actions.record(vocabulary.LOG_READ, ("audit.entry", 5, "审计日志"), **{"actor": ZHAO, **options})
    return Entry.objects.latest("pk")


def test_many_are_remembered_as_if_one_by_one() -> None:
    secret = "310118198802291232"
    events = [
        actions.Event(("audit.entry", number, f"第{number}行{secret}"), "清理", {"name": ["旧", secret]})
        for number in range(3)
    ]
    with transaction.atomic():
        actions.record_many(vocabulary.LOG_READ, events, actor=ZHAO)
        actions.record_many(vocabulary.LOG_READ, [], actor=ZHAO)
    entries = list(Entry.objects.order_by("pk"))
    assert [one.target_id for one in entries] == ["0", "1", "2"]
    assert entries[2].target_title == f"第2行{SECRETS[secret]}"
    assert entries[0].changed_fields == {"name": ["旧", SECRETS[secret]]}
    assert Pending.objects.count() == 3
    keys = sealing.keys_by_version()
    for one in entries:
        form = canonical.encode(
            one.pk, one.at, one.verb, one.actor_account_id, one.actor_name, one.actor_unit, one.target_type,
            one.target_id, one.target_title, one.changes, one.reason, one.request_id, one.address,
        )  # fmt: skip
        assert sealing.is_sealed(form, bytes(one.seal), keys)


def test_an_entry_keeps_copies_of_all_names() -> None:
    before = datetime.now(UTC)
    with request_context.entering(request_context.RequestContext("r-1", "10.1.2.3")):
        entry = record(reason="月度审查", changes={"name": ["旧", "新"]})
    assert before <= entry.at <= datetime.now(UTC)
    assert (entry.verb, entry.actor_account_id) == ("audit.read", 7)
    assert (entry.actor_name, entry.actor_unit) == ("赵明", "区政务服务办公室")
    assert (entry.target_type, entry.target_id, entry.target_title) == ("audit.entry", "5", "审计日志")
    assert (entry.reason, entry.changed_fields) == ("月度审查", {"name": ["旧", "新"]})
    assert (entry.request_id, entry.address) == ("r-1", "10.1.2.3")
    assert str(entry) == "赵明查看了审计日志"
    assert Pending.objects.filter(pk=entry.pk).exists()


def test_a_model_instance_is_described_by_itself() -> None:
    first = record()
    with transaction.atomic():
        actions.record(vocabulary.LOG_READ, first, actor=None, title="那一行")
    entry = Entry.objects.latest("pk")
    assert (entry.target_type, entry.target_id, entry.target_title) == (
        "audit.entry",
        str(first.pk),
        "那一行",
    )
    assert (entry.actor_account_id, entry.actor_name) == (None, SYSTEM.name)


def test_sentences_take_target_and_reason() -> None:
    entry = Entry(verb="no.longer_registered", actor_name="赵明", target_title="张三", reason="调动")
    assert str(entry) == "赵明no.longer_registered"


@pytest.mark.parametrize(("secret", "masked"), SECRETS.items())
def test_personal_numbers_never_reach_the_log(secret: str, masked: str) -> None:
    changes = {"text": [None, f"号码{secret}。"], "nested": [{"a": [secret]}, (secret,)]}
    entry = record(reason=f"核对{secret}", title=f"张三{secret}", changes=changes)
    row = " ".join(str(getattr(entry, field.name)) for field in Entry._meta.fields)
    assert secret not in row
    assert row.count(masked) == 5


@pytest.mark.parametrize(
    "text", ["青政务〔2026〕48号", "2026-11-23 16:00:00.123456", "1381234567", "138123456789"]
)
def test_other_numbers_stay(text: str) -> None:
    assert actions.mask(text) == text


def test_dates_and_codes_in_changes_become_text() -> None:
    entry = record(changes={"valid_until": [None, date(2026, 12, 31)], "count": [1, 2]})
    assert entry.changed_fields == {"valid_until": [None, "2026-12-31"], "count": [1, 2]}


def test_recording_needs_a_transaction_and_a_registered_verb(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LookupError, match="manifest"):
        actions.record(AuditVerb("audit.unheard_of", "x"), ("a", 1, "b"), actor=SYSTEM)
    monkeypatch.setattr(actions, "connection", SimpleNamespace(in_atomic_block=False))
    with pytest.raises(RuntimeError, match="transaction"):
        actions.record(vocabulary.LOG_READ, ("a", 1, "b"), actor=SYSTEM)


def test_an_entry_falls_with_its_transaction() -> None:
    @transaction.atomic
    def fail() -> None:
        actions.record(vocabulary.LOG_READ, ("a", 1, "b"), actor=SYSTEM)
        Pending.objects.bulk_create([Pending(entry_id=-1), Pending(entry_id=-1)])

    with pytest.raises(IntegrityError):
        fail()
    assert not Entry.objects.exists()
    assert not Pending.objects.exists()


def test_only_the_audit_administrator_sees_the_log() -> None:
    entry = record()

    class Nobody(System):
        def allows(self, permission: str, *, at: str | None = None) -> bool:
            return permission != vocabulary.READ.key

    assert list(Entry.objects.visible_to(SYSTEM)) == [entry]
    assert not Entry.objects.visible_to(Nobody()).exists()
    assert not Entry.objects.visible_to(None).exists()


@pytest.mark.parametrize("table", ["audit_entry", "audit_anchor"])
@pytest.mark.parametrize("statement", ["UPDATE {0} SET at = now()", "DELETE FROM {0}", "TRUNCATE {0}"])
def test_the_database_refuses_every_change(table: str, statement: str) -> None:
    record()
    actions.extend_chain(actor=SYSTEM)
    with (
        pytest.raises(DatabaseError, match="审计日志只能追加"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))
    assert (Entry.objects.count(), Anchor.objects.count()) == (1, 1)


def test_the_orm_cannot_change_the_log_either() -> None:
    entry = record()
    entry.reason = "另一个原因"
    for change in (entry.save, entry.delete, Entry.objects.all().delete):
        with pytest.raises(DatabaseError, match="审计日志只能追加"), transaction.atomic():
            change()


TEXTS = st.lists(st.text(max_size=30), min_size=9, max_size=9)


@given(texts=TEXTS, account=st.none() | st.integers(1, 2**62), at=st.datetimes(timezones=st.just(UTC)))
def test_python_and_the_database_agree_on_the_canonical_form(
    texts: list[str], account: int | None, at: datetime
) -> None:
    texts = [canonical.clean(text) for text in texts]
    columns = "id, at, verb, actor_account_id, actor_name, actor_unit, target_type, target_id, target_title"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {canonical.SQL} FROM (VALUES (%s::bigint, %s::timestamptz, %s, %s::bigint, %s, %s, %s,"
            f" %s, %s, %s, %s, %s, %s)) AS e ({columns}, changes, reason, request_id, address)",
            [3, at, "a.b", account, *texts],
        )
        assert bytes(cursor.fetchone()[0]) == canonical.encode(3, at, "a.b", account, *texts)


@given(st.text())
def test_cleaned_text_is_one_line_that_fits_the_form(text: str) -> None:
    cleaned = canonical.clean(text)
    cleaned.encode()
    assert not set(cleaned) & {chr(code) for code in (*range(32), 127)}
    assert canonical.clean(cleaned) == cleaned


def test_a_seal_holds_for_one_row_only() -> None:
    keys = sealing.keys_by_version()
    seal = sealing.seal(b"row")
    assert sealing.is_sealed(b"row", seal, keys)
    for form, other in (
        (b"rov", seal),
        (b"row", seal[:-1] + b"\0"),
        (b"row", b""),
        (b"row", b"\xff\xff" + seal[2:]),
    ):
        assert not sealing.is_sealed(form, other, keys)


def test_changes_are_kept_to_the_letter() -> None:
    entry = record(changes={"b": [1, 2], "a": ["一", "二"]})
    assert entry.changes == '{"b": [1, 2], "a": ["一", "二"]}'
    assert json.loads(entry.changes) == entry.changed_fields
