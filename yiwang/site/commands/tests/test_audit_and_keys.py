"""`yiwang audit` and `yiwang keys`: what they print and with which code they end."""

import io
import json
import sys
from uuid import uuid4

import pytest
from click.testing import CliRunner
from django.db import DatabaseError, connection, transaction

from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit import actions, jobs, queries, vocabulary
from yiwang.kernel.audit.models import Anchor, Entry
from yiwang.kernel.crypto import actions as crypto
from yiwang.kernel.crypto import envelope, rings
from yiwang.platform.org.models import Person
from yiwang.site.commands.audit import audit
from yiwang.site.commands.keys import keys
from yiwang.site.commands.progress import bar

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("empty_log")]

PURPOSE = "org.person"


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


def settle(purpose: str) -> None:
    """As if the newest key had been begun an hour ago."""
    with rings.own_connection() as cursor:
        cursor.execute(
            "UPDATE crypto_datakey SET created_at = created_at - interval '1 hour' WHERE purpose = %s",
            [purpose],
        )


@pytest.fixture
def person() -> Person:
    """Somebody whose mobile number is sealed under a settled key."""
    made: Person = Person.objects.create(
        name="张三",
        pinyin="zhangsan",
        initials="zs",
        category=Person.Category.ESTABLISHED,
        mobile="13800000000",
    )
    settle(PURPOSE)
    return made


def test_a_rotation_can_be_taken_up_later(person: Person) -> None:
    told = CliRunner().invoke(keys, ["rotate", "--purpose", PURPOSE, "--no-wait"])
    assert (told.exit_code, "届时请再次执行" in told.stdout) == (0, True)
    settle(PURPOSE)
    told = CliRunner().invoke(keys, ["rotate", "--purpose", PURPOSE, "--no-wait"])
    assert (told.exit_code, "已轮换到第2版" in told.stdout) == (0, True)
    assert Person.objects.get(pk=person.pk).mobile == "13800000000"
    assert "第1版  已停用" in CliRunner().invoke(keys, ["status"]).stdout


def test_a_rotation_waits_for_the_other_processes(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        settle(PURPOSE)

    monkeypatch.setattr("yiwang.site.commands.keys.time.sleep", sleep)
    told = CliRunner().invoke(keys, ["rotate", "--purpose", PURPOSE])
    values = sum(bool(one.mobile) + bool(one.id_number) for one in Person.objects.all())
    assert (told.exit_code, f"处理了{values}个值" in told.stdout) == (0, True)
    assert rings.SETTLED_SECONDS - 2 <= sum(slept) <= rings.SETTLED_SECONDS + 1


def test_a_value_that_does_not_open_ends_with_1(person: Person) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE org_person SET row_key = gen_random_uuid()")
    CliRunner().invoke(keys, ["rotate", "--purpose", PURPOSE, "--no-wait"])
    settle(PURPOSE)
    told = CliRunner().invoke(keys, ["rotate", "--purpose", PURPOSE, "--no-wait"])
    assert (told.exit_code, "org_person.mobile:" in told.stderr) == (1, True)


def test_the_master_key_is_rotated_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crypto, "rotate_key_encryption_key", lambda *, actor: 3)
    told = CliRunner().invoke(keys, ["rotate"])
    assert (told.exit_code, "3个数据密钥" in told.stdout) == (0, True)


def test_a_bar_is_drawn_only_for_who_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    for shown in (False, True):
        with bar("校验", shown=shown) as report:
            report(1, 4)
            report(4, 4)
        assert ("100%" in terminal.getvalue()) is shown


def test_the_clock_anchors_too() -> None:
    record()
    jobs.extend_chain()
    assert str(Anchor.objects.get()) == "第1号锚点"
