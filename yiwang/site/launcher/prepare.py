"""What must be done before serving: schema, static files, demo district; each skipped when done already."""

import hashlib
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import yiwang
from yiwang.site.environment import Environment
from yiwang.site.launcher.terminal import say

_PACKAGE = Path(yiwang.__file__).parent
Run = Callable[..., None]


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _schema_stamp(environment: Environment, applied: str) -> str:
    """applied: what the database itself says; it may have been restored, emptied or replaced since."""
    migrations = sorted(str(path.relative_to(_PACKAGE)) for path in _PACKAGE.rglob("migrations/*.py"))
    return _digest([yiwang.__version__, environment.database_url, applied, *migrations])


def _static_stamp() -> str:
    files = [path for path in _PACKAGE.rglob("static/**/*") if path.is_file()]
    lock = _PACKAGE.parent / "package-lock.json"
    seen = [
        f"{path.relative_to(_PACKAGE)} {path.stat().st_mtime_ns} {path.stat().st_size}"
        for path in sorted(files)
    ]
    return _digest([yiwang.__version__, *seen, lock.read_text() if lock.exists() else ""])


def prepare(environment: Environment, run: Run, applied: Callable[[], str]) -> None:
    """Bring schema, static files and demo up to date.

    run: calls `yiwang` with these words, raises when that fails; applied: names the database's migrations.
    """
    marks = environment.home / "done"
    marks.mkdir(parents=True, exist_ok=True)

    def once(name: str, about: str, stamp: Callable[[], str], *command: str) -> bool:
        mark = marks / name
        if mark.exists() and mark.read_text() == stamp():
            return False
        say(f"{about} …")
        run(*command)
        mark.write_text(stamp())
        return True

    def schema() -> str:
        return _schema_stamp(environment, applied())

    if once("schema", "建立或升级数据库结构", schema, "migrate"):
        (marks / "demo").unlink(missing_ok=True)  # it may be another, empty database
    if environment.is_sandbox:
        once("sandbox", "装载沙箱机构", lambda: _digest([applied()]), "sandbox", "load")
        return
    if not (environment.home / "static" / "staticfiles.json").exists():
        (marks / "static").unlink(missing_ok=True)
    once("static", "收集网页文件", _static_stamp, "static")
    if environment.demo:
        once(
            "demo", "装载演示数据", lambda: _digest([environment.database_url]), "demo", "load", "--if-empty"
        )
    # Parts of uploads that a killed process left behind; settings make the folder anew.
    shutil.rmtree(environment.uploads, ignore_errors=True)
