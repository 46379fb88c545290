"""The pages of handovers."""

import datetime

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests.cast import Cast
from yiwang.platform.changes.actions import handover as acts
from yiwang.platform.changes.models import Handover
from yiwang.platform.changes.queries import handover_sheet as sheets
from yiwang.platform.changes.tests.shelves import Shelf
from yiwang.platform.changes.tests.test_handover import give_all, groups, items, papers, post_of, start

__all__ = ["groups", "papers"]  # fixtures

pytestmark = pytest.mark.django_db


def as_member(cast: Cast, login: str) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE] = cast.member(login).token()
    return client


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_three_lists(cast: Cast, papers: Shelf) -> None:
    handover = give_all(start(cast), cast, to="zhao")
    li, zhao, qian = (as_member(cast, one) for one in ("li", "zhao", "qian"))
    assert handover.number in text_of(li, "/changes/handovers/")
    assert "没有需要接收的工作" in text_of(zhao, "/changes/handovers/received/")
    acts.submit(handover, revision=handover.revision, actor=cast.li.principal())
    assert handover.number in text_of(zhao, "/changes/handovers/received/")
    assert handover.number in text_of(qian, "/changes/handovers/unit/?state=receiving")
    assert handover.number not in text_of(qian, "/changes/handovers/unit/?state=done")
    assert zhao.get("/changes/handovers/unit/").status_code == 404


def test_the_units_list_is_exported_with_its_purpose(cast: Cast, papers: Shelf) -> None:
    start(cast)
    qian = as_member(cast, "qian")
    assert qian.post("/changes/handovers/unit/", {"export": "1"}).status_code == 422
    answer = qian.post("/changes/handovers/unit/", {"export": "1", "purpose": "核对"})
    assert answer.status_code == 200 and "sheet" in answer["Content-Type"]
    answer.close()


def test_starting_one(cast: Cast, papers: Shelf) -> None:
    qian = as_member(cast, "qian")
    assert "李四" in text_of(qian, "/changes/handovers/new/?q=li")
    assert "只能为本单位人员发起交接" in text_of(qian, "/changes/handovers/new/?q=王海涛")
    address = f"/changes/handovers/new/?post={post_of(cast, 'li').pk}"
    assert "生成交接单" in text_of(qian, address)
    assert qian.post(address, {"occasion": "transfer"}).status_code == 422
    today = timezone.localdate()
    form = {"occasion": "transfer", "effective_on": today.isoformat(), "reason": "调动"}
    answer = qian.post(address, form, follow=True)
    assert "已生成交接单" in answer.content.decode()
    assert qian.post(address, form).status_code == 409
    assert Handover.objects.get().due_on == today
    elsewhere = f"/changes/handovers/new/?post={post_of(cast, 'wang').pk}"
    assert "先查找离岗人员" in text_of(qian, elsewhere)


def test_the_whole_way_through_the_pages(cast: Cast, papers: Shelf, groups: Shelf) -> None:
    handover = start(cast)
    address = f"/changes/handovers/{handover.pk}/"
    li, zhao, tang = (as_member(cast, one) for one in ("li", "zhao", "tang"))
    page = text_of(li, address)
    assert "承办文件1" in page and "退群确认" in page and "还有5项未确定去向" in page

    things = items(handover)
    papers_ids = [things[key].pk for key in ("1", "2", "3")]
    wrong = li.post(f"{address}decide/", {"revision": 1, "decision": "successor"})
    assert wrong.status_code == 422 and "请勾选事项" in wrong.content.decode()
    wrong = li.post(f"{address}decide/", {"revision": 1, "decision": "successor", "items": papers_ids})
    assert wrong.status_code == 422 and "请选择接收人" in wrong.content.decode()
    form = {"revision": 1, "decision": "successor", "items": papers_ids, "successor": cast.zhao.person.pk}
    assert "已确定3项的去向" in li.post(f"{address}decide/", form, follow=True).content.decode()
    assert li.post(f"{address}decide/", form).status_code == 409
    leave_ids = [things[key].pk for key in ("g1", "g2")]
    wrong = li.post(f"{address}submit/", {"revision": 2})
    assert wrong.status_code == 422 and "还有2项未确定去向" in wrong.content.decode()
    li.post(f"{address}decide/", {"revision": 2, "decision": "leave", "items": leave_ids})
    assert li.post(f"{address}submit/", {"revision": 3}).status_code == 303

    page = text_of(zhao, address)
    assert "签收后3项工作转到您名下" in page
    assert zhao.post(f"{address}receive/", {}).status_code == 422
    assert "已签收" in zhao.post(f"{address}receive/", {"revision": 3}, follow=True).content.decode()
    assert zhao.post(f"{address}receive/", {"revision": 3}).status_code == 409
    assert "监交确认" in text_of(tang, address)
    done = tang.post(f"{address}countersign/", {"revision": 3}, follow=True).content.decode()
    assert "工作交接完成" in done
    paper = text_of(li, f"{address}paper/")
    assert paper.count("验证通过") == 3 and "工作交接单" in paper and handover.number in paper


def test_returning_and_cancelling(cast: Cast, papers: Shelf) -> None:
    handover = give_all(start(cast), cast, to="zhao")
    acts.submit(handover, revision=handover.revision, actor=cast.li.principal())
    address = f"/changes/handovers/{handover.pk}/"
    zhao, qian, li = (as_member(cast, one) for one in ("zhao", "qian", "li"))
    assert zhao.post(f"{address}return/", {"reason": ""}).status_code == 422
    assert zhao.post(f"{address}return/", {"reason": "不全"}).status_code == 303
    assert li.post(f"{address}cancel/", {"reason": "试"}).status_code == 404
    assert qian.post(f"{address}cancel/", {"reason": ""}).status_code == 422
    answer = qian.post(f"{address}cancel/", {"reason": "调动撤销"}, follow=True)
    assert "取消原因：调动撤销" in answer.content.decode()


@pytest.mark.parametrize("login", ["wang", "mi", "zhou", "temp"])
def test_for_others_it_does_not_exist(cast: Cast, papers: Shelf, login: str) -> None:
    handover = start(cast)
    client = as_member(cast, login)
    for part in ("", "paper/"):
        assert client.get(f"/changes/handovers/{handover.pk}/{part}").status_code == 404
    for part in ("decide", "submit", "receive", "return", "countersign", "cancel"):
        answer = client.post(f"/changes/handovers/{handover.pk}/{part}/", {"revision": 1})
        assert answer.status_code == 404


def test_an_overdue_sheet_is_marked(cast: Cast, papers: Shelf) -> None:
    handover = start(cast)
    day = timezone.localdate() - datetime.timedelta(days=10)
    Handover.objects.filter(pk=handover.pk).update(due_on=day)
    qian = as_member(cast, "qian")
    assert "已逾期" in text_of(qian, "/changes/handovers/unit/")
    assert "已逾期" in text_of(qian, f"/changes/handovers/{handover.pk}/")


def test_the_work_lists_of_the_console_lead_to_exactly_those(cast: Cast, papers: Shelf) -> None:
    handover = give_all(start(cast), cast, to="zhao")
    acts.submit(handover, revision=handover.revision, actor=cast.li.principal())
    tang = cast.tang.principal()
    assert sheets.to_countersign(tang) == 0
    acts.receive(handover, revision=handover.revision, actor=cast.zhao.principal())
    assert (sheets.to_countersign(tang), sheets.overdue_in_reach(tang), sheets.stuck_in_reach(tang)) == (
        1,
        0,
        0,
    )
    day = timezone.localdate() - datetime.timedelta(days=10)
    Handover.objects.filter(pk=handover.pk).update(due_on=day)
    handover.items.update(state="failed", done_at=None)
    assert (sheets.overdue_in_reach(tang), sheets.stuck_in_reach(tang)) == (1, 1)
    assert sheets.overdue_in_reach(cast.fang.principal()) == 0
    page = as_member(cast, "tang")
    for mark in ("overdue", "stuck", "countersign"):
        assert handover.number in text_of(page, f"/changes/handovers/unit/?mark={mark}")


def test_finding_a_successor(cast: Cast, papers: Shelf) -> None:
    handover = start(cast)
    address = f"/changes/handovers/{handover.pk}/"
    li = as_member(cast, "li")
    own_unit = text_of(li, f"{address}successors/")
    assert (
        "钱玉芬" in own_unit and "唐静宜" in own_unit and "李四" not in own_unit and "周月娥" not in own_unit
    )
    assert "周月娥" in text_of(li, f"{address}successors/?q=zhouyue")
    assert "没有找到本单位的在岗人员" in text_of(li, f"{address}successors/?q=王海涛")
    assert as_member(cast, "wang").get(f"{address}successors/").status_code == 404

    things = [one.pk for one in items(handover).values()]
    form = {"revision": 1, "decision": "successor", "items": things, "successor_text": "赵明远"}
    assert li.post(f"{address}decide/", form).status_code == 303, "a name that was typed out is enough"
    assert {one.successor_id for one in handover.items.all()} == {cast.zhao.person.pk}
