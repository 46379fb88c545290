"""The installation's secret file: made once, readable by its owner only, never in the repository."""

import json
import os
import secrets
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
    try:
        return dict(json.loads(path.read_text()))
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(fresh(), file)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return dict(json.loads(path.read_text()))
