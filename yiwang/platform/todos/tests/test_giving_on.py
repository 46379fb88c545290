"""转办, 委托, 关注 and 快捷操作: what people do with to-dos besides doing them."""

from typing import Any

import pytest

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.platform.todos import hooks
from yiwang.platform.todos.actions import following, items, quick, transfers
from yiwang.platform.todos.models import Assignment, QuickAct
from yiwang.platform.todos.queries import following as followed
from yiwang.platform.todos.tests.factories import KEYS, kinds, of, push, state_of

__all__ = ["kinds"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kinds")]

ACTIONS = [
    {"key": "agree", "label": "同意"},
    {"key": "refuse", "label": "不同意", "needs_reason": True, "danger": True},
]


def give(
    cast: Cast, own: Assignment, login: str, *, note: str = "请协助办理", delegated: bool = False
) -> Assignment:
    return transfers.transfer(
        own.pk,
        to_person_id=cast.member(login).person.pk,
        note=note,
        is_delegated=delegated,
        actor=cast.li.principal(),
    )


@pytest.mark.parametrize(
    ("delegated", "note", "here"),
    [(False, "李四转办", "转办：请协助办理"), (True, "代李四办理", "委托：请协助办理")],
)
def test_a_colleague_has_it_now(cast: Cast, delegated: bool, note: str, here: str) -> None:
    item = push(cast, "li", may_transfer=True)
    taken = give(cast, of(item, cast, "li"), "qian", delegated=delegated)
    assert (taken.person, taken.state, taken.note) == (cast.qian.person, "todo", note)
    own = of(item, cast, "li")
    assert (own.state, own.passed_to, own.note) == ("passed", cast.qian.person, here)
    items.complete(**KEYS, person_id=cast.qian.person.pk, actor=SYSTEM)
    assert state_of(item, cast, "qian") == "done"


@pytest.mark.parametrize(
    ("login", "note", "status", "message"),
    [
        ("wang", "请协助", 422, "请选择本单位人员"),
        ("mi", "请协助", 422, "请选择本单位人员"),
        ("li", "请协助", 422, "不能转办给本人"),
        ("qian", " ", 422, "请填写转办说明"),
        ("qian", "长" * 181, 422, "转办说明不能超过180个字"),
    ],
)
def test_what_is_refused(cast: Cast, login: str, note: str, status: int, message: str) -> None:
    item = push(cast, "li", may_transfer=True)
    with pytest.raises(Refused) as refusal:
        give(cast, of(item, cast, "li"), login, note=note)
    assert refusal.value.status == status and message in str(refusal.value.fields)
    assert state_of(item, cast, "li") == "todo"
    assert not Entry.objects.filter(verb="todos.passed_on").exists()


def test_only_where_the_application_allows_it(cast: Cast) -> None:
    item = push(cast, "li")
    with pytest.raises(Refused, match="该事项须在业务系统中办理，不能转办") as refusal:
        give(cast, of(item, cast, "li"), "qian")
    assert refusal.value.status == 403


def test_what_is_done_stays_where_it_is(cast: Cast) -> None:
    item = push(cast, "li", may_transfer=True)
    items.complete(**KEYS, person_id=cast.li.person.pk, actor=SYSTEM)
    with pytest.raises(Refused, match="当前状态为“已办”，不能执行“转办”"):
        give(cast, of(item, cast, "li"), "qian")


def test_another_ones_does_not_exist(cast: Cast) -> None:
    item = push(cast, "qian", may_transfer=True)
    with pytest.raises(Refused) as refusal:
        give(cast, of(item, cast, "qian"), "tang")
    assert refusal.value.status == 404


def test_what_one_has_done_can_be_kept_in_sight(cast: Cast) -> None:
    item = push(cast, "li", "qian", initiator_person_id=cast.zhou.person.pk)
    li = cast.li.principal()
    items.complete(**KEYS, person_id=cast.qian.person.pk, actor=SYSTEM)
    following.follow(item.pk, actor=li)
    following.follow(item.pk, actor=li)
    following.follow(item.pk, actor=cast.zhou.principal())
    source = followed.followed_by(li)
    assert source.count([], 10) == 1
    assert followed.followed_among(li.person_id, [item.pk]) == {item.pk}
    assert following.unfollow(item.pk, actor=li) == 1 and source.count([], 10) == 0
    assert following.unfollow(item.pk, actor=li) == 0


def test_what_one_never_had_cannot_be_followed(cast: Cast) -> None:
    item = push(cast, "qian")
    with pytest.raises(Refused) as refusal:
        following.follow(item.pk, actor=cast.li.principal())
    assert refusal.value.status == 404


class TestQuickActions:
    @pytest.fixture
    def asked(self, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
        """What the application was told."""
        heard: list[dict[str, Any]] = []
        monkeypatch.setattr(hooks.quick_asked, "_handlers", [lambda **moment: heard.append(moment)])
        return heard

    def test_the_application_is_told_and_answers(self, cast: Cast, asked: list[dict[str, Any]]) -> None:
        item = push(cast, "li", quick_actions=ACTIONS)
        own = of(item, cast, "li")
        made = quick.ask(own.pk, key="agree", reason="", actor=cast.li.principal())
        assert [one["asked"] for one in asked] == [made] and made.state == "asked"
        assert state_of(item, cast, "li") == "todo"  # only the application completes
        quick.answer(made.pk, app="todos", is_done=True, text="", actor=SYSTEM)
        again = quick.answer(made.pk, app="todos", is_done=False, text="晚了", actor=SYSTEM)
        assert again.state == "done" and again.answer == ""

    def test_it_cannot_be_pressed_twice(self, cast: Cast, asked: list[dict[str, Any]]) -> None:
        own = of(push(cast, "li", quick_actions=ACTIONS), cast, "li")
        made = quick.ask(own.pk, key="agree", reason="", actor=cast.li.principal())
        with pytest.raises(Refused, match="已提交业务系统，请等待处理结果"):
            quick.ask(own.pk, key="refuse", reason="理由", actor=cast.li.principal())
        quick.answer(made.pk, app="todos", is_done=False, text="材料不全", actor=SYSTEM)
        quick.ask(own.pk, key="refuse", reason="理由", actor=cast.li.principal())
        assert len(asked) == QuickAct.objects.count() == 2

    @pytest.mark.parametrize(
        ("key", "reason", "status"), [("refuse", "", 422), ("refuse", "长" * 201, 422), ("other", "", 404)]
    )
    def test_what_is_refused(
        self, cast: Cast, asked: list[dict[str, Any]], key: str, reason: str, status: int
    ) -> None:
        own = of(push(cast, "li", quick_actions=ACTIONS), cast, "li")
        with pytest.raises(Refused) as refusal:
            quick.ask(own.pk, key=key, reason=reason, actor=cast.li.principal())
        assert refusal.value.status == status and not asked and not QuickAct.objects.exists()

    def test_other_people_and_other_applications(self, cast: Cast, asked: list[dict[str, Any]]) -> None:
        own = of(push(cast, "li", quick_actions=ACTIONS), cast, "li")
        with pytest.raises(Refused) as refusal:
            quick.ask(own.pk, key="agree", reason="", actor=cast.qian.principal())
        assert refusal.value.status == 404
        made = quick.ask(own.pk, key="agree", reason="", actor=cast.li.principal())
        with pytest.raises(Refused) as refusal:
            quick.answer(made.pk, app="other", is_done=True, text="", actor=SYSTEM)
        assert refusal.value.status == 404

    @pytest.mark.parametrize(
        "given",
        [
            [{"key": "A", "label": "同意"}],
            [{"key": "a", "label": ""}],
            [{"key": "a", "label": "一"}, {"key": "a", "label": "二"}],
            [{"key": f"a{n}", "label": "同意"} for n in range(4)],
        ],
    )
    def test_what_an_application_may_not_offer(self, cast: Cast, given: list[dict[str, str]]) -> None:
        with pytest.raises(Refused) as refusal:
            push(cast, "li", quick_actions=given)
        assert refusal.value.status == 422
