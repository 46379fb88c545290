"""The sandbox (ADR 24) as the supervisor starts it: a second `yiwang serve` with nothing of the first one's.

It gets its own home, database, role and keys, listens on this machine only, and is told of no gateway: no
text, e-mail, real-name service or municipal address book can be reached from there.
"""

import os
from collections.abc import Mapping

from yiwang.site import secret
from yiwang.site.environment import Environment
from yiwang.site.launcher import address

NAME = "yiwang_sandbox"
_ADDRESS, _WAITING = "YIWANG_SANDBOX_URL", "YIWANG_SANDBOX_WAITING_URL"
_ITS_OWN = ("YIWANG_", "DATABASE_URL", "REDIS_URL", "DJANGO_")
_KEPT = ("YIWANG_POSTGRES",)


def told(environment: Environment, settings: Mapping[str, str]) -> dict[str, str]:
    """The real platform's settings, with the sandbox's addresses; the key to keep it by is made.

    Calls wait there only where they wait here: they come by way of the same process.
    """
    secret.make_key(environment.sandbox_key)
    waiting = (environment.sandbox_waiting_url or _free()) if environment.realtime_port else ""
    return {**settings, _ADDRESS: environment.sandbox_url or _free(), _WAITING: waiting}


def _free() -> str:
    return f"http://127.0.0.1:{address.free_port()}"


def _port(url: str) -> str:
    return url.rpartition(":")[2].rstrip("/")


def settings(environment: Environment, platform: Mapping[str, str], database_url: str) -> dict[str, str]:
    """What the sandbox finds in its environment: of the platform's own variables none."""
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(_ITS_OWN) or name in _KEPT
    }
    return clean | {
        "YIWANG_IS_SANDBOX": "1",
        "YIWANG_HOME": str(environment.sandbox_home),
        "YIWANG_BIND": "127.0.0.1",
        "YIWANG_PORT": _port(platform[_ADDRESS]),
        "YIWANG_REALTIME_PORT": _port(platform[_WAITING]) or "0",
        "YIWANG_DEMO": "0",
        "DATABASE_URL": database_url,
        "YIWANG_SANDBOX_KEY_FILE": str(environment.sandbox_key),
        "YIWANG_SANDBOX_LOOPBACK": "1" if environment.demo else "0",
        "YIWANG_CALLBACK_NETWORKS": ",".join(environment.callback_networks),
    }
