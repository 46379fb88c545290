"""The file-based key provider, data keys and envelopes."""

import json
import stat
from collections.abc import Iterator
from pathlib import Path
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import connection, transaction
from pytest_django import Settings

from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.crypto import actions, envelope, keys, queries, rings, sm2
from yiwang.kernel.crypto.models import DataKey


@pytest.fixture
def key_file(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    """A copy of the key file that the test may spoil; it opens what the database already holds."""
    path = tmp_path / "secret.json"
    path.write_text(Path(settings.KEY_FILE).read_text())
    path.chmod(0o600)
    settings.KEY_FILE = path
    keys.provider.cache_clear()
    rings.forget()
    yield path
    keys.provider.cache_clear()
    rings.forget()


@pytest.fixture
def purpose() -> str:
    """A purpose nobody has used: data keys are committed and outlive a test."""
    return f"test-{uuid4()}"


def current_version(key_file: Path) -> int:
    """Of the key encryption key."""
    return int(json.loads(key_file.read_text())["kek_current"])


def test_wrapping_is_bound_to_its_context(key_file: Path) -> None:
    provider = keys.FileKeyProvider()
    wrapped = provider.wrap(b"k" * 16, b"person 1")
    assert b"k" * 16 not in wrapped
    assert provider.unwrap(wrapped, b"person 1") == b"k" * 16
    for altered, context in ((wrapped, b"person 2"), (wrapped[:-1] + b"\0", b"person 1"), (b"", b"person 1")):
        with pytest.raises(keys.KeyProviderError):
            provider.unwrap(altered, context)


def test_a_renewed_key_encryption_key_is_seen_by_other_processes(key_file: Path) -> None:
    here, elsewhere = keys.FileKeyProvider(), keys.FileKeyProvider()
    before = here.wrap(b"old", b"c")
    assert here.renew() == current_version(key_file) > 1
    after = here.wrap(b"new", b"c")
    assert elsewhere.unwrap(after, b"c") == b"new"
    assert here.unwrap(before, b"c") == b"old"
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert json.loads(key_file.read_text())["django"], "other secrets of the file stay"
    assert [path.name for path in key_file.parent.iterdir()] == ["secret.json"]


def test_macs_and_signatures_depend_on_name_and_data(key_file: Path) -> None:
    provider = keys.FileKeyProvider()
    made = {provider.mac(name, data) for name in (keys.PASSWORD, "other", "third") for data in (b"a", b"b")}
    assert len(made) == 6
    signature = provider.sign(keys.AUDIT, b"a")
    assert provider.verify(keys.AUDIT, b"a", signature)
    assert not provider.verify(keys.AUDIT, b"b", signature)
    assert sm2.VerifyingKey(provider.public_key(keys.AUDIT)).verify(b"a", signature)
    assert len(provider.random(16)) == 16


def test_health_tells_of_a_file_that_others_can_read(key_file: Path) -> None:
    provider = keys.FileKeyProvider()
    assert provider.health().ok
    assert not provider.health().certified
    key_file.chmod(0o644)
    assert "应为 600" in provider.health().detail
    key_file.unlink()
    assert not provider.health().ok


@pytest.mark.parametrize("text", ["", "{}", '{"kek": {"1": "zz"}}', "[]"])
def test_a_damaged_key_file_is_named(key_file: Path, text: str) -> None:
    key_file.write_text(text)
    with pytest.raises(keys.KeyProviderError, match=r"secret\.json"):
        keys.FileKeyProvider()


def test_production_warns_of_file_based_keys_once(
    key_file: Path, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.DEBUG = settings.DEMO = False
    keys.provider()
    keys.provider()
    assert sum("FILE-BASED KEYS" in record.getMessage() for record in caplog.records) == 1


@pytest.mark.django_db
def test_sealed_bytes_open_only_in_their_place(purpose: str) -> None:
    sealed = envelope.seal(purpose, b"310118198802291232", b"a")
    assert len(sealed) == 18 + envelope.OVERHEAD == 49
    assert sealed[0] == envelope.FORMAT
    assert envelope.version_of(sealed) == 1
    assert envelope.unseal(purpose, sealed, b"a") == b"310118198802291232"
    for altered, place in ((sealed, b"b"), (sealed[:-1] + bytes([sealed[-1] ^ 1]), b"a"), (b"\1short", b"a")):
        with pytest.raises(envelope.SealBroken):
            envelope.unseal(purpose, altered, place)
    with pytest.raises(envelope.SealBroken):
        envelope.unseal(f"{purpose}-other", sealed, b"a")


@pytest.mark.django_db
def test_a_value_sealed_under_an_unknown_key_says_so(purpose: str) -> None:
    sealed = envelope.seal(purpose, b"x", b"")
    with pytest.raises(rings.KeyMissing):
        envelope.unseal(purpose, envelope.head_of(9) + sealed[3:], b"")


@pytest.mark.django_db
def test_a_key_survives_the_transaction_that_first_needed_it(purpose: str) -> None:
    with transaction.atomic():
        sealed = envelope.seal(purpose, b"kept elsewhere", b"")
        transaction.set_rollback(True)
    rings.forget()
    assert envelope.unseal(purpose, sealed, b"") == b"kept elsewhere"


@pytest.mark.django_db(transaction=True)
def test_processes_that_start_together_share_one_key(purpose: str) -> None:
    barrier = Barrier(6)
    made: list[rings.Ring] = []

    def start() -> None:
        barrier.wait()
        made.append(rings._load(purpose))
        connection.close()

    threads = [Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({ring.keys[1] for ring in made}) == 1
    assert DataKey.objects.filter(purpose=purpose).count() == 1


@pytest.mark.django_db
def test_rows_of_the_key_table_cannot_be_exchanged(purpose: str) -> None:
    envelope.seal(purpose, b"x", b"")
    envelope.seal(f"{purpose}-other", b"x", b"")
    foreign = bytes(DataKey.objects.get(purpose=f"{purpose}-other").wrapped)
    with rings.own_connection() as cursor:
        cursor.execute("UPDATE crypto_datakey SET wrapped = %s WHERE purpose = %s", [foreign, purpose])
    with pytest.raises(keys.KeyProviderError):
        rings.ring(purpose, fresh=True)


@pytest.mark.django_db(transaction=True)
def test_rotating_the_key_encryption_key_leaves_every_value_readable(key_file: Path, purpose: str) -> None:
    sealed = envelope.seal(purpose, b"value", b"")
    former = current_version(key_file)
    known = DataKey.objects.count()
    assert actions.rotate_key_encryption_key(actor=SYSTEM) == known
    assert current_version(key_file) == former + 1
    content = json.loads(key_file.read_text())
    del content["kek"][str(former)]
    key_file.write_text(json.dumps(content))
    keys.provider.cache_clear()
    rings.forget()
    assert envelope.unseal(purpose, sealed, b"") == b"value"
    assert any(status.purpose == purpose for status in queries.key_status())
