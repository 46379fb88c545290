"""The whole mobile number: who may see it, for what, how often; and every look is remembered (§3.7)."""

import datetime

import pytest
from django.conf import LazySettings
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.platform.addressbook.actions import contacts, mobiles
from yiwang.platform.addressbook.models import Hiding, Look
from yiwang.platform.addressbook.queries import cards
from yiwang.platform.addressbook.tests import factories
from yiwang.platform.addressbook.tests.factories import FRAGMENT, browser
from yiwang.platform.addressbook.tests.test_contacts import principal
from yiwang.platform.org.actions.projection import refresh_tree
from yiwang.platform.org.models import Person

pytestmark = pytest.mark.django_db


def reveals() -> list[tuple[str, str, str]]:
    rows = Look.objects.filter(kind=Look.Kind.REVEAL).order_by("id")
    return list(rows.values_list("viewer_name", "target_name", "purpose"))


def refused(viewer: object, person: Person, purpose: str = "公务联系", **more: object) -> Refused:
    before = (Entry.objects.count(), Look.objects.count())
    with pytest.raises(Refused) as refusal:
        mobiles.reveal(person.pk, purpose=purpose, actor=viewer, **more)  # type: ignore[arg-type]
    assert (Entry.objects.count(), Look.objects.count()) == before
    return refusal.value


def test_a_colleague_sees_it_and_is_remembered(cast: Cast) -> None:
    number = mobiles.reveal(
        cast.tang.person.pk, purpose="值班值守：换班", actor=cast.li.principal(), agent="Edg/ Windows"
    )
    assert number == "13900000012"
    assert reveals() == [("李四", "唐静宜", "值班值守：换班")]
    line = Entry.objects.latest("id")
    assert str(line) == "李四查看了唐静宜的完整手机号码，用途：值班值守：换班"
    look = Look.objects.get()
    assert (look.viewer_unit, look.field, look.terminal) == ("朱家角镇", "手机号码", "Windows电脑 · Edge")


def test_people_of_other_units_do_not_see_it(cast: Cast) -> None:
    refusal = refused(cast.li.principal(), cast.wang.person)
    assert (refusal.status, refusal.code) == (403, "E-PERM-01")
    assert refusal.message == "您没有“查看完整手机号码”权限"


def test_an_administrators_rights_open_no_number(cast: Cast) -> None:
    """§29: 系统管理员 and 安全管理员 see no mobile number in clear by being that."""
    for login in ("sun", "an", "shen"):
        assert refused(cast.member(login).principal(), cast.wang.person).status == 403


def test_a_leader_sees_it_everywhere_he_reaches(cast: Cast) -> None:
    """Q2: 朱家角镇 leaders see the other town's numbers."""
    leader = factories.person(cast, "冯立", unit="QP-0301", title="副镇长")
    leader.posts.update(is_leader=True)
    refresh_tree()
    assert mobiles.reveal(cast.wang.person.pk, purpose="公务联系", actor=principal(leader)) == "13900000009"


def test_a_public_number_is_seen_by_who_reaches_him(cast: Cast) -> None:
    li = cast.li.principal()
    mobiles.open_mobile(actor=cast.wang.principal())
    assert cards.card(li, cast.wang.person.pk).can_reveal
    assert mobiles.reveal(cast.wang.person.pk, purpose="公务联系", actor=li) == "13900000009"
    mobiles.close_mobile(actor=cast.wang.principal())
    assert refused(li, cast.wang.person).status == 403


def test_a_contact_stays_masked(cast: Cast) -> None:
    """§3 acceptance 2: after consent the mobile stays masked, even a public one; the card stays minimal."""
    leader = factories.person(cast, "陆怀瑾", unit="QP-02", title="副区长", duty_level="06", room="101室")
    shen = cast.shen.principal()
    contacts.accept(contacts.ask(leader, reason="专报", actor=shen), actor=principal(leader))
    mobiles.open_mobile(actor=factories.again(leader))
    card = cards.card(shen, leader.pk)
    assert card.is_minimal and not card.can_reveal and "****" in card.mobile
    assert (card.office_phone, card.room, [post.title for post in card.posts]) == ("", "", [""])
    assert refused(shen, leader).status == 403


def test_whom_one_may_not_see_is_not_there(cast: Cast) -> None:
    assert refused(cast.li.principal(), cast.mi.person).status == 404


def test_a_hidden_number_is_not_revealed(cast: Cast) -> None:
    factories.hide(cast.tang.person, Hiding.Field.MOBILE)
    li = cast.li.principal()
    card = cards.card(li, cast.tang.person.pk)
    assert (card.mobile, card.can_reveal) == ("", False)
    assert refused(li, cast.tang.person).status == 403


@pytest.mark.parametrize("purpose", ["", "  "])
def test_without_a_purpose_there_is_no_number(cast: Cast, purpose: str) -> None:
    refusal = refused(cast.li.principal(), cast.tang.person, purpose)
    assert (refusal.status, refusal.code, refusal.message) == (403, "E-SEC-02", "查看敏感信息须填写用途")


def test_the_budget_counts_new_numbers_only(cast: Cast, settings: LazySettings) -> None:
    settings.ADDRESSBOOK_REVEALS_A_DAY = 2
    li, today = cast.li.principal(), timezone.now()
    for _ in range(3):
        mobiles.reveal(cast.tang.person.pk, purpose="公务联系", actor=li)
    mobiles.reveal(cast.qian.person.pk, purpose="公务联系", actor=li)
    refusal = refused(li, cast.zhou.person)
    assert refusal.status == 429
    assert refusal.message.startswith("今日查看完整手机号码已达2人")
    mobiles.reveal(cast.qian.person.pk, purpose="再次联系", actor=li)  # seen today: free
    tomorrow = today + datetime.timedelta(days=1)
    mobiles.reveal(cast.zhou.person.pk, purpose="公务联系", actor=li, now=tomorrow)
    assert len(reveals()) == 6


def test_in_the_card_the_number_takes_the_place_of_the_mask(cast: Cast) -> None:
    client, address = browser(cast, "li"), f"/addressbook/persons/{cast.tang.person.pk}/mobile/"
    card = client.get(f"/addressbook/persons/{cast.tang.person.pk}/").content.decode()
    assert "139****0012" in card and "13900000012" not in card and address in card
    form = client.get(address, headers=FRAGMENT)
    assert "今日还可查看50人" in form.content.decode() and "no-store" in form["Cache-Control"]
    nothing = client.post(address, {"text": "x"}, headers=FRAGMENT)
    assert nothing.status_code == 422 and "查看敏感信息须填写用途" in nothing.content.decode()
    other = client.post(address, {"purpose": "其他"}, headers=FRAGMENT)
    assert other.status_code == 422 and "请填写说明" in other.content.decode()
    shown = client.post(address, {"purpose": "应急处置", "text": "防汛"}, headers=FRAGMENT)
    assert "13900000012" in shown.content.decode() and "no-store" in shown["Cache-Control"]
    assert reveals() == [("李四", "唐静宜", "应急处置：防汛")]
    page = client.post(address, {"purpose": "公务联系"})  # without scripts
    assert "13900000012" in page.content.decode()


def test_who_may_not_is_offered_nothing(cast: Cast) -> None:
    client = browser(cast, "li")
    assert "查看完整号码" not in client.get(f"/addressbook/persons/{cast.wang.person.pk}/").content.decode()
    assert client.get(f"/addressbook/persons/{cast.wang.person.pk}/mobile/").status_code == 403
    assert client.get(f"/addressbook/persons/{cast.mi.person.pk}/mobile/").status_code == 404


def test_opening_and_closing_ones_own(cast: Cast) -> None:
    client = browser(cast, "wang")
    page = client.post("/addressbook/looks/mine/mobile/", {"open": "1"}, follow=True).content.decode()
    assert "已公开" in page and Entry.objects.latest("id").verb == "addressbook.mobile_opened"
    client.post("/addressbook/looks/mine/mobile/", {"open": "0"})
    assert Entry.objects.latest("id").verb == "addressbook.mobile_closed"


def test_the_whole_number_is_nowhere_else(cast: Cast) -> None:
    """Neither the log nor the record of looks holds it."""
    mobiles.reveal(cast.tang.person.pk, purpose="打13900000012联系", actor=cast.li.principal())
    line = Entry.objects.latest("id")
    assert "13900000012" not in f"{line}{line.reason}{line.changed_fields}"
    assert "13900000012" not in Look.objects.get().purpose
