"""`yiwang serve`: database, web and worker as children of one process, started and stopped together."""

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from types import FrameType

from yiwang.site import secret
from yiwang.site.environment import Environment, make_home
from yiwang.site.launcher import address, children, codes, database, sandbox
from yiwang.site.launcher.binaries import CannotStart
from yiwang.site.launcher.children import Child, Stopped
from yiwang.site.launcher.postgres import Postgres
from yiwang.site.launcher.prepare import prepare
from yiwang.site.launcher.refusal import Refuses
from yiwang.site.launcher.terminal import say

WEB_WORKERS = 2
THREADS_PER_WORKER = 4
_READY_SECONDS = 90.0
_SANDBOX_NICENESS = 10  # vendors' trials never slow people down
_COMMAND = (sys.executable, "-m", "yiwang.site.cli")


def serve(environment: Environment) -> int:
    """Run until told to stop; returns the exit code."""
    stopping = _stop_on_signals()
    if environment.is_sandbox:
        os.nice(_SANDBOX_NICENESS)
    try:
        with _only_one(environment):
            address.require_free_port(environment)
            _serve(environment, stopping)
    except Refuses as refusal:
        say(str(refusal))
        return refusal.code
    except CannotStart as problem:
        say(f"无法启动：{problem}")
        return codes.CANNOT_START
    except subprocess.CalledProcessError as failed:
        words = " ".join(failed.cmd[len(_COMMAND) :])
        say(f"无法启动：yiwang {words} 失败（{failed.returncode}），原因见上面的日志")
        return codes.CANNOT_START
    return codes.OK


def _serve(environment: Environment, stopping: threading.Event) -> None:
    started = time.monotonic()
    server: Postgres | None = None
    running: list[Child] = []
    try:
        server = database.begin(environment, stopping)
        settings = _settings(environment)
        prepare(
            environment,
            run=lambda *words: children.run([*_COMMAND, *words], settings, stopping=stopping),
            applied=lambda: database.applied_migrations(environment),
        )
        say("启动网页服务和后台进程 …")
        running = [
            Child("网页服务", [*_COMMAND, "web"], settings),
            # With us goes the database, for which a worker that is asked to end would wait half a minute;
            # what it was doing is rolled back and done by the next one.
            Child("后台进程", [*_COMMAND, "worker"], settings, at_parents_death=signal.SIGKILL),
        ]
        if environment.realtime_port:
            running.append(Child("实时通知", [*_COMMAND, "realtime"], settings))
        if environment.simulates_realname:
            running.append(Child("实名认证模拟器", [*_COMMAND, "realname-simulator"], settings))
        if environment.simulates_directory:
            running.append(Child("市级通讯录模拟器", [*_COMMAND, "directory-simulator"], settings))
        for child in running:
            child.start()
        _wait_until_ready(environment, running, stopping)
        _welcome(environment, time.monotonic() - started)
        running += _sandbox(environment, settings, server)
        while not stopping.wait(0.5):
            _watch(server, running)
    except Stopped:
        pass
    finally:
        say("正在停止 …")
        for child in reversed(running):
            child.stop()
        if server is not None:
            server.stop()
    say("已停止")


def _sandbox(environment: Environment, settings: Mapping[str, str], server: Postgres | None) -> list[Child]:
    """Started now, when the platform is ready: it makes its database first, and nobody waits for it."""
    if not environment.sandbox:
        return []
    url = environment.sandbox_database_url or (server.second_database(sandbox.NAME) if server else "")
    child = Child("沙箱", [*_COMMAND, "serve"], sandbox.settings(environment, settings, url))
    child.start()
    return [child]


def _watch(server: Postgres | None, running: list[Child]) -> None:
    if server is not None and server.has_died():
        say("数据库意外退出，重新启动")
        server.start()
    for child in running:
        child.watch()


def _stop_on_signals() -> threading.Event:
    """Ctrl-C, `kill` and a closed terminal all mean: stop in order. nohup's wish is respected."""
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, stop)
    return stopping


@contextlib.contextmanager
def _only_one(environment: Environment) -> Iterator[None]:
    """One platform per home. The lock goes with the process, however it ends."""
    try:
        make_home(environment)
        file = (environment.home / "serve.lock").open("w")
    except OSError as problem:
        raise Refuses(
            f"不能在 {environment.home} 写数据（{problem.strerror}），请用 YIWANG_HOME 指定其他文件夹",
            codes.NOT_ALLOWED,
        ) from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refuses(
                f"{environment.home} 已有一个平台在运行；如需再启动一个，请另设 YIWANG_HOME 和 YIWANG_PORT",
                codes.ALREADY_RUNNING,
            ) from None
        yield


def _settings(environment: Environment) -> Mapping[str, str]:
    """What the children find in their environment; in a demonstration also where the simulators listen."""
    module = "sandbox" if environment.is_sandbox else "prod"
    settings = os.environ | {
        "DJANGO_SETTINGS_MODULE": f"yiwang.site.settings.{module}",
        "YIWANG_HOME": str(environment.home),
        "YIWANG_DEMO": "1" if environment.demo else "0",
    }
    if environment.simulates_realname:
        secret.make_key(environment.realname_key)
        port = environment.realname_simulator_port or address.free_port()
        settings |= {
            "YIWANG_REALNAME_SIMULATOR_PORT": str(port),
            "YIWANG_REALNAME_URL": f"http://127.0.0.1:{port}",
        }
    if environment.simulates_directory:
        secret.make_key(environment.directory_key)
        port = environment.directory_simulator_port or address.free_port()
        settings |= {
            "YIWANG_DIRECTORY_SIMULATOR_PORT": str(port),
            "YIWANG_DIRECTORY_URL": f"http://127.0.0.1:{port}",
        }
    return sandbox.told(environment, settings) if environment.sandbox else settings


def web_command(environment: Environment) -> list[str]:
    """granian serving WSGI: the fastest of those measured (ADR 2)."""
    return [
        sys.executable, "-m", "granian", "yiwang.site.launcher.served:application",
        "--interface", "wsgi",
        "--host", environment.bind,
        "--port", str(environment.port),
        "--workers", str(1 if environment.is_sandbox else WEB_WORKERS),
        "--blocking-threads", str(THREADS_PER_WORKER),
        "--respawn-failed-workers",
        "--workers-kill-timeout", "10",
        "--log-level", "warning",
    ]  # fmt: skip


def _wait_until_ready(environment: Environment, running: list[Child], stopping: threading.Event) -> None:
    """Stopped when told to stop meanwhile; CannotStart when a process ends at once or time is over."""
    deadline = time.monotonic() + _READY_SECONDS
    while not stopping.wait(0.1):
        if address.is_ready(environment) and address.is_live(environment):
            return
        for child in running:
            if child.exit_code is not None:
                raise CannotStart(f"{child.name}启动后立即退出（{child.exit_code}），原因见上面的日志")
        if time.monotonic() > deadline:
            raise CannotStart(f"{_READY_SECONDS:.0f}秒内没有就绪，原因见上面的日志")
    raise Stopped


def _welcome(environment: Environment, seconds: float) -> None:
    if environment.is_sandbox:
        say(f"沙箱已就绪（{seconds:.1f}秒）")
        return
    print(f"\n一网协同 已就绪（{seconds:.1f}秒）: {address.url(environment)}\n", flush=True)  # noqa: T201
    if environment.demo:
        subprocess.run([*_COMMAND, "demo", "accounts"], check=False)
    print("\n按 Ctrl-C 停止", flush=True)  # noqa: T201
