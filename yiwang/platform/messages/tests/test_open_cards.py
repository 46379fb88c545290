"""Cards of connected applications: both faces, what they refuse, codes that change a card once."""

import datetime
from typing import Any

import pytest
from django.utils import timezone

from tests.cast import Cast, Member
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.platform.clients.models import OpenEvent
from yiwang.platform.clients.tests.factories import App, connect
from yiwang.platform.messages.actions import cards
from yiwang.platform.messages.models import Card, CardCode, CardFace, Message, Receipt
from yiwang.platform.messages.queries.cards import Shown, shown
from yiwang.platform.messages.tests.samples import LINK, choices, leave, vote, wecom_buttons
from yiwang.platform.tags.actions import member, tag

pytestmark = pytest.mark.django_db


@pytest.fixture
def app(cast: Cast) -> App:
    """Of 区数据局, for the whole district."""
    return connect(
        cast, unit="QP-0201", scopes=("messages.send",), ranges=[cast.units["QP"]], name="请假管理"
    )


def send(app: App, *people: Member, **card: Any) -> dict[str, Any]:
    body = {"persons": [one.person.pk for one in people], "card": card or leave()}
    answer = app.post("/api/v1/messages", body)
    assert answer.status_code == 201, answer.content.decode()
    sent: dict[str, Any] = answer.json()
    return sent


def seen(who: Member, message_id: int) -> Shown:
    return shown(who.person.pk, [message_id])[message_id]


def press(who: Member, message_id: int, key: str = "agree", **chosen: list[str]) -> dict[str, Any]:
    """He presses; what the application is told."""
    receipt = Receipt.objects.get(person=who.person, message_id=message_id)
    number = seen(who, message_id).number
    cards.press(receipt.pk, number=number, key=key, chosen=chosen, actor=who.principal())
    data: dict[str, Any] = OpenEvent.objects.latest("pk").data
    return data


def test_a_card_is_sent_pressed_and_changed(cast: Cast, app: App) -> None:
    sent = send(app, cast.li, cast.zhao)
    message = Message.objects.get(pk=sent["id"])
    assert (message.title, message.summary, message.url) == ("请假申请", "待您审批", "")
    assert seen(cast.li, message.pk).can_press

    told = press(cast.li, message.pk)
    assert (
        told.items()
        >= {
            "message_id": message.pk,
            "task_id": "leave-31",
            "card_type": "buttons",
            "event_key": "agree",
            "person_id": cast.li.person.pk,
            "is_menu": False,
            "selected_items": [],
        }.items()
    )
    assert seen(cast.li, message.pk).answer is not None and seen(cast.zhao, message.pk).answer is None
    assert "李四在消息卡片请假申请中选择了“同意”" in str(Entry.objects.latest("id"))

    body = {"response_code": told["response_code"], "button_label": "已同意"}
    answer = app.post("/api/v1/messages/card-changes", body)
    assert answer.json() == {
        "message_id": message.pk,
        "receivers": 1,
        "invalid_persons": [],
        "invalid_units": [],
        "invalid_tags": [],
    }
    assert seen(cast.li, message.pk).done_label == "已同意"
    assert seen(cast.zhao, message.pk).can_press, "the others still decide"

    again = app.post("/api/v1/messages/card-changes", body)
    assert (again.status_code, again.json()["code"]) == (409, "E-API-12")


def test_a_whole_card_in_the_place_of_another(cast: Cast, app: App) -> None:
    sent = send(app, cast.li, cast.zhao)
    done = leave(layout="notice", text="李四已同意", buttons=[], emphasis={"figure": "已批准"})
    change = {"response_code": sent["response_code"], "card": done}
    nobody = app.post("/api/v1/messages/card-changes", change)
    assert nobody.status_code == 422, "a code of sending is nobody's own"
    answer = app.post("/api/v1/messages/card-changes", change | {"everyone": True})
    assert answer.json()["receivers"] == 2
    for who in (cast.li, cast.zhao):
        assert seen(who, sent["id"]).content.text == "李四已同意"
    assert CardFace.objects.filter(card__message=sent["id"]).count() == 2
    assert str(Entry.objects.latest("id")) == "请假管理更新了消息卡片请假申请"


def test_a_new_face_can_be_answered_anew(cast: Cast, app: App) -> None:
    sent = send(app, cast.li)
    press(cast.li, sent["id"], "refuse")
    answer = app.post(f"/api/v1/messages/{sent['id']}/card", {"card": leave(text="已改期，请再次审批")})
    assert answer.json()["receivers"] == 1
    assert seen(cast.li, sent["id"]).can_press
    assert press(cast.li, sent["id"], "agree")["event_key"] == "agree"
    result = app.get(f"/api/v1/messages/{sent['id']}/card").json()
    assert result["task_id"] == "leave-31"
    assert {one["event_key"]: one["number"] for one in result["presses"]} == {"agree": 1, "refuse": 1}


def test_words_in_the_place_of_the_buttons_of_a_new_face(cast: Cast, app: App) -> None:
    sent = send(app, cast.li)
    body = {"card": leave(text="已由钱玉芬办理"), "button_label": "已办理"}
    app.post(f"/api/v1/messages/{sent['id']}/card", body)
    now = seen(cast.li, sent["id"])
    assert (now.content.text, now.done_label, now.can_press) == ("已由钱玉芬办理", "已办理", False)


def test_whose_card_is_changed(cast: Cast, app: App) -> None:
    """Named people who did not receive it change nothing; units and tags reach those who did."""
    sun = cast.sun.principal()
    made = tag.make_tag(cast.units["QP-0201"], name="值班", actor=sun, viewer=sun)
    member.add_members(made, persons=[cast.wang.person.pk, cast.mi.person.pk], actor=sun, viewer=sun)
    sent = send(app, cast.li, cast.zhou, cast.wang)
    where = f"/api/v1/messages/{sent['id']}/card"
    stranger = app.post(where, {"button_label": "完", "persons": [cast.tang.person.pk]})
    assert (stranger.status_code, stranger.json()["code"]) == (422, "E-API-11")
    unit = app.post(where, {"button_label": "完", "units": [cast.units["QP-0301-02"].pk]})
    assert unit.json()["receivers"] == 1 and seen(cast.zhou, sent["id"]).done_label == "完"
    by_tag = app.post(where, {"button_label": "止", "tags": [made.pk, 987654]})
    assert by_tag.json()["receivers"] == 1 and by_tag.json()["invalid_tags"] == ["987654"]
    hidden = app.post(where, {"button_label": "了", "persons": [cast.li.person.pk, cast.mi.person.pk]})
    assert hidden.json()["invalid_persons"] == [str(cast.mi.person.pk)]
    assert seen(cast.li, sent["id"]).done_label == "了" and seen(cast.wang, sent["id"]).done_label == "止"


def test_a_code_is_void_after_three_days_and_of_one_application(cast: Cast, app: App) -> None:
    sent = send(app, cast.li)
    code = CardCode.objects.get()
    assert code.expires_at - code.made_at == datetime.timedelta(hours=72)
    other = connect(cast, name="另一应用", scopes=("messages.send",))
    body = {"response_code": sent["response_code"], "everyone": True, "button_label": "完"}
    assert other.post("/api/v1/messages/card-changes", body).json()["code"] == "E-API-12"
    assert other.post(f"/api/v1/messages/{sent['id']}/card", {"button_label": "完"}).status_code == 404
    assert other.get(f"/api/v1/messages/{sent['id']}/card").status_code == 404
    CardCode.objects.update(expires_at=timezone.now())
    assert app.post("/api/v1/messages/card-changes", body).json()["code"] == "E-API-12"


def test_a_refused_change_leaves_the_code_unused(cast: Cast, app: App) -> None:
    sent = send(app, cast.li)
    body = {"response_code": sent["response_code"], "everyone": True}
    assert app.post("/api/v1/messages/card-changes", body).status_code == 422
    assert app.post("/api/v1/messages/card-changes", {**body, "button_label": "完"}).status_code == 200


def test_who_is_hidden_from_the_application_has_no_number_in_its_event(cast: Cast, app: App) -> None:
    sun = cast.sun.principal()
    made = tag.make_tag(cast.units["QP-0201"], name="信息员", actor=sun, viewer=sun)
    member.add_members(made, persons=[cast.mi.person.pk], actor=sun, viewer=sun)
    sent = app.post("/api/v1/messages", {"tags": [made.pk], "card": leave()}).json()
    told = press(cast.mi, sent["id"])
    assert told["person_id"] is None
    body = {"response_code": told["response_code"], "button_label": "已同意"}
    assert app.post("/api/v1/messages/card-changes", body).json()["receivers"] == 1
    assert seen(cast.mi, sent["id"]).done_label == "已同意"


def test_votes_and_choices_are_counted(cast: Cast, app: App) -> None:
    sent = send(app, cast.li, cast.zhao, cast.wang, **vote())
    for who, day in ((cast.li, "mon"), (cast.zhao, "wed"), (cast.wang, "wed")):
        told = press(who, sent["id"], "submit", when=[day])
        assert told["selected_items"] == [{"question_key": "when", "option_ids": [day]}]
    result = app.get(f"/api/v1/messages/{sent['id']}/card").json()
    assert result["presses"] == [{"event_key": "submit", "label": "提交", "is_menu": False, "number": 3}]
    assert result["options"] == [
        {"question_key": "when", "option_id": "wed", "number": 2},
        {"question_key": "when", "option_id": "mon", "number": 1},
    ]
    day = app.get("/api/v1/messages/statistics").json()
    assert (day["messages"], day["receivers"], day["read"], day["answered"]) == (1, 3, 3, 3)


@pytest.mark.parametrize(
    ("card", "field", "words"),
    [
        (leave(title="长" * 43), "card.title", "不能超过128字节"),
        (leave(url="https://evil.test/1"), "card.url", "不在应用登记的范围内"),
        (leave(url="javascript:alert(1)"), "card.url", "https://"),
        (
            leave(rows=[{"name": "附件", "url": "https://evil.test/"}]),
            "card.rows[0].url",
            "不在应用登记的范围内",
        ),
        (leave(source={"icon": "http://app.qingpu.test/1.png"}), "card.source.icon", "https://"),
        (leave(task_id=""), "card.task_id", "应填写"),
        (leave(buttons=[]), "card.buttons", "请填写"),
        (leave(layout="notice"), "card.buttons", "不能有此项"),
        (
            leave(buttons=[{"text": "同意", "key": "a"}, {"text": "拒绝", "key": "a"}]),
            "card.buttons",
            "不能重复",
        ),
        (leave(buttons=[{"text": "同意"}]), "card.buttons[0].key", "其中一个"),
        (leave(title=" "), "card.title", "其中一个"),
        (leave(text="看\x07"), "card.text", "控制字符"),
        (leave(layout="picture", buttons=[]), "card.picture", "picture 或 feature"),
        (vote(questions=[]), "card.questions", "请填写"),
        (vote(buttons=[{"text": "看", "url": LINK}]), "card.buttons", "一个提交按钮"),
        (choices(questions=choices()["questions"][:1] * 2), "card.questions", "不能重复"),
    ],
)
def test_what_a_card_may_not_be(cast: Cast, app: App, card: dict[str, Any], field: str, words: str) -> None:
    before = Message.objects.count()
    answer = app.post("/api/v1/messages", {"persons": [cast.li.person.pk], "card": card})
    assert answer.status_code == 422
    assert words in answer.json()["fields"][field], answer.json()
    assert Message.objects.count() == before and not Card.objects.exists()


def test_a_task_has_one_card(cast: Cast, app: App) -> None:
    send(app, cast.li)
    again = app.post("/api/v1/messages", {"persons": [cast.li.person.pk], "card": leave()})
    assert again.status_code == 422 and "不能重复" in again.json()["fields"]["card.task_id"]
    other = connect(cast, name="另一应用", scopes=("messages.send",))
    assert send(other, cast.li)["id"], "numbers are the application's own"


def test_the_same_word_gives_another_code_for_the_same_card(cast: Cast, app: App) -> None:
    body = {"persons": [cast.li.person.pk], "card": leave(), "dedupe_id": "L-31"}
    first, again = (app.post("/api/v1/messages", body).json() for _ in range(2))
    assert first["id"] == again["id"] and Card.objects.count() == 1
    assert first["response_code"] != again["response_code"], "who lost the answer can still change the card"


def test_recall_takes_the_card_back(cast: Cast, app: App) -> None:
    sent = send(app, cast.li)
    app.post(f"/api/v1/messages/{sent['id']}/recall", {"reason": "发错人员"})
    receipt = Receipt.objects.get(message_id=sent["id"])
    with pytest.raises(Refused, match="已撤回"):
        cards.press(receipt.pk, number=1, key="agree", actor=cast.li.principal())
    change = app.post(f"/api/v1/messages/{sent['id']}/card", {"button_label": "完"})
    assert (change.status_code, change.json()["code"]) == (409, "E-STATE-01")


# --- the face shaped like WeCom's


def wecom_send(app: App, *people: Member, **more: Any) -> dict[str, Any]:
    body = {
        "touser": "|".join(str(one.person.pk) for one in people),
        "msgtype": "template_card",
        "agentid": app.client.agent_id,
        "template_card": wecom_buttons(**more),
    }
    return app.wecom("message/send", body)


def test_wecoms_words_become_ours(cast: Cast, app: App) -> None:
    sent = wecom_send(app, cast.li)
    assert sent["errcode"] == 0 and sent["response_code"], sent
    content = seen(cast.li, int(sent["msgid"])).content
    assert content.source is not None and (content.source.name, content.source.tone) == ("请假管理", "black")
    assert [(one.text, one.key, one.url, one.style) for one in content.buttons] == [
        ("同意", "agree", "", "primary"),
        ("拒绝", "refuse", "", "danger"),
        ("查看", "", LINK, "primary"),
    ]
    assert content.quote is not None and (content.quote.title, content.quote.text) == ("事由", "家中有事")
    assert [one.value for one in content.rows] == ["周月娥", "证明"] and content.rows[1].url == LINK
    assert [one.is_chosen for one in content.questions[0].options] == [True, False]
    assert content.menu[0].key == "mute" and content.note == "请于今日内审批"


@pytest.mark.parametrize(
    ("card", "layout"),
    [
        (
            {
                "card_type": "text_notice",
                "main_title": {"title": "水位预警"},
                "emphasis_content": {"title": "3.42米", "desc": "淀山湖"},
                "jump_list": [{"type": 1, "url": LINK, "title": "查看曲线"}],
                "card_action": {"type": 1, "url": LINK},
            },
            "notice",
        ),
        (
            {
                "card_type": "news_notice",
                "main_title": {"title": "河湖长制简报"},
                "card_image": {"url": "https://app.qingpu.test/1.png", "aspect_ratio": 2.25},
                "image_text_area": {"type": 1, "url": LINK, "title": "岸线", "desc": "整治完成"},
                "vertical_content_list": [{"title": "巡查", "desc": "共126次"}],
                "card_action": {"type": 1, "url": LINK},
            },
            "picture",
        ),
        (
            {
                "card_type": "vote_interaction",
                "task_id": "v-1",
                "main_title": {"title": "培训时间"},
                "checkbox": {
                    "question_key": "when",
                    "mode": 1,
                    "option_list": [
                        {"id": "1", "text": "周一", "is_checked": True},
                        {"id": "2", "text": "周二"},
                    ],
                },
                "submit_button": {"text": "提交", "key": "submit"},
            },
            "vote",
        ),
        (
            {
                "card_type": "multiple_interaction",
                "task_id": "m-1",
                "main_title": {"title": "会议回执"},
                "select_list": [
                    {
                        "question_key": "room",
                        "title": "会议室",
                        "selected_id": "1",
                        "option_list": [{"id": "1", "text": "一号"}, {"id": "2", "text": "二号"}],
                    }
                ],
                "submit_button": {"text": "提交", "key": "submit"},
            },
            "choices",
        ),
    ],
)
def test_all_of_wecoms_kinds(cast: Cast, app: App, card: dict[str, Any], layout: str) -> None:
    body = {"touser": str(cast.li.person.pk), "msgtype": "template_card", "template_card": card}
    sent = app.wecom("message/send", body)
    assert sent["errcode"] == 0, sent
    assert seen(cast.li, int(sent["msgid"])).content.layout == layout


@pytest.mark.parametrize(
    ("more", "errcode", "words"),
    [
        ({"card_type": "poster"}, 40058, "card_type"),
        ({"main_title": {"title": "长" * 43}}, 40058, "template_card.main_title.title 不能超过128字节"),
        ({"main_title": "标题"}, 40058, "main_title 应为对象"),
        ({"sub_title_text": ["x"]}, 40058, "sub_title_text 应为字符串"),
        (
            {"horizontal_content_list": [{"keyname": "名"}, {"keyname": "长" * 11}]},
            40058,
            "template_card.horizontal_content_list[1].keyname",
        ),
        ({"horizontal_content_list": [{"keyname": "名", "type": 2}]}, 40058, "type 应为"),
        ({"jump_list": [{"type": 2, "title": "小程序"}]}, 40058, "jump_list[0].type"),
        ({"button_list": [{"text": "太" * 11, "key": "k"}]}, 40058, "template_card.button_list[0].text"),
        ({"button_list": []}, 40058, "template_card.button_list"),
        (
            {"button_selection": {"question_key": "k", "option_list": [{"id": "", "text": "一"}]}},
            40058,
            "template_card.button_selection.option_list[0].id",
        ),
        ({"task_id": "空 格"}, 42014, "template_card.task_id"),
        ({"source": {"icon_url": "https://evil.test/1.png"}}, 40058, "template_card.source.icon_url"),
    ],
)
def test_what_wecoms_face_says_is_wrong(
    cast: Cast, app: App, more: dict[str, Any], errcode: int, words: str
) -> None:
    answer = wecom_send(app, cast.li, **more)
    assert answer["errcode"] == errcode and words in answer["errmsg"], answer
    assert not Card.objects.exists()


def test_wecoms_update_once(cast: Cast, app: App) -> None:
    sent = wecom_send(app, cast.li, cast.zhao)
    told = press(cast.li, int(sent["msgid"]), kind=["b"])
    assert told["selected_items"] == [{"question_key": "kind", "option_ids": ["b"]}]
    body = {
        "userids": [str(cast.li.person.pk), "x"],
        "agentid": app.client.agent_id,
        "response_code": told["response_code"],
        "button": {"replace_name": "已同意"},
    }
    assert (
        app.wecom("message/update_template_card", body).items()
        >= {
            "errcode": 0,
            "invaliduser": ["x"],
        }.items()
    )
    assert seen(cast.li, int(sent["msgid"])).done_label == "已同意"
    again = app.wecom("message/update_template_card", body)
    assert again["errcode"] == 42022 and "只能使用一次" in again["errmsg"]

    whole = {
        "atall": 1,
        "response_code": sent["response_code"],
        "template_card": wecom_buttons(main_title={"title": "已办结"}, replace_text="已办结"),
    }
    assert app.wecom("message/update_template_card", whole)["errcode"] == 0
    for who in (cast.li, cast.zhao):
        now = seen(who, int(sent["msgid"]))
        assert (now.content.title, now.done_label) == ("已办结", "已办结")


def test_wecoms_duplicate_of_a_card(cast: Cast, app: App) -> None:
    body = {
        "touser": str(cast.li.person.pk),
        "msgtype": "template_card",
        "enable_duplicate_check": 1,
        "template_card": wecom_buttons(),
    }
    first, again = app.wecom("message/send", body), app.wecom("message/send", body)
    assert first["msgid"] == again["msgid"] and first["response_code"] != again["response_code"]
    assert Message.objects.filter(card__isnull=False).count() == 1


def test_what_wecoms_update_refuses(cast: Cast, app: App) -> None:
    sent = wecom_send(app, cast.li)
    code = sent["response_code"]

    def errcode(**body: object) -> int:
        return int(app.wecom("message/update_template_card", body)["errcode"])

    button = {"replace_name": "完"}
    assert errcode(button=button, userids=["1"]) == 40058
    assert errcode(response_code=code, userids=["1"]) == 40058
    assert errcode(response_code=code, button={}) == 40058
    assert errcode(response_code=code, button=button) == 40058, "nobody named"
    assert errcode(response_code=code, button=button, userids="1") == 40058
    assert errcode(response_code=code, button=button, userids=["1"] * 1001) == 40058
    assert errcode(response_code=code, button=button, userids=["99999999"]) == 81013
    assert errcode(response_code="no", button=button, atall=1) == 42022
    assert errcode(response_code=code, button=button, atall=1, agentid=5) == 40056
    assert errcode(response_code=code, button=button, atall=1) == 0


def test_news_and_numbers_of_wecoms_face(cast: Cast, app: App) -> None:
    article = {
        "title": "简报",
        "description": "第12期",
        "url": LINK,
        "picurl": "https://app.qingpu.test/1.png",
    }
    user = str(cast.li.person.pk)
    sent = app.wecom(
        "message/send",
        {"touser": user, "msgtype": "news", "news": {"articles": [article, {"title": "二", "url": LINK}]}},
    )
    content = seen(cast.li, int(sent["msgid"])).content
    assert content.picture is not None and content.links[0].title == "二"
    assert app.wecom("message/send", {"touser": user, "msgtype": "news", "news": {}})["errcode"] == 40058
    answer = app.wecom("message/get_statistics", {"time_type": 0})
    assert answer["statistics"] == [{"agentid": app.client.agent_id, "app_name": "请假管理", "count": 1}]
    assert app.wecom("message/get_statistics", {"time_type": 1})["statistics"][0]["count"] == 0
    assert app.wecom("message/get_statistics", {"time_type": 2})["errcode"] == 40058


def test_links_in_texts_lead_only_to_the_application(cast: Cast, app: App) -> None:
    user = str(cast.li.person.pk)

    def url(**body: object) -> str:
        sent = app.wecom("message/send", {"touser": user, **body})
        return Message.objects.get(pk=sent["msgid"]).url

    assert url(msgtype="markdown", markdown={"content": f"[看](https://evil.test/) [办]({LINK})"}) == LINK
    text = f'请<a href="{LINK}">点击办理</a>'
    assert url(msgtype="text", text={"content": text}) == LINK
    assert Message.objects.latest("pk").title == "请点击办理"
    long = {"title": "长" * 43, "description": "短", "url": LINK}
    assert (
        app.wecom("message/send", {"touser": user, "msgtype": "textcard", "textcard": long})["errcode"]
        == 45002
    )
