"""The address book for connected applications: range, granted fields, nothing hidden; and the feed."""

import datetime

import pytest
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.addressbook.actions import following, sight
from yiwang.platform.addressbook.models import Hiding, TierOverride
from yiwang.platform.addressbook.queries import applications
from yiwang.platform.clients.actions import clients
from yiwang.platform.clients.models import OpenEvent
from yiwang.platform.clients.tests.factories import App, connect
from yiwang.platform.org.actions import corrections, people, units
from yiwang.platform.org.models import Person, Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def app(cast: Cast) -> App:
    """Of 朱家角镇, for its own unit, with titles."""
    return connect(cast, scopes=("addressbook.read",), fields=["title"])


@pytest.fixture
def district(cast: Cast) -> App:
    """Of 区数据局, for the whole district, with all fields."""
    return connect(
        cast,
        name="全区应用",
        unit="QP-0201",
        scopes=("addressbook.read",),
        fields=["title", "mobile", "email", "office_phone", "room"],
        ranges=[cast.units["QP"]],
    )


def names(app: App) -> set[str]:
    return set(applications.persons(app.caller).values_list("name", flat=True))


def hide(target: Person | Unit, *fields: str) -> None:
    side = "unit" if isinstance(target, Unit) else "person"
    Hiding.objects.create(
        **{side: target},
        scope="everybody",
        fields=list(fields),
        valid_from=timezone.localdate(),
        state="active",
        reason="测试",
    )
    sight.follow_rules()


def feed(app: App, cursor: str = "") -> tuple[dict[tuple[str, int], str], str]:
    """Read to the end: (kind, id) -> change, and the cursor."""
    found: dict[tuple[str, int], str] = {}
    while True:
        page = app.get(f"/api/v1/directory/changes?page_size=3&cursor={cursor}").json()
        for one in page["items"]:
            found[one["kind"], one["id"]] = one["change"]
        cursor = page["next_cursor"]
        if not page["has_more"]:
            return found, cursor


def test_it_sees_its_range_and_nothing_beside(cast: Cast, app: App, district: App) -> None:
    assert names(app) == {"赵明远", "钱玉芬", "李四", "周月娥", "唐静宜"}
    assert "王海涛" in names(district) and "李四" in names(district)
    assert "米思源" not in names(district), "whose unit is hidden"
    assert applications.roots(app.caller) == [cast.units["QP-0301"]]


def test_a_hidden_person_answers_as_one_who_does_not_exist(cast: Cast, district: App) -> None:
    hidden = district.get(f"/api/v1/directory/persons/{cast.mi.person.pk}")
    absent = district.get("/api/v1/directory/persons/99999999")
    assert hidden.status_code == absent.status_code == 404
    assert {**hidden.json(), "request_id": ""} == {**absent.json(), "request_id": ""}
    answer = district.post(
        "/api/v1/directory/lookup", {"ids": [cast.li.person.pk, cast.mi.person.pk, 99999999]}
    ).json()
    assert [one["name"] for one in answer["items"]] == ["李四"]
    assert answer["not_found"] == [cast.mi.person.pk, 99999999]
    assert district.wecom("user/get", userid=str(cast.mi.person.pk))["errcode"] == 60111
    assert district.wecom("department/get", id=str(cast.units["QP-0101-01"].pk))["errcode"] == 60003


def test_fields_are_granted_and_what_is_kept_back_is_named(cast: Cast, app: App, district: App) -> None:
    one = app.get(f"/api/v1/directory/persons/{cast.li.person.pk}").json()
    assert one["title"] == "办事员" and one["posts"][0]["title"] == "办事员"
    assert "mobile" not in one
    assert {"field": "mobile", "reason": "not_granted"} in one["withheld_fields"]

    hide(cast.li.person, "mobile")
    one = district.get(f"/api/v1/directory/persons/{cast.li.person.pk}").json()
    assert "mobile" not in one and one["withheld_fields"] == [{"field": "mobile", "reason": "hidden"}]
    other = district.get(f"/api/v1/directory/persons/{cast.zhou.person.pk}").json()
    assert other["mobile"] == "13900000008"
    clients.change(district.client, fields=["mobile"], actor=SYSTEM)
    one = district.get(f"/api/v1/directory/persons/{cast.zhou.person.pk}").json()
    assert "title" not in one and one["posts"][0]["title"] == ""


def test_identity_numbers_are_never_given(cast: Cast, district: App) -> None:
    texts = [
        district.get("/api/v1/directory/changes?page_size=500").content.decode(),
        str(district.wecom("user/list", department_id=str(cast.units["QP"].pk), fetch_child="1")),
    ]
    for text in texts:
        assert "李四" in text and "310199" not in text


def test_the_feed_begins_with_everything_and_goes_on(cast: Cast, app: App) -> None:
    found, cursor = feed(app)
    assert {kind for kind, _ in found} == {"unit", "person"} and set(found.values()) == {"created"}
    assert len([one for one in found if one[0] == "person"]) == 5
    assert feed(app, cursor) == ({}, cursor)

    units.edit_unit(cast.units["QP-0301-01"], details={"duty_phone": "021-59240000"}, actor=SYSTEM)
    found, cursor = feed(app, cursor)
    assert found == {("unit", cast.units["QP-0301-01"].pk): "updated"}


def test_who_leaves_the_range_is_removed_and_read_again(cast: Cast, app: App) -> None:
    _, cursor = feed(app)
    hide(cast.zhou.person)
    following.advance(app.caller, now=timezone.now() + datetime.timedelta(hours=1))
    found, later = feed(app, cursor)
    assert found == {("person", cast.zhou.person.pk): "removed"}
    assert feed(app, cursor)[0] == found, "an answer that was lost can be asked for again"
    assert feed(app)[0].get(("person", cast.zhou.person.pk)) in (None, "removed"), "also who begins afresh"
    Hiding.objects.update(state="ended")
    sight.follow_rules()
    following.advance(app.caller, now=timezone.now() + datetime.timedelta(hours=2))
    assert feed(app, later)[0] == {("person", cast.zhou.person.pk): "created"}


def test_a_narrower_range_takes_back_what_was_told(cast: Cast, district: App) -> None:
    _, cursor = feed(district)
    clients.change(district.client, ranges=[cast.units["QP-0302"]], actor=SYSTEM)
    found, _ = feed(district, cursor)
    assert set(found.values()) == {"removed"} and ("person", cast.li.person.pk) in found
    assert ("person", cast.wang.person.pk) not in found


def test_nothing_is_told_of_whom_it_never_saw(cast: Cast, district: App) -> None:
    _, cursor = feed(district)
    corrections.correct_person(cast.mi.person, facts={"office_phone": "021-59730000"}, actor=SYSTEM)
    assert feed(district, cursor)[0] == {}


def test_who_keeps_a_copy_is_told_that_it_is_old(cast: Cast, app: App, district: App) -> None:
    feed(app)
    feed(district)
    now = timezone.now()
    assert following.tell_followers(now=now) == 0
    corrections.correct_person(cast.wang.person, facts={"office_phone": "021-59760000"}, actor=SYSTEM)
    assert following.tell_followers(now=now) == 1, "the town's application does not see him"
    [event] = OpenEvent.objects.all()
    assert event.client_id == district.client.pk and event.kind == "addressbook.changed"


def test_the_scope_is_needed(cast: Cast) -> None:
    bare = connect(cast, name="无授权", scopes=())
    answer = bare.get("/api/v1/directory/units")
    assert answer.status_code == 403 and answer.json()["detail"] == "该应用未开通“通讯录同步”"
    assert bare.wecom("department/list")["errcode"] == 48002


def test_units(cast: Cast, app: App) -> None:
    town = cast.units["QP-0301"]
    found = app.get("/api/v1/directory/units?page_size=2").json()
    assert found["items"][0] == {
        "id": town.pk,
        "code": "QP-0301",
        "name": "朱家角镇",
        "full_name": "上海市青浦区朱家角镇",
        "node_type": "unit",
        "level": 2,
        "parent_id": 0,
        "sort": town.sort,
    }
    assert found["has_more"]
    second = app.get(f"/api/v1/directory/units?page_size=2&cursor={found['next_cursor']}").json()
    assert not {one["id"] for one in second["items"]} & {one["id"] for one in found["items"]}
    listed = app.get(f"/api/v1/directory/units/{town.pk}/persons?includes_below=true&page_size=3").json()
    assert listed["items"][0]["name"] == "赵明远" and listed["has_more"]
    assert app.get("/api/v1/directory/units?cursor=abc").status_code == 422


def test_wecoms_calls(cast: Cast, app: App) -> None:
    town, office = cast.units["QP-0301"], cast.units["QP-0301-01"]
    departments = app.wecom("department/list")["department"]
    assert departments[0]["id"] == town.pk and departments[0]["parentid"] == 0
    assert {one["parentid"] for one in departments[1:]} <= {one["id"] for one in departments}
    assert app.wecom("department/simplelist", id=str(office.pk))["department_id"][0]["id"] == office.pk

    listed = app.wecom("user/simplelist", department_id=str(office.pk))["userlist"]
    assert {one["name"] for one in listed} == {"唐静宜", "钱玉芬", "李四"}
    one = app.wecom("user/get", userid=str(cast.zhao.person.pk))
    assert (one["name"], one["position"], one["main_department"]) == ("赵明远", "镇长", town.pk)
    assert "mobile" not in one and "mobile" in one["withheld_fields"]
    page = app.wecom("user/list_id", {"limit": 2})
    assert len(page["dept_user"]) == 2 and page["next_cursor"] == "2"
    assert app.wecom("user/list_id", {"limit": "x"})["errcode"] == 40058
    assert app.wecom("user/getuserid", {"mobile": "13900000007"})["errcode"] == 60011


def test_by_mobile_only_whom_it_may_see(cast: Cast, district: App) -> None:
    assert district.wecom("user/getuserid", {"mobile": "13900000007"})["userid"] == str(cast.li.person.pk)
    assert district.wecom("user/getuserid", {"mobile": "13900000004"})["errcode"] == 60111, "mi is hidden"
    hide(cast.li.person, "mobile")
    assert district.wecom("user/getuserid", {"mobile": "13900000007"})["errcode"] == 60111


def test_a_towns_application_sees_as_its_people_do(cast: Cast) -> None:
    """Q4 in the towns: the leaders of the district are out of reach (§3.4); for a department they are not."""
    today = timezone.localdate()
    TierOverride.objects.create(
        person=cast.sun.person, tier=1, valid_from=today, valid_to=today, state="active", reason="测试"
    )
    sight.follow_rules()
    scopes, ranges = ("addressbook.read",), [cast.units["QP"]]
    town = connect(cast, name="镇应用", unit="QP-0302", scopes=scopes, ranges=ranges)
    office = connect(cast, name="区委应用", unit="QP-0101", scopes=scopes, ranges=ranges)
    assert "孙建国" not in names(town) and "孙建国" in names(office)


def test_posts_in_units_it_does_not_see_are_left_out(cast: Cast, app: App) -> None:
    people.start_post(
        cast.li.person,
        unit=cast.units["QP-0302-01"],
        title="联络员",
        kind="concurrent",
        valid_from=timezone.localdate(),
        actor=SYSTEM,
    )
    one = app.get(f"/api/v1/directory/persons/{cast.li.person.pk}").json()
    assert [post["unit_id"] for post in one["posts"]] == [cast.units["QP-0301-01"].pk]
