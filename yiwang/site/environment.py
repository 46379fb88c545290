"""What the operator sets by environment variables, read once; docs/reference/settings.md lists them."""

import hashlib
import ipaddress
import os
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NoReturn
from urllib.parse import SplitResult, quote, unquote, urlsplit

# A unix socket path may have 107 bytes; the server adds "/.s.PGSQL.5432.lock".
_LONGEST_SOCKET_FOLDER = 80
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class Environment:
    """home: folder of all data. database_url: "" means the embedded server below home.

    password_scheme: how new passwords are hashed, "sm3" or "argon2". realname_url: "" means no service, in a
    demonstration the simulator; realname_simulator_port: 0 means any free one. directory_…: the same for the
    municipal address book. realtime_port: of the process that keeps open pages informed, 0 for none.
    sandbox: does the launcher start the vendors' platform beside this one; is_sandbox: this is it.
    """

    home: Path
    port: int
    bind: str
    demo: bool
    database_url: str
    redis_url: str
    secret_file: Path
    hosts: tuple[str, ...]
    https: bool
    password_scheme: str
    realname_url: str = ""
    realname_client: str = "yiwang"
    realname_key_file: Path | None = None
    realname_simulator_port: int = 0
    directory_url: str = ""
    directory_client: str = "yiwang"
    directory_key_file: Path | None = None
    directory_simulator_port: int = 0
    callback_networks: tuple[str, ...] = ()
    realtime_port: int = 0
    sandbox: bool = False
    sandbox_url: str = ""
    sandbox_waiting_url: str = ""
    sandbox_database_url: str = ""
    sandbox_key_file: Path | None = None
    is_sandbox: bool = False
    sandbox_loopback: bool = False
    trial_applications: bool = False
    realname_per_minute: int = 1_000
    sms_url: SplitResult | None = None
    sms_source: str = ""
    sms_client: str = "yiwang"
    sms_key_file: Path | None = None
    sms_monthly_quota: int = 20_000
    sms_signature_number: str = ""
    mail: tuple[str, int, str, str, str] = ("", 0, "none", "", "")
    mail_from: str = ""

    @property
    def simulates_realname(self) -> bool:
        """Does the launcher start the simulator of the real-name service?"""
        return self.demo and not self.realname_url

    @property
    def simulates_directory(self) -> bool:
        """Does the launcher start the simulator of the municipal address book?"""
        return self.demo and not self.directory_url

    @property
    def sandbox_home(self) -> Path:
        """The sandbox's own home: keys, caches, locks."""
        return self.home / "sandbox"

    @property
    def sandbox_key(self) -> Path:
        """File with the key by which this platform keeps the sandbox, hexadecimal."""
        return self.sandbox_key_file or self.home / "sandbox.key"

    @property
    def directory_key(self) -> Path:
        """File with the signing key shared with the municipal address book, hexadecimal."""
        return self.directory_key_file or self.home / "directory.key"

    @property
    def realname_key(self) -> Path:
        """File with the signing key shared with the real-name service, hexadecimal."""
        return self.realname_key_file or self.home / "realname.key"

    @property
    def embedded(self) -> bool:
        return not self.database_url

    @property
    def database_home(self) -> Path:
        return self.home / "postgres"

    @property
    def uploads(self) -> Path:
        """Parts of uploads while they arrive."""
        return self.home / "uploads"

    @property
    def socket_folder(self) -> Path:
        """Where the embedded server listens; a short folder outside home when home's path is too long."""
        folder = self.database_home / "socket"
        if len(os.fsencode(folder)) <= _LONGEST_SOCKET_FOLDER:
            return folder
        mark = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"yiwang-{mark}"

    @property
    def effective_database_url(self) -> str:
        if self.database_url:
            return self.database_url
        password = (self.database_home / "password").read_text().strip() if self.database_ready else ""
        return embedded_url(password, self.socket_folder)

    @property
    def database_ready(self) -> bool:
        """Has the embedded server been initialised?"""
        return (self.database_home / "password").exists()


def embedded_url(password: str, socket: Path, name: str = "yiwang") -> str:
    """How a role of ours reaches its database of the same name in the embedded server."""
    return f"postgresql://{name}:{quote(password, safe='')}@/{name}?host={quote(str(socket), safe='')}"


def make_home(environment: Environment) -> None:
    """The folder of all data, for this account alone; an existing one keeps its rights.

    Others may pass through root's: the embedded database runs under another account.
    """
    if not environment.home.exists():
        environment.home.parent.mkdir(parents=True, exist_ok=True)
        environment.home.mkdir(exist_ok=True)
        environment.home.chmod(0o711 if os.geteuid() == 0 else 0o700)


def private_folder(path: Path) -> Path:
    """The folder, made when it is missing, for this account alone."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)
    return path


def _refuse(name: str, wanted: str, found: str) -> NoReturn:
    sys.stderr.write(f"环境变量 {name} 应为{wanted}，现为“{found}”\n")
    raise SystemExit(2)


def _flag(name: str, *, default: bool) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if value in ("", "1", "true", "yes", "on", "0", "false", "no", "off"):
        return default if value == "" else value in ("1", "true", "yes", "on")
    _refuse(name, "1 或 0", value)


def _port(name: str, default: int) -> int:
    value = os.environ.get(name, "").strip() or str(default)
    if not value.isdecimal() or not 0 < int(value) < 65536:
        _refuse(name, "1至65535的端口号", value)
    return int(value)


def _free_or_port(name: str) -> int:
    return 0 if os.environ.get(name, "").strip() in ("", "0") else _port(name, 0)


def _realtime_port() -> int:
    """Beside the web server's own; 0 turns it off."""
    if os.environ.get("YIWANG_REALTIME_PORT", "").strip() == "0":
        return 0
    return _port("YIWANG_REALTIME_PORT", min(_port("YIWANG_PORT", 8000) + 1, 65535))


def _per_minute() -> int:
    value = os.environ.get("YIWANG_REALNAME_PER_MINUTE", "").strip() or "1000"
    if not value.isdecimal() or not 0 < int(value) <= 100_000:
        _refuse("YIWANG_REALNAME_PER_MINUTE", "1至100000的整数", value)
    return int(value)


def _monthly_quota() -> int:
    value = os.environ.get("YIWANG_SMS_MONTHLY_QUOTA", "").strip() or "20000"
    if not value.isdecimal() or int(value) > 10_000_000:
        _refuse("YIWANG_SMS_MONTHLY_QUOTA", "0至10000000的整数", value)
    return int(value)


def _sms_url() -> SplitResult | None:
    """Of the carrier: passwords and numbers travel there, in clear to this machine only."""
    url = os.environ.get("YIWANG_SMS_URL", "").strip()
    if not url:
        return None
    parts = urlsplit(url)
    is_known = parts.scheme in ("https", "smpp", "smpps") or (
        parts.scheme == "http" and parts.hostname in _LOOPBACK
    )
    try:
        has_port = parts.port is not None or parts.scheme in ("http", "https")
    except ValueError:
        has_port = False
    if not is_known or not parts.hostname or not has_port:
        _refuse("YIWANG_SMS_URL", "https://主机/路径、smpps://用户:密码@主机:端口，专线内可用 smpp://", "…")
    return parts


def _mail() -> tuple[str, int, str, str, str]:
    """host, port, none|starttls|tls, user, password of smtp(s):// or smtp+starttls://; no host: no mail.

    A password goes encrypted only, but to this machine.
    """
    url = os.environ.get("YIWANG_SMTP_URL", "").strip()
    if not url:
        return "", 0, "none", "", ""
    parts = urlsplit(url)
    found = {"smtp": ("none", 25), "smtp+starttls": ("starttls", 587), "smtps": ("tls", 465)}.get(
        parts.scheme
    )
    is_open = parts.scheme == "smtp" and parts.password and parts.hostname not in _LOOPBACK
    if found is None or not parts.hostname or is_open:
        _refuse("YIWANG_SMTP_URL", "形如 smtps://用户:密码@主机:端口 的地址（明文 smtp:// 不能带密码）", "…")
    security, port = found
    return (
        parts.hostname,
        parts.port or port,
        security,
        unquote(parts.username or ""),
        unquote(parts.password or ""),
    )


def _mail_from() -> str:
    address = os.environ.get("YIWANG_MAIL_FROM", "").strip()
    if os.environ.get("YIWANG_SMTP_URL", "").strip() and "@" not in address:
        _refuse("YIWANG_MAIL_FROM", "发件邮箱地址", address)
    return address


def _service_url(name: str) -> str:
    """Personal data travel there: in clear to this machine only."""
    url = os.environ.get(name, "").strip()
    parts = urlsplit(url)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    if url and not (is_safe and parts.hostname):
        _refuse(name, "以 https:// 开头的地址（本机可用 http://）", url)
    return url


def _path(name: str) -> Path | None:
    value = os.environ.get(name, "").strip()
    return Path(value).expanduser().absolute() if value else None


def _database_url(name: str) -> str:
    url = os.environ.get(name, "").strip()
    if url and not _is_database_url(url):
        # Not the whole of it: it holds a password.
        _refuse(name, "形如 postgresql://用户:密码@主机:端口/库名 的地址", "…")
    return url


def _sandbox() -> bool:
    """It needs a database of its own: the embedded server makes one, elsewhere the operator names it."""
    own = _database_url("YIWANG_SANDBOX_DATABASE_URL")
    can = bool(own) or not _database_url("DATABASE_URL")
    wanted = _flag("YIWANG_SANDBOX", default=can and _flag("YIWANG_DEMO", default=False))
    if wanted and not can:
        _refuse("YIWANG_SANDBOX_DATABASE_URL", "沙箱自己的数据库地址（已设 DATABASE_URL）", "")
    if own and own == _database_url("DATABASE_URL"):
        _refuse("YIWANG_SANDBOX_DATABASE_URL", "另一个数据库，不能与 DATABASE_URL 相同", "…")
    return wanted and not _flag("YIWANG_IS_SANDBOX", default=False)


def _is_database_url(url: str) -> bool:
    try:
        scheme, port = urlsplit(url).scheme, urlsplit(url).port
    except ValueError:  # the port is no number, or brackets do not match
        return False
    return scheme in ("postgresql", "postgres") and port != 0


def _words(name: str, default: str) -> tuple[str, ...]:
    """Comma-separated."""
    value = os.environ.get(name, "").strip() or default
    return tuple(word.strip() for word in value.split(",") if word.strip())


def _password_scheme() -> str:
    scheme = os.environ.get("YIWANG_PASSWORD_SCHEME", "").strip() or "sm3"
    if scheme not in ("sm3", "argon2"):
        _refuse("YIWANG_PASSWORD_SCHEME", "sm3 或 argon2", scheme)
    return scheme


def _networks(name: str) -> tuple[str, ...]:
    found = _words(name, "")
    for one in found:
        try:
            ipaddress.ip_network(one)
        except ValueError:
            _refuse(name, "网段（如 10.0.0.0/8），以逗号分隔", one)
    return found


@cache
def environment() -> Environment:
    """The settings of this process. SystemExit (2, wrong usage) after naming a variable that is wrong."""
    home = Path(os.environ.get("YIWANG_HOME", "").strip() or "var").expanduser().absolute()
    return Environment(
        home=home,
        port=_port("YIWANG_PORT", 8000),
        bind=os.environ.get("YIWANG_BIND", "").strip() or "127.0.0.1",
        demo=_flag("YIWANG_DEMO", default=False),
        database_url=_database_url("DATABASE_URL"),
        redis_url=os.environ.get("REDIS_URL", "").strip(),
        secret_file=_path("YIWANG_SECRET_FILE") or home / "secret.json",
        hosts=_words("YIWANG_HOSTS", "localhost,127.0.0.1,[::1]"),
        https=_flag("YIWANG_HTTPS", default=False),
        password_scheme=_password_scheme(),
        realname_url=_service_url("YIWANG_REALNAME_URL"),
        realname_client=os.environ.get("YIWANG_REALNAME_CLIENT", "").strip() or "yiwang",
        realname_key_file=_path("YIWANG_REALNAME_KEY_FILE"),
        realname_simulator_port=_free_or_port("YIWANG_REALNAME_SIMULATOR_PORT"),
        directory_url=_service_url("YIWANG_DIRECTORY_URL"),
        directory_client=os.environ.get("YIWANG_DIRECTORY_CLIENT", "").strip() or "yiwang",
        directory_key_file=_path("YIWANG_DIRECTORY_KEY_FILE"),
        directory_simulator_port=_free_or_port("YIWANG_DIRECTORY_SIMULATOR_PORT"),
        callback_networks=_networks("YIWANG_CALLBACK_NETWORKS"),
        realtime_port=_realtime_port(),
        sandbox=_sandbox(),
        sandbox_url=_service_url("YIWANG_SANDBOX_URL"),
        sandbox_waiting_url=_service_url("YIWANG_SANDBOX_WAITING_URL"),
        sandbox_database_url=_database_url("YIWANG_SANDBOX_DATABASE_URL"),
        sandbox_key_file=_path("YIWANG_SANDBOX_KEY_FILE"),
        is_sandbox=_flag("YIWANG_IS_SANDBOX", default=False),
        sandbox_loopback=_flag("YIWANG_SANDBOX_LOOPBACK", default=False),
        trial_applications=_flag("YIWANG_TRIAL_APPLICATIONS", default=False),
        realname_per_minute=_per_minute(),
        sms_url=_sms_url(),
        sms_source=os.environ.get("YIWANG_SMS_SOURCE", "").strip(),
        sms_client=os.environ.get("YIWANG_SMS_CLIENT", "").strip() or "yiwang",
        sms_key_file=_path("YIWANG_SMS_KEY_FILE"),
        sms_monthly_quota=_monthly_quota(),
        sms_signature_number=os.environ.get("YIWANG_SMS_SIGNATURE_NUMBER", "").strip(),
        mail=_mail(),
        mail_from=_mail_from(),
    )
