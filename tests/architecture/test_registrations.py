"""The page of registrations is current: `make docs` was run after the last change of a manifest."""

import importlib.util

from tests.architecture import source


def test_the_page_is_current() -> None:
    tool = source.PROJECT / "tools" / "write_registrations.py"
    spec = importlib.util.spec_from_file_location("write_registrations", tool)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.PAGE.read_text() == module.page(), "run make docs"
