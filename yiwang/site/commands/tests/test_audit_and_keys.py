"""`yiwang audit` and `yiwang keys`: what they print and with which code they end."""

import json
from uuid import uuid4

import pytest
from click.testing import CliRunner
from django.db import DatabaseError, connection, transaction

from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit import actions, queries, vocabulary
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.crypto import envelope, rings
from yiwang.site.commands.audit import audit
from yiwang.site.commands.keys import keys

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("empty_log")]


def record() -> None:
    with transaction.atomic():
        actions.record(vocabulary.LOG_READ, ("audit.entry", 1, "审计日志"), actor=SYSTEM)


def test_an_intact_log_ends_with_0() -> None:
    record()
    assert "已锚定1行" in CliRunner().invoke(audit, ["anchor"]).output
    told = CliRunner().invoke(audit, ["verify"])
    assert (told.exit_code, "审计日志完好：1行，1个锚点" in told.stdout) == (0, True)
    result = json.loads(CliRunner().invoke(audit, ["verify", "--json"]).stdout)
    assert (result["intact"], result["entries"], result["broken"]) == (True, 1, None)


def test_a_broken_log_ends_with_1_and_names_the_row() -> None:
    record()
    row = Entry.objects.get().pk
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_pending")
    told = CliRunner().invoke(audit, ["verify"])
    assert (told.exit_code, f"第{row}行" in told.stdout) == (1, True)
    told = CliRunner().invoke(audit, ["verify", "--json"])
    assert (told.exit_code, json.loads(told.stdout)["broken"]["entry_id"]) == (1, row)


def test_what_cannot_be_verified_ends_with_2(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(progress: object) -> None:
        raise DatabaseError("no connection")

    monkeypatch.setattr(queries, "verify", unreachable)
    assert CliRunner().invoke(audit, ["verify"]).exit_code == 2
    told = CliRunner().invoke(audit, ["verify", "--json"])
    assert (told.exit_code, json.loads(told.stdout)) == (2, {"error": "no connection"})


def test_status_names_purposes_but_no_key() -> None:
    purpose = f"test-{uuid4()}"
    envelope.seal(purpose, b"x", b"")
    told = CliRunner().invoke(keys, ["status"])
    assert (told.exit_code, f"{purpose}  第1版  使用中" in told.stdout) == (0, True)
    told = CliRunner().invoke(keys, ["status", "--json"])
    assert purpose in {key["purpose"] for key in json.loads(told.stdout)["keys"]}
    assert rings.ring(purpose).keys[1].hex() not in told.stdout


def test_rotating_a_purpose_is_logged() -> None:
    purpose = f"test-{uuid4()}"
    envelope.seal(purpose, b"x", b"")
    told = CliRunner().invoke(keys, ["rotate", "--purpose", purpose])
    assert (told.exit_code, "已轮换到第2版" in told.stdout) == (0, True)
    entry = Entry.objects.get()
    assert (entry.verb, entry.target_title, entry.actor_name) == ("crypto.key_renewed", purpose, "系统")


def test_an_unknown_purpose_ends_with_2() -> None:
    told = CliRunner().invoke(keys, ["rotate", "--purpose", "nonsense"])
    assert (told.exit_code, "没有用途" in told.stderr) == (2, True)
