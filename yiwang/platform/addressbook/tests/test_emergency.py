"""应急模式 of 总值班室: sees whoever is hidden, with a reason, for a short time, and is told of (§3.6)."""

import datetime

import pytest
from django.apps import apps
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.platform.accounts.actions import roles
from yiwang.platform.addressbook.actions import emergency, sight
from yiwang.platform.addressbook.models import Emergency, Hiding
from yiwang.platform.addressbook.queries import explain, headcounts, search
from yiwang.platform.addressbook.queries.fields import hidden_fields
from yiwang.platform.addressbook.tests.factories import body, browser
from yiwang.platform.org.models import Person, Unit

pytestmark = pytest.mark.django_db
Message = apps.get_model("messages", "Message")  # its app lies above


@pytest.fixture
def duty(cast: Cast) -> Cast:
    """Zhou is of the duty office; wang's mobile number is hidden."""
    roles.grant_role(cast.zhou.account, role="accounts.duty_office", unit=None, actor=SYSTEM, reason="测试")
    Hiding.objects.create(
        person=cast.wang.person,
        fields=["mobile"],
        state="active",
        valid_from=timezone.localdate(),
        reason="测试",
    )
    sight.announce()
    return cast


def test_it_opens_everything_and_ends_by_itself(duty: Cast) -> None:
    zhou, mi, wang = duty.zhou.principal(), duty.mi.person, duty.wang.person
    hidden = duty.units["QP-0101-01"]
    assert mi not in Person.objects.visible_to(zhou) and hidden not in Unit.objects.visible_to(zhou)
    assert hidden_fields(zhou, [wang.pk]) == {wang.pk: {"mobile"}}
    began = timezone.now()
    opened = emergency.open_emergency(reason="防汛应急联系", actor=zhou, now=began)
    assert mi in Person.objects.visible_to(zhou) and hidden in Unit.objects.visible_to(zhou)
    assert [one.id for one in search.people(zhou, "米思源").people] == [mi.pk]
    assert headcounts.of(zhou, [(hidden.pk, hidden.path)]) == {hidden.pk: 1}
    assert hidden_fields(zhou, [wang.pk]) == {wang.pk: frozenset()}
    assert "应急模式" in explain.of(zhou.person_id, mi.pk).text
    assert mi not in Person.objects.visible_to(duty.li.principal())
    Emergency.objects.filter(pk=opened.pk).update(
        opened_at=began - datetime.timedelta(hours=3), until=began - datetime.timedelta(seconds=1)
    )
    sight.announce()
    assert mi not in Person.objects.visible_to(zhou)


def test_it_is_remembered_and_the_security_administrator_is_told(duty: Cast) -> None:
    emergency.open_emergency(reason="防汛应急联系", actor=duty.zhou.principal())
    lines = Entry.objects.filter(verb="addressbook.emergency_opened")
    assert str(lines.get()) == "周月娥开启了通讯录应急模式，事由：防汛应急联系"
    message = Message.objects.get(kind="addressbook.emergency_told")
    assert "周月娥" in message.title and "防汛应急联系" in message.summary
    assert list(message.receipts.values_list("person_id", flat=True)) == [duty.an.person.pk]


def test_who_may_not_and_what_is_missing(duty: Cast) -> None:
    for login, reason, status in (("li", "试", 403), ("sun", "试", 403), ("zhou", "  ", 422)):
        with pytest.raises(Refused) as refusal:
            emergency.open_emergency(reason=reason, actor=duty.member(login).principal())
        assert refusal.value.status == status
    assert not Emergency.objects.exists() and not Message.objects.filter(kind__contains="emergency").exists()
    emergency.open_emergency(reason="防汛", actor=duty.zhou.principal())
    with pytest.raises(Refused) as again:
        emergency.open_emergency(reason="防汛", actor=duty.zhou.principal())
    assert again.value.status == 409 and Emergency.objects.count() == 1


def test_the_pages(duty: Cast) -> None:
    zhou, an = browser(duty, "zhou"), browser(duty, "an")
    assert browser(duty, "li").get("/addressbook/emergency/").status_code == 404
    assert zhou.post("/addressbook/emergency/open/", {"reason": ""}).status_code == 422
    assert zhou.post("/addressbook/emergency/open/", {"reason": "防汛"}).status_code == 303
    assert "应急模式进行中" in body(zhou, "/addressbook/emergency/")
    assert "米思源" in body(zhou, f"/addressbook/persons/{duty.mi.person.pk}/")
    again = zhou.post("/addressbook/emergency/open/", {"reason": "防汛"})
    assert again.status_code == 409
    page = body(an, "/addressbook/emergency/")
    assert "周月娥" in page and "进行中" in page and "开启（" not in page
    number = Emergency.objects.get().pk
    assert browser(duty, "li").post(f"/addressbook/emergency/{number}/end/").status_code == 404
    assert an.post(f"/addressbook/emergency/{number}/end/").status_code == 303
    assert an.post(f"/addressbook/emergency/{number}/end/").status_code == 409
    assert zhou.get(f"/addressbook/persons/{duty.mi.person.pk}/").status_code == 404
