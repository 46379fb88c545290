"""The acceptance examples of to-dos and messages (domain reference §6), each from door to door.

4 is told where applications log people in; there is no single sign-on yet.
"""

import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.test import Client as Browser
from django.utils import timezone

from tests.cast import Cast, Member, standing
from tests.stories.open_page import open_page
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.changes.tests import applications as ask
from yiwang.platform.clients.tests.factories import App, connect
from yiwang.platform.messages.actions import deliveries
from yiwang.platform.messages.models import Delivery, Receipt
from yiwang.platform.messages.tests.test_notices import add_people
from yiwang.platform.tags.actions import member, tag
from yiwang.platform.tags.models import TagUse
from yiwang.platform.todos.models import Assignment, Item

SCOPES = ("messages.send", "todos.push")


def application(cast: Cast) -> App:
    return connect(cast, unit="QP-0201", scopes=SCOPES, ranges=[cast.units["QP"]], name="防汛应用")


def todo(*people: Member, number: str = "S-1") -> dict[str, Any]:
    url = "https://app.qingpu.test/1"
    receivers = [{"person_id": one.person.pk} for one in people]
    return {"biz_id": number, "title": "防汛检查", "url": url, "receivers": receivers}


def as_member(who: Member) -> Browser:
    browser = Browser()
    browser.cookies[settings.SESSION_COOKIE] = who.token()
    return browser


@pytest.mark.django_db
def test_1_the_same_call_twice_is_one_to_do(cast: Cast) -> None:
    app = application(cast)
    first, again = (app.post("/api/v1/todos", todo(cast.li)) for _ in range(2))
    assert first.status_code in (200, 201) and again.status_code in (200, 201)
    assert Item.objects.filter(biz_id="S-1").count() == 1
    page = as_member(cast.li).get("/todos/").content.decode()
    assert page.count(">防汛检查<") == 1


@pytest.mark.django_db(transaction=True)
def test_2_done_elsewhere_is_gone_from_the_desk_within_five_seconds() -> None:
    cast = standing()
    app = application(cast)
    for number in ("S-1", "S-2"):
        app.post("/api/v1/todos", todo(cast.li, number=number))
    with open_page(cast.li.token()) as desk:
        assert desk.numbers["todos"] == 2
        done = app.post("/api/v1/todos/complete", {"biz_id": "S-1", "person_id": cast.li.person.pk})
        assert done.status_code == 200
        desk.wait_for(lambda numbers: numbers["todos"] == 1)


@pytest.mark.django_db
def test_3_who_moves_leaves_his_to_dos_to_the_office(cast: Cast) -> None:
    """By an approved 调动, on its day, without any decision of his own."""
    app = application(cast)
    app.post("/api/v1/todos", todo(cast.li))
    operation = ask.apply_for(ask.transfer(cast, cast.li), cast.qian)
    operation = ask.take_effect(ask.agree(operation, cast.tang, cast.gu, cast.sun))
    assert operation.state == "effective"
    states = {
        one.person_id: one.state for one in Assignment.objects.filter(item__biz_id="S-1").order_by("pk")
    }
    assert states == {cast.li.person.pk: "passed", cast.tang.person.pk: "todo"}
    tang = as_member(cast.tang).get("/todos/").content.decode()
    assert "防汛检查" in tang
    status = app.get("/api/v1/todos/status?biz_id=S-1&task_id=1").json()
    assert {one["state"] for one in status["assignments"]} == {"passed", "todo"}


@pytest.mark.django_db
def test_5_a_tag_of_thirty_of_whom_two_are_hidden(cast: Cast) -> None:
    sun = cast.sun.principal()
    hidden = [cast.mi.person, *add_people(cast, 1, "QP-0101-01", since=28)]
    seen = add_people(cast, 28, "QP-0301-01")
    made = tag.make_tag(cast.units["QP-0201"], name="信息员", actor=sun, viewer=sun)
    everybody = [one.pk for one in (*seen, *hidden)]
    assert len(everybody) == 30
    member.add_members(made, persons=everybody, actor=sun, viewer=sun)

    app = application(cast)
    answer = app.post("/api/v1/messages", {"title": "报送提醒", "tags": [made.pk]})
    assert answer.json()["receivers"] == 30
    message = answer.json()["id"]
    assert Receipt.objects.filter(message=message).count() == 30
    result = app.get(f"/api/v1/messages/{message}").json()
    shown = app.get(f"/api/v1/messages/{message}/receipts").json()["items"]
    assert result["receivers"] == 30 and len(shown) == 28
    assert not {one["person_id"] for one in shown} & {one.pk for one in hidden}
    text = answer.content.decode() + str(result) + str(shown)
    assert not any(one.name in text for one in hidden)
    assert TagUse.objects.get(tag=made).people == 30, "counted on the way, not asked for again"


@pytest.mark.django_db
def test_6_not_urgent_at_night_is_read_at_once_and_pushed_in_the_morning(cast: Cast) -> None:
    sent = application(cast).post("/api/v1/messages", {"title": "报送提醒", "persons": [cast.li.person.pk]})
    assert "报送提醒" in as_member(cast.li).get("/messages/").content.decode()

    zone = ZoneInfo("Asia/Shanghai")
    night = datetime.datetime(2026, 11, 25, 23, 10, tzinfo=zone)
    morning = datetime.datetime(2026, 11, 26, 7, 0, tzinfo=zone)
    Delivery.objects.all().delete()  # of the moment at which the test runs
    Receipt.objects.update(read_at=None)
    deliveries.plan(sent.json()["id"], now=night, actor=SYSTEM)
    assert timezone.localtime(Delivery.objects.get().due_at) == morning
    assert deliveries.claim_due(now=morning - datetime.timedelta(seconds=1), actor=SYSTEM) == []
    (parcel,) = deliveries.claim_due(now=morning, actor=SYSTEM)
    assert (parcel.person_id, parcel.title) == (cast.li.person.pk, "报送提醒")
