"""Files that can be read at one sitting, functions at one glance (architecture reference §5.4)."""

import ast

from tests.architecture import source

FILE_LINES, TEMPLATE_LINES, FUNCTION_LINES = 500, 250, 60


def test_no_python_file_is_longer_than_500_lines() -> None:
    long = {
        source.name(path): lines
        for path in source.python_files()
        if "migrations" not in path.parts and (lines := len(path.read_text().splitlines())) > FILE_LINES
    }
    assert not long, f"split by topic: {long}"


def test_no_function_is_longer_than_60_lines() -> None:
    long = [
        f"{source.name(path)}:{function.lineno} {function.name}"
        for path in source.python_files()
        for function in source.functions(path)
        if (function.end_lineno or 0) - function.lineno + 1 > FUNCTION_LINES
    ]
    assert not long, f"take a part with a name of its own out of: {long}"


def test_no_template_is_longer_than_250_lines_and_each_opens_with_a_comment() -> None:
    wrong = [
        source.name(path)
        for path in source.PACKAGE.rglob("jinja2/**/*.html")
        if len(path.read_text().splitlines()) > TEMPLATE_LINES or not path.read_text().startswith("{#")
    ]
    assert not wrong, f"too long, or no opening comment that names the context variables: {wrong}"


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        source.name(path)
        for path in source.product_files()
        if path.read_text().strip() and ast.get_docstring(source.tree(path)) is None
    ]
    assert not silent, f"no module docstring: {silent}"


def test_imports_stand_at_the_top() -> None:
    inner = [
        f"{source.name(path)}:{node.lineno}"
        for path in source.product_files()
        for function in source.functions(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert not inner, f"imports inside functions hide a cycle: {inner}"


def test_no_vague_names() -> None:
    vague = {"utils", "util", "helpers", "helper", "common", "misc", "shared", "manager", "managers"}
    found = [source.name(path) for path in source.python_files() if path.stem in vague]
    assert not found, f"name the file after what is in it: {found}"
