"""The embedded PostgreSQL server: made, started as a child of the caller, stopped. Unix socket only.

Why not the wheel's own Python interface, and the reasons of each rule: docs/adr/0003-embedded-postgresql.md.
"""

import contextlib
import fcntl
import os
import secrets
import shutil
import signal
import stat
import subprocess
import time
from pathlib import Path
from typing import TextIO

import psycopg

from yiwang.site.environment import embedded_url
from yiwang.site.launcher import binaries
from yiwang.site.launcher.binaries import CannotStart, Owner
from yiwang.site.launcher.children import die_with_parent

_START_SECONDS = 120.0  # a long recovery after a crash is not a failure
_STOP_SECONDS = 60.0
_ORPHAN_SECONDS = 5.0
_PORT = 5432
_HERE = Path("/proc/self/cwd")
_LARGEST_BUFFERS_MB = 1024

# Statements and details of errors are not logged: they repeat values, thus personal data.
_SETTINGS = """
listen_addresses = ''
port = {port}
unix_socket_directories = '{socket}'
unix_socket_permissions = 0700
shared_buffers = {buffers}MB
max_connections = 100
jit = off
wal_compression = on
password_encryption = 'scram-sha-256'
log_timezone = 'Asia/Shanghai'
timezone = 'Asia/Shanghai'
log_min_messages = warning
log_min_error_statement = panic
log_error_verbosity = terse
{more}
"""
_DOORS = """local all postgres trust
local all yiwang scram-sha-256
local yiwang_sandbox yiwang_sandbox scram-sha-256
"""
_THROW_AWAY = """
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 256MB
"""


class InUse(CannotStart):
    """Another living process of this platform keeps the server of this home."""


class Postgres:
    """One server. home: the folder of its data, programs and password; socket: its socket's folder."""

    def __init__(self, home: Path, socket: Path, *, throw_away: bool = False) -> None:
        self.home = home
        self.socket = socket
        self.data = home / "data"
        self.password_file = home / "password"
        self._throw_away = throw_away
        self._owner: Owner | None = None
        self._programs = Path()
        self._process: subprocess.Popen[bytes] | None = None
        self._log = home / "server.log"
        self._lock: TextIO | None = None

    @property
    def address(self) -> str:
        """How the platform's own role connects, as a DATABASE_URL."""
        return embedded_url(self.password_file.read_text(), self.socket)

    @property
    def is_ours(self) -> bool:
        """Was it started by this object and not stopped since?"""
        return self._lock is not None

    def start(self) -> None:
        """Make the database when there is none, start the server, wait until it answers.

        InUse when another process keeps it; CannotStart with what to do otherwise.
        """
        self._claim()
        try:
            self._prepare()
            if not self.data.exists():
                self._initialise()
            self._clear_stale_locks()
            self._write_settings()
            self._launch()
            self._wait()
            self._ensure_role_and_database()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Let running transactions be aborted, write everything down, end (fast shutdown)."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.send_signal(signal.SIGQUIT)
                self._process.wait(_STOP_SECONDS)
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def has_died(self) -> bool:
        return self._process is not None and self._process.poll() is not None

    def _claim(self) -> None:
        """Only one process keeps the server; its claim goes with it, however it ends."""
        if self._lock is not None:
            return
        self.home.mkdir(parents=True, exist_ok=True)
        lock = (self.home / "keeper.lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise InUse(f"另一个 yiwang 进程正在使用 {self.home} 的数据库") from None
        self._lock = lock

    # --- folders and programs

    def _prepare(self) -> None:
        self._owner = binaries.owner(self.data)
        self._programs = binaries.usable(binaries.installed(), below=self.home, by=self._owner) / "bin"
        self._make_private(self.socket)

    def _make_private(self, folder: Path) -> None:
        """A folder for the server alone. In a temporary folder somebody else may have laid a trap."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        found = folder.lstat()
        ours = {os.geteuid(), self._owner.uid if self._owner else os.geteuid()}
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in ours:
            raise CannotStart(f"{folder} 不是本账户的文件夹，请检查并移走")
        folder.chmod(0o700)
        if self._owner is not None:
            os.chown(folder, self._owner.uid, self._owner.gid)

    def _as_owner(self, data: Path) -> dict[str, object]:
        """How the server's programs are run: inside the data folder, by whom they may."""
        environment = {"LC_ALL": "C.UTF-8", "PATH": os.environ.get("PATH", ""), "HOME": "/"}
        options: dict[str, object] = {"cwd": data, "env": environment}
        if self._owner is not None:
            options |= {"user": self._owner.uid, "group": self._owner.gid, "extra_groups": []}
        return options

    def _seen_by_owner(self, data: Path) -> Path:
        """Another account may be unable to walk to a home below /root, but can stand where root puts it."""
        return data if self._owner is None else _HERE

    # --- first start

    def _initialise(self) -> None:
        """Make the data folder under another name: it bears its own only when it is complete."""
        version = int(binaries.version_of(self._programs.parent).split(".")[0])
        # The builtin provider does not depend on the machine's glibc, so indexes survive upgrades.
        locale = (
            ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--lc-collate=C", "--lc-ctype=C.UTF-8"]
            if version >= 17
            else ["--locale=C.UTF-8"]
        )
        draft = self.home / "data.new"
        shutil.rmtree(draft, ignore_errors=True)  # what an interrupted first start left behind
        self._make_private(draft)
        # Trust is for the moment before the password exists; pg_hba.conf is replaced then.
        form = ["--data-checksums", "--username=postgres", "--encoding=UTF8", "--auth=trust", *locale]
        done = subprocess.run(  # type: ignore[call-overload]  # options are built as a dict
            [self._programs / "initdb", "-D", self._seen_by_owner(draft), *form],
            **self._as_owner(draft),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise CannotStart(f"initdb: {done.stderr.strip()[-500:]}")
        draft.rename(self.data)

    def _write_settings(self) -> None:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // (1024 * 1024)
        settings = _SETTINGS.format(
            port=_PORT,
            # Relative to the data folder: short enough for any system, and reachable like that folder.
            socket=os.path.relpath(self.socket, self.data).replace("'", "''"),
            buffers=max(64, min(memory // 8, _LARGEST_BUFFERS_MB)),
            more=_THROW_AWAY if self._throw_away else "",
        )
        self._write("postgresql.auto.conf", "")
        self._write("postgresql.conf", settings)
        # The folder of the socket is 0700: only root and the server's account reach it at all.
        # The sandbox's role reaches the sandbox's database and no other.
        self._write("pg_hba.conf", _DOORS)

    def _write(self, name: str, text: str) -> None:
        path = self.data / name
        path.write_text(text)
        path.chmod(0o600)
        if self._owner is not None:
            os.chown(path, self._owner.uid, self._owner.gid)

    def _ensure_role_and_database(self) -> None:
        if self.password_file.exists():
            return
        password = secrets.token_urlsafe(24)
        with psycopg.connect(self._conninfo("postgres", "postgres"), autocommit=True) as admin:
            role = admin.execute("SELECT FROM pg_roles WHERE rolname = 'yiwang'").fetchone()
            verb = "CREATE" if role is None else "ALTER"
            admin.execute(
                psycopg.sql.SQL("{} ROLE yiwang LOGIN {} PASSWORD {}").format(
                    psycopg.sql.SQL(verb),
                    psycopg.sql.SQL("CREATEDB" if self._throw_away else "NOCREATEDB"),
                    psycopg.sql.Literal(password),
                )
            )
            if admin.execute("SELECT FROM pg_database WHERE datname = 'yiwang'").fetchone() is None:
                admin.execute("CREATE DATABASE yiwang OWNER yiwang TEMPLATE template0")
        draft = self.password_file.with_suffix(".new")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(password)
        draft.rename(self.password_file)

    def second_database(self, name: str) -> str:
        """Another database with a role of its own, made when it is missing; its address. Once for each start,
        because the password is new each time and kept nowhere.
        """
        password = secrets.token_urlsafe(24)
        with psycopg.connect(self._conninfo("postgres", "postgres"), autocommit=True) as admin:
            role = admin.execute("SELECT FROM pg_roles WHERE rolname = %s", [name]).fetchone()
            admin.execute(
                psycopg.sql.SQL("{} ROLE {} LOGIN NOCREATEDB PASSWORD {}").format(
                    psycopg.sql.SQL("CREATE" if role is None else "ALTER"),
                    psycopg.sql.Identifier(name),
                    psycopg.sql.Literal(password),
                )
            )
            if admin.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
                admin.execute(
                    psycopg.sql.SQL("CREATE DATABASE {0} OWNER {0} TEMPLATE template0").format(
                        psycopg.sql.Identifier(name)
                    )
                )
        return embedded_url(password, self.socket, name)

    def _conninfo(self, user: str, database: str) -> str:
        return psycopg.conninfo.make_conninfo(host=str(self.socket), port=_PORT, user=user, dbname=database)

    # --- start and locks

    def _launch(self) -> None:
        self._log.touch(mode=0o600)
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # type: ignore[call-overload]  # options are built as a dict
                [self._programs / "postgres", "-D", self._seen_by_owner(self.data)],
                **self._as_owner(self.data),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C goes to the supervisor, which stops us last
                preexec_fn=die_with_parent(signal.SIGINT),
            )

    def _wait(self) -> None:
        process = self._process
        deadline = time.monotonic() + _START_SECONDS
        while process is not None and time.monotonic() < deadline:
            if process.poll() is not None:
                tail = self._log.read_text(errors="replace")[-800:]
                raise CannotStart(f"PostgreSQL 启动后立即退出，见 {self._log}：\n{tail}")
            with contextlib.suppress(psycopg.OperationalError):
                psycopg.connect(self._conninfo("postgres", "postgres"), connect_timeout=2).close()
                return
            time.sleep(0.03)
        raise CannotStart(f"PostgreSQL {_START_SECONDS:.0f}秒内没有应答，见 {self._log}")

    def _clear_stale_locks(self) -> None:
        """After a kill -9 lock files stay. They go only when no server of this folder lives any more."""
        deadline = time.monotonic() + _ORPHAN_SECONDS
        while (alive := _servers_of(self.data)) and time.monotonic() < deadline:
            for pid in alive:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGINT)
            time.sleep(0.1)
        if alive:
            raise CannotStart(f"另一个 PostgreSQL（进程 {alive[0]}）仍在使用 {self.data}")
        stale = [self.data / "postmaster.pid", *self.socket.glob(f".s.PGSQL.{_PORT}*")]
        for path in stale:
            path.unlink(missing_ok=True)


def _servers_of(data: Path) -> list[int]:
    """Living processes whose working folder is the data folder; a pid in a lock file may be another's."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            if (entry / "cwd").readlink() == data and not _is_zombie(entry):
                found.append(int(entry.name))
    return found


def _is_zombie(entry: Path) -> bool:
    return (entry / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
