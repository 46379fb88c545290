"""Child processes that must not outlive the supervisor."""

import ctypes
import os
import signal
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(with_signal: signal.Signals) -> Callable[[], None]:
    """For Popen's preexec_fn: the kernel sends this signal to the child when its parent is gone.

    Set after the change of user, which would clear it; a parent that died meanwhile is noticed too.
    """
    parent = os.getpid()

    def prepare() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, with_signal, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return prepare
