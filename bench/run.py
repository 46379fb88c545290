"""Runs the scenarios against a platform of its own and prints what each cost; JSON in <home>/bench.json.

python -m bench.run [--people N] [--seconds S] [--connections C] [--only KEY …]
The load is played by wrk, on the same two cores as the server: figures are of the whole machine.
"""

import contextlib
import importlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from bench import processes

_HERE = Path(__file__).parent
_UNITS = {300_000: 60_000}


@click.command()
@click.option(
    "--people", type=int, default=lambda: int(os.environ.get("PEOPLE") or 10_000), help="size of the district"
)
@click.option("--home", default="", help="where the district is kept (default var/bench-<people>)")
@click.option("--port", default=8377)
@click.option("--seconds", default=10)
@click.option("--connections", default=16)
@click.option("--only", multiple=True, help="keys of scenarios")
def main(people: int, home: str, port: int, seconds: int, connections: int, only: tuple[str, ...]) -> None:
    """Measure login, home, tree, cards and person search."""
    if shutil.which("wrk") is None:
        raise click.ClickException("wrk is needed: apt-get install wrk")
    folder = Path(home or f"var/bench-{people}").absolute()
    os.environ |= {
        "YIWANG_HOME": str(folder),
        "YIWANG_PORT": str(port),
        "YIWANG_DEMO": "1",
        "YIWANG_DEMO_PASSWORD": "Bench-Lake-2026",
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "PYTHONPATH": str(_HERE.parent),
    }
    load(people, folder)
    # Imported now, because settings read the environment set above.
    cli = importlib.import_module("yiwang.site.cli")
    with cli.django_with_database(), _web(port, folder / "web.log") as web:
        results = _run_all(web, folder, port, seconds=seconds, connections=connections, only=only)
    report = {"people": people, "machine": _machine(), "connections": connections, "scenarios": results}
    (folder / "bench.json").write_text(json.dumps(report, ensure_ascii=False, indent=2))
    click.echo(f"\n{folder / 'bench.json'}")


def _cli(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "yiwang.site.cli", *arguments], check=True)


def load(people: int, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    _cli("migrate")
    _cli("static")
    size = ["--people", str(people)]
    if people in _UNITS:
        size += ["--units", str(_UNITS[people])]
    _cli("demo", "load", "--if-empty", *size)


@contextlib.contextmanager
def _web(port: int, log: Path) -> Iterator[int]:
    command = [sys.executable, "-m", "yiwang.site.cli", "web"]
    with log.open("wb") as lines, subprocess.Popen(command, stderr=lines) as process:
        try:
            _wait(port)
            yield process.pid
        finally:
            process.terminate()


def _wait(port: int) -> None:
    for _ in range(200):
        with contextlib.suppress(urllib.error.URLError, OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2).close()
            return
        time.sleep(0.1)
    raise click.ClickException("the web server did not answer")


def _run_all(
    web: int, folder: Path, port: int, *, seconds: int, connections: int, only: tuple[str, ...]
) -> dict[str, Any]:
    scenarios = importlib.import_module("bench.scenarios")
    postmaster = int((folder / "postgres" / "data" / "postmaster.pid").read_text().split()[0])
    users, results = scenarios.cookies(), {}
    head = ("scenario", "req/s", "p50 ms", "p95 ms", "p99 ms", "web ms", "db ms", "failed")
    click.echo("{:<20}{:>9}{:>9}{:>9}{:>9}{:>9}{:>9}{:>8}".format(*head))
    for scenario in scenarios.SCENARIOS:
        if only and scenario.key not in only:
            continue
        requests = scenario.build(users, os.environ["YIWANG_DEMO_PASSWORD"])
        _play(requests, port, 2, connections, fragment=scenario.is_fragment)  # warm
        before = processes.cpu_seconds(web), processes.cpu_seconds(postmaster)
        found = _play(requests, port, seconds, connections, fragment=scenario.is_fragment)
        after = processes.cpu_seconds(web), processes.cpu_seconds(postmaster)
        count = max(found["requests"], 1)
        found["rate"] = round(found["requests"] / found["seconds"], 1)
        found["web_ms"] = round((after[0] - before[0]) * 1000 / count, 3)
        found["database_ms"] = round((after[1] - before[1]) * 1000 / count, 3)
        results[scenario.key] = found
        click.echo(
            f"{scenario.key:<20}{found['rate']:>9}{found['p50']:>9}{found['p95']:>9}{found['p99']:>9}"
            f"{found['web_ms']:>9}{found['database_ms']:>9}{found['failures']:>8}"
        )
    workers = [round(processes.memory_mb(pid), 1) for pid in processes.family(web)]
    click.echo(f"memory of web processes, MB: {workers}")
    results["memory_mb"] = workers
    return results


def _play(
    requests: list[Any], port: int, seconds: int, connections: int, *, fragment: bool
) -> dict[str, Any]:
    with tempfile.NamedTemporaryFile("w", suffix=".tsv") as file:
        file.writelines(one.line() for one in requests)
        file.flush()
        played = subprocess.run(
            [
                "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(_HERE / "wrk.lua"),
                f"http://127.0.0.1:{port}", "--", file.name, "fragment" if fragment else "page",
            ],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    line = next(line for line in played.stdout.splitlines() if line.startswith("{"))
    result: dict[str, Any] = json.loads(line)
    return result


def _machine() -> dict[str, Any]:
    return {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "at": time.strftime("%Y-%m-%d %H:%M"),
    }


if __name__ == "__main__":
    main()
