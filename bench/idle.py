"""Open pages that one `yiwang realtime` holds, and how soon they are told: python -m bench.idle --pages N.

Memory is read from /proc; times run from the commit of what changed the numbers to the last page's line.
"""

import asyncio
import importlib
import os
import resource
import subprocess
import sys
from pathlib import Path

import click

from bench.run import load


@click.command()
@click.option("--pages", default=10_000)
@click.option("--home", default="var/bench-10000")
@click.option("--port", default=8378)
def main(pages: int, home: str, port: int) -> None:
    """Open them, let them idle, tell one person, then many."""
    os.environ |= {
        "YIWANG_HOME": str(Path(home).absolute()),
        "YIWANG_DEMO": "1",
        "YIWANG_DEMO_PASSWORD": "Bench-Lake-2026",
        "YIWANG_REALTIME_PORT": str(port),
        "DJANGO_SETTINGS_MODULE": "bench.settings",
    }
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    load(10_000, Path(home).absolute())
    # Imported now, because settings read the environment set above.
    with importlib.import_module("yiwang.site.cli").django_with_database():
        measure = importlib.import_module("bench.idle_pages").measure
        with subprocess.Popen([sys.executable, "-m", "yiwang.site.cli", "realtime"]) as process:
            try:
                asyncio.run(measure(pages, port, process.pid))
            finally:
                process.terminate()


if __name__ == "__main__":
    main()
