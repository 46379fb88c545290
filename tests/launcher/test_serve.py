"""`yiwang serve`: one command that starts everything, survives what happens, and leaves nothing behind."""

import json
import os
import shutil
import signal
import socket
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.launcher.platforms import Platform, free_port, kill, ordinary_user, wait_until
from yiwang.site.launcher import codes
from yiwang.site.launcher.postgres import Postgres

SECOND_START_SECONDS = 5.0
FIRST_STEPS = ("建立或升级数据库结构", "收集网页文件")


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """As root the database runs under another account, which must be able to enter."""
    path = Path(tempfile.mkdtemp(prefix="yiwang-launcher-"))
    path.chmod(0o777)
    yield path
    shutil.rmtree(path, ignore_errors=True)


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


def has_left_nothing(platform: Platform) -> bool:
    sockets = [*platform.home.rglob(".s.PGSQL*"), *platform.data.glob("postmaster.pid")]
    return not platform.processes() and not platform.is_listening() and not sockets


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
    assert has_left_nothing(started), started.processes()
    assert "Traceback" not in started.output
    assert started.output.rstrip().endswith("已停止")


def test_a_closed_terminal_stops_it(started: Platform) -> None:
    assert started.process is not None
    os.kill(started.process.pid, signal.SIGHUP)
    assert started.process.wait(30) == codes.OK
    assert has_left_nothing(started), started.processes()


def test_ctrl_c_while_starting_leaves_nothing_behind(folder: Path) -> None:
    platform = Platform(folder / "impatient")
    process = platform.launch()
    wait_until(lambda: FIRST_STEPS[0] in platform.output, "the first step")
    assert platform.interrupt() == codes.OK
    assert process.returncode == codes.OK
    assert has_left_nothing(platform), platform.processes()


def test_the_second_start_is_quick_and_skips_what_is_done(prepared: Platform) -> None:
    seconds = prepared.start()
    said = prepared.output
    prepared.interrupt()
    assert seconds < SECOND_START_SECONDS
    assert not any(step in said for step in FIRST_STEPS)


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
    assert started.start() < SECOND_START_SECONDS * 2
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
    wait_until(lambda: has_left_nothing(started), "the children to follow")


def test_two_homes_at_once(shared: Platform, started: Platform) -> None:
    assert shared.is_ready()
    assert started.is_ready()
    assert started.interrupt() == codes.OK
    assert shared.is_ready()


def test_a_command_starts_the_database_for_itself(prepared: Platform) -> None:
    done = prepared.run("migrate")
    assert done.returncode == codes.OK, done.stderr
    assert has_left_nothing(prepared), prepared.processes()


# --- other places


def test_a_very_long_path(folder: Path) -> None:
    platform = Platform(folder / "很长的路径" / ("long" * 20) / ("路" * 20) / "home")
    platform.home.parent.mkdir(parents=True)
    platform.start()
    assert platform.is_ready()
    assert platform.run("audit", "verify").returncode == codes.OK
    assert platform.interrupt() == codes.OK
    assert has_left_nothing(platform), platform.processes()


def test_an_external_database_and_a_secret_file_elsewhere(folder: Path) -> None:
    external = Postgres(folder / "external", folder / "external" / "socket", throw_away=True)
    external.start()
    secret = folder / "keys" / "secret.json"
    settings = {"DATABASE_URL": external.address, "YIWANG_SECRET_FILE": str(secret)}
    platform = Platform(folder / "with external", settings)
    try:
        platform.start()
        assert platform.is_ready()
        assert platform.interrupt() == codes.OK
        assert not external.has_died()
    finally:
        external.stop()
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert not (platform.home / "secret.json").exists()
    assert not (platform.home / "postgres").exists()


def test_a_home_that_nobody_else_can_reach(folder: Path) -> None:
    """Such as /root: root's server runs under another account, but no folder's rights are changed for it."""
    hidden = folder / "hidden"
    hidden.mkdir(mode=0o700)
    platform = Platform(hidden / "home")
    platform.start()
    assert platform.is_ready()
    assert platform.run("audit", "verify").returncode == codes.OK
    platform.kill_everything()
    platform.start()
    assert platform.interrupt() == codes.OK
    assert has_left_nothing(platform), platform.processes()
    assert stat.S_IMODE(hidden.stat().st_mode) == 0o700


def test_an_ordinary_user(folder: Path) -> None:
    """Also a project's folder whose path has spaces and Chinese, when the tests run as root."""
    platform = Platform(folder / "ordinary", who=ordinary_user(folder))
    platform.start()
    pages = platform.is_ready(), platform.get("/login/")[0]
    owners = {Path(f"/proc/{pid}").stat().st_uid for pid in platform.processes()}
    assert platform.interrupt() == codes.OK
    assert pages == (True, 200)
    assert len(owners) == 1
    assert 0 not in owners
    assert has_left_nothing(platform), platform.processes()


# --- refusals


def test_a_port_in_use(folder: Path) -> None:
    platform = Platform(folder / "no port", port=free_port())
    with socket.socket() as other:
        other.bind(("127.0.0.1", platform.port))
        other.listen()
        done = platform.run("serve")
    assert done.returncode == codes.PORT_IN_USE
    assert f"端口 {platform.port} 已被占用" in done.stderr
    assert "YIWANG_PORT" in done.stderr
    assert not (platform.home / "postgres").exists()


def test_a_home_that_cannot_be_written() -> None:
    done = Platform(Path("/dev/null/home")).run("serve")
    assert done.returncode == codes.NOT_ALLOWED
    assert "YIWANG_HOME" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["serve", "migrate"])
def test_a_home_of_somebody_else(folder: Path, command: str) -> None:
    platform = Platform(folder / f"closed to {command}", who=ordinary_user(folder))
    platform.home.mkdir(mode=0)
    done = platform.run(command)
    assert done.returncode == codes.NOT_ALLOWED
    assert str(platform.home) in done.stderr
    assert "Traceback" not in done.stderr


def test_an_address_that_is_not_ours(folder: Path) -> None:
    done = Platform(folder / "no address", {"YIWANG_BIND": "192.0.2.1"}).run("serve")
    assert done.returncode == codes.USAGE
    assert "YIWANG_BIND" in done.stderr


def test_a_setting_that_makes_no_sense(folder: Path) -> None:
    done = Platform(folder / "no sense", {"YIWANG_PORT": "eighty"}).run("serve")
    assert done.returncode == codes.USAGE
    assert "YIWANG_PORT" in done.stderr
    assert "Traceback" not in done.stderr
