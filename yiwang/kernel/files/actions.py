"""Bringing, attaching, reading and deleting files. Which files a thing needs is its own module's matter."""

import hashlib
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from typing import Any, BinaryIO, cast
from uuid import uuid4

from django.conf import settings
from django.core.files import File
from django.db import models, transaction
from django.utils import timezone

from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.crypto import keys, sm4
from yiwang.kernel.errors import invalid, not_found, require
from yiwang.kernel.extension.file_checks import PASS, Outcome, Verdict, file_checks
from yiwang.kernel.extension.file_owners import file_owners
from yiwang.kernel.files import kinds, queries, rules, sealing, sniffing, storage, vocabulary
from yiwang.kernel.files.models import StoredFile
from yiwang.kernel.validators import Invalid

LOOSE_HOURS = 24
CONFIRMATION = "本人确认该内容不涉及国家秘密"
_MOST_AT_ONCE = 500


@transaction.atomic
def store_file(upload: "File[Any]", *, purpose: str, actor: Actor) -> StoredFile:
    """Take a file in (上传): checked, sealed, stored, still attached to nothing.

    Wrong kind, size or content is refused (422, E-FILE-01). What the content checks block is not refused
    but returned as 已拒绝, its content already gone, so that the trace stays; what they hold is returned
    as 检查中. `queries.require_usable` turns both into the message for the user, after the commit.
    """
    name = kinds.clean_name(upload.name or "")
    stream = cast("BinaryIO", upload.file)
    try:
        kind = sniffing.inspect(stream, name, upload.size, limit=settings.FILE_SIZE_LIMIT)
    except Invalid as refusal:
        raise invalid("file", refusal.message, code="E-FILE-01") from None
    verdict = _verdict(stream, name)
    file = StoredFile(
        id=uuid4(),
        name=name,
        size=upload.size,
        media_type=kind.media_type,
        uploader_id=actor.account_id,
        uploader_name=actor.name,
        created_at=timezone.now(),
        purpose=purpose,
        verdict=verdict.message[:500],
        content_key="",
    )
    if verdict.outcome is Outcome.BLOCK:
        return _reject(file, stream, verdict, actor)
    with ExitStack() as undo:
        _seal(file, stream)
        undo.callback(storage.remove, file.storage_key)
        is_held = verdict.outcome is Outcome.HOLD
        file.state = StoredFile.State.CHECKING if is_held else StoredFile.State.AVAILABLE
        file.save(force_insert=True)
        verb = vocabulary.HELD if is_held else vocabulary.STORED
        audit.record(verb, file, actor=actor, reason=verdict.finding, changes=_facts(file))
        undo.pop_all()
    return file


def _verdict(stream: BinaryIO, name: str) -> Verdict:
    """The worst verdict of all checks; the first block ends the matter."""
    worst = PASS
    for check in sorted(file_checks, key=lambda one: one.order):
        stream.seek(0)
        verdict = check.check(stream, name)
        if verdict.outcome is Outcome.BLOCK:
            return verdict
        if verdict.outcome is Outcome.HOLD and worst.outcome is Outcome.PASS:
            worst = verdict
    return worst


def _reject(file: StoredFile, stream: BinaryIO, verdict: Verdict, actor: Actor) -> StoredFile:
    """Keep digest, name, uploader and time of a blocked upload, and nothing of its content (§19.4)."""
    stream.seek(0)
    file.digest = hashlib.file_digest(stream, lambda: hashlib.new("sm3")).hexdigest()  # type: ignore[arg-type]  # BinaryIO reads into
    file.state = StoredFile.State.REJECTED
    file.save(force_insert=True)
    audit.record(vocabulary.REJECTED, file, actor=actor, reason=verdict.finding, changes=_facts(file))
    return file


def _seal(file: StoredFile, stream: BinaryIO) -> None:
    """Write the sealed content to the storage and note key, digest and size."""
    stream.seek(0)
    key = keys.provider().random(sm4.KEY_SIZE)
    reader = sealing.SealingReader(stream, key, file.pk)
    file.content_key = key.hex()
    file.storage_key = storage.save(
        storage.key_for(file.pk, timezone.localdate(file.created_at)), cast("BinaryIO", reader)
    )
    file.digest, file.size = reader.digest, reader.size


def _facts(file: StoredFile) -> dict[str, object]:
    return {"digest": [None, file.digest], "size": [None, file.size], "purpose": [None, file.purpose]}


def _locked(file: StoredFile) -> StoredFile:
    return StoredFile.objects.select_for_update().get(pk=file.pk)


@transaction.atomic
def confirm_file(file: StoredFile, *, actor: Actor) -> StoredFile:
    """The uploader takes responsibility that a held file is not classified (本人确认该内容不涉及国家秘密)."""
    file = _locked(file)
    if not rules.is_uploader(actor, file):
        raise not_found()
    _require_state(file, StoredFile.State.CHECKING, "确认")
    file.state = StoredFile.State.AVAILABLE
    file.save(update_fields=["state"])
    audit.record(vocabulary.CONFIRMED, file, actor=actor, reason=CONFIRMATION)
    return file


@transaction.atomic
def attach_file(file: StoredFile, target: models.Model, *, actor: Actor) -> StoredFile:
    """Attach a loose file to a saved thing whose module has registered itself as a file owner."""
    kind = target._meta.label_lower
    if kind not in file_owners:
        raise LookupError(f"{kind} bears no attachments; add a FileOwner in its app's manifest")
    file = _locked(file)
    if not rules.is_uploader(actor, file):
        raise not_found()
    queries.require_usable(file)
    require(not file.is_attached, f"文件“{file.name}”已被使用，请重新上传")
    file.target_type, file.target_id = kind, str(target.pk)
    file.attached_at = timezone.now()
    file.save(update_fields=["target_type", "target_id", "attached_at"])
    audit.record(vocabulary.ATTACHED, file, actor=actor, changes={"target": [None, str(target)]})
    return file


@transaction.atomic
def record_download(file: StoredFile, *, actor: Actor) -> None:
    """Remember that someone took the file's content."""
    audit.record(vocabulary.DOWNLOADED, file, actor=actor)


@transaction.atomic
def delete_file(file: StoredFile, *, actor: Actor, reason: str = "") -> None:
    """Erase a file's content and key; the row stays. Whether he may is decided by the calling act.

    Without its key the content is unreadable from the commit on; the storage is cleared right after it,
    or by the next cleaning when that fails.
    """
    file = _locked(file)
    is_living = file.state in (StoredFile.State.CHECKING, StoredFile.State.AVAILABLE)
    require(is_living, f"当前状态为“{file.get_state_display()}”，不能执行“删除”", code="E-STATE-01")
    file.state = StoredFile.State.DELETED
    file.content_key = ""
    file.deleted_at = timezone.now()
    file.deleted_by_name = actor.name
    file.save(update_fields=["state", "content_key", "deleted_at", "deleted_by_name"])
    audit.record(vocabulary.DELETED, file, actor=actor, reason=reason)
    transaction.on_commit(lambda: _erase_now(file), robust=True)


def _erase_now(file: StoredFile) -> None:
    storage.remove(file.storage_key)
    StoredFile.objects.filter(pk=file.pk).update(erased_at=timezone.now())


def _require_state(file: StoredFile, state: str, act: str) -> None:
    text = f"当前状态为“{file.get_state_display()}”，不能执行“{act}”"
    require(file.state == state, text, code="E-STATE-01")


@transaction.atomic
def remove_loose_files(*, actor: Actor = SYSTEM, now: datetime | None = None) -> int:
    """Delete files nothing has taken for a day; returns how many."""
    before = (now or timezone.now()) - timedelta(hours=LOOSE_HOURS)
    loose = list(queries.loose_since(before)[:_MOST_AT_ONCE])
    for file in loose:
        delete_file(file, actor=actor, reason=f"上传后{LOOSE_HOURS}小时内未使用")
    return len(loose)


@transaction.atomic
def erase_contents(*, actor: Actor = SYSTEM) -> int:
    """Clear contents of deleted files that stayed in the storage when a process died; returns how many."""
    left = list(queries.to_erase().select_for_update(skip_locked=True)[:_MOST_AT_ONCE])
    for file in left:
        _erase_now(file)
        audit.record(vocabulary.ERASED, file, actor=actor)
    return len(left)


@transaction.atomic
def remove_stray_contents(day: date, *, actor: Actor = SYSTEM) -> int:
    """Clear objects of that day in the storage that no row knows, left by acts that were rolled back."""
    names = {file_id: name for name in storage.names_on(day) if (file_id := storage.file_id_of(name))}
    known = StoredFile.objects.filter(pk__in=names).values_list("pk", flat=True)
    stray = names.keys() - set(known)
    for file_id in stray:
        storage.remove(f"{storage.folder_of(day)}/{names[file_id]}")
        audit.record(vocabulary.ERASED, ("files.content", file_id, names[file_id]), actor=actor)
    return len(stray)
