"""Finds the few third-party browser files that are served; which ones is listed in settings.VENDOR_FILES."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal, overload

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage, Error
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Source maps are not served, and Django insists that what a file refers to is there.
_SOURCE_MAP = re.compile(rb"^(/\*|//)# sourceMappingURL=[^\n]*$", re.MULTILINE)


class VendorStorage(FileSystemStorage):
    """Exactly the listed files, under the names they are served by."""

    def __init__(self, files: dict[str, Path]) -> None:
        super().__init__()
        self.files = files
        # Django's collectstatic writes it into the target's name; the names here are complete already.
        self.prefix = ""

    def path(self, name: str) -> str:
        return str(self.files[name])

    def _open(self, name: str, mode: str = "rb") -> "File[bytes]":
        return ContentFile(_SOURCE_MAP.sub(b"", self.files[name].read_bytes()), name)


class HashedStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # untyped library
    """Hashed and compressed files, for production; imports between our ES modules get hashed names too."""

    support_js_module_import_aggregation = True


class VendorFinder(BaseFinder):
    """Serves pinned npm packages from where `npm ci` put them: nothing third-party is committed."""

    def __init__(self, app_names: Iterable[str] | None = None, *args: Any, **options: Any) -> None:
        self.files: dict[str, Path] = dict(settings.VENDOR_FILES)
        self.storage = VendorStorage(self.files)

    def check(self, **options: Any) -> list[CheckMessage]:
        return [
            Error(f"{path} is missing", hint="Run `npm ci`.", obj=name, id="kernel.E001")
            for name, path in self.files.items()
            if not path.is_file()
        ]

    @overload
    def find(self, path: str, find_all: Literal[False] = False) -> str | None: ...
    @overload
    def find(self, path: str, find_all: Literal[True]) -> "list[str]": ...
    def find(self, path: str, find_all: bool = False) -> "str | list[str] | None":
        """Where the file is. Django adds up what finders return, so a miss must be an empty list."""
        found = self.files.get(path)
        if found is None or not found.is_file():
            return []
        return [str(found)] if find_all else str(found)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, VendorStorage]]:
        for name in self.files:
            yield name, self.storage
