"""Finding files and reading their clear content."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet
from django.urls import reverse

from yiwang.kernel.errors import Refused, not_found
from yiwang.kernel.extension.previews import previews
from yiwang.kernel.files import rules, sealing, storage
from yiwang.kernel.files.models import StoredFile

HELD = "上传的文件需确认不涉及国家秘密后方可使用"


def readable(principal: Any, file_id: UUID) -> StoredFile:
    """The file, if he may read it; otherwise 404 as if it did not exist."""
    file = StoredFile.objects.filter(pk=file_id).first()
    if file is None or not rules.can_read(principal, file):
        raise not_found()
    return file


def own_loose(principal: Any, file_id: UUID) -> StoredFile:
    """His own upload that is attached to nothing yet; otherwise 404."""
    file = StoredFile.objects.filter(pk=file_id).first()
    if file is None or not rules.can_discard(principal, file):
        raise not_found()
    return file


def attachments(target: Model) -> QuerySet[StoredFile]:
    """The usable files attached to a thing, in the order they came."""
    return StoredFile.objects.filter(
        target_type=target._meta.label_lower, target_id=str(target.pk), state=StoredFile.State.AVAILABLE
    ).order_by("created_at", "id")


def loose_since(before: datetime) -> QuerySet[StoredFile]:
    """Files brought before that moment which nothing has taken."""
    return StoredFile.objects.filter(
        target_type="",
        state__in=[StoredFile.State.CHECKING, StoredFile.State.AVAILABLE],
        created_at__lt=before,
    ).order_by("created_at")


def to_erase() -> QuerySet[StoredFile]:
    """Deleted files whose content is still in the storage."""
    return StoredFile.objects.filter(state=StoredFile.State.DELETED, erased_at=None)


def require_usable(file: StoredFile) -> StoredFile:
    """Say why an upload cannot be used: rejected (E-SEC-01) or waiting for its uploader's word."""
    if file.state == StoredFile.State.REJECTED:
        raise Refused(file.verdict, status=422, code="E-SEC-01", fields={"file": file.verdict})
    if file.state == StoredFile.State.CHECKING:
        raise Refused(file.verdict or HELD, status=409)
    if file.state == StoredFile.State.DELETED:
        raise not_found()
    return file


def content(file: StoredFile, first: int = 0, end: int | None = None) -> Iterator[bytes]:
    """The clear bytes from `first` to before `end`, a frame at a time. Whether he may is the caller's matter.

    `sealing.ContentBroken` when the stored content is not what was stored.
    """
    with storage.open_sealed(file.storage_key) as sealed:
        yield from sealing.open_range(
            sealed, bytes.fromhex(file.content_key), file.pk, file.size, first=first, end=end
        )


def preview_url(file: StoredFile) -> str:
    """The page that shows the file, "" when there is none for its kind."""
    for preview in previews:
        if file.extension in preview.extensions:
            return reverse(preview.url_name, kwargs={"file_id": file.pk})
    return ""
