"""`yiwang serve`: one command that starts everything, survives what happens, and leaves nothing behind."""

import json
import os
import shutil
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.launcher.platforms import PATIENCE, Platform, kill, wait_until
from yiwang.site.launcher import codes

SECOND_START_SECONDS = 5.0
FIRST_STEPS = ("建立或升级数据库结构", "收集网页文件")


@pytest.fixture(scope="module")
def shared(folder: Path) -> Iterator[Platform]:
    """One that runs for all tests which only look at it or which it survives."""
    platform = Platform(folder / "府 办公" / "一网协同")
    platform.home.parent.mkdir()
    platform.start()
    yield platform
    platform.kill_everything()


@pytest.fixture(scope="module")
def prepared(folder: Path) -> Platform:
    """One that has been started and stopped before."""
    platform = Platform(folder / "prepared")
    platform.start()
    assert all(step in platform.output for step in FIRST_STEPS)
    assert platform.interrupt() == codes.OK
    return platform


@pytest.fixture
def started(prepared: Platform) -> Iterator[Platform]:
    """The prepared one, running; gone after the test."""
    prepared.start()
    yield prepared
    prepared.kill_everything()


# --- a home whose path has spaces and Chinese


def test_it_says_that_it_is_ready(shared: Platform) -> None:
    status, kind, body = shared.get("/readyz")
    assert status == 200
    assert kind == "application/json"
    assert json.loads(body) == {
        "status": "ready",
        "database": True,
        "queue": True,
        "pending_migrations": 0,
    }
    assert shared.get("/healthz")[0] == 200


def test_it_tells_where_it_is(shared: Platform) -> None:
    assert f"http://127.0.0.1:{shared.port}/" in shared.output
    assert "按 Ctrl-C 停止" in shared.output


def test_pages_and_their_files_are_served(shared: Platform) -> None:
    status, _, page = shared.get("/login/")
    assert status == 200
    for address in {part.split('"')[0] for part in page.split('="/static/')[1:]}:
        assert shared.get(f"/static/{address}")[0] == 200, address


def test_secrets_are_for_their_owner_only(shared: Platform) -> None:
    postgres = shared.home / "postgres"
    for path in (shared.home / "secret.json", postgres / "password", postgres / "server.log"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    for path in (shared.home / "uploads", shared.data, postgres / "socket"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700, path
    assert stat.S_IMODE(shared.home.stat().st_mode) & 0o066 == 0


def test_a_second_one_in_the_same_home_is_refused(shared: Platform) -> None:
    done = Platform(shared.home).run("serve")
    assert done.returncode == codes.ALREADY_RUNNING
    assert "已有一个平台在运行" in done.stderr
    assert shared.is_ready()


def test_commands_use_the_running_database(shared: Platform) -> None:
    done = shared.run("audit", "verify", "--json")
    assert done.returncode == codes.OK, done.stderr
    assert json.loads(done.stdout)["intact"] is True
    assert shared.is_ready()


def test_the_web_server_is_started_again(shared: Platform) -> None:
    web, worker, database = shared.child("granian"), shared.child("cli worker"), shared.child("postgres")
    kill(web)
    wait_until(lambda: shared.child("granian") not in (None, web) and shared.is_ready(), "a new web server")
    assert shared.child("cli worker") == worker
    assert shared.child("postgres") == database


def test_the_worker_is_started_again(shared: Platform) -> None:
    worker = shared.child("cli worker")
    kill(worker)
    wait_until(lambda: shared.child("cli worker") not in (None, worker), "a new worker")
    assert shared.is_ready()


def test_the_database_is_started_again(shared: Platform) -> None:
    database = shared.child("postgres")
    kill(database)
    wait_until(
        lambda: shared.child("postgres") not in (None, database) and shared.is_ready(), "a new database"
    )


# --- starting again


def test_ctrl_c_leaves_nothing_behind(started: Platform) -> None:
    assert started.processes()
    assert started.interrupt() == codes.OK
    assert started.has_left_nothing(), started.processes()
    assert "Traceback" not in started.output
    assert started.output.rstrip().endswith("已停止")


def test_a_closed_terminal_stops_it(started: Platform) -> None:
    assert started.process is not None
    os.kill(started.process.pid, signal.SIGHUP)
    assert started.process.wait(PATIENCE) == codes.OK
    assert started.has_left_nothing(), started.processes()


def test_ctrl_c_while_starting_leaves_nothing_behind(folder: Path) -> None:
    platform = Platform(folder / "impatient")
    process = platform.launch()
    wait_until(lambda: FIRST_STEPS[0] in platform.output, "the first step")
    assert platform.interrupt() == codes.OK
    assert process.returncode == codes.OK
    assert platform.has_left_nothing(), platform.processes()


def test_the_second_start_is_quick_and_skips_what_is_done(prepared: Platform) -> None:
    seconds = prepared.start()
    said = prepared.output
    prepared.interrupt()
    assert seconds < _quickly(prepared, SECOND_START_SECONDS)
    assert not any(step in said for step in FIRST_STEPS)


def _quickly(platform: Platform, seconds: float) -> float:
    """On a laden machine everything takes longer: then a quarter of what its first start took."""
    return max(seconds, platform.starts[0] / 4)


def test_a_deleted_database_is_made_anew(prepared: Platform) -> None:
    shutil.rmtree(prepared.home / "postgres")
    prepared.start()
    said = prepared.output
    prepared.interrupt()
    assert FIRST_STEPS[0] in said
    assert FIRST_STEPS[1] not in said


def test_it_recovers_when_everything_was_killed(started: Platform) -> None:
    started.kill_everything()
    assert (started.data / "postmaster.pid").exists()
    assert started.start() < _quickly(started, SECOND_START_SECONDS * 2)
    assert started.is_ready()
    assert started.interrupt() == codes.OK


def test_it_recovers_from_a_first_start_that_was_killed(folder: Path) -> None:
    platform = Platform(folder / "cut short")
    platform.launch()
    wait_until(lambda: FIRST_STEPS[0] in platform.output, "the first step")
    platform.kill_everything()
    platform.start()
    assert platform.interrupt() == codes.OK


def test_nothing_outlives_a_killed_supervisor(started: Platform) -> None:
    assert started.process is not None
    kill(started.process.pid)
    started.process.wait()
    wait_until(started.has_left_nothing, "the children to follow")


def test_two_homes_at_once(shared: Platform, started: Platform) -> None:
    assert shared.is_ready()
    assert started.is_ready()
    assert started.interrupt() == codes.OK
    assert shared.is_ready()


def test_a_command_starts_the_database_for_itself(prepared: Platform) -> None:
    done = prepared.run("migrate")
    assert done.returncode == codes.OK, done.stderr
    assert prepared.has_left_nothing(), prepared.processes()
