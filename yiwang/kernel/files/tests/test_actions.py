"""The life of a file: brought, checked, held, confirmed, attached, deleted, cleaned up."""

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.crypto.envelope import SealBroken
from yiwang.kernel.crypto.models import DataKey
from yiwang.kernel.errors import Refused
from yiwang.kernel.extension.file_checks import FileCheck, Outcome, Verdict, file_checks
from yiwang.kernel.files import actions, jobs, queries, rules, storage
from yiwang.kernel.files.models import StoredFile
from yiwang.kernel.files.sealing import ContentBroken
from yiwang.kernel.files.tests import samples
from yiwang.kernel.files.tests.factories import LI, WANG, stored, upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder", "empty_log")]


def verbs() -> list[str]:
    return list(Entry.objects.order_by("id").values_list("verb", flat=True))


def objects(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.fixture
def bearer() -> DataKey:
    """Any saved row can bear files, if its kind is registered."""
    return DataKey.objects.create(pk=2026, purpose="files.test_bearer", version=1, wrapped=b"")


def add_check(monkeypatch: pytest.MonkeyPatch, key: str, verdict: Verdict, order: int = 0) -> list[str]:
    """Register a check that always says so; returns the names it was asked about."""
    asked: list[str] = []

    def check(stream: BinaryIO, name: str) -> Verdict:
        assert stream.read(4)
        asked.append(name)
        return verdict

    monkeypatch.setitem(file_checks._items, key, FileCheck(key, key, check, order))
    return asked


def test_storing(folder: Path) -> None:
    file = stored(LI, "重固镇 通知.pdf")
    assert (file.state, file.size, file.media_type) == ("available", len(samples.PDF), "application/pdf")
    assert file.digest == hashlib.new("sm3", samples.PDF).hexdigest()
    assert (file.uploader_id, file.uploader_name, file.purpose) == (7, "李四", "files.test")
    (path,) = objects(folder)
    assert path.name == f"{file.pk.hex}.sealed"
    assert path.stat().st_mode & 0o077 == 0
    assert samples.PDF not in path.read_bytes()
    assert b"".join(queries.content(StoredFile.objects.get(pk=file.pk))) == samples.PDF
    assert verbs() == ["files.stored"]
    assert Entry.objects.get().target_title == "重固镇 通知.pdf"


def test_two_files_share_no_key_and_a_key_fits_no_other_row() -> None:
    first, second = stored(), stored()
    assert first.content_key != second.content_key
    sealed = StoredFile.objects.filter(pk=first.pk).values_list("content_key", flat=True)[0]
    StoredFile.objects.filter(pk=second.pk).update(content_key=sealed)
    with pytest.raises(SealBroken):
        b"".join(queries.content(StoredFile.objects.get(pk=second.pk)))


def test_a_changed_content_is_not_handed_out(folder: Path) -> None:
    file = stored()
    (path,) = objects(folder)
    content = bytearray(path.read_bytes())
    content[20] ^= 1
    path.write_bytes(content)
    with pytest.raises(ContentBroken):
        b"".join(queries.content(file))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.exe", samples.PDF, "不支持的文件类型"),
        ("a.png", samples.PDF, "文件内容与扩展名不符"),
        ("a.pdf", samples.PDF + b" " * 1024 * 1024, "文件超过1MB"),
    ],
)
def test_refused_files_leave_nothing(
    folder: Path, settings: Settings, name: str, content: bytes, message: str
) -> None:
    settings.FILE_SIZE_LIMIT = 1024 * 1024
    with pytest.raises(Refused) as refused:
        stored(LI, name, content)
    assert (refused.value.status, refused.value.code, refused.value.fields) == (
        422,
        "E-FILE-01",
        {"file": message},
    )
    assert not StoredFile.objects.exists()
    assert (objects(folder), verbs()) == ([], [])


def test_a_blocked_file_leaves_only_its_trace(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "检测到疑似涉密标志，已阻止上传。涉密信息严禁在本平台存储、处理、传输"
    asked = add_check(monkeypatch, "marks", Verdict(Outcome.BLOCK, text, "硬阻断：规则1"))
    later = add_check(monkeypatch, "virus", Verdict(Outcome.PASS), order=9)
    file = stored(LI, "报告.pdf")
    assert (asked, later) == (["报告.pdf"], [])
    file.refresh_from_db()
    assert (file.state, file.verdict, file.storage_key, file.content_key) == ("rejected", text, "", "")
    assert file.digest == hashlib.new("sm3", samples.PDF).hexdigest()
    assert objects(folder) == []
    entry = Entry.objects.get()
    assert (entry.verb, entry.reason, entry.target_title) == ("files.rejected", "硬阻断：规则1", "报告.pdf")
    with pytest.raises(Refused) as refused:
        queries.require_usable(file)
    assert (refused.value.status, refused.value.code, refused.value.message) == (422, "E-SEC-01", text)
    assert not rules.can_read(LI, file)


def test_a_held_file_waits_for_its_uploader(
    monkeypatch: pytest.MonkeyPatch, bearer: DataKey, readers: set[int]
) -> None:
    add_check(monkeypatch, "marks", Verdict(Outcome.HOLD, "文件含“涉密”字样", "软提示"))
    file = stored()
    assert file.state == StoredFile.State.CHECKING
    with pytest.raises(Refused, match="文件含“涉密”字样"):
        actions.attach_file(file, bearer, actor=LI)
    with pytest.raises(Refused, match="文件含“涉密”字样"):
        queries.require_usable(file)
    with pytest.raises(Refused, match="未找到该内容"):
        actions.confirm_file(file, actor=WANG)
    confirmed = actions.confirm_file(file, actor=LI)
    assert confirmed.state == StoredFile.State.AVAILABLE
    assert Entry.objects.get(verb="files.confirmed").reason == "本人确认该内容不涉及国家秘密"
    with pytest.raises(Refused, match="当前状态为“可用”，不能执行“确认”"):
        actions.confirm_file(file, actor=LI)
    assert verbs() == ["files.held", "files.confirmed"]


def test_a_check_that_fails_lets_nothing_through(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(stream: BinaryIO, name: str) -> Verdict:
        raise ConnectionError("scanner")

    monkeypatch.setitem(file_checks._items, "virus", FileCheck("virus", "病毒", broken))
    with pytest.raises(ConnectionError):
        stored()
    assert (StoredFile.objects.count(), objects(folder)) == (0, [])


def test_attaching(bearer: DataKey, readers: set[int]) -> None:
    file = stored()
    assert rules.can_read(LI, file)
    assert not rules.can_read(WANG, file)
    with pytest.raises(Refused, match="未找到该内容"):
        actions.attach_file(file, bearer, actor=WANG)
    file = actions.attach_file(file, bearer, actor=LI)
    assert list(queries.attachments(bearer)) == [file]
    assert not rules.can_read(LI, file)
    readers.add(8)
    assert rules.can_read(WANG, file)
    assert queries.readable(WANG, file.pk) == file
    with pytest.raises(Refused, match="未找到该内容"):
        queries.readable(LI, file.pk)
    with pytest.raises(Refused, match="已被使用"):
        actions.attach_file(file, bearer, actor=LI)
    assert verbs() == ["files.stored", "files.attached"]


def test_only_registered_things_bear_files(bearer: DataKey) -> None:
    with pytest.raises(LookupError):
        actions.attach_file(stored(), bearer, actor=LI)


def test_deleting_erases_content_and_key(
    folder: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    file = stored()
    with django_capture_on_commit_callbacks(execute=True):
        actions.delete_file(file, actor=LI, reason="误传")
        assert len(objects(folder)) == 1
    file.refresh_from_db()
    assert (file.state, file.content_key, file.deleted_by_name) == ("deleted", "", "李四")
    assert file.erased_at is not None
    assert file.digest
    assert objects(folder) == []
    with pytest.raises(Refused, match="当前状态为“已删除”"):
        actions.delete_file(file, actor=LI)
    with pytest.raises(Refused, match="未找到该内容"):
        queries.require_usable(file)
    assert verbs() == ["files.stored", "files.deleted"]


def test_what_is_rolled_back_stays(folder: Path) -> None:
    file = stored()
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.delete_file(file, actor=LI)
        raise RuntimeError
    assert b"".join(queries.content(StoredFile.objects.get(pk=file.pk))) == samples.PDF


def test_a_failing_row_takes_its_content_along(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: Any, **options: Any) -> None:
        raise IntegrityError

    monkeypatch.setattr(actions.audit, "record", refuse)  # type: ignore[attr-defined]  # the module's import, replaced for once
    with pytest.raises(IntegrityError):
        stored()
    assert objects(folder) == []


def test_loose_files_go_after_a_day(
    bearer: DataKey, readers: set[int], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    old, young, attached = stored(), stored(), stored()
    actions.attach_file(attached, bearer, actor=LI)
    day_ago = timezone.now() - timedelta(hours=24, minutes=1)
    StoredFile.objects.filter(pk__in=[old.pk, attached.pk]).update(created_at=day_ago)
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.remove_loose_files() == 1
    states = dict(StoredFile.objects.values_list("pk", "state"))
    assert states == {old.pk: "deleted", young.pk: "available", attached.pk: "available"}
    entry = Entry.objects.get(verb="files.deleted")
    assert (entry.reason, entry.actor_name) == ("上传后24小时内未使用", "系统")


def test_the_night_finishes_what_a_crash_left(folder: Path) -> None:
    deleted, stray_day = stored(), timezone.localdate() - timedelta(2)
    actions.delete_file(deleted, actor=LI)  # and the process dies before its commit callbacks
    kept = stored()
    stray = folder / storage.key_for(kept.row_key, stray_day)
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"YWF1")
    foreign = stray.with_name("readme.txt")
    foreign.write_text("not ours")
    jobs.clean_up()
    assert set(objects(folder)) == {folder / kept.storage_key, foreign}
    deleted.refresh_from_db()
    assert deleted.erased_at is not None
    jobs.clean_up()
    assert verbs().count("files.erased") == 2


def test_the_platform_itself_may_bring_files() -> None:
    file = actions.store_file(upload(), purpose="", actor=SYSTEM)
    assert (file.uploader_id, file.uploader_name) == (None, "系统")
    assert rules.is_uploader(SYSTEM, file)
    assert not rules.is_uploader(LI, file)
    assert not rules.can_read(LI, file)


def test_previews_are_offered_for_what_browsers_show() -> None:
    assert queries.preview_url(StoredFile(name="a.pdf")).endswith("/show/")
    assert queries.preview_url(StoredFile(name="a.docx")) == ""
