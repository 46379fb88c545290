"""Registries, hooks and refusals: the three words every module speaks."""

from dataclasses import dataclass

import pytest

from yiwang.kernel import registry
from yiwang.kernel.errors import Refused, invalid, not_found, require, require_right
from yiwang.kernel.extension.menu import MenuEntry, menu
from yiwang.kernel.hook import Hook


@dataclass(frozen=True)
class Thing:
    key: str


@pytest.fixture
def things(monkeypatch: pytest.MonkeyPatch) -> registry.Registry[Thing]:
    monkeypatch.setattr(registry, "_frozen", False)
    monkeypatch.setattr(registry, "_all", [])
    return registry.Registry("things", "for this test")


def test_added_once_found_by_key_kept_in_order(things: registry.Registry[Thing]) -> None:
    things.add_all([Thing("b"), Thing("a")])
    assert [thing.key for thing in things] == ["b", "a"] and len(things) == 2
    assert things.get("a") == Thing("a") and "a" in things
    with pytest.raises(RuntimeError, match="twice"):
        things.add(Thing("a"))
    with pytest.raises(KeyError, match="nothing is registered as 'c'"):
        things.get("c")


def test_closed_after_start_up(things: registry.Registry[Thing]) -> None:
    registry.freeze()
    with pytest.raises(RuntimeError, match="after start-up"):
        things.add(Thing("late"))


def test_the_real_registries_are_closed() -> None:
    with pytest.raises(RuntimeError, match="after start-up"):
        menu.add(MenuEntry("late", "晚到", url_name="portal:home", icon="home", order=1))


def test_hook_calls_everybody_and_lets_errors_through() -> None:
    moment, heard = Hook("test.moment"), []
    moment.add(lambda **what: heard.append(what["unit"]))
    moment(unit=1)
    assert heard == [1]

    def refuse(**_: object) -> None:
        raise Refused("不行")

    moment.add(refuse)
    with pytest.raises(Refused):
        moment(unit=2)
    with pytest.raises(RuntimeError, match="twice"):
        moment.add(refuse)


def test_refusals_carry_status_code_and_fields() -> None:
    require(True, "从不")
    with pytest.raises(Refused) as state:
        require(False, "已归档")
    assert (state.value.status, state.value.code) == (409, "")
    with pytest.raises(Refused) as right:
        require_right(False, "授权管理")
    assert (right.value.status, right.value.code) == (403, "E-PERM-01")
    assert not_found().status == 404
    assert invalid("name", "请填写姓名").fields == {"name": "请填写姓名"}
