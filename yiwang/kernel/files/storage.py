"""Where sealed contents lie: Django's storage API, a local folder unless STORAGES["files"] says otherwise."""

from datetime import date
from functools import cache
from typing import BinaryIO, cast
from uuid import UUID

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage, storages

_SUFFIX = ".sealed"


@cache
def contents() -> Storage:
    """The storage of all contents."""
    if "files" in settings.STORAGES:
        return storages["files"]
    return FileSystemStorage(
        location=settings.FILES_FOLDER, file_permissions_mode=0o600, directory_permissions_mode=0o700
    )


def folder_of(day: date) -> str:
    """Contents lie by the day they came, so that stray ones can be found a day at a time."""
    return f"{day:%Y/%m/%d}"


def key_for(file_id: UUID, day: date) -> str:
    """Where this file's content is kept."""
    return f"{folder_of(day)}/{file_id.hex}{_SUFFIX}"


def file_id_of(name: str) -> UUID | None:
    """Whose content a stored object is, by its name; None when it is none of ours."""
    stem = name.removesuffix(_SUFFIX)
    try:
        return UUID(hex=stem) if stem != name else None
    except ValueError:
        return None


def save(key: str, sealed: BinaryIO) -> str:
    """Keep the sealed stream; returns where."""
    return str(contents().save(key, File(sealed)))


def open_sealed(key: str) -> BinaryIO:
    """The sealed content, to be read and sought in."""
    return cast("BinaryIO", contents().open(key, "rb"))


def remove(key: str) -> None:
    """Erase it; nothing happens when it is gone already."""
    contents().delete(key)


def names_on(day: date) -> list[str]:
    """The names of the objects that came on that day."""
    try:
        return contents().listdir(folder_of(day))[1]
    except FileNotFoundError:
        return []
