"""Texts of connected applications: scope messages.sms, agreed templates, the owning unit's quota (§16)."""

import pytest
from django.utils import timezone
from pytest_django import Settings

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.platform.clients.tests.factories import App, connect
from yiwang.platform.messages.actions import batches
from yiwang.platform.messages.models import SmsBatch, SmsText, TextTemplate
from yiwang.platform.messages.tests.test_notices import add_people

pytestmark = pytest.mark.django_db

DUTY = {"template": "messages.duty", "words": {"时间": "今日9:00起", "带班领导": "赵明远"}}


@pytest.fixture
def app(cast: Cast) -> App:
    """Of 朱家角镇, for the whole district."""
    return connect(cast, unit="QP-0301", scopes=("messages.sms",), ranges=[cast.units["QP"]], name="值班应用")


def test_to_persons_it_sees(cast: Cast, app: App) -> None:
    persons = [cast.li.person.pk, cast.mi.person.pk, 99_999_999]
    answer = app.post("/api/v1/sms", DUTY | {"persons": persons, "need_receipt": True})
    assert answer.status_code == 201
    body = answer.json()
    assert body["state"] == "ready" and body["receivers"] == 1
    assert body["invalid_persons"] == [str(cast.mi.person.pk), "99999999"], "hidden and absent answer alike"
    batch = SmsBatch.objects.get(number=body["number"])
    assert (batch.unit.short_name, batch.creator, batch.creator_name) == ("朱家角镇", None, "值班应用")
    assert str(Entry.objects.latest("id")) == f"值班应用提交了短信批次{batch.number}"
    assert batches.release(now=timezone.now(), actor=SYSTEM) == 1
    assert SmsText.objects.get().text.endswith("带班领导：赵明远。回复1签收")
    result = app.get(f"/api/v1/sms/{body['number']}").json()
    assert (result["state"], result["waiting"], result["confirmed"]) == ("sending", 1, 0)


def test_asked_twice_it_goes_once(cast: Cast, app: App) -> None:
    asked = DUTY | {"persons": [cast.li.person.pk], "dedupe_id": "D-1"}
    first, second = (app.post("/api/v1/sms", asked).json() for _ in range(2))
    assert first["number"] == second["number"] and SmsBatch.objects.count() == 1


def test_more_than_fifty_wait_for_the_unit(cast: Cast, app: App) -> None:
    people = [one.pk for one in add_people(cast, 51, "QP-0301-01")]
    body = app.post("/api/v1/sms", DUTY | {"persons": people}).json()
    assert body["state"] == "pending"
    batch = SmsBatch.objects.get(number=body["number"])
    assert batch in SmsBatch.objects.visible_to(cast.tang.principal())
    done = batches.decide(batch.pk, agrees=True, opinion="", actor=cast.tang.principal())
    assert done.state == "ready"


def test_what_is_refused(cast: Cast, app: App, settings: Settings) -> None:
    li = [cast.li.person.pk]
    settings.SMS_MONTHLY_QUOTA = 0
    meeting = {"时间": "明日", "地点": "三楼", "会议": "例会"}
    cases = (
        ({"template": "messages.duty", "words": {"时间": "明日"}, "persons": li}, 422, "缺少变量：带班领导"),
        ({"template": "messages.code", "persons": li}, 422, "没有这个短信模板"),
        ({"template": "", "persons": li}, 422, ""),
        ({"template": "messages.duty", "persons": []}, 422, ""),
        (DUTY | {"persons": [cast.mi.person.pk]}, 422, "接收人全部无效或不在可见范围"),
        ({"template": "messages.meeting", "words": meeting, "persons": li}, 409, "本单位本月短信额度不足"),
    )
    for body, status, words in cases:
        answer = app.post("/api/v1/sms", body)
        assert answer.status_code == status and words in answer.content.decode(), body
    assert not SmsBatch.objects.exists()
    assert app.post("/api/v1/sms", DUTY | {"persons": li}).status_code == 201, "值班 costs no quota"


def test_without_the_scope(cast: Cast) -> None:
    other = connect(cast, unit="QP-0301", scopes=("messages.send",), ranges=[cast.units["QP"]])
    answer = other.post("/api/v1/sms", DUTY | {"persons": [cast.li.person.pk]})
    assert answer.status_code == 403 and not SmsBatch.objects.exists()


def test_another_application_s_batch_is_not_found(cast: Cast, app: App) -> None:
    number = app.post("/api/v1/sms", DUTY | {"persons": [cast.li.person.pk]}).json()["number"]
    other = connect(
        cast, unit="QP-0302", scopes=("messages.sms",), ranges=[cast.units["QP"]], name="另一应用"
    )
    assert other.get(f"/api/v1/sms/{number}").status_code == 404
    assert other.get("/api/v1/sms/短2026-9999").status_code == 404


def test_templates_it_may_send_by(cast: Cast, app: App) -> None:
    now = timezone.now()
    TextTemplate.objects.create(
        code="模2026-901",
        name="徐泾镇专用",
        kind="other",
        text="请到{地点}。",
        unit=cast.units["QP-0302"],
        state="enabled",
        created_at=now,
        changed_at=now,
    )
    items = {one["code"]: one for one in app.get("/api/v1/sms/templates").json()["items"]}
    assert items["messages.duty"]["words"] == ["时间", "带班领导"]
    assert "模2026-901" not in items and "messages.code" not in items
    refused = app.post("/api/v1/sms", {"template": "模2026-901", "persons": [cast.li.person.pk]})
    assert refused.status_code == 422
