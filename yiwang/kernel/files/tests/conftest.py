"""A storage folder of its own for each test, no content checks, and a thing that bears attachments."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from yiwang.kernel.extension.file_checks import file_checks
from yiwang.kernel.extension.file_owners import FileOwner, file_owners
from yiwang.kernel.files import storage


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    """Where contents lie during the test."""
    settings.FILES_FOLDER = tmp_path / "files"
    storage.contents.cache_clear()
    yield tmp_path / "files"
    storage.contents.cache_clear()


@pytest.fixture(autouse=True)
def _no_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_checks, "_items", {})


@pytest.fixture
def readers(monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """Account ids that may read what is attached to the bearer."""
    allowed: set[int] = set()

    def may_read(principal: Any, target_id: str) -> bool:
        return target_id == "2026" and principal.account_id in allowed

    owner = FileOwner("crypto.datakey", "承载附件的事项", may_read)
    monkeypatch.setitem(file_owners._items, owner.key, owner)
    return allowed
