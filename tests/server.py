"""The database server of the test suite: a throw-away embedded one, unless DATABASE_URL names another.

A pytest plugin (see pyproject.toml) because Django reads its settings before any conftest. The workers of
pytest-xdist inherit the address by the environment.
"""

import atexit
import os
import shutil

from tests.places import scratch
from yiwang.site.launcher.postgres import Postgres

_MINE = "YIWANG_TEST_HOME"


def _start() -> None:
    # What an operator has set, or `make`, is not about the tests.
    for name in [name for name in os.environ if name.startswith("YIWANG_") and name != "YIWANG_POSTGRES"]:
        del os.environ[name]
    os.environ.pop("REDIS_URL", None)
    home = scratch("test")
    os.environ["YIWANG_HOME"] = os.environ[_MINE] = str(home)
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    if os.environ.get("DATABASE_URL"):
        return
    server = Postgres(home / "postgres", home / "postgres" / "socket", throw_away=True)
    server.start()
    atexit.register(server.stop)
    os.environ["DATABASE_URL"] = server.address


if _MINE not in os.environ:
    _start()
