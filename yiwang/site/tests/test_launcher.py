"""Parts of the launcher by themselves. Whole platforms, started and hurt: tests/launcher."""

import dataclasses
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from yiwang.site.environment import Environment
from yiwang.site.launcher import address, binaries, children, codes, prepare, supervisor
from yiwang.site.launcher.children import Child
from yiwang.site.launcher.postgres import InUse, Postgres
from yiwang.site.launcher.refusal import Refuses

ENVIRONMENT = Environment(
    home=Path("/srv/yiwang"),
    port=8000,
    bind="127.0.0.1",
    demo=False,
    database_url="",
    redis_url="",
    secret_file=Path("/srv/yiwang/secret.json"),
    hosts=("localhost",),
    https=False,
    password_scheme="sm3",
)
EVERYWHERE = "0.0.0.0"  # noqa: S104  nothing is bound to it here


class TestAddress:
    @pytest.mark.parametrize(
        ("bind", "shown"),
        [
            ("127.0.0.1", "http://127.0.0.1:8000/"),
            (EVERYWHERE, "http://127.0.0.1:8000/"),
            ("10.1.2.3", "http://10.1.2.3:8000/"),
            ("::", "http://[::1]:8000/"),
            ("::1", "http://[::1]:8000/"),
        ],
    )
    def test_what_a_browser_opens(self, bind: str, shown: str) -> None:
        assert address.url(dataclasses.replace(ENVIRONMENT, bind=bind)) == shown

    @pytest.mark.parametrize(
        ("hosts", "asked"),
        [
            (("localhost", "127.0.0.1"), b"Host: localhost"),
            (("office.example.cn",), b"Host: office.example.cn"),
            ((".example.cn",), b"Host: example.cn"),
            (("*",), b"Host: localhost"),
        ],
    )
    def test_readiness_is_asked_by_a_name_that_is_allowed(self, hosts: tuple[str, ...], asked: bytes) -> None:
        received = b""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            environment = dataclasses.replace(ENVIRONMENT, port=listener.getsockname()[1], hosts=hosts)

            def answer() -> None:
                nonlocal received
                connection, _ = listener.accept()
                with connection:
                    received = connection.recv(4096)
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

            server = threading.Thread(target=answer)
            server.start()
            assert address.is_ready(environment)
            server.join(5)
        assert asked in received.splitlines()

    def test_nobody_answers(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        assert not address.is_ready(dataclasses.replace(ENVIRONMENT, port=port))

    def test_no_proxy_is_asked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("http_proxy", "http://192.0.2.1:3128")
        self.test_readiness_is_asked_by_a_name_that_is_allowed(("localhost",), b"Host: localhost")

    def test_a_port_that_is_free(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        address.require_free_port(dataclasses.replace(ENVIRONMENT, port=port))

    def test_an_address_of_another_machine(self) -> None:
        with pytest.raises(Refuses) as refusal:
            address.require_free_port(dataclasses.replace(ENVIRONMENT, bind="192.0.2.1"))
        assert refusal.value.code == codes.USAGE


class TestChildren:
    def child(self, script: str) -> Child:
        return Child("测试进程", [sys.executable, "-c", script], {"PATH": ""})

    def die(self, child: Child) -> None:
        """Start it and see it die."""
        child.start()
        assert child.process is not None
        child.process.wait(10)
        child.watch()

    def test_pauses_grow(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A process that dies at once is not started again in a circle."""
        monkeypatch.setattr(time, "monotonic", lambda: 1000.0)
        child, pauses = self.child("raise SystemExit(7)"), []
        for _ in range(8):
            self.die(child)
            pauses.append(child.pause)
            child.watch()
            assert child.process is None  # the pause is not over
        assert pauses == [1, 2, 4, 8, 16, 30, 30, 30]

    def test_after_a_steady_minute_the_pause_is_short_again(self) -> None:
        child = self.child("pass")
        child.pause = 30.0
        child.start()
        assert child.process is not None
        child.process.wait(10)
        child.started_at -= 61
        child.watch()
        assert child.pause == 1

    def test_it_is_started_after_the_pause(self, monkeypatch: pytest.MonkeyPatch) -> None:
        clock = 1000.0
        monkeypatch.setattr(time, "monotonic", lambda: clock)
        child = self.child("pass")
        self.die(child)
        clock += 1
        child.watch()
        assert child.process is not None
        child.stop()

    def test_stopping_ends_what_it_started(self) -> None:
        script = (
            "import subprocess, sys, time\n"
            "inner = 'import time; print(flush=True); time.sleep(99)'\n"
            "one = subprocess.Popen([sys.executable, '-c', inner])\n"
            "time.sleep(99)"
        )
        ours, theirs = socket.socketpair()
        with ours, theirs:
            child = subprocess.Popen(
                [sys.executable, "-c", script], stdout=theirs.fileno(), start_new_session=True
            )
            theirs.close()
            ours.settimeout(10)
            assert ours.recv(1) == b"\n"
            children._end(child)
            assert ours.recv(1) == b""  # nobody holds the other end any more

    def test_a_step_that_fails(self) -> None:
        with pytest.raises(subprocess.CalledProcessError):
            children.run([sys.executable, "-c", "raise SystemExit(3)"], {}, stopping=threading.Event())

    def test_a_step_is_stopped_when_the_operator_stops(self) -> None:
        stopping = threading.Event()
        stopping.set()
        with pytest.raises(children.Stopped):
            children.run([sys.executable, "-c", "import time; time.sleep(99)"], {}, stopping=stopping)


class Database:
    """What is applied in it."""

    def __init__(self) -> None:
        self.applied = ""


class TestPrepare:
    @pytest.fixture
    def database(self) -> Database:
        return Database()

    @pytest.fixture
    def home(self, tmp_path: Path) -> Environment:
        return dataclasses.replace(ENVIRONMENT, home=tmp_path)

    def steps(self, environment: Environment, database: Database) -> list[str]:
        """Do them as the commands would; which were needed."""
        called: list[str] = []

        def run(*words: str) -> None:
            called.append(" ".join(words))
            if words == ("migrate",):
                database.applied = "org.0001"
            if words == ("static",):
                (environment.home / "static").mkdir(exist_ok=True)
                (environment.home / "static" / "staticfiles.json").touch()

        prepare.prepare(environment, run, lambda: database.applied)
        return called

    def test_each_step_once(self, home: Environment, database: Database) -> None:
        assert self.steps(home, database) == ["migrate", "static"]
        assert self.steps(home, database) == []

    def test_a_demo_is_loaded_when_it_is_asked_for(self, home: Environment, database: Database) -> None:
        self.steps(home, database)
        with_demo = dataclasses.replace(home, demo=True)
        assert self.steps(with_demo, database) == ["demo load --if-empty"]
        assert self.steps(with_demo, database) == []

    def test_another_database_is_migrated_too(self, home: Environment, database: Database) -> None:
        self.steps(home, database)
        other = dataclasses.replace(home, database_url="postgresql://db/other")
        assert self.steps(other, Database()) == ["migrate"]

    @pytest.mark.parametrize("found", ["", "org.0001 of a backup"])
    def test_a_database_that_was_emptied_or_restored(
        self, home: Environment, database: Database, found: str
    ) -> None:
        with_demo = dataclasses.replace(home, demo=True)
        self.steps(with_demo, database)
        database.applied = found
        assert self.steps(with_demo, database) == ["migrate", "demo load --if-empty"]

    def test_static_files_that_were_deleted(self, home: Environment, database: Database) -> None:
        self.steps(home, database)
        (home.home / "static" / "staticfiles.json").unlink()
        assert self.steps(home, database) == ["static"]

    def test_what_fails_is_tried_again(self, home: Environment, database: Database) -> None:
        def fail(*words: str) -> None:
            raise subprocess.CalledProcessError(1, words)

        with pytest.raises(subprocess.CalledProcessError):
            prepare.prepare(home, fail, lambda: database.applied)
        assert self.steps(home, database) == ["migrate", "static"]

    def test_parts_of_old_uploads_go(self, home: Environment, database: Database) -> None:
        home.uploads.mkdir()
        (home.uploads / "tmp123.upload").touch()
        self.steps(home, database)
        assert not home.uploads.exists()


class TestBinaries:
    def test_a_setting_comes_first(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("YIWANG_POSTGRES", "/opt/pgsql")
        assert binaries.installed() == Path("/opt/pgsql")

    def test_the_wheels_programs(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("YIWANG_POSTGRES", raising=False)
        folder = binaries.installed()
        assert binaries.version_of(folder).startswith("18.")
        assert binaries.usable(folder, below=Path("/nowhere"), by=None) == folder

    def test_nothing_is_copied_from_the_system(self) -> None:
        system = Path("/usr/lib/postgresql/15")
        nobody = binaries.Owner("nobody", 65534, 65534)
        assert binaries.usable(system, below=Path("/nowhere"), by=nobody) == system

    def test_only_one_process_keeps_a_server(self, tmp_path: Path) -> None:
        first, second = (Postgres(tmp_path, tmp_path / "socket") for _ in range(2))
        first._claim()
        assert first.is_ours
        with pytest.raises(InUse):
            second._claim()
        first.stop()
        second._claim()
        second.stop()

    def test_a_trap_in_the_temporary_folder(self, tmp_path: Path) -> None:
        (tmp_path / "target").mkdir()
        (tmp_path / "socket").symlink_to(tmp_path / "target")
        server = Postgres(tmp_path / "home", tmp_path / "socket")
        with pytest.raises(binaries.CannotStart):
            server._make_private(server.socket)


def test_the_web_server_is_told_where_to_listen() -> None:
    command = supervisor.web_command(dataclasses.replace(ENVIRONMENT, bind="10.1.2.3", port=8443))
    assert command[command.index("--host") + 1] == "10.1.2.3"
    assert command[command.index("--port") + 1] == "8443"


def test_signals_are_given_back() -> None:
    """The supervisor listens to Ctrl-C, kill and a closed terminal, but leaves nohup's wish alone."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        stopping = supervisor._stop_on_signals()
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
        signal.raise_signal(signal.SIGTERM)
        assert stopping.is_set()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class TestSimulator:
    @pytest.mark.parametrize("service", ["realname", "directory"])
    def test_it_answers_as_a_process_of_its_own_and_ends_when_told(
        self, tmp_path: Path, service: str
    ) -> None:
        process = subprocess.Popen(
            [sys.executable, "-m", "yiwang.site.cli", f"{service}-simulator"],
            env=os.environ | {"YIWANG_HOME": str(tmp_path)},
            stderr=subprocess.PIPE,
            text=True,
        )
        with process:
            assert process.stderr is not None
            line = process.stderr.readline()
            host, port = line.split("http://", 1)[1].split("，", 1)[0].split(":")
            with socket.create_connection((host, int(port)), timeout=5):
                process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0
        key = tmp_path / f"{service}.key"
        assert len(bytes.fromhex(key.read_text())) == 32 and key.stat().st_mode & 0o077 == 0

    def test_children_hear_where_it_listens_in_a_demonstration_without_a_service(
        self, tmp_path: Path
    ) -> None:
        demo = dataclasses.replace(ENVIRONMENT, home=tmp_path, demo=True)
        settings = supervisor._settings(demo)
        port = settings["YIWANG_REALNAME_SIMULATOR_PORT"]
        assert settings["YIWANG_REALNAME_URL"] == f"http://127.0.0.1:{port}" and int(port) > 1023
        chosen = dataclasses.replace(demo, realname_simulator_port=8179)
        assert supervisor._settings(chosen)["YIWANG_REALNAME_URL"] == "http://127.0.0.1:8179"
        port = settings["YIWANG_DIRECTORY_SIMULATOR_PORT"]
        assert settings["YIWANG_DIRECTORY_URL"] == f"http://127.0.0.1:{port}"

    def test_it_is_not_started_beside_a_real_service(self, tmp_path: Path) -> None:
        real = dataclasses.replace(ENVIRONMENT, demo=True, realname_url="https://realname.example.cn")
        assert not real.simulates_realname
        assert not dataclasses.replace(ENVIRONMENT, demo=False).simulates_realname
        municipal = dataclasses.replace(ENVIRONMENT, demo=True, directory_url="https://directory.example.cn")
        assert not municipal.simulates_directory and municipal.simulates_realname
