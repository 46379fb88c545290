"""Several people and applications at the same to-do at once, in real transactions."""

from collections import Counter
from functools import partial

import pytest

from tests.cast import Cast, standing
from tests.concurrency.crowd import at_once, refusals
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.messages.actions import codes
from yiwang.platform.messages.models import Code, SmsText
from yiwang.platform.todos.actions import claiming, early, items, quick
from yiwang.platform.todos.models import Assignment, Item, QuickAct
from yiwang.platform.todos.tests.factories import KEYS, kinds, of, push

__all__ = ["kinds"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("kinds")]

EVERYBODY = ("qian", "li", "zhou", "zhao", "wang")


@pytest.fixture
def crowd() -> Cast:
    return standing()


def states(item: Item) -> Counter[str]:
    return Counter(item.assignments.values_list("state", flat=True))


def test_the_same_push_at_once_makes_one(crowd: Cast) -> None:
    pushed = at_once(*[partial(push, crowd, *EVERYBODY)] * 8)
    assert refusals(pushed) == []
    assert Item.objects.count() == 1 and Item.objects.get().version == 1
    assert Assignment.objects.count() == len(EVERYBODY)


def test_different_pushes_of_one_item_at_once_lose_nobody(crowd: Cast) -> None:
    works = [partial(push, crowd, login, title=f"给{login}") for login in EVERYBODY]
    assert refusals(at_once(*works)) == []
    item = Item.objects.get()
    assert item.version == len(EVERYBODY) and states(item) == {"todo": len(EVERYBODY)}


def test_two_complete_a_competing_item_at_once(crowd: Cast) -> None:
    item = push(crowd, *EVERYBODY)
    works = [
        partial(items.complete, **KEYS, person_id=crowd.member(login).person.pk, actor=SYSTEM)
        for login in EVERYBODY
    ]
    results = at_once(*works)
    assert refusals(results) == [409] * (len(EVERYBODY) - 1)
    assert states(item) == {"done": 1, "lapsed": len(EVERYBODY) - 1}


def test_completing_and_cancelling_at_once_ends_in_one_of_both(crowd: Cast) -> None:
    item = push(crowd, "li")
    done = partial(items.complete, **KEYS, person_id=crowd.li.person.pk, actor=SYSTEM)
    at_once(done, partial(items.cancel, **KEYS, actor=SYSTEM))
    item.refresh_from_db()
    assert states(item) == ({"done": 1} if item.state == "finished" else {"cancelled": 1})


def test_passing_on_and_completing_at_once_leaves_one_handler_or_none(crowd: Cast) -> None:
    item = push(crowd, "li")
    li, qian = crowd.li.person.pk, crowd.qian.person.pk
    at_once(
        partial(items.complete, **KEYS, person_id=li, actor=SYSTEM),
        partial(items.pass_on, **KEYS, from_person_id=li, to_person_id=qian, actor=SYSTEM),
    )
    assert states(item) in ({"done": 1}, {"passed": 1, "todo": 1})


def test_of_all_who_claim_at_once_one_has_it(crowd: Cast) -> None:
    item = push(crowd, units=[crowd.units["QP-0301-01"].pk])
    waiting = item.assignments.get().pk
    works = [
        partial(claiming.claim, waiting, actor=crowd.member(login).principal())
        for login in ("li", "qian", "tang")
    ]
    assert refusals(at_once(*works)) == [409] * 2
    assert states(item) == {"passed": 1, "todo": 1}


def test_two_units_claim_the_same_at_once(crowd: Cast) -> None:
    item = push(crowd, units=[crowd.units[code].pk for code in ("QP-0301-01", "QP-0302-01")])
    rows = {one.unit_id: one.pk for one in item.assignments.all()}
    li = partial(claiming.claim, rows[crowd.units["QP-0301-01"].pk], actor=crowd.li.principal())
    wang = partial(claiming.claim, rows[crowd.units["QP-0302-01"].pk], actor=crowd.wang.principal())
    assert refusals(at_once(li, wang)) == [409]
    assert states(item) == {"passed": 1, "lapsed": 1, "todo": 1}


def test_giving_back_and_completing_at_once(crowd: Cast) -> None:
    item = push(crowd, units=[crowd.units["QP-0301-01"].pk])
    li = crowd.li.principal()
    own = claiming.claim(item.assignments.get().pk, actor=li)
    at_once(
        partial(claiming.release, own.pk, actor=li),
        partial(items.complete, **KEYS, person_id=li.person_id, actor=SYSTEM),
    )
    item.refresh_from_db()
    assert states(item) in (
        {"passed": 1, "done": 1},
        {"passed": 2, "lapsed": 1, "done": 1},
        {"passed": 1, "lapsed": 1, "todo": 1},
    )
    assert (item.state == "open") is ("todo" in states(item))


@pytest.mark.parametrize("number", range(6))
def test_a_completion_that_overtakes_its_creation_is_never_lost(crowd: Cast, number: int) -> None:
    """Whichever is first, they meet: the same lock, the ten-minute word, or the item itself."""
    at_once(
        partial(push, crowd, "li"),
        partial(early.complete_or_keep, **KEYS, person_id=crowd.li.person.pk, actor=SYSTEM),
    )
    item = Item.objects.get()
    assert item.state == "finished" and states(item) == {"done": 1}


def test_a_quick_action_pressed_twice_at_once_is_asked_once(crowd: Cast) -> None:
    item = push(crowd, "li", quick_actions=[{"key": "agree", "label": "同意"}])
    press = partial(quick.ask, of(item, crowd, "li").pk, key="agree", reason="", actor=crowd.li.principal())
    assert refusals(at_once(*[press] * 4)) == [409] * 3
    assert QuickAct.objects.count() == 1


def test_readers_of_the_same_items_do_not_block_each_other(crowd: Cast) -> None:
    made = [push(crowd, *EVERYBODY, task=str(n), needs="read") for n in range(6)]
    actors = {login: crowd.member(login).principal() for login in EVERYBODY}
    works = []
    for place, login in enumerate(EVERYBODY):
        own = [of(item, crowd, login).pk for item in made]
        works.append(partial(items.mark_read, own[::-1] if place % 2 else own, actor=actors[login]))
    assert at_once(*works) == [6] * len(EVERYBODY)
    assert {item.state for item in Item.objects.all()} == {"finished"}
    assert not Assignment.objects.open().exists()


def test_codes_asked_for_at_once_go_out_once(crowd: Cast) -> None:
    ask = partial(codes.send_code, "13812345678", purpose="x.y", actor=SYSTEM)
    assert refusals(at_once(*[ask] * 4)) == [429] * 3
    assert Code.objects.count() == SmsText.objects.count() == 1


def test_guesses_at_once_are_all_counted(crowd: Cast) -> None:
    codes.send_code("13812345678", purpose="x.y", actor=SYSTEM)
    guess = partial(codes.check_code, "13812345678", "wrong", purpose="x.y", actor=SYSTEM)
    assert refusals(at_once(*[guess] * 8)) == [422] * 8
    assert Code.objects.get().tries == 5
