"""POST /api/v1/persons/{id}/mobile: the whole number for programs, refused for the reasons of the page."""

from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from tests.cast import Cast
from yiwang.kernel.audit.models import Entry
from yiwang.platform.addressbook.actions import contacts
from yiwang.platform.addressbook.models import Hiding, Look
from yiwang.platform.addressbook.tests import factories
from yiwang.platform.addressbook.tests.factories import browser
from yiwang.platform.addressbook.tests.test_contacts import principal
from yiwang.platform.org.models import Person

pytestmark = pytest.mark.django_db


def ask(client: Client, person: Person, **body: Any) -> Any:
    address = f"/api/v1/persons/{person.pk}/mobile"
    return client.post(address, body, content_type="application/json")


def refused(client: Client, person: Person, **body: Any) -> dict[str, Any]:
    """The problem; nothing of the number is told, and no look is remembered."""
    before = (Entry.objects.filter(verb="addressbook.mobile_revealed").count(), Look.objects.count())
    answer = ask(client, person, **body)
    assert answer.status_code >= 400 and person.mobile not in answer.content.decode()
    assert (Entry.objects.filter(verb="addressbook.mobile_revealed").count(), Look.objects.count()) == before
    problem: dict[str, Any] = answer.json()
    return problem


def test_a_colleagues_number(cast: Cast) -> None:
    answer = ask(browser(cast, "li"), cast.tang.person, purpose="应急处置", text="防汛")
    assert answer.status_code == 200 and answer["Cache-Control"] == "no-store"
    assert answer.json() == {
        "id": cast.tang.person.pk,
        "mobile": "13900000012",
        "purpose": "应急处置：防汛",
        "left_today": 49,
    }
    look = Look.objects.get()
    assert (look.kind, look.viewer_name, look.purpose) == ("reveal", "李四", "应急处置：防汛")
    line = str(Entry.objects.latest("id"))
    assert line == "李四查看了唐静宜的完整手机号码，用途：应急处置：防汛"


def test_no_purpose_no_number(cast: Cast) -> None:
    li = browser(cast, "li")
    for body in ({}, {"purpose": ""}, {"purpose": "好奇"}):
        problem = refused(li, cast.tang.person, **body)
        assert (problem["status"], problem["code"], problem["detail"]) == (
            403,
            "E-SEC-02",
            "查看敏感信息须填写用途",
        )
    problem = refused(li, cast.tang.person, purpose="其他", text=" ")
    assert (problem["status"], problem["fields"]) == (422, {"text": "选择“其他”的，请填写说明"})
    assert refused(li, cast.tang.person, purpose="其他", text="长" * 101)["status"] == 422


def test_who_may_not(cast: Cast) -> None:
    for login in ("li", "sun", "an", "shen"):
        problem = refused(browser(cast, login), cast.wang.person, purpose="公务联系")
        assert (problem["status"], problem["code"]) == (403, "E-PERM-01")
        assert problem["detail"] == "您没有“查看完整手机号码”权限"
    assert refused(browser(cast, "li"), cast.wang.person)["code"] == "E-PERM-01", "the right comes first"


def test_whom_one_does_not_see_is_not_there(cast: Cast) -> None:
    for body in ({}, {"purpose": "公务联系"}):
        assert refused(browser(cast, "li"), cast.mi.person, **body)["code"] == "E-NOTF-01"
        assert refused(browser(cast, "temp"), cast.li.person, **body)["status"] == 404


def test_a_hidden_number_and_that_of_a_contact(cast: Cast) -> None:
    factories.hide(cast.tang.person, Hiding.Field.MOBILE)
    assert refused(browser(cast, "li"), cast.tang.person, purpose="公务联系")["status"] == 403
    leader = factories.person(cast, "陆怀瑾", unit="QP-02", title="副区长", duty_level="06")
    contacts.accept(contacts.ask(leader, reason="专报", actor=cast.shen.principal()), actor=principal(leader))
    assert refused(browser(cast, "shen"), leader, purpose="公务联系")["status"] == 403


def test_the_same_budget_as_the_page(cast: Cast, settings: LazySettings) -> None:
    settings.ADDRESSBOOK_REVEALS_A_DAY = 2
    li = browser(cast, "li")
    page = f"/addressbook/persons/{cast.tang.person.pk}/mobile/"
    assert "13900000012" in li.post(page, {"purpose": "公务联系"}).content.decode()
    assert ask(li, cast.qian.person, purpose="公务联系").json()["left_today"] == 0
    problem = refused(li, cast.zhou.person, purpose="公务联系")
    assert problem["status"] == 429
    assert problem["detail"].startswith("今日查看完整手机号码已达2人")
    assert ask(li, cast.tang.person, purpose="公务联系").status_code == 200, "seen today: free"


def test_strangers_and_other_sites(cast: Cast) -> None:
    assert ask(Client(), cast.tang.person, purpose="公务联系").status_code == 401
    forced = Client(enforce_csrf_checks=True)
    forced.cookies = browser(cast, "li").cookies
    assert ask(forced, cast.tang.person, purpose="公务联系").status_code == 403
    assert not Look.objects.exists()
