"""The `yiwang` command before Django is there: help at once, and what it answers to wrong words."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from yiwang.site import cli, environment
from yiwang.site.launcher import codes, database, supervisor
from yiwang.site.launcher.binaries import CannotStart

# Ends with code 1 when a module that help does not need has been imported.
_HELP_ALONE = """
import sys
from click.testing import CliRunner
from yiwang.site import cli
said = CliRunner().invoke(cli.main, ["--help"])
print(said.output)
sys.exit(said.exit_code or any(name.split(".")[0] in ("django", "procrastinate") for name in sys.modules))
"""


def test_help_needs_no_django_and_no_settings(tmp_path: Path) -> None:
    project = Path(cli.__file__).parents[2]
    environment = {"PYTHONPATH": str(project), "YIWANG_PORT": "wrong", "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", _HELP_ALONE], env=environment, cwd=tmp_path, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    for word in ("serve", "web", "worker", "migrate", "audit", "keys"):
        assert f"  {word}" in done.stdout


def test_version() -> None:
    said = CliRunner().invoke(cli.main, ["--version"])
    assert said.exit_code == codes.OK
    assert said.output.startswith("yiwang, version ")


@pytest.mark.parametrize("words", [["no-such-command"], ["serve", "--no-such-option"], ["serve", "extra"]])
def test_wrong_words(words: list[str]) -> None:
    assert CliRunner().invoke(cli.main, words).exit_code == codes.USAGE


def test_every_code_has_its_own_number() -> None:
    found = {name: value for name, value in vars(codes).items() if name.isupper()}
    assert len(set(found.values())) == len(found)
    assert (found["OK"], found["FAILED"], found["USAGE"]) == (0, 1, 2)


def test_help_explains_every_code() -> None:
    said = CliRunner().invoke(cli.main, ["--help"]).output
    for value in (value for name, value in vars(codes).items() if name.isupper()):
        assert f"{value} " in said


def test_serve_ends_with_the_supervisors_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "serve", lambda found: codes.PORT_IN_USE)
    assert CliRunner().invoke(cli.main, ["serve"]).exit_code == codes.PORT_IN_USE


def test_a_command_without_a_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(found: environment.Environment) -> None:
        raise CannotStart("没有找到 PostgreSQL")

    monkeypatch.setattr(database, "running", refuse)
    said = CliRunner().invoke(cli.main, ["migrate"])
    assert said.exit_code == codes.CANNOT_START
    assert "没有找到 PostgreSQL" in said.output
