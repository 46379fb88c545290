"""The embedded server for one command: used when it runs already, else started and stopped again."""

import contextlib
from collections.abc import Iterator

import psycopg

from yiwang.site.environment import Environment
from yiwang.site.launcher.postgres import Postgres


def embedded(environment: Environment) -> Postgres:
    """The server that belongs to this home."""
    return Postgres(environment.database_home, environment.socket_folder)


def answers(environment: Environment) -> bool:
    """Does the database of this environment take connections?"""
    if environment.embedded and not environment.database_ready:
        return False
    try:
        psycopg.connect(environment.effective_database_url, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


@contextlib.contextmanager
def running(environment: Environment) -> Iterator[None]:
    """Make sure a database answers while the block runs. An external one is left to its own keepers."""
    if not environment.embedded or answers(environment):
        yield
        return
    server = embedded(environment)
    server.start()
    try:
        yield
    finally:
        server.stop()
