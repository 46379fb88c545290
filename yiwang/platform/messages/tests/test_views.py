"""Pages of messages: three lists of one's own, their numbers, confirming; the SMS simulator (§6.3, §16)."""

import re

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.messages.actions import codes, messages
from yiwang.platform.messages.gateways import chosen
from yiwang.platform.messages.models import SmsText
from yiwang.platform.messages.tests.test_messages import NOTICE, kinds, receipt, send, unread

__all__ = ["kinds"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kinds")]

TITLE = "《李四调动申请》已通过审核"


def as_member(cast: Cast, login: str) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE] = cast.member(login).token()
    return client


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def numbers(text: str) -> tuple[int, int]:
    """Beside 未读 and 需确认."""
    found = re.findall(r">(未读|需确认) <span class=\"count[^>]*>(\d+)</span>", text)
    return int(dict(found)["未读"]), int(dict(found)["需确认"])


def test_each_sees_his_own(cast: Cast) -> None:
    send(cast, "li")
    assert TITLE in page(as_member(cast, "li"), "/messages/")
    for login in ("qian", "sun", "shen", "temp"):
        for address in ("/messages/", "/messages/all/", "/messages/unconfirmed/"):
            assert TITLE not in page(as_member(cast, login), address)


def test_opening_leads_to_the_matter_and_reads_it(cast: Cast) -> None:
    own = receipt(send(cast, "li"), cast, "li")
    client = as_member(cast, "li")
    assert numbers(page(client, "/messages/")) == (1, 0)
    answer = client.get(f"/messages/{own.pk}/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/changes/persons/7/")
    text = page(client, "/messages/")
    assert numbers(text) == (0, 0) and "没有未读消息" in text
    assert TITLE in page(client, "/messages/all/")
    assert as_member(cast, "qian").get(f"/messages/{own.pk}/").status_code == 404


def test_one_without_a_matter_is_read_in_place(cast: Cast) -> None:
    own = receipt(send(cast, "li", url=""), cast, "li")
    text = page(as_member(cast, "li"), f"/messages/{own.pk}/")
    assert TITLE in text and "审核人：孙建国" in text and "区数据局 孙建国" in text
    assert "确认收到" not in text and unread(cast, "li") == 0


def test_confirming(cast: Cast) -> None:
    own = receipt(send(cast, "li", need_receipt=True), cast, "li")
    client = as_member(cast, "li")
    assert numbers(page(client, "/messages/unconfirmed/")) == (1, 1)
    text = page(client, f"/messages/{own.pk}/")
    assert "确认收到" in text and "查看事项" in text
    assert numbers(page(client, "/messages/")) == (0, 1)
    answer = client.post(f"/messages/{own.pk}/confirm/", follow=True)
    assert "已确认收到" in answer.content.decode()
    assert numbers(page(client, "/messages/")) == (0, 0)
    assert "没有需要确认的消息" in page(client, "/messages/unconfirmed/")
    assert as_member(cast, "qian").post(f"/messages/{own.pk}/confirm/").status_code == 404


def test_one_that_asks_for_no_receipt_cannot_be_confirmed(cast: Cast) -> None:
    own = receipt(send(cast, "li"), cast, "li")
    answer = as_member(cast, "li").post(f"/messages/{own.pk}/confirm/")
    assert answer.status_code == 409
    own.refresh_from_db()
    assert own.confirmed_at is None


def test_a_recalled_one_says_so_and_hides_its_words(cast: Cast) -> None:
    message = send(cast, "li", need_receipt=True)
    messages.recall(message, reason="内容有误", actor=cast.sun.principal())
    client = as_member(cast, "li")
    assert numbers(page(client, "/messages/")) == (0, 0)
    for address in ("/messages/all/", f"/messages/{receipt(message, cast, 'li').pk}/"):
        text = page(client, address)
        assert "该消息已撤回" in text and TITLE not in text and "审核人" not in text


def test_all_are_read_at_once(cast: Cast) -> None:
    send(cast, "li")
    send(cast, "li", kind=NOTICE)
    send(cast, "qian")
    client = as_member(cast, "li")
    assert "全部已读" in page(client, "/messages/")
    answer = client.post("/messages/read-all/", follow=True)
    assert "已将2条消息标记为已读" in answer.content.decode()
    assert unread(cast, "li") == 0 and unread(cast, "qian") == 1
    assert "全部已读" not in page(client, "/messages/")


def test_lists_can_be_narrowed(cast: Cast) -> None:
    send(cast, "li")
    send(cast, "li", kind=NOTICE, words={"title": "防汛值班安排"})
    client = as_member(cast, "li")
    text = page(client, "/messages/?category=notice")
    assert "防汛值班安排" in text and TITLE not in text
    assert "没有符合条件的记录" in page(client, "/messages/?q=没有这样的")


def test_home_shows_the_latest_unread(cast: Cast) -> None:
    send(cast, "li")
    text = page(as_member(cast, "li"), "/")
    assert (
        TITLE in text
        and '<span>消息</span><b class="number-of" data-number="messages" aria-label="1条">1</b>' in text
    )
    assert "没有未读消息" in page(as_member(cast, "qian"), "/")


def test_a_list_costs_the_same_for_any_number_of_messages(cast: Cast) -> None:
    client = as_member(cast, "li")

    def cost() -> int:
        with CaptureQueriesContext(connection) as statements:
            page(client, "/messages/")
        return len(statements)

    page(client, "/messages/")
    empty = cost()
    for _ in range(12):
        send(cast, "li")
    assert cost() == empty


class Connected:
    """A carrier instead of the simulator."""

    is_simulator = False


def test_the_simulator_shows_texts_to_system_administrators(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes.send_code("13812345678", purpose="x.y", actor=SYSTEM)
    client = as_member(cast, "sun")
    text = page(client, "/messages/texts/")
    assert "短信模拟器（未接入运营商）" in text and "138****5678" in text
    assert re.search(r"验证码\d{6}，5分钟内有效", text) and "13812345678" not in text
    assert "待发" in text
    assert "138****5678" in page(client, "/messages/texts/?mobile=138 1234 5678")
    assert "138****5678" not in page(client, "/messages/texts/?mobile=13812345679")
    SmsText.objects.update(state="failed", failure="空号", sent_at=timezone.now())
    assert "空号" in page(client, "/messages/texts/?state=failed")
    for login in ("li", "qian", "shen", "an"):
        assert as_member(cast, login).get("/messages/texts/").status_code == 404
    monkeypatch.setattr(chosen, "gateway", Connected)
    monkeypatch.setattr("yiwang.platform.messages.views.texts.gateway", Connected)
    assert client.get("/messages/texts/").status_code == 404
