"""The reference names what there is: every setting of the operator, every command with its options."""

import importlib
import re

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
