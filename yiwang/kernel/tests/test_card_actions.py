"""Buttons on cards: in their order, and only for who may use them."""

from types import SimpleNamespace

import pytest

from yiwang.kernel import registry
from yiwang.kernel.extension.card_actions import CardAction, offered


def test_they_are_offered_in_their_order_to_who_may_use_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_frozen", False)
    monkeypatch.setattr(registry, "_all", [])
    shelf: registry.Registry[CardAction] = registry.Registry("shelf", "for this test")
    for key, order, permission in (("a.late", 90, ""), ("a.own", 20, "a.do"), ("a.early", 10, "")):
        shelf.add(CardAction(key, "纠错", "upkeep:report", "pencil", order, permission))

    anybody = SimpleNamespace(allows=lambda permission: False)
    assert [one.key for one in offered(shelf, anybody)] == ["a.early", "a.late"]
    keeper = SimpleNamespace(allows=lambda permission: permission == "a.do")
    assert [one.key for one in offered(shelf, keeper)] == ["a.early", "a.own", "a.late"]
