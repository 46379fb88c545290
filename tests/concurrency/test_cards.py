"""Cards answered and changed by several at once: one answer, one use of a code."""

import pytest

from tests.cast import Cast, standing
from tests.concurrency.crowd import at_once, refusals
from yiwang.platform.clients.models import OpenEvent
from yiwang.platform.clients.tests.factories import App, connect
from yiwang.platform.messages.actions import cards, open_messages
from yiwang.platform.messages.actions.open_messages import CardTargets
from yiwang.platform.messages.models import CardCode, CardFace, CardPress, Receipt
from yiwang.platform.messages.queries.cards import shown
from yiwang.platform.messages.tests.samples import leave

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def crowd() -> Cast:
    return standing()


@pytest.fixture
def app(crowd: Cast) -> App:
    return connect(crowd, scopes=("messages.send",), name="请假管理")


def sent(crowd: Cast, app: App) -> tuple[Receipt, str]:
    people = [one.person.pk for one in (crowd.li, crowd.zhao, crowd.tang)]
    answer = app.post("/api/v1/messages", {"persons": people, "card": leave()}).json()
    return Receipt.objects.get(message_id=answer["id"], person=crowd.li.person), answer["response_code"]


def test_a_double_click_is_one_answer(crowd: Cast, app: App) -> None:
    own, _ = sent(crowd, app)
    li = crowd.li.principal()
    made = at_once(*[lambda: cards.press(own.pk, number=1, key="agree", actor=li).pk] * 6)
    assert len(set(made)) == 1 and refusals(made) == []
    assert CardPress.objects.count() == OpenEvent.objects.count() == 1
    assert CardCode.objects.count() == 2, "one of sending, one of the answer"


def test_two_different_buttons_at_once(crowd: Cast, app: App) -> None:
    own, _ = sent(crowd, app)
    li = crowd.li.principal()
    made = at_once(
        *(
            lambda key=key: cards.press(own.pk, number=1, key=key, actor=li).key
            for key in ("agree", "refuse") * 3
        )
    )
    kept = CardPress.objects.get()
    assert {one for one in made if isinstance(one, str)} == {kept.key}
    assert refusals(made) == [409] * 3
    assert [one.data["event_key"] for one in OpenEvent.objects.all()] == [kept.key]


def test_a_code_is_used_once(crowd: Cast, app: App) -> None:
    own, code = sent(crowd, app)
    everyone = CardTargets(is_everyone=True)

    def change(label: str) -> str:
        open_messages.change_card_once(code, label=label, targets=everyone, actor=app.caller)
        return label

    labels = [f"第{number}次" for number in range(6)]
    made = at_once(*(lambda label=label: change(label) for label in labels))
    won = [one for one in made if isinstance(one, str)]
    assert len(won) == 1 and refusals(made) == [409] * 5
    assert shown(own.person_id, [own.message_id])[own.message_id].done_label == won[0]


def test_changes_at_once_are_each_a_face_of_its_own(crowd: Cast, app: App) -> None:
    own, _ = sent(crowd, app)
    first = shown(own.person_id, [own.message_id])[own.message_id].content

    def change() -> int:
        return open_messages.change_card(own.message_id, content=first, actor=app.caller).number

    assert at_once(*[change] * 5) == [3] * 5
    assert sorted(CardFace.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]
    assert shown(own.person_id, [own.message_id])[own.message_id].number == 6


def test_an_answer_while_the_card_is_replaced(crowd: Cast, app: App) -> None:
    """Either it came first and the application was told, or he is told to look at the new card."""
    own, _ = sent(crowd, app)
    li = crowd.li.principal()
    first = shown(own.person_id, [own.message_id])[own.message_id].content
    made = at_once(
        lambda: cards.press(own.pk, number=1, key="agree", actor=li).pk,
        lambda: open_messages.change_card(own.message_id, content=first, actor=app.caller).number,
    )
    now = shown(own.person_id, [own.message_id])[own.message_id]
    assert now.number == 2 and now.can_press, "the new card waits for an answer in any case"
    assert OpenEvent.objects.count() == CardPress.objects.count() == 1 - len(refusals(made))
