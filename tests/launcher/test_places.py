"""`yiwang serve` in homes of every kind, by an ordinary user, and where it must refuse."""

import socket
import stat
from pathlib import Path

import pytest

from tests.launcher.platforms import Platform, ordinary_user
from tests.places import free_port
from yiwang.site.launcher import codes
from yiwang.site.launcher.postgres import Postgres


def test_a_very_long_path(folder: Path) -> None:
    platform = Platform(folder / "很长的路径" / ("long" * 20) / ("路" * 20) / "home")
    platform.home.parent.mkdir(parents=True)
    platform.start()
    assert platform.is_ready()
    assert platform.run("audit", "verify").returncode == codes.OK
    assert platform.interrupt() == codes.OK
    assert platform.has_left_nothing(), platform.processes()


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
    assert platform.has_left_nothing(), platform.processes()
    assert stat.S_IMODE(hidden.stat().st_mode) == 0o700


def test_an_ordinary_user(folder: Path) -> None:
    """Also a project's folder whose path has spaces and Chinese, when the tests run as root."""
    platform = Platform(folder / "ordinary", who=ordinary_user())
    platform.start()
    pages = platform.is_ready(), platform.get("/login/")[0]
    owners = {Path(f"/proc/{pid}").stat().st_uid for pid in platform.processes()}
    assert platform.interrupt() == codes.OK
    assert pages == (True, 200)
    assert len(owners) == 1
    assert 0 not in owners
    assert platform.has_left_nothing(), platform.processes()


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
    platform = Platform(folder / f"closed to {command}", who=ordinary_user())
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
