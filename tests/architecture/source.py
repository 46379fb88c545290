"""The project's files as data: what the checks of this package look at."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PACKAGE = PROJECT / "yiwang"


def name(path: Path) -> str:
    """The file as a failure message shows it."""
    return str(path.relative_to(PROJECT))


@cache
def python_files() -> tuple[Path, ...]:
    """Every Python file that we wrote."""
    folders = (PACKAGE, PROJECT / "tests", PROJECT / "tools", PROJECT / "bench")
    return tuple(sorted(path for folder in folders for path in folder.rglob("*.py")))


def product_files() -> tuple[Path, ...]:
    """The product without its tests and migrations."""
    return tuple(
        path for path in python_files()
        if path.is_relative_to(PACKAGE) and not {"tests", "migrations"} & set(path.parts)
    )  # fmt: skip


@cache
def tree(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text(), str(path))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of the file, nested ones too."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def is_action_file(path: Path) -> bool:
    """actions.py, or a file of a folder named actions."""
    return path.name == "actions.py" or "actions" in path.parent.parts


def called(node: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    """Each call below the node, with the last part of what is called: `record` of `audit.record(…)`."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call):
            target = inner.func
            if isinstance(target, ast.Attribute):
                yield inner, target.attr
            elif isinstance(target, ast.Name):
                yield inner, target.id
