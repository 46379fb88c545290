"""Folders and ports for what tests start."""

import os
import random
import shutil
import socket
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")  # noqa: S108  a folder of our own is made in it
_ROOM = 4 * 1024**3
# Below those that the system gives to outgoing connections, which could take the port before its server does.
_PORTS = range(15_000, 32_000)


def scratch(name: str) -> Path:
    """A new folder that everybody may enter: as root databases run under another account.

    In memory where there is room and programs may be run from it: a database consists of thousands of files,
    and on some disks making them takes twenty times as long as what is tested.
    """
    parent = _MEMORY if _has_room() else None
    folder = Path(tempfile.mkdtemp(prefix=f"yiwang-{name}-", dir=parent))
    folder.chmod(0o755)
    return folder


def _has_room() -> bool:
    try:
        may_run = not os.statvfs(_MEMORY).f_flag & os.ST_NOEXEC
        return may_run and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM
    except OSError:
        return False


def free_port() -> int:
    """A port that nobody listens on now, and that hardly anybody else will take."""
    while True:
        port = random.choice(_PORTS)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
