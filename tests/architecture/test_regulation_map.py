"""The map of the regulation is whole and true as far as names go."""

import importlib.util

from tests.architecture import source


def test_the_map_is_whole() -> None:
    tool = source.PROJECT / "tools" / "check_regulation_map.py"
    spec = importlib.util.spec_from_file_location("check_regulation_map", tool)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.faults() == []
