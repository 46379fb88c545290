"""What must be done before serving: schema, static files, demo district; each skipped when done already."""

import hashlib
import subprocess
import sys
from pathlib import Path

import yiwang
from yiwang.site.environment import Environment

_PACKAGE = Path(yiwang.__file__).parent
_COMMAND = (sys.executable, "-m", "yiwang.site.cli")


def _digest(parts: list[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _schema_stamp(environment: Environment) -> str:
    migrations = sorted(str(path.relative_to(_PACKAGE)) for path in _PACKAGE.rglob("migrations/*.py"))
    return _digest([yiwang.__version__, environment.database_url, *migrations])


def _static_stamp() -> str:
    files = [path for path in _PACKAGE.rglob("static/**/*") if path.is_file()]
    lock = _PACKAGE.parent / "package-lock.json"
    seen = [
        f"{path.relative_to(_PACKAGE)} {path.stat().st_mtime_ns} {path.stat().st_size}"
        for path in sorted(files)
    ]
    return _digest([yiwang.__version__, *seen, lock.read_text() if lock.exists() else ""])


def _do_once(mark: Path, stamp: str, *command: str) -> bool:
    """Run the command unless the mark bears the stamp already; returns whether it ran."""
    if mark.exists() and mark.read_text() == stamp:
        return False
    subprocess.run([*_COMMAND, *command], check=True)
    mark.write_text(stamp)
    return True


def prepare(environment: Environment) -> None:
    """Bring schema, static files and demo up to date. CalledProcessError when a step fails."""
    marks = environment.home / "done"
    marks.mkdir(parents=True, exist_ok=True)
    _do_once(marks / "schema", _schema_stamp(environment), "migrate")
    _do_once(marks / "static", _static_stamp(), "static")
    if environment.demo:
        _do_once(marks / "demo", _digest([environment.database_url]), "demo", "load", "--if-empty")
