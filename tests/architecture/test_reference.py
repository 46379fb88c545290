"""The documents name what there is: settings, commands and their options, dependencies and their versions."""

import importlib
import json
import re
import tomllib

import click
import pytest

from tests.architecture import source
from yiwang.site import cli

_REFERENCE = source.PROJECT / "docs" / "reference"
_VARIABLE = re.compile(r'"(YIWANG_[A-Z_]+|DATABASE_URL|REDIS_URL)"')


def _commands() -> list[tuple[str, click.Command]]:
    """`audit verify` and the like, with what click knows of them."""
    found = [(name, one) for name, one in cli.main.commands.items() if name not in cli._GROUPS]
    for name, (module, attribute, _) in cli._GROUPS.items():
        group = getattr(importlib.import_module(f"yiwang.site.commands.{module}"), attribute)
        found += [(f"{name} {below}", one) for below, one in group.commands.items()]
    return found


def test_every_variable_is_explained() -> None:
    page = (_REFERENCE / "settings.md").read_text()
    read = {
        name
        for path in source.product_files()
        for name in _VARIABLE.findall(path.read_text())
        if path.is_relative_to(source.PACKAGE / "site")
    }
    assert sorted(name for name in read if f"| `{name}` |" not in page) == []


@pytest.mark.parametrize(("name", "command"), _commands(), ids=[name for name, _ in _commands()])
def test_every_command_and_option_is_explained(name: str, command: click.Command) -> None:
    page = (_REFERENCE / "commands.md").read_text()
    lines = "".join(line for line in page.splitlines() if f"`yiwang {name}" in line)
    options = {text for one in command.params for text in one.opts if text.startswith("--")} - {"--help"}
    assert lines, f"`yiwang {name}` is not in commands.md"
    assert sorted(text for text in options if text not in lines) == []


def test_every_dependency_has_its_line() -> None:
    """In ADR 2, in the version that the lock files pin."""
    project = tomllib.loads((source.PROJECT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {match[0] for text in wanted if (match := re.match(r"[a-z0-9-]+", text))}
    lock = (source.PROJECT / "requirements-dev.lock").read_text() + (
        source.PROJECT / "requirements.lock"
    ).read_text()
    pinned = dict(re.findall(r"^([a-z0-9-]+)(?:\[[a-z,]+\])?==(\S+)", lock, re.MULTILINE))
    browser = json.loads((source.PROJECT / "package.json").read_text())
    versions = {name: pinned[name] for name in names} | browser["dependencies"] | browser["devDependencies"]
    page = (source.PROJECT / "docs" / "adr" / "0002-stack-and-dependencies.md").read_text()
    assert (
        sorted(f"{name} {one}" for name, one in versions.items() if f"| {name} | {one} |" not in page) == []
    )
