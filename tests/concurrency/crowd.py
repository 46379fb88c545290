"""Several people at once, each with a connection of his own and transactions that commit."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connection

from yiwang.kernel.errors import Refused

PATIENCE = 60  # seconds; only a deadlock takes that long

T = TypeVar("T")


def at_once(*works: Callable[[], T]) -> list[T | Refused]:
    """Begin all works at the same moment; what each returned, or the refusal it met, in their order."""
    begin = Barrier(len(works))

    def run(work: Callable[[], T]) -> T | Refused:
        try:
            begin.wait(PATIENCE)
            return work()
        except Refused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return [one.result(PATIENCE) for one in [pool.submit(run, work) for work in works]]


def refusals(results: list[T | Refused]) -> list[int]:
    """The status of each refusal."""
    return [one.status for one in results if isinstance(one, Refused)]
