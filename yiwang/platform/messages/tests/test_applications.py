"""Messages of connected applications: whom they reach, what is said of it, both faces."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.extension.parameters import parameters
from yiwang.kernel.parameters.actions import set_parameter
from yiwang.kernel.parameters.queries import forget
from yiwang.platform.clients.actions import clients
from yiwang.platform.clients.models import OpenEvent
from yiwang.platform.clients.tests.factories import App, connect
from yiwang.platform.messages.actions import messages
from yiwang.platform.messages.models import Message, Reach, Receipt
from yiwang.platform.messages.queries import reach as queries
from yiwang.platform.tags.actions import member, tag
from yiwang.platform.tags.models import TagUse

pytestmark = pytest.mark.django_db


@pytest.fixture
def app(cast: Cast) -> App:
    """Of 区数据局, for the whole district."""
    return connect(
        cast, unit="QP-0201", scopes=("messages.send",), ranges=[cast.units["QP"]], name="防汛应用"
    )


def told(message_id: int) -> set[str]:
    return set(Receipt.objects.filter(message_id=message_id).values_list("person__name", flat=True))


def test_persons_and_units(cast: Cast, app: App) -> None:
    answer = app.post(
        "/api/v1/messages",
        {
            "title": "防汛检查通知",
            "summary": "请于周五前反馈",
            "url": "https://app.qingpu.test/1",
            "persons": [cast.wang.person.pk, cast.mi.person.pk, 99999999],
            "units": [cast.units["QP-0301"].pk, cast.units["QP-0101-01"].pk],
        },
    )
    assert answer.status_code == 201
    body = answer.json()
    assert body["invalid_persons"] == [str(cast.mi.person.pk), "99999999"], "hidden and absent answer alike"
    assert body["invalid_units"] == [str(cast.units["QP-0101-01"].pk)] and body["invalid_tags"] == []
    assert told(body["id"]) == {"王海涛", "赵明远", "唐静宜", "钱玉芬", "李四", "周月娥"}
    assert body["receivers"] == 6
    assert str(Entry.objects.latest("id")) == "防汛应用发送了消息防汛检查通知"


def test_nobody_valid(cast: Cast, app: App) -> None:
    before = Message.objects.count()
    answer = app.post("/api/v1/messages", {"title": "通知", "persons": [cast.mi.person.pk]})
    assert answer.status_code == 422 and answer.json()["detail"] == "接收人全部无效或不在可见范围"
    assert Message.objects.count() == before
    assert (
        app.wecom("message/send", {"touser": "x|y", "msgtype": "text", "text": {"content": "通知"}})[
            "errcode"
        ]
        == 81013
    )


@pytest.mark.parametrize(
    ("moment", "problem"),
    [
        ("2999-01-01T00:00:00", "时间应带时区，如 2026-11-30T18:00:00+08:00"),
        ("0001-01-01T00:00:00+19:56", "时间超出范围"),
    ],
)
def test_moments_that_are_refused(cast: Cast, app: App, moment: str, problem: str) -> None:
    before = Message.objects.count()
    body = {"title": "通知", "persons": [cast.wang.person.pk], "valid_until": moment}
    answer = app.post("/api/v1/messages", body)
    assert answer.status_code == 422 and answer.json()["fields"] == {"valid_until": problem}
    assert Message.objects.count() == before


def test_a_zone_that_no_database_knows(cast: Cast, app: App) -> None:
    body = {"title": "通知", "persons": [cast.wang.person.pk], "valid_until": "2999-01-01T00:00:00-19:56"}
    made = app.post("/api/v1/messages", body).json()["id"]
    until = Message.objects.get(pk=made).valid_until
    assert until is not None and until.isoformat() == "2999-01-01T19:56:00+00:00"


def test_a_link_elsewhere_is_refused(cast: Cast, app: App) -> None:
    answer = app.post(
        "/api/v1/messages",
        {"title": "通知", "persons": [cast.li.person.pk], "url": "https://evil.test/"},
    )
    assert answer.status_code == 422 and "url" in answer.json()["fields"]


def test_a_tag_reaches_the_hidden_and_only_their_number_is_said(cast: Cast, app: App) -> None:
    """Domain reference §6, example 5."""
    sun = cast.sun.principal()
    made = tag.make_tag(cast.units["QP-0201"], name="信息员", actor=sun, viewer=sun)
    members = [one.person.pk for one in (cast.li, cast.wang, cast.mi)]
    member.add_members(made, persons=members, actor=sun, viewer=sun)
    answer = app.post("/api/v1/messages", {"title": "报送提醒", "tags": [made.pk, 987654]}).json()
    assert answer["receivers"] == 3 and answer["invalid_tags"] == ["987654"]
    result = app.get(f"/api/v1/messages/{answer['id']}").json()
    assert result["receivers"] == 3
    shown = app.get(f"/api/v1/messages/{answer['id']}/receipts").json()["items"]
    assert {one["person_id"] for one in shown} == {cast.li.person.pk, cast.wang.person.pk}


def test_several_choices_are_resolved_in_one_pass(cast: Cast, app: App) -> None:
    """Who is chosen twice is told once; each tag's use says how many it stands for."""
    sun = cast.sun.principal()
    first, second = (
        tag.make_tag(cast.units["QP-0201"], name=name, actor=sun, viewer=sun) for name in ("甲", "乙")
    )
    member.add_members(first, persons=[cast.li.person.pk, cast.mi.person.pk], actor=sun, viewer=sun)
    member.add_members(second, persons=[cast.li.person.pk, cast.wang.person.pk], actor=sun, viewer=sun)
    body = {"title": "通知", "tags": [first.pk, second.pk], "persons": [cast.wang.person.pk]}
    with CaptureQueriesContext(connection) as statements:
        answer = app.post("/api/v1/messages", body).json()
    assert answer["receivers"] == 3 and told(answer["id"]) == {"李四", "米思源", "王海涛"}
    assert dict(TagUse.objects.values_list("tag__name", "people")) == {"甲": 2, "乙": 2}
    resolving = [one["sql"] for one in statements if "FROM tags_tagmember" in one["sql"]]
    assert len(resolving) == 1, "by the statement that stores the receipts, and by no other"
    empty = tag.make_tag(cast.units["QP-0201"], name="丙", actor=sun, viewer=sun)
    app.post("/api/v1/messages", {"title": "通知", "tags": [empty.pk, first.pk]})
    assert (
        dict(TagUse.objects.filter(about="通知").order_by("pk").values_list("tag__name", "people"))["丙"] == 0
    )


def test_read_and_confirmed(cast: Cast, app: App) -> None:
    sent = app.post(
        "/api/v1/messages",
        {"title": "通知", "persons": [cast.li.person.pk, cast.zhao.person.pk], "need_receipt": True},
    ).json()
    now = timezone.now()
    Receipt.objects.filter(person=cast.li.person).update(read_at=now, confirmed_at=now)
    result = app.get(f"/api/v1/messages/{sent['id']}").json()
    assert (result["receivers"], result["read"], result["confirmed"]) == (2, 1, 1)
    assert result["units"] == [
        {
            "unit_id": cast.units["QP-0301"].pk,
            "name": "朱家角镇",
            "receivers": 2,
            "read": 1,
            "confirmed": 1,
        }
    ]


def test_confirming_is_told_and_names_nobody_who_is_hidden(cast: Cast, app: App) -> None:
    sun = cast.sun.principal()
    made = tag.make_tag(cast.units["QP-0201"], name="信息员", actor=sun, viewer=sun)
    member.add_members(made, persons=[cast.li.person.pk, cast.mi.person.pk], actor=sun, viewer=sun)
    sent = app.post("/api/v1/messages", {"title": "通知", "tags": [made.pk], "need_receipt": True}).json()
    for one in (cast.li, cast.mi):
        receipt = Receipt.objects.get(person=one.person, message_id=sent["id"])
        messages.confirm(receipt.pk, actor=one.principal())
    told = [one.data["person_id"] for one in OpenEvent.objects.order_by("pk")]
    assert told == [cast.li.person.pk, None]


def test_recall_within_two_minutes(cast: Cast, app: App) -> None:
    first = app.post("/api/v1/messages", {"title": "通知", "persons": [cast.li.person.pk]}).json()["id"]
    answer = app.post(f"/api/v1/messages/{first}/recall", {"reason": "时间有误"})
    assert answer.status_code == 200 and answer.json()["state"] == "recalled"
    assert app.post(f"/api/v1/messages/{first}/recall", {"reason": "再撤"}).status_code == 409
    second = app.post("/api/v1/messages", {"title": "通知二", "persons": [cast.li.person.pk]}).json()["id"]
    Message.objects.filter(pk=second).update(sent_at=timezone.now() - datetime.timedelta(minutes=3))
    assert app.wecom("message/recall", {"msgid": str(second)})["errcode"] == 301002
    other = connect(cast, name="另一应用", scopes=("messages.send",))
    assert other.post(f"/api/v1/messages/{second}/recall", {"reason": "试"}).status_code == 404
    assert other.get(f"/api/v1/messages/{second}").status_code == 404


def test_the_same_word_is_sent_once(cast: Cast, app: App) -> None:
    body = {"title": "通知", "persons": [cast.li.person.pk], "dedupe_id": "A-1"}
    ids = {app.post("/api/v1/messages", body).json()["id"] for _ in range(3)}
    assert len(ids) == 1
    other = connect(cast, name="另一应用", scopes=("messages.send",))
    assert other.post("/api/v1/messages", body).json()["id"] not in ids, "words are the application's own"


def test_an_idempotency_key(cast: Cast, app: App) -> None:
    body = {"title": "通知", "persons": [cast.li.person.pk]}
    first = app.post("/api/v1/messages", body, Idempotency_Key="k-1")
    again = app.post("/api/v1/messages", body, Idempotency_Key="k-1")
    assert first.json() == again.json() and again.headers["Idempotency-Replayed"] == "true"
    assert Message.objects.filter(title="通知").count() == 1
    other = app.post("/api/v1/messages", {**body, "title": "另一条"}, Idempotency_Key="k-1")
    assert other.status_code == 422 and other.json()["code"] == "E-API-08"
    bad = app.post("/api/v1/messages", {"title": ""}, Idempotency_Key="k-2")
    assert bad.status_code == 422
    assert app.post("/api/v1/messages", body, Idempotency_Key="k-2").status_code == 201, (
        "refusals are not kept"
    )


def test_wecoms_kinds(cast: Cast, app: App) -> None:
    user = str(cast.li.person.pk)
    sent = [
        ({"msgtype": "text", "text": {"content": "今晚值班请到岗"}}, ("今晚值班请到岗", "", "")),
        (
            {"msgtype": "markdown", "markdown": {"content": "**通知**\n> 详见[附件](https://x.test)"}},
            ("通知", "通知\n详见附件", ""),
        ),
        (
            {
                "msgtype": "textcard",
                "textcard": {
                    "title": "领导批示",
                    "description": '<div class="gray">11月25日</div>',
                    "url": "https://app.qingpu.test/2",
                },
            },
            ("领导批示", "11月25日", "https://app.qingpu.test/2"),
        ),
        (
            {
                "msgtype": "template_card",
                "template_card": {
                    "card_type": "text_notice",
                    "main_title": {"title": "水位预警", "desc": "超警戒0.2米"},
                    "card_action": {"type": 1, "url": "https://app.qingpu.test/3"},
                },
            },
            ("水位预警", "超警戒0.2米", "https://app.qingpu.test/3"),
        ),
    ]
    for body, words in sent:
        answer = app.wecom("message/send", {"touser": f"{user}|x", "agentid": app.client.agent_id, **body})
        assert answer["errcode"] == 0 and answer["invaliduser"] == "x"
        message = Message.objects.get(pk=answer["msgid"])
        assert (message.title, message.summary, message.url) == words


def test_what_wecoms_face_refuses(cast: Cast, app: App) -> None:
    user = str(cast.li.person.pk)

    def errcode(**body: object) -> int:
        return int(app.wecom("message/send", {"touser": user, **body})["errcode"])

    assert errcode(msgtype="image") == 40058
    assert errcode(msgtype="text", text={"content": " "}) == 44004
    assert errcode(msgtype="text", text={"content": "长" * 501}) == 45002
    assert errcode(msgtype="text") == 40058
    assert errcode(msgtype="text", text={"content": "通知"}, agentid=5) == 40056
    assert errcode(touser="|".join(["1"] * 1001), msgtype="text", text={"content": "通知"}) == 40058
    bare = connect(cast, name="无授权")
    assert bare.wecom("message/send", {"touser": user})["errcode"] == 48002


def test_at_all_is_its_range(cast: Cast) -> None:
    town = connect(cast, name="镇应用", scopes=("messages.send",))
    answer = town.wecom(
        "message/send", {"touser": "@all", "msgtype": "text", "text": {"content": "全镇通知"}}
    )
    assert told(int(answer["msgid"])) == {"赵明远", "唐静宜", "钱玉芬", "李四", "周月娥"}


def test_duplicates_are_found_when_asked_for(cast: Cast, app: App) -> None:
    body = {
        "touser": str(cast.li.person.pk),
        "msgtype": "text",
        "text": {"content": "通知"},
        "enable_duplicate_check": 1,
    }
    first, again = app.wecom("message/send", body), app.wecom("message/send", body)
    assert first["msgid"] == again["msgid"]
    other = app.wecom("message/send", {**body, "text": {"content": "另一条"}})
    assert other["msgid"] != first["msgid"]


def test_its_receivers_change_with_its_range(cast: Cast, app: App) -> None:
    clients.change(app.client, ranges=[cast.units["QP-0302"]], actor=SYSTEM)
    answer = app.post(
        "/api/v1/messages", {"title": "通知", "persons": [cast.li.person.pk, cast.wang.person.pk]}
    )
    assert answer.json()["invalid_persons"] == [str(cast.li.person.pk)]


class TestMustReach:
    """必达, asked for by an application."""

    BODY = {"category": "notice", "title": "台风防御通知", "urgency": "very_urgent", "must_reach": True}

    def test_only_with_its_own_scope(self, cast: Cast, app: App) -> None:
        body = self.BODY | {"persons": [cast.wang.person.pk]}
        answer = app.post("/api/v1/messages", body)
        assert answer.status_code == 403 and answer.json()["detail"] == "该应用未开通“必达通知”"
        assert not Message.objects.filter(title="台风防御通知").exists() and not Reach.objects.exists()

    def test_with_its_ladder_once(self, cast: Cast) -> None:
        app = connect(
            cast,
            unit="QP-0301",
            scopes=("messages.send", "messages.must_reach"),
            ranges=[cast.units["QP"]],
            name="防汛应用",
        )
        body = self.BODY | {"units": [cast.units["QP-0301"].pk, cast.units["QP-0302"].pk], "dedupe_id": "t1"}
        first, again = (app.post("/api/v1/messages", body) for _ in range(2))
        assert first.status_code == again.status_code == 201 and first.json()["id"] == again.json()["id"]
        made = Reach.objects.get()
        assert made.unit == cast.units["QP-0301"] and made.message.need_receipt
        assert made.lines.count() == first.json()["receivers"]
        seen = queries.find(made.pk, cast.tang.principal())
        assert seen == made, "the office of the unit that owns the application has its board"
        assert app.post(f"/api/v1/messages/{made.message_id}/recall", {"reason": "误发"}).status_code == 200
        made.refresh_from_db()
        assert made.state == Reach.State.RECALLED

    def _app(self, cast: Cast) -> App:
        scopes = ("messages.send", "messages.must_reach")
        return connect(cast, unit="QP-0301", scopes=scopes, ranges=[cast.units["QP"]], name="防汛应用")

    def test_the_application_chooses_the_minutes(self, cast: Cast) -> None:
        app = self._app(cast)
        limits = app.get("/api/v1/messages/reach-limits").json()
        assert limits == {"least": 5, "most": 240, "usual": [10, 10, 15]}
        body = self.BODY | {"persons": [cast.wang.person.pk], "reach_minutes": [5, 20, 240]}
        assert app.post("/api/v1/messages", body).status_code == 201
        steps = Reach.objects.get().steps.order_by("level").values_list("after_minutes", flat=True)
        assert list(steps) == [0, 5, 20, 240]

    @pytest.mark.parametrize(
        ("more", "words"),
        [
            ({"reach_minutes": [4, 10, 10]}, "升级间隔应为5至240分钟"),
            ({"reach_minutes": [10, 10, 241]}, "升级间隔应为5至240分钟"),
            ({"reach_minutes": [10, 10, 10], "must_reach": False}, "升级间隔只用于必达消息"),
        ],
    )
    def test_only_within_the_limits(self, cast: Cast, more: dict[str, object], words: str) -> None:
        app = self._app(cast)
        answer = app.post("/api/v1/messages", self.BODY | {"persons": [cast.wang.person.pk]} | more)
        assert answer.status_code == 422 and answer.json()["fields"] == {"reach_minutes": words}
        assert not Reach.objects.exists() and not Message.objects.filter(title="台风防御通知").exists()

    def test_limits_are_the_administrators(self, cast: Cast) -> None:
        """Set narrower: what was usual before moves inside, and what lies outside is refused."""
        app, sun = self._app(cast), cast.sun.principal()
        for key, value, seen in (("messages.reach_least", "12", "5"), ("messages.reach_most", "60", "240")):
            set_parameter(parameters.get(key), value, seen=seen, reason="防汛指挥部会议决定", actor=sun)
        forget()
        limits = app.get("/api/v1/messages/reach-limits").json()
        assert limits == {"least": 12, "most": 60, "usual": [12, 12, 15]}
        body = self.BODY | {"persons": [cast.wang.person.pk]}
        answer = app.post("/api/v1/messages", body | {"reach_minutes": [10, 20, 30]})
        assert answer.json()["fields"] == {"reach_minutes": "升级间隔应为12至60分钟"}
        assert app.post("/api/v1/messages", body).status_code == 201
        steps = Reach.objects.get().steps.order_by("level").values_list("after_minutes", flat=True)
        assert list(steps) == [0, 12, 12, 15]
