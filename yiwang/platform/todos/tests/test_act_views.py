"""Pages of claiming, giving on, following and quick actions, and of the reports (§6)."""

import pytest
from django.test import Client

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.todos.actions import checks, claiming
from yiwang.platform.todos.models import Item
from yiwang.platform.todos.tests.factories import kinds, of, push, state_of
from yiwang.platform.todos.tests.test_views import as_member, page

__all__ = ["kinds"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kinds")]


def waiting(cast: Cast) -> Item:
    return push(cast, title="报送节水情况", units=[cast.units["QP-0301-01"].pk])


def test_a_unit_s_to_do_is_claimed_from_the_list(cast: Cast) -> None:
    item = waiting(cast)
    row = item.assignments.get()
    li, qian, wang = (as_member(cast, login) for login in ("li", "qian", "wang"))
    assert "报送节水情况" in page(li, "/todos/claimable/")
    assert "报送节水情况" not in page(wang, "/todos/claimable/")
    assert "认领后由您办理" in page(li, f"/todos/{row.pk}/waiting/")
    assert wang.get(f"/todos/{row.pk}/waiting/").status_code == 404
    answer = li.post(f"/todos/{row.pk}/claim/", follow=True)
    assert "已认领，请及时办理" in answer.content.decode()
    assert qian.post(f"/todos/{row.pk}/claim/").status_code == 409
    assert "您已认领该事项" in page(li, f"/todos/{row.pk}/waiting/")
    assert qian.get(f"/todos/{row.pk}/waiting/").status_code == 404

    own = of(item, cast, "li")
    assert "退回单位" in page(li, f"/todos/{own.pk}/detail/")
    assert "已退回单位" in li.post(f"/todos/{own.pk}/release/", follow=True).content.decode()
    assert "报送节水情况" in page(qian, "/todos/claimable/")


def test_giving_on(cast: Cast) -> None:
    item = push(cast, "li", may_transfer=True)
    own, li = of(item, cast, "li"), as_member(cast, "li")
    assert "转办或委托" in page(li, f"/todos/{own.pk}/detail/")
    assert "限本单位人员" in page(li, f"/todos/{own.pk}/transfer/")
    wrong = li.post(f"/todos/{own.pk}/transfer/", {"person_id": "", "note": "", "mode": "transfer"})
    assert wrong.status_code == 422 and "请填写转办说明" in wrong.content.decode()
    wrong = li.post(f"/todos/{own.pk}/transfer/", {"person_id": cast.wang.person.pk, "note": "请办"})
    assert wrong.status_code == 422 and "请选择本单位人员" in wrong.content.decode()
    form = {"person_id": cast.qian.person.pk, "note": "出差期间请代办", "mode": "delegate"}
    assert "已委托" in li.post(f"/todos/{own.pk}/transfer/", form, follow=True).content.decode()
    assert "代李四办理" in page(as_member(cast, "qian"), "/todos/")
    assert "已转办：钱玉芬" in page(li, f"/todos/{own.pk}/detail/")
    assert li.get(f"/todos/{own.pk}/transfer/").status_code == 404


def test_what_must_be_done_there_cannot_be_given_on(cast: Cast) -> None:
    own, li = of(push(cast, "li"), cast, "li"), as_member(cast, "li")
    assert "转办或委托" not in page(li, f"/todos/{own.pk}/detail/")
    assert li.get(f"/todos/{own.pk}/transfer/").status_code == 404
    assert as_member(cast, "qian").get(f"/todos/{own.pk}/detail/").status_code == 404


def test_following(cast: Cast) -> None:
    item = push(cast, "li", title="办理中的事项")
    own, li = of(item, cast, "li"), as_member(cast, "li")
    assert "没有关注的事项" in page(li, "/todos/followed/")
    assert "已关注" in li.post(f"/todos/{own.pk}/follow/", follow=True).content.decode()
    assert "办理中的事项" in page(li, "/todos/followed/")
    assert "办理中的事项" not in page(as_member(cast, "qian"), "/todos/followed/")
    assert as_member(cast, "qian").post(f"/todos/{own.pk}/follow/").status_code == 404
    assert "已取消关注" in li.post(f"/todos/items/{item.pk}/unfollow/", follow=True).content.decode()
    assert li.post(f"/todos/items/{item.pk}/unfollow/").status_code == 404


def test_quick_actions(cast: Cast) -> None:
    offered = [
        {"key": "agree", "label": "同意"},
        {"key": "refuse", "label": "不同意", "needs_reason": True, "danger": True},
    ]
    item = push(cast, "li", quick_actions=offered)
    own, li = of(item, cast, "li"), as_member(cast, "li")
    text = page(li, f"/todos/{own.pk}/detail/")
    assert "快捷操作" in text and 'id="id_reason_refuse"' in text
    assert li.post(f"/todos/{own.pk}/quick/", {"action": "refuse", "reason": ""}).status_code == 422
    assert li.post(f"/todos/{own.pk}/quick/", {"action": "nothing"}).status_code == 404
    answer = li.post(f"/todos/{own.pk}/quick/", {"action": "agree"}, follow=True).content.decode()
    assert "“同意”已提交业务系统" in answer and 'value="agree"' not in answer
    assert state_of(item, cast, "li") == "todo"


def test_numbers_by_application_and_by_post(cast: Cast) -> None:
    push(cast, "li", title="平台事项")
    push(cast, "li", task="2", title="巡河事项", app="river", app_name="河长制系统")
    li = as_member(cast, "li")
    text = page(li, "/todos/")
    assert "河长制系统 <b>1</b>" in text and "平台事项" in text
    only = page(li, "/todos/?app=river")
    assert "巡河事项" in only and "平台事项" not in only
    assert li.get("/todos/?app=unknown").status_code == 422


def test_there_is_more_is_hinted(cast: Cast) -> None:
    push(cast, "li")
    assert 'data-more-of="todos" data-more-than="1"' in page(as_member(cast, "li"), "/todos/")


class TestReports:
    def test_numbers_and_never_titles(self, cast: Cast) -> None:
        push(cast, "li", title="不能给管理员看的标题", app="river", app_name="河长制系统")
        sun = as_member(cast, "sun")
        text = page(sun, "/todos/reports/")
        assert "河长制系统" in text and "朱家角镇" in text
        assert "不能给管理员看的标题" not in text and "李四" not in text

    @pytest.mark.parametrize("login", ["li", "qian", "tang", "zhao", "shen", "an"])
    def test_for_system_administrators_only(self, cast: Cast, login: str) -> None:
        assert as_member(cast, login).get("/todos/reports/").status_code == 404

    def test_differences_by_number(self, cast: Cast) -> None:
        push(cast, "li", title="不能给管理员看的标题", app="river", app_name="河长制系统")
        sun: Client = as_member(cast, "sun")
        assert sun.get("/todos/reports/river/").status_code == 404
        for listed in ([("9", "9")], []):
            checks.reconcile("river", listed, actor=SYSTEM, app_name="河长制系统")
        text = page(sun, "/todos/reports/river/")
        assert "河长制系统 待办对账" in text and "不能给管理员看的标题" not in text
        assert '<td data-label="业务主键">100</td>' in text and "以往对账" in text


def test_a_temporary_account_gives_nothing_on(cast: Cast) -> None:
    """He sees no address book, so he has nobody to choose from."""
    item = push(cast, "temp", may_transfer=True)
    assert as_member(cast, "temp").get(f"/todos/{of(item, cast, 'temp').pk}/transfer/").status_code == 404


def test_claiming_needs_a_post_there(cast: Cast) -> None:
    row = waiting(cast).assignments.get()
    assert as_member(cast, "wang").post(f"/todos/{row.pk}/claim/").status_code == 404
    claiming.claim(row.pk, actor=cast.li.principal())
    assert as_member(cast, "wang").post(f"/todos/{row.pk}/claim/").status_code == 404
