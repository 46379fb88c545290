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
    try:
        return dict(json.loads(path.read_text()))
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # for its owner only
    with os.fdopen(handle, "w") as file:
        json.dump(fresh(), file)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        Path(draft).unlink()
    return dict(json.loads(path.read_text()))
