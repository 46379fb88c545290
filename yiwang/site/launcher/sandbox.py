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
_PORT = "YIWANG_SANDBOX_URL"
_ITS_OWN = ("YIWANG_", "DATABASE_URL", "REDIS_URL", "DJANGO_")
_KEPT = ("YIWANG_POSTGRES",)


def told(environment: Environment, settings: Mapping[str, str]) -> dict[str, str]:
    """The real platform's settings, with the sandbox's address; the key to keep it by is made."""
    secret.make_key(environment.sandbox_key)
    return {**settings, _PORT: environment.sandbox_url or f"http://127.0.0.1:{address.free_port()}"}


def settings(environment: Environment, platform: Mapping[str, str], database_url: str) -> dict[str, str]:
    """What the sandbox finds in its environment: of the platform's own variables none."""
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(_ITS_OWN) or name in _KEPT
    }
    return clean | {
        "YIWANG_IS_SANDBOX": "1",
        "YIWANG_HOME": str(environment.sandbox_home),
        "YIWANG_BIND": "127.0.0.1",
        "YIWANG_PORT": platform[_PORT].rpartition(":")[2].rstrip("/"),
        "YIWANG_REALTIME_PORT": "0",
        "YIWANG_DEMO": "0",
        "DATABASE_URL": database_url,
        "YIWANG_SANDBOX_KEY_FILE": str(environment.sandbox_key),
        "YIWANG_SANDBOX_LOOPBACK": "1" if environment.demo else "0",
        "YIWANG_CALLBACK_NETWORKS": ",".join(environment.callback_networks),
    }
