"""What the operator sets: defaults, and words for what makes no sense. Also the address of the database."""

from pathlib import Path

import pytest

from yiwang.site import environment as subject
from yiwang.site.environment import Environment
from yiwang.site.settings.database import from_url

NAMES = (
    "DATABASE_URL",
    "REDIS_URL",
    "YIWANG_BIND",
    "YIWANG_DEMO",
    "YIWANG_HOME",
    "YIWANG_HOSTS",
    "YIWANG_HTTPS",
    "YIWANG_PASSWORD_SCHEME",
    "YIWANG_PORT",
    "YIWANG_REALNAME_CLIENT",
    "YIWANG_REALNAME_KEY_FILE",
    "YIWANG_REALNAME_SIMULATOR_PORT",
    "YIWANG_REALNAME_URL",
    "YIWANG_REALTIME_PORT",
    "YIWANG_IS_SANDBOX",
    "YIWANG_SANDBOX",
    "YIWANG_SANDBOX_DATABASE_URL",
    "YIWANG_SANDBOX_KEY_FILE",
    "YIWANG_SANDBOX_LOOPBACK",
    "YIWANG_SANDBOX_URL",
    "YIWANG_TRIAL_APPLICATIONS",
    "YIWANG_SMS_CLIENT",
    "YIWANG_SMS_KEY_FILE",
    "YIWANG_SMS_MONTHLY_QUOTA",
    "YIWANG_SMS_SIGNATURE_NUMBER",
    "YIWANG_SMS_SOURCE",
    "YIWANG_SMS_URL",
    "YIWANG_SMTP_URL",
    "YIWANG_MAIL_FROM",
    "YIWANG_SECRET_FILE",
)


@pytest.fixture(autouse=True)
def untouched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is set."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def read() -> Environment:
    """The settings as they are now: the process itself reads them once."""
    return subject.environment.__wrapped__()


def test_defaults(in_folder: Path) -> None:
    found = read()
    assert found.home == in_folder / "var"
    assert found.secret_file == in_folder / "var" / "secret.json"
    assert (found.bind, found.port) == ("127.0.0.1", 8000)
    assert (found.demo, found.https, found.embedded) == (False, False, True)
    assert found.hosts == ("localhost", "127.0.0.1", "[::1]")
    assert found.password_scheme == "sm3"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("YIWANG_PORT", "eighty"),
        ("YIWANG_PORT", "0"),
        ("YIWANG_PORT", "65536"),
        ("YIWANG_PORT", "-1"),
        ("YIWANG_PORT", "²"),
        ("YIWANG_DEMO", "maybe"),
        ("YIWANG_SMS_URL", "http://carrier.example/sms"),
        ("YIWANG_SMS_URL", "smpp://yiwang:hunter2@carrier.example"),
        ("YIWANG_SMTP_URL", "smtp://yiwang:hunter2@mail.example"),
        ("YIWANG_SMTP_URL", "imap://mail.example"),
        ("YIWANG_HTTPS", "2"),
        ("YIWANG_PASSWORD_SCHEME", "md5"),
        ("DATABASE_URL", "mysql://root:hunter2@db/yiwang"),
        ("DATABASE_URL", "host=db password=hunter2"),
        ("DATABASE_URL", "postgresql://yiwang:hunter2@db:port/yiwang"),
        ("DATABASE_URL", "postgresql://yiwang:hunter2@[db/yiwang"),
    ],
)
def test_a_wrong_value_names_its_variable(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as end:
        read()
    said = capsys.readouterr().err
    assert end.value.code == 2
    assert name in said
    assert "hunter2" not in said


@pytest.mark.parametrize(
    ("value", "meant"), [("1", True), ("YES", True), ("on", True), ("0", False), ("no", False), (" ", False)]
)
def test_switches(monkeypatch: pytest.MonkeyPatch, value: str, meant: bool) -> None:
    monkeypatch.setenv("YIWANG_DEMO", value)
    assert read().demo is meant


def test_hosts_may_have_spaces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIWANG_HOSTS", "office.example.cn, .example.org ,")
    assert read().hosts == ("office.example.cn", ".example.org")


def test_a_relative_home_is_made_absolute(in_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIWANG_HOME", "政务 数据")
    assert read().home == in_folder / "政务 数据"


def test_the_secret_file_may_be_elsewhere(in_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIWANG_SECRET_FILE", "keys/secret.json")
    assert read().secret_file == in_folder / "keys" / "secret.json"


def test_the_socket_of_a_long_home_is_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client's path to a socket may have 107 bytes; a Chinese character has three."""
    monkeypatch.setenv("YIWANG_HOME", "/srv/short")
    assert read().socket_folder == Path("/srv/short/postgres/socket")
    folders = set()
    for name in ("路" * 30, "途" * 30):
        monkeypatch.setenv("YIWANG_HOME", f"/srv/{name}")
        folder = read().socket_folder
        assert len(bytes(folder / ".s.PGSQL.5432.lock")) <= 107
        folders.add(folder)
    assert len(folders) == 2


def test_an_address_of_the_embedded_server_survives_strange_paths(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "a b&c=d?"
    monkeypatch.setenv("YIWANG_HOME", str(home))
    found = read()
    found.database_home.mkdir(parents=True)
    (found.database_home / "password").write_text("p@ss/w:rd%")
    settings = from_url(found.effective_database_url)
    assert settings["HOST"] == str(found.socket_folder)
    assert (settings["USER"], settings["NAME"]) == ("yiwang", "yiwang")
    assert settings["PASSWORD"] == "p@ss/w:rd%"


def test_an_external_address() -> None:
    found = from_url("postgresql://office:p%40ss@db.example.cn:6432/work?sslmode=verify-full")
    assert (found["HOST"], found["PORT"], found["USER"]) == ("db.example.cn", "6432", "office")
    assert (found["PASSWORD"], found["NAME"]) == ("p@ss", "work")
    assert found["OPTIONS"]["sslmode"] == "verify-full"


def test_a_private_folder_is_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True, mode=0o755)
    assert subject.private_folder(folder) == folder
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_new_home_is_not_for_everybody(in_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody else can list it; an existing folder keeps the rights its owner gave it."""
    monkeypatch.setenv("YIWANG_HOME", "a/home")
    subject.make_home(read())
    home = in_folder / "a" / "home"
    assert home.stat().st_mode & 0o066 == 0
    home.chmod(0o755)
    subject.make_home(read())
    assert home.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize(("value", "taken"), [("", 1_000), ("60", 60), ("0", None), ("many", None)])
def test_how_much_the_realname_service_takes(
    monkeypatch: pytest.MonkeyPatch, value: str, taken: int | None
) -> None:
    monkeypatch.setenv("YIWANG_REALNAME_PER_MINUTE", value)
    if taken is not None:
        assert read().realname_per_minute == taken
        return
    with pytest.raises(SystemExit):
        read()


@pytest.mark.parametrize("service", ["realname", "directory"])
@pytest.mark.parametrize(
    ("url", "is_taken"),
    [
        ("https://realname.example.cn/api", True),
        ("http://127.0.0.1:8001", True),
        ("http://realname.example.cn", False),
        ("realname.example.cn", False),
        ("https://", False),
    ],
)
def test_personal_data_leave_this_machine_sealed(
    monkeypatch: pytest.MonkeyPatch, service: str, url: str, is_taken: bool
) -> None:
    monkeypatch.setenv(f"YIWANG_{service.upper()}_URL", url)
    if is_taken:
        assert getattr(read(), f"{service}_url") == url
        return
    with pytest.raises(SystemExit):
        read()


def test_a_demonstration_has_a_sandbox_and_an_installation_when_it_asks(
    in_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert read().sandbox is False
    monkeypatch.setenv("YIWANG_DEMO", "1")
    assert read().sandbox is True and read().sandbox_home == in_folder / "var" / "sandbox"
    monkeypatch.setenv("DATABASE_URL", "postgresql://a@b/real")
    assert read().sandbox is False, "there is no second database"
    monkeypatch.setenv("YIWANG_SANDBOX", "1")
    with pytest.raises(SystemExit):
        read()
    monkeypatch.setenv("YIWANG_SANDBOX_DATABASE_URL", "postgresql://a@b/other")
    assert read().sandbox is True
    monkeypatch.setenv("YIWANG_IS_SANDBOX", "1")
    assert read().sandbox is False, "the sandbox has none itself"


def test_the_sandbox_never_shares_the_database(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DATABASE_URL", "YIWANG_SANDBOX_DATABASE_URL"):
        monkeypatch.setenv(name, "postgresql://a:secret@b/real")
    with pytest.raises(SystemExit):
        read()
    said = capsys.readouterr().err
    assert "YIWANG_SANDBOX_DATABASE_URL" in said and "secret" not in said
