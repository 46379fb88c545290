"""Platforms to start, stop and hurt: what the tests of the launcher hold in their hands."""

import atexit
import contextlib
import http.client
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from tests.places import free_port

PROJECT = Path(__file__).resolve().parents[2]
PATIENCE = 600.0  # seconds until a test fails; a laden machine is slow
_OURS = ("YIWANG_", "DATABASE_URL", "REDIS_URL", "DJANGO_", "PYTEST_", "COV_")


def wait_until(is_true: Callable[[], Any], what: str) -> None:
    """Look often; fail with `what` when it does not come true in time."""
    deadline = time.monotonic() + PATIENCE
    while not is_true():
        assert time.monotonic() < deadline, f"waited {PATIENCE:.0f} s for: {what}"
        time.sleep(0.05)


@dataclass(frozen=True)
class Who:
    """Who runs it, with which interpreter, from which folder. name "": the account of the tests."""

    name: str = ""
    python: str = sys.executable
    project: Path = PROJECT
    packages: Path | None = None

    @property
    def options(self) -> dict[str, Any]:
        """For subprocess: the change of user."""
        if not self.name:
            return {}
        entry = pwd.getpwnam(self.name)
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}

    @property
    def search_path(self) -> str:
        return os.pathsep.join(str(path) for path in (self.project, self.packages) if path)


@contextlib.contextmanager
def _hearing_a_closed_terminal() -> Iterator[None]:
    """Who runs the tests under nohup makes all that they start deaf to it, which the launcher respects."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, before)


@dataclass
class Platform:
    """One platform: a home, a port, further settings."""

    home: Path
    settings: dict[str, str] = field(default_factory=dict)
    who: Who = field(default_factory=Who)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    starts: list[float] = field(default_factory=list)

    @property
    def output_file(self) -> Path:
        return self.home.parent / f"output-{self.port}"

    @property
    def output(self) -> str:
        """What the last start has said so far."""
        return self.output_file.read_text()

    @property
    def data(self) -> Path:
        return self.home / "postgres" / "data"

    def _environment(self) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        return clean | {
            "PYTHONPATH": self.who.search_path,
            "PYTHONDONTWRITEBYTECODE": "1",
            "YIWANG_HOME": str(self.home),
            "YIWANG_PORT": str(self.port),
            "YIWANG_DEMO": "0",
            "YIWANG_SANDBOX": "0",
            **self.settings,
        }

    def run(self, *words: str, module: str = "yiwang.site.cli") -> subprocess.CompletedProcess[str]:
        """One command to its end."""
        return subprocess.run(
            [self.who.python, "-m", module, *words],
            cwd=self.who.project,
            env=self._environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
            **self.who.options,
        )

    def launch(self) -> subprocess.Popen[bytes]:
        """Serve, without waiting for anything."""
        with self.output_file.open("wb") as output, _hearing_a_closed_terminal():
            self.process = subprocess.Popen(
                [self.who.python, "-m", "yiwang.site.cli", "serve"],
                cwd=self.who.project,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                **self.who.options,
            )
        return self.process

    def start(self) -> float:
        """Serve; returns after how many seconds it said that it is ready."""
        began = time.monotonic()
        process = self.launch()
        wait_until(lambda: "已就绪" in self.output or process.poll() is not None, "the platform to be ready")
        assert process.poll() is None, self.output
        self.starts.append(time.monotonic() - began)
        return self.starts[-1]

    def interrupt(self) -> int:
        """Ctrl-C: the terminal tells the whole foreground group. Returns the exit code."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(PATIENCE)

    def kill_everything(self) -> None:
        """kill -9 of each process, until none is left."""

        def none_left() -> bool:
            found = self.processes()
            for pid in found:
                kill(pid)
            return not found

        wait_until(none_left, "every process to be gone")
        if self.process is not None:
            self.process.wait(PATIENCE)

    def processes(self) -> list[int]:
        """Everything that runs for this home."""
        return [pid for pid in _living() if self._is_ours(pid)]

    def _is_ours(self, pid: int) -> bool:
        entry = Path("/proc") / str(pid)
        with contextlib.suppress(OSError):
            if f"YIWANG_HOME={self.home}".encode() in (entry / "environ").read_bytes().split(b"\0"):
                return True
            return (entry / "cwd").readlink() == self.data
        return False

    def child(self, word: str) -> int | None:
        """The direct child of the supervisor whose command names this word, if it runs."""
        assert self.process is not None
        found = [pid for pid in _living() if _parent(pid) == self.process.pid and word in _command(pid)]
        return found[0] if found else None

    def get(self, path: str) -> tuple[int, str, str]:
        """Status, content type and body of a page."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.headers.get("Content-Type", ""), answer.read().decode()
        finally:
            connection.close()

    def is_ready(self) -> bool:
        try:
            return self.get("/readyz")[0] == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False

    def has_left_nothing(self) -> bool:
        sockets = [*self.home.rglob(".s.PGSQL*"), *self.data.glob("postmaster.pid")]
        return not self.processes() and not self.is_listening() and not sockets

    def is_listening(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


def kill(pid: int | None) -> None:
    """kill -9; a process that is gone already is well."""
    assert pid is not None
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _living() -> Iterator[int]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _stat(int(entry.name))[:1] not in ([], ["Z"]):
            yield int(entry.name)


def _stat(pid: int) -> list[str]:
    """State, parent and so on; empty when the process is gone."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return []


def _parent(pid: int) -> int:
    return int((_stat(pid) or ["", "0"])[1])


def _command(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    return ""


@cache
def ordinary_user() -> Who:
    """As root: `nobody`, with an interpreter and a copy of the project that it can reach. Else ourselves."""
    if os.geteuid() != 0:
        return Who()
    folder = Path(tempfile.mkdtemp(prefix="yiwang-ordinary-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    folder.chmod(0o755)
    project = folder / "一网 协同"
    _copy(PROJECT / "yiwang", project / "yiwang")
    _copy(PROJECT / "node_modules", project / "node_modules")
    _copy(Path(sys.prefix) / "lib" / _version() / "site-packages", project / "packages")
    return Who("nobody", _reachable_python(), project, project / "packages")


def _version() -> str:
    return f"python{sys.version_info.major}.{sys.version_info.minor}"


def _copy(folder: Path, to: Path) -> None:
    """Quickly: the files themselves are shared, only the folders are new."""
    ignored = shutil.ignore_patterns("playwright", "mypy", "mypyc", "typescript", "*__mypyc*", "tests")
    shutil.copytree(folder, to, ignore=ignored, copy_function=_link, symlinks=True)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)


def _reachable_python() -> str:
    """The same version at a place that everybody may read: that of the tests may be in root's own folder."""
    places = (
        os.path.realpath(sys.executable),
        *(f"{at}/{_version()}" for at in ("/usr/local/bin", "/usr/bin")),
    )
    for python in places:
        with contextlib.suppress(OSError):
            subprocess.run([python, "-c", ""], check=True, cwd="/", **Who("nobody").options)
            return python
    raise AssertionError(f"no {_version()} that the account nobody may run")
