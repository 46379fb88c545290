"""Where the homes of one module's platforms are."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.places import scratch


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Anybody may make one in it: some are an ordinary user's."""
    path = scratch("launcher")
    path.chmod(0o777)
    yield path
    shutil.rmtree(path, ignore_errors=True)
