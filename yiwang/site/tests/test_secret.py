"""The installation's secret file: made once, for its owner only, whoever comes first."""

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from yiwang.site import secret


def test_it_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "secret.json"
    made = secret.load(path)
    assert secret.load(path) == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["secret.json"]


def test_two_installations_differ(tmp_path: Path) -> None:
    first, second = secret.load(tmp_path / "1"), secret.load(tmp_path / "2")
    for name in ("django", "kek", "pepper", "mac", "sm2"):
        assert first[name] != second[name], name


def test_processes_that_start_at_once_agree(tmp_path: Path) -> None:
    path, begin = tmp_path / "secret.json", Barrier(8)

    def load(number: int) -> str:
        begin.wait(10)
        return json.dumps(secret.load(path))

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(load, range(8)))) == 1
    assert [one.name for one in tmp_path.iterdir()] == ["secret.json"]
