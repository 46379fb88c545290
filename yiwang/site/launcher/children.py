"""Child processes of the supervisor: none outlives it, and none is started again while a part of it lives."""

import contextlib
import ctypes
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from yiwang.site.launcher.terminal import say

_PR_SET_PDEATHSIG = 1
_STOP_SECONDS = 25.0
_LONGEST_PAUSE = 30.0
_STEADY_SECONDS = 60.0
_libc = ctypes.CDLL(None, use_errno=True)


class Stopped(Exception):
    """The operator asked to stop before everything was up."""


def follow_parent(with_signal: signal.Signals) -> None:
    """The kernel sends this signal to the calling process when its parent is gone, however it went."""
    _libc.prctl(_PR_SET_PDEATHSIG, with_signal, 0, 0, 0)


def die_with_parent(with_signal: signal.Signals) -> Callable[[], None]:
    """For Popen's preexec_fn: the kernel sends this signal to the child when its parent is gone.

    Set after the change of user, which would clear it; a parent that died meanwhile is noticed too.
    """
    parent = os.getpid()

    def prepare() -> None:
        follow_parent(with_signal)
        if os.getppid() != parent:
            os._exit(1)

    return prepare


def _start(
    command: list[str], environment: Mapping[str, str], *, at_parents_death: signal.Signals = signal.SIGTERM
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C reaches the supervisor only, which stops children in order
        preexec_fn=die_with_parent(at_parents_death),
    )


def run(command: list[str], environment: Mapping[str, str], *, stopping: threading.Event) -> None:
    """Run one step to its end. Stopped when told to stop meanwhile; CalledProcessError when it fails."""
    process = _start(command, environment)
    while process.poll() is None and not stopping.wait(0.05):
        continue
    if stopping.is_set():
        _end(process)
        raise Stopped
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask it to end; after a while end it and everything it started."""
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_STOP_SECONDS)
    _kill_rest(process)
    process.wait()


def _kill_rest(process: subprocess.Popen[bytes]) -> None:
    """What is left of the child's session: its workers must not go on beside their successors."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


@dataclass
class Child:
    """A process that is started again when it dies, after a growing pause."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    at_parents_death: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause: float = 0.0
    not_before: float = field(default=0.0)

    def start(self) -> None:
        """Start it now."""
        self.started_at = time.monotonic()
        self.process = _start(self.command, self.environment, at_parents_death=self.at_parents_death)

    @property
    def exit_code(self) -> int | None:
        """None while it runs, or when it was not started."""
        return None if self.process is None else self.process.poll()

    def watch(self) -> None:
        """Start again when it has died and its pause is over."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.not_before:
                self.start()
        elif self.exit_code is not None:
            steady = now - self.started_at > _STEADY_SECONDS
            self.pause = 1.0 if steady or not self.pause else min(self.pause * 2, _LONGEST_PAUSE)
            say(f"{self.name}意外退出（{self.exit_code}），{self.pause:.0f}秒后重新启动")
            _kill_rest(self.process)
            self.process, self.not_before = None, now + self.pause

    def stop(self) -> None:
        """End it and whatever it started."""
        if self.process is not None and self.exit_code is None:
            _end(self.process)
