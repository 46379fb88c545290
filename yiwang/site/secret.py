"""The installation's secret file: made once, readable by its owner only, never in the repository."""

import json
import os
import secrets
import tempfile
from pathlib import Path
from typing import Any

_HEX_KEYS = ("pepper", "mac")


def fresh() -> dict[str, Any]:
    """New secrets. kek: version -> 128-bit key encryption key (SM4); sm2: private key, both hex."""
    return {
        "django": secrets.token_urlsafe(48),
        "kek": {"1": secrets.token_hex(16)},
        "kek_current": 1,
        **{name: secrets.token_hex(32) for name in _HEX_KEYS},
        "sm2": secrets.token_hex(32),
    }


def load(path: Path) -> dict[str, Any]:
    """Read the file, or make it. Two processes may start at once: the first to create it wins."""
    if not path.exists():
        _make(path, json.dumps(fresh()))
    return dict(json.loads(path.read_text()))


def make_key(path: Path) -> None:
    """A signing key for a simulator, hexadecimal, unless there is one."""
    if not path.exists():
        _make(path, secrets.token_hex(32))


def _make(path: Path, text: str) -> None:
    """Write the file whole or not at all, for its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        Path(draft).unlink()
