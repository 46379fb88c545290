"""Encrypted fields and blind indexes, on a model of this test's own; and their rotation."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import FieldError
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext, isolate_apps
from hypothesis import given, settings
from hypothesis import strategies as st

from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.crypto import actions, columns, envelope, fields, rings, sm4
from yiwang.kernel.crypto.fields import BlindIndexField, EncryptedTextField
from yiwang.kernel.crypto.models import DataKey
from yiwang.kernel.errors import Refused

MOBILE = "13812345678"
INDEX_PURPOSE = "index:crypto_secret.mobile"

Model = Any  # a class made inside a fixture has no name that a type checker knows


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch, db: None) -> Iterator[Model]:
    """A table with encrypted columns, gone when the test's transaction is."""
    purpose = f"secret-{uuid4()}"
    with isolate_apps("yiwang.kernel.crypto") as registry:

        class Secret(models.Model):
            row_key = models.UUIDField(default=uuid4, unique=True, editable=False)
            name = models.CharField(max_length=20, default="")
            mobile = EncryptedTextField("手机号码", purpose=purpose, blank=True)
            id_number = EncryptedTextField(purpose=purpose, null=True)
            mobile_index = BlindIndexField(of="mobile", db_index=True)

            class Meta:
                app_label = "crypto"

            def __str__(self) -> str:
                return self.name

        monkeypatch.setattr(columns, "apps", registry)
        with connection.schema_editor() as editor:
            editor.create_model(Secret)
        yield Secret


def stored(secret: Model, row: Model, column: str = "mobile") -> bytes:
    """What really lies in the table."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM crypto_secret WHERE id = %s", [row.pk])
        return bytes(cursor.fetchone()[0])


def test_the_database_never_sees_the_text(secret: Model) -> None:
    row = secret.objects.create(mobile=MOBILE, id_number="310118198802291232")
    for column, text in (("mobile", MOBILE), ("id_number", "310118198802291232")):
        lying = stored(secret, row, column)
        assert text.encode() not in lying
        assert len(lying) == len(text) + envelope.OVERHEAD
    again = secret.objects.get(pk=row.pk)
    assert (again.mobile, again.id_number) == (MOBILE, "310118198802291232")


def test_equal_texts_lie_differently(secret: Model) -> None:
    one, two = secret.objects.create(mobile=MOBILE), secret.objects.create(mobile=MOBILE)
    assert stored(secret, one) != stored(secret, two)
    assert stored(secret, one, "mobile_index") == stored(secret, two, "mobile_index")


def test_empty_and_absent_are_kept_apart(secret: Model) -> None:
    row = secret.objects.create(mobile="")
    again = secret.objects.get(pk=row.pk)
    assert again.mobile == ""
    assert again.id_number is None
    assert again.mobile_index is None
    assert list(secret.objects.filter(id_number__isnull=True)) == [row]


@settings(max_examples=30, deadline=None)
@given(text=st.text(max_size=60, alphabet=st.characters(codec="utf-8")))
def test_any_text_comes_back(text: str) -> None:
    field = EncryptedTextField(purpose="secret-texts")
    field.model = type("Table", (), {"_meta": type("Meta", (), {"db_table": "t"})})
    field.column = "c"
    key = uuid4()
    ring = rings.Ring("secret-texts", 1, {1: b"k" * 16}, {1: sm4.SM4GCM(b"k" * 16)}, float("inf"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(rings._rings, "secret-texts", ring)
        assert field.reveal(key, field.seal(key, text)) == text


def test_a_list_that_does_not_ask_opens_nothing(secret: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    secret.objects.create(name="a", mobile=MOBILE)
    opened: list[str] = []
    real = envelope.unseal

    def counting(purpose: str, sealed: bytes, associated: bytes) -> bytes:
        opened.append(purpose)
        return real(purpose, sealed, associated)

    monkeypatch.setattr(envelope, "unseal", counting)
    (row,) = secret.objects.all()
    assert row.name == "a"
    assert opened == []
    assert row.mobile == MOBILE
    assert len(opened) == 1


def test_a_value_pasted_from_another_row_or_column_is_refused(secret: Model) -> None:
    mine = secret.objects.create(mobile=MOBILE)
    other = secret.objects.create(mobile="13900000000", id_number="310118198802291232")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE crypto_secret SET mobile = %s WHERE id = %s", [stored(secret, other), mine.pk])
        cursor.execute("UPDATE crypto_secret SET id_number = mobile WHERE id = %s", [other.pk])
    with pytest.raises(envelope.SealBroken):
        _ = secret.objects.get(pk=mine.pk).mobile
    with pytest.raises(envelope.SealBroken):
        _ = secret.objects.get(pk=other.pk).id_number


def test_saving_what_was_only_read_writes_the_same_bytes(secret: Model) -> None:
    row = secret.objects.create(mobile=MOBILE)
    before = stored(secret, row), stored(secret, row, "mobile_index")
    again = secret.objects.get(pk=row.pk)
    again.name = "renamed"
    again.save()
    assert (stored(secret, row), stored(secret, row, "mobile_index")) == before


def test_a_new_value_is_sealed_and_indexed_anew(secret: Model) -> None:
    row = secret.objects.create(mobile=MOBILE)
    row.mobile = "13900000000"
    row.save(update_fields=["mobile", "mobile_index"])
    assert secret.objects.get(pk=row.pk).mobile == "13900000000"
    assert not secret.objects.filter(mobile_index__in=fields.blind_index(secret, "mobile", MOBILE)).exists()
    assert secret.objects.get(mobile_index__in=fields.blind_index(secret, "mobile", "13900000000")) == row
    row.mobile = ""
    row.save()
    assert secret.objects.get(pk=row.pk).mobile_index is None


def test_rows_are_found_by_exact_value(secret: Model) -> None:
    rows = secret.objects.bulk_create([secret(mobile=f"138{number:08}") for number in range(20)])
    found = secret.objects.filter(mobile_index__in=fields.blind_index(secret, "mobile", "13800000007"))
    assert [row.pk for row in found] == [rows[7].pk]
    assert fields.blind_index(secret, "mobile", "") == []


def test_values_are_opaque_and_do_not_show_themselves(secret: Model) -> None:
    row = secret.objects.create(mobile=MOBILE)
    value = secret.objects.values_list("mobile", flat=True).get()
    assert isinstance(value, fields.Sealed)
    assert str(value) == repr(value) == f"<密文 {11 + envelope.OVERHEAD} 字节>"
    assert fields.reveal_for(secret, "mobile", row.row_key, value) == MOBILE
    assert fields.reveal_for(secret, "mobile", row.row_key, None) is None


def test_deferred_values_are_fetched_when_asked_for(secret: Model) -> None:
    secret.objects.create(name="a", mobile=MOBILE)
    row = secret.objects.only("name").get()
    with CaptureQueriesContext(connection) as queries:
        row.save()
        assert row.mobile == MOBILE
    assert "mobile" not in queries[0]["sql"]


@pytest.mark.parametrize(
    "lookup", ["mobile", "mobile__exact", "mobile__contains", "mobile__in", "mobile__gt"]
)
def test_searching_the_sealed_column_is_an_error(secret: Model, lookup: str) -> None:
    with pytest.raises(FieldError):
        secret.objects.filter(**{lookup: MOBILE})


def test_plain_text_in_update_is_an_error(secret: Model) -> None:
    secret.objects.create(mobile=MOBILE)
    with pytest.raises(TypeError, match="plain text"):
        secret.objects.update(mobile="13900000000")


def test_loaders_write_what_the_model_reads(secret: Model) -> None:
    key = uuid4()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO crypto_secret (row_key, name, mobile, mobile_index) VALUES (%s, '', %s, %s)",
            [key, fields.seal_for(secret, "mobile", key, MOBILE), fields.blind_for(secret, "mobile", MOBILE)],
        )
    row = secret.objects.get(mobile_index__in=fields.blind_index(secret, "mobile", MOBILE))
    assert (row.row_key, row.mobile) == (key, MOBILE)
    assert fields.blind_for(secret, "mobile", "") is None


@isolate_apps("yiwang.kernel.crypto")
def test_checks_name_a_missing_row_key_and_sibling() -> None:
    class Careless(models.Model):
        mobile = EncryptedTextField(purpose="p")
        index = BlindIndexField(of="nothing")

        class Meta:
            app_label = "crypto"

        def __str__(self) -> str:
            return ""

    assert [error.id for error in Careless._meta.get_field("mobile").check()] == ["crypto.E001"]
    assert [error.id for error in Careless._meta.get_field("index").check()] == ["crypto.E002"]


def test_migrations_remember_purpose_and_sibling(secret: Model) -> None:
    for name, expected in (("mobile", "purpose"), ("mobile_index", "of")):
        field = secret._meta.get_field(name)
        _, _, args, options = field.deconstruct()
        assert expected in options
        assert type(field)(*args, **options).deconstruct()[1:] == field.deconstruct()[1:]


def settle(purpose: str) -> None:
    """As if the newest key had been begun an hour ago."""
    with rings.own_connection() as cursor:
        cursor.execute(
            "UPDATE crypto_datakey SET created_at = created_at - interval '1 hour' WHERE purpose = %s",
            [purpose],
        )
    rings.ring(purpose, fresh=True)


@pytest.mark.parametrize("what", ["text", "index"])
def test_a_rotation_renews_every_value_and_loses_none(
    secret: Model, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(columns, "_BATCH", 7)
    purpose = secret._meta.get_field("mobile").purpose if what == "text" else INDEX_PURPOSE
    column, at = ("mobile", 1) if what == "text" else ("mobile_index", 0)
    rows = [secret.objects.create(mobile=f"138{number:08}") for number in range(30)]
    former = rings.ring(purpose, fresh=True).current
    settle(purpose)

    begun = actions.rotate_data_key(purpose, actor=SYSTEM)
    assert (begun.version, begun.rows) == (former + 1, 0)
    assert begun.ready_at is not None
    assert rings.ring(purpose).current == former, "others do not know the new version yet"
    assert actions.rotate_data_key(purpose, actor=SYSTEM) == begun, "asking again begins no further version"

    settle(purpose)
    late = secret.objects.create(mobile="13999999999")
    steps: list[tuple[int, int]] = []
    done = actions.rotate_data_key(purpose, actor=SYSTEM, progress=lambda *step: steps.append(step))
    assert (done.version, done.ready_at, done.rows, done.broken) == (former + 1, None, 30, ())
    assert steps[0] == (0, 30)
    assert steps[-1] == (30, 30)
    for number, row in enumerate(rows):
        assert int.from_bytes(stored(secret, row, column)[at : at + 2], "big") == former + 1
        number_then = f"138{number:08}"
        assert secret.objects.get(mobile_index__in=fields.blind_index(secret, "mobile", number_then)) == row
        assert secret.objects.get(pk=row.pk).mobile == number_then
    assert secret.objects.get(pk=late.pk).mobile == "13999999999"
    retired = DataKey.objects.filter(purpose=purpose).exclude(retired_at=None)
    assert [key.version for key in retired] == list(range(1, former + 1))


def test_a_rotation_leaves_a_damaged_value_alone_and_says_so(secret: Model) -> None:
    purpose = secret._meta.get_field("mobile").purpose
    good, bad = secret.objects.create(mobile=MOBILE), secret.objects.create(mobile=MOBILE)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE crypto_secret SET mobile = %s WHERE id = %s", [stored(secret, good), bad.pk])
    actions.rotate_data_key(purpose, actor=SYSTEM)
    settle(purpose)
    done = actions.rotate_data_key(purpose, actor=SYSTEM)
    assert done.broken == (f"crypto_secret.mobile:{bad.row_key}",)
    assert not DataKey.objects.filter(purpose=purpose).exclude(retired_at=None).exists()
    assert secret.objects.get(pk=good.pk).mobile == MOBILE


def test_a_value_changed_meanwhile_is_not_overwritten(secret: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    purpose = secret._meta.get_field("mobile").purpose
    row = secret.objects.create(mobile=MOBILE)
    actions.rotate_data_key(purpose, actor=SYSTEM)
    settle(purpose)
    real = columns._write

    def overtaken(column: columns.Column, new: list[Any]) -> None:
        changed = secret.objects.get(pk=row.pk)
        changed.mobile = "13900000000"
        changed.save()
        real(column, new)

    monkeypatch.setattr(columns, "_write", overtaken)
    actions.rotate_data_key(purpose, actor=SYSTEM)
    assert secret.objects.get(pk=row.pk).mobile == "13900000000"


def test_a_purpose_without_columns_only_begins_a_new_version(secret: Model) -> None:
    purpose = f"files-{uuid4()}"
    sealed = envelope.seal(purpose, b"content", b"")
    with transaction.atomic():
        assert actions.rotate_data_key(purpose, actor=SYSTEM).ready_at is None
    settle(purpose)
    assert envelope.version_of(envelope.seal(purpose, b"content", b"")) == 2
    assert envelope.unseal(purpose, sealed, b"") == b"content"


def test_an_unknown_purpose_is_refused(secret: Model) -> None:
    with pytest.raises(Refused, match="没有用途"):
        actions.rotate_data_key("nonsense", actor=SYSTEM)
