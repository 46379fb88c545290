"""Who may do what with a file."""

from typing import Any

from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.extension.file_owners import file_owners
from yiwang.kernel.files.models import StoredFile


def is_uploader(actor: Actor, file: StoredFile) -> bool:
    """Did he bring it? Work of the platform itself may handle every file."""
    if actor.account_id is None:
        return actor is SYSTEM
    return actor.account_id == file.uploader_id


def can_read(principal: Any, file: StoredFile) -> bool:
    """Only usable files; an attachment as its owner decides, a loose file only by who brought it."""
    if file.state != StoredFile.State.AVAILABLE:
        return False
    if not file.is_attached:
        return is_uploader(principal, file)
    if file.target_type not in file_owners:
        return False
    return file_owners.get(file.target_type).may_read(principal, file.target_id)


def can_discard(actor: Actor, file: StoredFile) -> bool:
    """A loose file may be thrown away by who brought it, an attachment only by its owner's module."""
    is_living = file.state in (StoredFile.State.CHECKING, StoredFile.State.AVAILABLE)
    return is_living and not file.is_attached and is_uploader(actor, file)
