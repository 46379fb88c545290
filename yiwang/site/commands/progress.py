"""A progress bar for work that reports (done, total). Nothing is drawn where nobody watches."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click


@contextmanager
def bar(label: str, *, shown: bool = True) -> Iterator[Callable[[int, int], None]]:
    """Yields the function to report to. Drawn on stderr, so that results can be piped."""
    if not shown or not sys.stderr.isatty():
        yield lambda done, total: None
        return
    with click.progressbar(length=1, label=label, file=sys.stderr) as drawn:
        progress: Any = drawn

        def report(done: int, total: int) -> None:
            progress.length = max(total, 1)
            progress.update(done - progress.pos)

        yield report
