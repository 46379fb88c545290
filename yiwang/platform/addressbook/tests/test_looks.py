"""Who looked at whom is remembered, told to whom it concerns, and watched (§3.7)."""

import datetime

import pytest
from django.conf import LazySettings
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.platform.addressbook import jobs
from yiwang.platform.addressbook.actions import looks, watching
from yiwang.platform.addressbook.models import Hiding, Look, MassView
from yiwang.platform.addressbook.queries import looks as reading
from yiwang.platform.addressbook.tests import factories
from yiwang.platform.addressbook.tests.factories import FRAGMENT, browser

pytestmark = pytest.mark.django_db


def kinds(viewer: str = "李四") -> list[tuple[str, str]]:
    return list(Look.objects.filter(viewer_name=viewer).order_by("id").values_list("kind", "target_name"))


def test_each_way_to_a_card_is_remembered(cast: Cast) -> None:
    client, wang = browser(cast, "li"), cast.wang.person
    client.get(f"/addressbook/persons/{wang.pk}/", headers=FRAGMENT)
    client.get(f"/addressbook/persons/{wang.pk}/")
    client.get(f"/addressbook/units/{cast.units['QP-0302-01'].pk}/?person={wang.pk}")
    client.get(f"/addressbook/search/?q=王&person={wang.pk}")
    client.get(f"/api/v1/persons/{wang.pk}")
    assert kinds() == [("card", "王海涛")] * 5
    look = Look.objects.latest("id")
    assert (look.viewer_id, look.target_id, look.viewer_unit) == (cast.li.person.pk, wang.pk, "朱家角镇")
    assert look.address == "127.0.0.1" and not look.is_duty


def test_nobody_looks_at_himself_nor_at_who_is_not_there(cast: Cast) -> None:
    client = browser(cast, "li")
    client.get(f"/addressbook/persons/{cast.li.person.pk}/")
    client.get(f"/addressbook/persons/{cast.mi.person.pk}/")
    client.get("/addressbook/search/?q=王海涛")
    assert kinds() == []


def test_a_search_for_a_whole_number_is_remembered_without_the_number(cast: Cast) -> None:
    client = browser(cast, "li")
    for address in (
        "/addressbook/search/?q=13900000009",
        "/api/v1/persons?q=13900000004",
        "/search/suggest/?q=13900000009",
        "/addressbook/pick/?q=13900000009",
        "/addressbook/search/?q=59720000",
    ):
        assert client.get(address).status_code == 200
    found = Look.objects.filter(kind=Look.Kind.SEARCH, target=None).order_by("id")
    assert [f"{one.typed}: {one.hits}" for one in found] == [
        "139****0009: 1",
        "139****0004: 0",  # mi is hidden: that he was looked for stays on record
        "139****0009: 1",
        "139****0009: 1",
    ]


def test_looks_are_only_added(cast: Cast) -> None:
    looks.opened(cast.wang.person.pk, "王海涛", actor=cast.li.principal())
    for statement in ("UPDATE addressbook_look SET viewer_name = 'x'", "DELETE FROM addressbook_look"):
        with (
            pytest.raises(IntegrityError, match="只能追加"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert kinds() == [("card", "王海涛")]


def test_what_is_old_goes_and_what_must_be_kept_stays(cast: Cast, settings: LazySettings) -> None:
    li, now = cast.li.principal(), timezone.now()
    for days in (1, 190, 400):
        looks.opened(cast.wang.person.pk, f"{days}天前", actor=li)
    assert looks.forget_old(now=now + datetime.timedelta(days=200), actor=SYSTEM) == 0
    assert looks.forget_old(now=now + datetime.timedelta(days=365), actor=SYSTEM) == 0
    settings.ADDRESSBOOK_LOOK_DAYS = 10  # less than the law asks for counts as six months
    old = Look(viewer=cast.li.person, viewer_name="李四", kind="card", at=now - datetime.timedelta(days=200))
    old.save()
    assert looks.forget_old(now=now, actor=SYSTEM) == 1
    assert Look.objects.count() == 3 and Entry.objects.latest("id").verb == "addressbook.looks_forgotten"
    assert jobs.forget_looks() == 0


def test_a_person_reads_who_looked_at_him_once_a_day_each(cast: Cast) -> None:
    for login, times in (("li", 3), ("zhou", 1)):
        for _ in range(times):
            looks.opened(cast.wang.person.pk, "王海涛", actor=cast.member(login).principal())
    rows = list(reading.of_me(cast.wang.principal()).order_by("-at"))
    assert [(one.viewer_name, one.viewer_unit) for one in rows] == [
        ("周月娥", "朱家角镇"),
        ("李四", "朱家角镇"),
    ]
    page = browser(cast, "wang").get("/addressbook/looks/mine/").content.decode()
    assert "李四" in page and "周月娥" in page and "13900000007" not in page


def test_looks_in_duty_of_supervision_are_not_told(cast: Cast) -> None:
    """The security administrator who looks into a matter would warn whom it is about."""
    looks.opened(cast.wang.person.pk, "王海涛", actor=cast.an.principal())
    looks.opened(cast.wang.person.pk, "王海涛", actor=cast.shen.principal())
    looks.opened(cast.wang.person.pk, "王海涛", actor=cast.an.principal(administers=False))
    assert [one.is_duty for one in Look.objects.order_by("id")] == [True, True, False]
    assert reading.of_me(cast.wang.principal()).count() == 1


def test_whom_he_may_not_know_of_he_reads_of_without_a_name(cast: Cast) -> None:
    looks.opened(cast.wang.person.pk, "王海涛", actor=cast.mi.principal())
    page = browser(cast, "wang").get("/addressbook/looks/mine/").content.decode()
    assert (
        "其他单位工作人员" in page
        and "米思源" not in page
        and "专班" not in page
        and "区委办公室" not in page
    )


def test_security_and_audit_read_all_looks(cast: Cast) -> None:
    looks.opened(cast.wang.person.pk, "王海涛", actor=cast.li.principal())
    for login in ("an", "shen"):
        client = browser(cast, login)
        assert "王海涛" in client.get("/addressbook/looks/").content.decode()
        assert (
            "王海涛" not in client.get("/addressbook/looks/?kind=reveal", headers=FRAGMENT).content.decode()
        )
        assert "王海涛" in client.get("/addressbook/looks/?q=李&target=王", headers=FRAGMENT).content.decode()
        answer = client.post("/addressbook/looks/", {"export": "1", "purpose": "季度检查"})
        assert factories.content_of(answer)
        assert answer.status_code == 200 and Entry.objects.latest("id").verb == "kernel.exported"
    for login in ("sun", "qian", "li"):
        assert browser(cast, login).get("/addressbook/looks/").status_code == 404


@pytest.fixture
def curious(cast: Cast, settings: LazySettings) -> Cast:
    """li has opened the cards of four people, where three are usual."""
    settings.ADDRESSBOOK_CARDS_A_DAY = 3
    for login in ("wang", "zhou", "fang", "gu", "gu"):
        target = cast.member(login).person
        looks.opened(target.pk, target.name, actor=cast.li.principal())
    return cast


def inbox(cast: Cast, login: str) -> str:
    return browser(cast, login).get("/messages/all/").content.decode()


def test_many_looks_are_told_once_a_day(curious: Cast) -> None:
    now = timezone.now()
    assert watching.note_mass_views(now=now, actor=SYSTEM) == 1
    found = MassView.objects.get()
    assert (found.viewer, found.cards, found.viewer_unit) == (curious.li.person, 4, "朱家角镇")
    title = "朱家角镇李四今日查看人员名片4人，超过3人"
    assert [login for login in ("an", "shen", "sun", "li") if title in inbox(curious, login)] == ["an"]
    looks.opened(curious.lao.person.pk, "劳乐天", actor=curious.li.principal())
    assert jobs.note_mass_views() == 0
    found.refresh_from_db()
    assert found.cards == 5 and inbox(curious, "an").count("今日查看人员名片") == 1
    assert watching.note_mass_views(now=now + datetime.timedelta(days=1), actor=SYSTEM) == 0


def test_the_usual_is_not_told(curious: Cast, settings: LazySettings) -> None:
    settings.ADDRESSBOOK_CARDS_A_DAY = 4
    assert watching.note_mass_views(now=timezone.now(), actor=SYSTEM) == 0


def test_what_came_of_it_is_written_down_once(curious: Cast) -> None:
    watching.note_mass_views(now=timezone.now(), actor=SYSTEM)
    found, an = MassView.objects.get(), curious.an.principal()
    assert (
        reading.unsettled(an) == 1
        and "待核查的大量查看" in browser(curious, "an").get("/console/").content.decode()
    )
    with pytest.raises(Refused) as right:
        watching.settle(found, finding="属实", actor=curious.shen.principal())
    assert right.value.status == 403
    client = browser(curious, "an")
    assert "李四" in client.get("/addressbook/looks/mass/?state=open").content.decode()
    assert client.post(f"/addressbook/looks/mass/{found.pk}/", {"finding": " "}).status_code == 422
    answer = client.post(f"/addressbook/looks/mass/{found.pk}/", {"finding": "集中通知，属实"}, follow=True)
    assert "核查情况已登记" in answer.content.decode() and "集中通知，属实" in answer.content.decode()
    with pytest.raises(Refused) as again:
        watching.settle(found, finding="再核", actor=an)
    assert again.value.code == "E-STATE-01" and reading.unsettled(an) == 0


def test_a_hidden_photo_is_not_handed_over(cast: Cast) -> None:
    """Field hiding holds for the picture's own address too."""
    factories.with_photo(cast.wang)
    address = f"/people/{cast.wang.person.pk}/photo/"
    client = browser(cast, "li")
    card = client.get(f"/addressbook/persons/{cast.wang.person.pk}/").content.decode()
    assert address in card and client.get(address).status_code == 200
    factories.hide(cast.wang.person, Hiding.Field.PHOTO)
    card = client.get(f"/addressbook/persons/{cast.wang.person.pk}/").content.decode()
    assert address not in card and client.get(address).status_code == 404
