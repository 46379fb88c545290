"""Answering cards: once, by who received them; what pages show meanwhile; pictures; modules' own cards."""

import datetime
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import msgspec
import pytest
from django.conf import settings
from django.test import Client as Browser
from django.utils import timezone
from pytest_django import Settings

from tests.cast import Cast, Member
from yiwang.kernel import badges
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.platform.clients.actions import events
from yiwang.platform.clients.models import Delivery, OpenEvent, Subscription
from yiwang.platform.clients.queries import deliveries
from yiwang.platform.clients.tests.factories import App, connect
from yiwang.platform.messages import hooks, jobs
from yiwang.platform.messages.actions import cards
from yiwang.platform.messages.gateways import pictures
from yiwang.platform.messages.models import CardPicture, CardPress, Message, Receipt
from yiwang.platform.messages.models.card_content import Content
from yiwang.platform.messages.queries.cards import Shown, latest_change, shown
from yiwang.platform.messages.tests.samples import choices, leave, vote
from yiwang.platform.messages.vocabulary import NOTICE

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.fixture
def app(cast: Cast) -> App:
    return connect(cast, scopes=("messages.send",), name="请假管理")


def received(app: App, who: Member, card: dict[str, Any] | None = None, **more: Any) -> Receipt:
    body = {"persons": [who.person.pk], "card": card or leave(), **more}
    answer = app.post("/api/v1/messages", body)
    assert answer.status_code == 201, answer.content.decode()
    return Receipt.objects.get(message_id=answer.json()["id"], person=who.person)


def seen(own: Receipt) -> Shown:
    return shown(own.person_id, [own.message_id])[own.message_id]


def as_member(who: Member) -> Browser:
    browser = Browser()
    browser.cookies[settings.SESSION_COOKIE] = who.token()
    return browser


# --- the act


def test_the_same_answer_twice_is_one(cast: Cast, app: App) -> None:
    own, li = received(app, cast.li), cast.li.principal()
    first = cards.press(own.pk, number=1, key="agree", actor=li)
    lines, told = Entry.objects.count(), OpenEvent.objects.count()
    assert cards.press(own.pk, number=1, key="agree", actor=li).pk == first.pk
    with pytest.raises(Refused) as refusal:
        cards.press(own.pk, number=1, key="refuse", actor=li)
    assert refusal.value.status == 409 and "不能重复提交" in refusal.value.message
    assert (Entry.objects.count(), OpenEvent.objects.count()) == (lines, told)
    assert CardPress.objects.count() == 1


def test_answering_reads_it(cast: Cast, app: App) -> None:
    own = received(app, cast.li)
    cards.press(own.pk, number=1, key="agree", actor=cast.li.principal())
    own.refresh_from_db()
    assert own.read_at is not None


@pytest.mark.parametrize(
    ("card", "answer", "words"),
    [
        (leave(), ("other", {}), "没有这个按钮"),
        (leave(), ("agree", {"x": ["1"]}), "没有这个问题"),
        (vote(), ("submit", {}), "请至少选择一项"),
        (vote(), ("submit", {"when": ["sun"]}), "没有这个选项"),
        (vote(), ("submit", {"when": ["mon", "wed"]}), "只能选择一项"),
        (choices(), ("submit", {"room": ["0"]}), "请选择“用餐”"),
    ],
)
def test_answers_that_do_not_fit(
    cast: Cast, app: App, card: dict[str, Any], answer: tuple[str, dict[str, list[str]]], words: str
) -> None:
    own = received(app, cast.li, card)
    with pytest.raises(Refused) as refusal:
        cards.press(own.pk, number=1, key=answer[0], chosen=answer[1], actor=cast.li.principal())
    assert refusal.value.status == 422 and words in refusal.value.message
    assert not CardPress.objects.exists() and not OpenEvent.objects.exists()


def test_nobody_answers_for_another_or_too_late(cast: Cast, app: App) -> None:
    own = received(app, cast.li, valid_until="2999-01-01T00:00:00+08:00")
    with pytest.raises(Refused) as refusal:
        cards.press(own.pk, number=1, key="agree", actor=cast.zhao.principal())
    assert refusal.value.status == 404
    late = datetime.datetime(2999, 1, 2, tzinfo=datetime.UTC)
    with pytest.raises(Refused, match="已过有效期"):
        cards.press(own.pk, number=1, key="agree", actor=cast.li.principal(), now=late)


def test_the_page_says_when_it_is_over(cast: Cast, app: App) -> None:
    own = received(app, cast.li, vote())
    Message.objects.update(valid_until=timezone.now())
    page = as_member(cast.li).get(f"/messages/{own.pk}/card/").content.decode()
    assert "已过有效期，不能再回应" in page and 'type="submit"' not in page


def test_an_old_page_does_not_answer_a_new_card(cast: Cast, app: App) -> None:
    own = received(app, cast.li)
    app.post(f"/api/v1/messages/{own.message_id}/card", {"card": leave(text="改期")})
    with pytest.raises(Refused, match="卡片内容已更新"):
        cards.press(own.pk, number=1, key="agree", actor=cast.li.principal())
    app.post(f"/api/v1/messages/{own.message_id}/card", {"button_label": "已办理"})
    with pytest.raises(Refused, match="卡片内容已更新"):
        cards.press(own.pk, number=2, key="agree", actor=cast.li.principal())
    assert not CardPress.objects.exists()


def test_the_menu_beside_the_buttons(cast: Cast, app: App) -> None:
    own, li = received(app, cast.li, leave(menu=[{"text": "不再提醒", "key": "mute"}])), cast.li.principal()
    cards.press(own.pk, number=1, key="mute", actor=li)
    assert OpenEvent.objects.latest("pk").data["is_menu"] is True
    assert seen(own).can_press and seen(own).menu == {"mute"}
    cards.press(own.pk, number=1, key="agree", actor=li)
    assert not seen(own).can_press


def test_what_changes_while_a_card_is_read_is_asked_for_again(
    cast: Cast, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a page would say 处理中 for ever, when the application answers at that very moment."""
    own = received(app, cast.li)
    press = cards.press(own.pk, number=1, key="agree", actor=cast.li.principal())
    assert seen(own).seen == latest_change(cast.li.person.pk)
    states = deliveries.states

    def meanwhile(ids: Any) -> Any:
        found = states(ids)
        later = timezone.now() + datetime.timedelta(seconds=1)
        cards.follow_delivery(press.event_id or 0, now=later)
        return found

    monkeypatch.setattr(deliveries, "states", meanwhile)
    assert seen(own).seen < latest_change(cast.li.person.pk)


def test_pages_are_told_of_every_change(cast: Cast, app: App) -> None:
    own = received(app, cast.li)

    def number() -> int:
        return badges.numbers(cast.li.person.pk)["messages_cards"]

    assert number() == 0
    cards.press(own.pk, number=1, key="agree", actor=cast.li.principal())
    pressed = number()
    assert pressed > 0 and badges.numbers(cast.zhao.person.pk)["messages_cards"] == 0
    app.post(f"/api/v1/messages/{own.message_id}/card", {"button_label": "已同意"})
    assert number() > pressed


# --- telling the application


def subscribed(app: App) -> Subscription:
    return Subscription.objects.create(
        client=app.client,
        url="https://app.qingpu.test/callback",
        kinds=["messages.template_card_event"],
        secret="s",
        state=Subscription.State.ACTIVE,
    )


def test_what_the_page_says_while_the_application_is_away(cast: Cast, app: App) -> None:
    """The host of the test does not exist: the callback fails, and is tried again by the schedule."""
    subscribed(app)
    own = received(app, cast.li)
    cards.press(own.pk, number=1, key="agree", actor=cast.li.principal())
    browser, path = as_member(cast.li), f"/messages/{own.pk}/card/"
    assert "处理中" in browser.get(path).content.decode()

    before = badges.numbers(cast.li.person.pk)["messages_cards"]
    delivery, now = Delivery.objects.get(), timezone.now()
    events.deliver(delivery.pk, now=now)
    assert "应用暂未响应，已记录您的选择，稍后自动重试" in browser.get(path).content.decode()
    assert badges.numbers(cast.li.person.pk)["messages_cards"] > before, "the open page looks again"
    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.WAITING and delivery.due_at == now + events.SCHEDULE[0]

    Delivery.objects.update(tries=len(events.SCHEDULE))
    events.deliver(delivery.pk, now=now + datetime.timedelta(days=2))
    assert "请联系应用负责人" in browser.get(path).content.decode()


def test_a_module_sends_a_card_of_its_own(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []
    monkeypatch.setattr(hooks.card_pressed, "_handlers", [lambda **moment: heard.append(moment["press"].key)])
    content = msgspec.convert({**leave(url="/me/"), "task_id": None}, Content)
    message = cards.send_card(
        NOTICE,
        content=content,
        task_id="own-1",
        to=[cast.li.person.pk],
        about=("messages.notice", "", "请假"),
        words={"title": "请假", "text": "请审批"},
        actor=SYSTEM,
    )
    assert message is not None
    own = Receipt.objects.get(message=message)
    cards.press(own.pk, number=1, key="agree", actor=cast.li.principal())
    assert heard == ["agree"] and not OpenEvent.objects.exists()
    assert "已提交" in as_member(cast.li).get(f"/messages/{own.pk}/card/").content.decode()
    assert cards.change(message.card, label="已同意", actor=SYSTEM) == 1
    content.url = "https://elsewhere.test/"
    with pytest.raises(Refused, match="平台内的地址"):
        cards.send_card(
            NOTICE, content=content, task_id="own-2", actor=SYSTEM, to=[], about=message, words={}
        )


# --- pages


def test_the_pages(cast: Cast, app: App) -> None:
    own = received(app, cast.li)
    li = as_member(cast.li)
    for path in ("/messages/", "/messages/all/", "/messages/cards/", f"/messages/{own.pk}/"):
        assert "请假申请" in li.get(path).content.decode(), path
    assert "同意" in li.get("/messages/cards/?standing=waiting").content.decode()
    assert "没有符合条件的记录" in li.get("/messages/cards/?standing=answered").content.decode()
    assert as_member(cast.zhao).get(f"/messages/{own.pk}/card/").status_code == 404
    assert "没有消息卡片" in as_member(cast.zhao).get("/messages/cards/").content.decode()


def test_pressing_on_the_page(cast: Cast, app: App) -> None:
    own = received(app, cast.li, vote())
    li, path = as_member(cast.li), f"/messages/{own.pk}/card/press/"
    wrong = li.post(path, {"number": "1", "key": "submit"}, headers={"HX-Request": "true"})
    assert wrong.status_code == 422 and "请至少选择一项" in wrong.content.decode()
    plain = li.post(path, {"number": "1", "key": "submit"})
    assert plain.status_code == 422
    answer = {"number": "1", "key": "submit", "question0": "wed"}
    assert as_member(cast.zhao).post(path, answer).status_code == 404
    done = li.post(path, answer, headers={"HX-Request": "true"})
    assert done.status_code == 200 and "处理中" in done.content.decode()
    assert 'value="wed" checked' in done.content.decode()
    assert li.post(path, answer).status_code == 303, "the same again, without a script"
    other = li.post(path, {**answer, "question0": "mon"})
    assert other.status_code == 409
    for odd in ("", "x", "-1", "9" * 30):
        assert li.post(path, {"number": odd, "key": "k"}).status_code in (409, 422)


def test_a_page_that_shows_the_latest_is_not_drawn_again(cast: Cast, app: App) -> None:
    own = received(app, cast.li)
    li = as_member(cast.li)
    page = li.get(f"/messages/{own.pk}/card/").content.decode()
    state = page.partition("card/?state=")[2][:16]
    assert li.get(f"/messages/{own.pk}/card/?state={state}").status_code == 204
    app.post(f"/api/v1/messages/{own.message_id}/card", {"button_label": "已同意"})
    assert "已同意" in li.get(f"/messages/{own.pk}/card/?state={state}").content.decode()


def test_nothing_of_a_card_is_markup(cast: Cast, app: App) -> None:
    evil = "<script>alert(1)</script>"
    own = received(
        app,
        cast.li,
        leave(
            title=evil,
            text=evil,
            note=evil,
            rows=[{"name": "<b>名</b>", "value": evil}],
            quote={"title": evil[:40], "text": evil},
            buttons=[{"text": "<i>同意", "key": '"><script>'}],
        ),
    )
    page = as_member(cast.li).get(f"/messages/{own.pk}/").content.decode()
    assert "<script>alert" not in page and "<b>名" not in page and "<i>同意" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_recalled_cards_show_nothing(cast: Cast, app: App) -> None:
    own = received(app, cast.li)
    before = badges.numbers(cast.li.person.pk)["messages_cards"]
    app.post(f"/api/v1/messages/{own.message_id}/recall", {"reason": "发错"})
    assert badges.numbers(cast.li.person.pk)["messages_cards"] > before
    page = as_member(cast.li).get(f"/messages/{own.pk}/card/").content.decode()
    assert "该消息已撤回" in page and "请假申请" not in page


def test_a_person_in_a_row_is_a_link_for_who_may_see_him(cast: Cast, app: App) -> None:
    rows = [
        {"name": "申请人", "value": who.person.name, "person_id": who.person.pk}
        for who in (cast.zhou, cast.mi)
    ]
    own = received(app, cast.li, leave(rows=rows))
    page = as_member(cast.li).get(f"/messages/{own.pk}/card/").content.decode()
    assert f"/addressbook/persons/{cast.zhou.person.pk}/" in page
    assert f"/addressbook/persons/{cast.mi.person.pk}/" not in page


# --- pictures


class _Pictures(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        content = {"/1.png": PNG, "/page": b"<html>", "/large": PNG + bytes(pictures.LARGEST)}.get(self.path)
        self.send_response(200 if content is not None else 404)
        self.end_headers()
        self.wfile.write(content or b"")

    def log_message(self, *words: object) -> None: ...


@pytest.fixture
def pictures_host() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Pictures)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_pictures_are_copied_and_only_shown_to_receivers(
    cast: Cast, pictures_host: str, settings: Settings
) -> None:
    settings.SANDBOX_CLIENTS = True
    app = connect(cast, name="简报", scopes=("messages.send",), domains=[pictures_host], is_sandbox=True)
    card = {
        "layout": "picture",
        "title": "河湖长制简报",
        "source": {"name": "简报", "icon": f"http://{pictures_host}/page"},
        "picture": {"url": f"http://{pictures_host}/1.png", "alt": "淀山湖"},
        "feature": {"title": "岸线", "picture": f"http://{pictures_host}/none"},
    }
    own = received(app, cast.li, card)
    made = Message.objects.get(pk=own.message_id).card
    jobs.fetch_card_pictures(made.pk)
    found = {one.url.rpartition("/")[2]: one for one in CardPicture.objects.all()}
    assert (found["1.png"].state, found["1.png"].kind) == ("ready", "image/png")
    assert found["page"].failure == "不是PNG、JPEG、GIF或WebP图片" and found["none"].failure == "应答为404"

    path = f"/messages/cards/pictures/{found['1.png'].pk}/"
    answer = as_member(cast.li).get(path)
    assert answer.content == PNG and answer.headers["X-Content-Type-Options"] == "nosniff"
    assert path in as_member(cast.li).get(f"/messages/{own.pk}/").content.decode()
    assert as_member(cast.zhao).get(path).status_code == 404
    assert as_member(cast.li).get(f"/messages/cards/pictures/{found['page'].pk}/").status_code == 404
    assert pictures.fetch(f"http://{pictures_host}/large", is_sandbox=True).problem == "图片超过2MB"
    assert pictures.fetch(f"http://{pictures_host}/1.png", is_sandbox=False).problem == "该地址不允许回调"


def test_codes_are_forgotten(cast: Cast, app: App) -> None:
    received(app, cast.li)
    assert cards.forget_codes(now=timezone.now() + datetime.timedelta(hours=90)) == 0
    assert cards.forget_codes(now=timezone.now() + datetime.timedelta(hours=97)) == 1
