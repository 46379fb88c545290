"""The kind of these tests stands in the registry."""

import pytest

from yiwang.kernel.extension.imports import ImportKind, import_kinds
from yiwang.kernel.imports.tests import years


@pytest.fixture
def each(monkeypatch: pytest.MonkeyPatch) -> ImportKind:
    """Row by row."""
    kind = years.kind()
    monkeypatch.setitem(import_kinds._items, kind.key, kind)
    return kind


@pytest.fixture
def whole(monkeypatch: pytest.MonkeyPatch) -> ImportKind:
    """All or nothing."""
    kind = years.kind(is_whole=True)
    monkeypatch.setitem(import_kinds._items, kind.key, kind)
    return kind
