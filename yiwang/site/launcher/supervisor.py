"""`yiwang serve`: database, web and worker as children of one process, started and stopped together."""

import contextlib
import fcntl
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import FrameType

from yiwang.site.environment import Environment
from yiwang.site.launcher import codes, database
from yiwang.site.launcher.binaries import CannotStart
from yiwang.site.launcher.children import die_with_parent
from yiwang.site.launcher.postgres import Postgres
from yiwang.site.launcher.prepare import prepare

WEB_WORKERS = 2
THREADS_PER_WORKER = 4
_READY_SECONDS = 90.0
_STOP_SECONDS = 25.0
_LONGEST_PAUSE = 30.0
_STEADY_SECONDS = 60.0


class Refuses(Exception):
    """It cannot be started; code: the exit code."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


@dataclass
class Child:
    """A process that is started again when it dies, after a growing pause."""

    name: str
    command: list[str]
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause: float = 1.0
    not_before: float = field(default=0.0)

    def start(self) -> None:
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C reaches the supervisor only, which stops children in order
            preexec_fn=die_with_parent(signal.SIGTERM),
        )

    def watch(self) -> None:
        """Start again when it has died and its pause is over."""
        process, now = self.process, time.monotonic()
        if process is not None and process.poll() is None:
            return
        if process is not None:
            steady = now - self.started_at > _STEADY_SECONDS
            self.pause = 1.0 if steady else min(self.pause * 2, _LONGEST_PAUSE)
            say(f"{self.name} 意外退出（{process.returncode}），{self.pause:.0f}秒后重新启动")
            self.process, self.not_before = None, now + self.pause
        elif now >= self.not_before:
            self.start()

    def stop(self) -> None:
        process = self.process
        if process is None or process.poll() is not None:
            return
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def say(text: str) -> None:
    """To whoever watches the terminal."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201  the supervisor's own voice


def serve(environment: Environment) -> int:
    """Run until told to stop; returns the exit code."""
    stopping = _stop_on_signals()
    try:
        with _only_one(environment):
            _require_free_port(environment)
            return _serve(environment, stopping)
    except Refuses as refusal:
        say(str(refusal))
        return refusal.code
    except (CannotStart, subprocess.CalledProcessError) as problem:
        if stopping.is_set():
            return codes.OK
        say(f"无法启动：{problem}")
        return codes.CANNOT_START


def _serve(environment: Environment, stopping: threading.Event) -> int:
    started = time.monotonic()
    server = database.embedded(environment) if environment.embedded else None
    children: list[Child] = []
    try:
        if server is not None:
            server.start()
        prepare(environment)
        children = [_web(environment), _worker(environment)]
        for child in children:
            if not stopping.is_set():
                child.start()
        _wait_until_ready(environment, children, stopping)
        if not stopping.is_set():
            _welcome(environment, time.monotonic() - started)
        while not stopping.wait(0.5):
            _watch(server, children)
    finally:
        say("正在停止 …")
        for child in reversed(children):
            child.stop()
        if server is not None:
            server.stop()
    say("已停止")
    return codes.OK


def _watch(server: Postgres | None, children: list[Child]) -> None:
    if server is not None and server.has_died():
        say("数据库意外退出，重新启动")
        server.start()
    for child in children:
        child.watch()


def _stop_on_signals() -> threading.Event:
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    return stopping


@contextlib.contextmanager
def _only_one(environment: Environment) -> Iterator[None]:
    """One platform per home. The lock goes with the process, however it ends."""
    environment.home.mkdir(parents=True, exist_ok=True)
    with (environment.home / "serve.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refuses(
                f"{environment.home} 已有一个平台在运行；如需再启动一个，请另设 YIWANG_HOME 和 YIWANG_PORT",
                codes.ALREADY_RUNNING,
            ) from None
        yield


def _require_free_port(environment: Environment) -> None:
    """Ask before anything is started. After a kill -9 the old web server needs a moment to go."""
    deadline = time.monotonic() + 5
    while True:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((environment.bind, environment.port))
            except OSError:
                if time.monotonic() > deadline:
                    raise Refuses(
                        f"端口 {environment.port} 已被占用，请用 YIWANG_PORT 指定其他端口", codes.PORT_IN_USE
                    ) from None
                time.sleep(0.2)
                continue
            return


def _settings(environment: Environment) -> dict[str, str]:
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "yiwang.site.settings.prod",
        "YIWANG_HOME": str(environment.home),
        "YIWANG_DEMO": "1" if environment.demo else "0",
    }


def _web(environment: Environment) -> Child:
    command = [sys.executable, "-m", "yiwang.site.cli", "web"]
    return Child("网页服务", command, _settings(environment))


def _worker(environment: Environment) -> Child:
    command = [sys.executable, "-m", "yiwang.site.cli", "worker"]
    return Child("后台进程", command, _settings(environment))


def web_command(environment: Environment) -> list[str]:
    """granian serving WSGI: the fastest of those measured (ADR 2)."""
    return [
        sys.executable, "-m", "granian", "yiwang.site.wsgi:application",
        "--interface", "wsgi",
        "--host", environment.bind,
        "--port", str(environment.port),
        "--workers", str(WEB_WORKERS),
        "--blocking-threads", str(THREADS_PER_WORKER),
        "--respawn-failed-workers",
        "--workers-kill-timeout", "10",
        "--log-level", "warning",
    ]  # fmt: skip


def _wait_until_ready(environment: Environment, children: list[Child], stopping: threading.Event) -> None:
    address = f"http://127.0.0.1:{environment.port}/readyz"
    deadline = time.monotonic() + _READY_SECONDS
    while not stopping.wait(0.1):
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            pass
        for child in children:
            if child.process is not None and child.process.poll() is not None:
                raise CannotStart(f"{child.name} 启动后立即退出（{child.process.returncode}）")
        if time.monotonic() > deadline:
            raise CannotStart(f"{_READY_SECONDS:.0f}秒内没有就绪，详见上面的日志")


def _welcome(environment: Environment, seconds: float) -> None:
    print(f"\n一网协同 已就绪（{seconds:.1f}秒）: http://127.0.0.1:{environment.port}/\n", flush=True)  # noqa: T201
    if environment.demo:
        subprocess.run([sys.executable, "-m", "yiwang.site.cli", "demo", "accounts"], check=False)
    print("\n按 Ctrl-C 停止", flush=True)  # noqa: T201
