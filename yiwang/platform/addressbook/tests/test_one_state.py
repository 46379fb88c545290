"""No answer mixes two states of the rules: one that changes meanwhile makes it anew (middleware.OneState)."""

from contextlib import AbstractContextManager
from typing import Any

import pytest

from tests.cast import Cast
from yiwang.kernel import request_context
from yiwang.platform.addressbook.actions import sight
from yiwang.platform.addressbook.models import Look
from yiwang.platform.addressbook.queries import cards
from yiwang.platform.addressbook.tests.factories import browser, hide

pytestmark = pytest.mark.django_db


def elsewhere() -> AbstractContextManager[None]:
    """Somebody else's request: this one does not learn of what is done in it."""
    return request_context.entering(request_context.RequestContext())


@pytest.fixture
def made(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Each making of a card; while the first is made, somebody decides that nobody sees her."""
    found, card = [], cards.card

    def meanwhile(viewer: Any, person_id: int) -> cards.Card:
        answer = card(viewer, person_id)
        found.append(person_id)
        if len(found) == 1:
            with elsewhere():
                hide(cast.wang.person)
        return answer

    monkeypatch.setattr(cards, "card", meanwhile)
    return found


def test_an_answer_that_was_overtaken_is_made_anew(cast: Cast, made: list[int]) -> None:
    address = f"/addressbook/persons/{cast.wang.person.pk}/"
    assert browser(cast, "li").get(address).status_code == 404
    assert made == [cast.wang.person.pk], "the second time there is nobody to make a card of"


def test_a_look_is_one_look_though_the_answer_was_made_twice(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    times, card = [], cards.card

    def meanwhile(viewer: Any, person_id: int) -> cards.Card:
        answer = card(viewer, person_id)
        times.append(person_id)
        if len(times) == 1:
            with elsewhere():
                sight.announce()
        return answer

    monkeypatch.setattr(cards, "card", meanwhile)
    address = f"/addressbook/persons/{cast.wang.person.pk}/"
    assert browser(cast, "li").get(address).status_code == 200
    assert len(times) == 2 and Look.objects.count() == 1


def test_rules_that_never_rest_are_answered_all_the_same(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    times, card = [], cards.card

    def meanwhile(viewer: Any, person_id: int) -> cards.Card:
        answer = card(viewer, person_id)
        times.append(person_id)
        with elsewhere():
            sight.announce()
        return answer

    monkeypatch.setattr(cards, "card", meanwhile)
    address = f"/addressbook/persons/{cast.wang.person.pk}/"
    assert browser(cast, "li").get(address).status_code == 200
    assert len(times) == 3
