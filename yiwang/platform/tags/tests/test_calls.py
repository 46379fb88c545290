"""Tags for applications: WeCom's calls and the native ones, each app with its own tags and its own sight."""

from typing import Any

import pytest

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.clients.tests.factories import App, connect
from yiwang.platform.tags.actions import share
from yiwang.platform.tags.actions import tag as acts
from yiwang.platform.tags.models import Tag, TagMember, TagUse
from yiwang.platform.tags.tests.factories import CHIEFS, dynamic, mark, tag

pytestmark = pytest.mark.django_db


@pytest.fixture
def app(cast: Cast) -> App:
    """水务巡查 of 朱家角镇, which may see the whole district as an ordinary member of the town does."""
    return connect(cast, scopes=("tags.read", "tags.manage"), ranges=[cast.units["QP"]])


def ids(cast: Cast, *logins: str) -> list[str]:
    return [str(cast.member(login).person.pk) for login in logins]


def made(app: App, name: str = "巡查员", **more: Any) -> int:
    answer = app.wecom("tag/create", {"tagname": name, **more})
    assert (answer["errcode"], answer["errmsg"]) == (0, "created")
    return int(answer["tagid"])


def test_the_life_of_a_tag_as_wecoms_clients_know_it(cast: Cast, app: App) -> None:
    number = made(app)
    one = Tag.objects.get(pk=number)
    assert (one.unit, one.client_id) == (cast.units["QP-0301"], app.client.client_id)

    body = {"tagid": number, "userlist": ids(cast, "li", "zhou"), "partylist": [cast.units["QP-0301-02"].pk]}
    answer = app.wecom("tag/addtagusers", body)
    assert (answer["errcode"], answer["errmsg"]) == (0, "ok") and "invalidlist" not in answer

    got = app.wecom("tag/get", tagid=str(number))
    assert got["tagname"] == "巡查员" and got["partylist"] == [cast.units["QP-0301-02"].pk]
    assert {one["userid"]: one["name"] for one in got["userlist"]} == dict(
        zip(ids(cast, "li", "zhou"), ["李四", "周月娥"], strict=True)
    )
    assert app.wecom("tag/update", {"tagid": number, "tagname": "河长巡查员"})["errmsg"] == "updated"
    assert app.wecom("tag/list")["taglist"][0]["tagname"] == "河长巡查员"
    assert (
        app.wecom("tag/deltagusers", {"tagid": number, "userlist": ids(cast, "zhou")})["errmsg"] == "deleted"
    )
    assert len(app.wecom("tag/get", tagid=str(number))["userlist"]) == 1
    assert app.wecom("tag/delete", tagid=str(number))["errmsg"] == "deleted"
    gone = app.wecom("tag/get", tagid=str(number))
    assert (gone["errcode"], gone["errmsg"]) == (40068, "标签不存在或未共享")
    assert TagUse.objects.filter(tag=one, client_id=app.client.client_id).count() == 2


def test_pages_of_members(cast: Cast, app: App) -> None:
    number = made(app)
    everybody = ids(cast, "li", "zhou", "qian", "tang", "zhao")
    app.wecom("tag/addtagusers", {"tagid": number, "userlist": everybody})
    seen, cursor = [], "0"
    for _ in range(3):
        page = app.wecom("tag/get", tagid=str(number), cursor=cursor, limit="2")
        seen += [one["userid"] for one in page["userlist"]]
        cursor = page["next_cursor"]
    assert sorted(seen) == sorted(everybody) and cursor == ""
    assert app.wecom("tag/get", tagid=str(number), limit="x")["errcode"] == 40058


def test_who_is_hidden_is_answered_as_who_is_not_there(cast: Cast, app: App) -> None:
    number = made(app)
    body = {
        "tagid": number,
        "userlist": [*ids(cast, "mi"), "999999", "x", *ids(cast, "li")],
        "partylist": [cast.units["QP-0101-01"].pk, 999_999],
    }
    answer = app.wecom("tag/addtagusers", body)
    assert answer["errcode"] == 0
    assert answer["invalidlist"] == "|".join([*ids(cast, "mi"), "999999", "x"])
    assert answer["invalidparty"] == [cast.units["QP-0101-01"].pk, 999_999]
    nobody = app.wecom("tag/addtagusers", {"tagid": number, "userlist": ids(cast, "mi")})
    assert nobody["errcode"] == 40070
    assert TagMember.objects.filter(tag=number).count() == 1


def test_hidden_members_are_not_listed_to_an_application(cast: Cast, app: App) -> None:
    one = tag(cast, "重点工作", unit="QP-0101")
    mark(cast, one, "mi", "li")
    share.share_tag(one, units=[cast.units["QP-0301"].pk], actor=SYSTEM, viewer=cast.sun.principal())
    got = app.wecom("tag/get", tagid=str(one.pk))
    assert [user["userid"] for user in got["userlist"]] == ids(cast, "li")
    page = app.get(f"/api/v1/tags/{one.pk}/members").json()
    assert page == {"persons": [cast.li.person.pk], "has_more": False, "next_cursor": 0}
    refused = app.wecom("tag/deltagusers", {"tagid": one.pk, "userlist": ids(cast, "li")})
    assert refused["errcode"] == 81011


def test_wecoms_numbers(cast: Cast, app: App) -> None:
    number = made(app)
    foreign = tag(cast, "别家标签", unit="QP-0302")
    twice = app.wecom("tag/create", {"tagname": "巡查员"})
    assert (twice["errcode"], twice["errmsg"]) == (40071, "本单位已存在同名标签")
    wrong = {
        40072: ("tag/create", {"tagname": "长" * 31}),
        40068: ("tag/update", {"tagid": foreign.pk, "tagname": "我的"}),
        40032: ("tag/addtagusers", {"tagid": number, "userlist": ["1"] * 1001}),
        40066: ("tag/addtagusers", {"tagid": number, "partylist": [1] * 101}),
        40031: ("tag/addtagusers", {"tagid": number, "userlist": "1"}),
        40070: ("tag/deltagusers", {"tagid": number, "userlist": ["1"]}),
        40058: ("tag/create", {"tagname": "被谈话人员"}),
    }
    for errcode, (path, body) in wrong.items():
        assert app.wecom(path, body)["errcode"] == errcode, path
    assert app.wecom("tag/create", {"tagname": "定号", "tagid": 9})["errcode"] == 40068
    assert app.wecom("tag/rule", {"tagid": number, "rule": CHIEFS})["errcode"] == 40058


def test_a_dynamic_tag_by_the_interface(cast: Cast, app: App) -> None:
    number = made(app, "办事员", rule={"post": {"titles": ["办事员"], "units": [cast.units["QP-0301"].pk]}})
    got = app.wecom("tag/get", tagid=str(number))
    assert [one["name"] for one in got["userlist"]] == ["李四"]
    changed = app.wecom("tag/rule", {"tagid": number, "rule": {"post": {"titles": ["没有这个职务"]}}})
    assert (changed["people"], changed["warning"]) == (0, "当前规则匹配0人")
    hidden = {"post": {"units": [cast.units["QP-0101-01"].pk]}}
    assert app.wecom("tag/rule", {"tagid": number, "rule": hidden})["errcode"] == 301002


def test_sharing_by_the_interface(cast: Cast, app: App) -> None:
    number = made(app)
    other = connect(cast, name="徐泾应用", unit="QP-0302", scopes=("tags.read",))
    assert other.wecom("tag/get", tagid=str(number))["errcode"] == 40068
    body = {"tagid": number, "partylist": [cast.units["QP-0302"].pk]}
    assert app.wecom("tag/share", body)["errmsg"] == "shared"
    assert other.wecom("tag/get", tagid=str(number))["errcode"] == 0
    assert other.wecom("tag/update", {"tagid": number, "tagname": "抢"})["errcode"] == 48002
    assert app.wecom("tag/unshare", body)["errmsg"] == "unshared"
    assert app.wecom("tag/unshare", body)["errcode"] == 40066
    assert other.wecom("tag/get", tagid=str(number))["errcode"] == 40068


def test_the_native_routes(cast: Cast, app: App) -> None:
    answer = app.post("/api/v1/tags", {"name": "网格员", "group": "基层治理"})
    assert answer.status_code == 201
    one = answer.json()
    assert one["is_mine"] and one["kind"] == "static"
    address = f"/api/v1/tags/{one['id']}"
    added = app.post(f"{address}/members", {"persons": [cast.li.person.pk, cast.mi.person.pk]}).json()
    assert added == {"changed": 1, "invalid_persons": [cast.mi.person.pk], "invalid_units": []}
    assert app.get(f"{address}/members").json()["persons"] == [cast.li.person.pk]
    assert app.post(f"{address}/members", {"persons": [1] * 1001}).status_code == 422
    renamed = app.send("PUT", address, {"name": "村居网格员", "note": "每村一名"}).json()
    assert (renamed["name"], renamed["note"]) == ("村居网格员", "每村一名")
    assert app.send("PUT", f"{address}/shares/{cast.units['QP-0302'].pk}").status_code == 204
    assert app.send("DELETE", f"{address}/shares/{cast.units['QP-0302'].pk}").status_code == 204
    removed = app.post(f"{address}/members/remove", {"persons": [cast.li.person.pk]}).json()
    assert removed["changed"] == 1
    assert [row["id"] for row in app.get("/api/v1/tags").json()["items"]] == [one["id"]]
    assert app.send("DELETE", address).status_code == 204
    gone = app.get(f"{address}/members")
    assert gone.status_code == 404 and gone.json()["detail"] == "标签不存在或未共享"


def test_the_list_is_paged(cast: Cast, app: App) -> None:
    numbers = [tag(cast, f"标签{number}").pk for number in range(3)]
    first = app.get("/api/v1/tags?page_size=2").json()
    assert [one["id"] for one in first["items"]] == numbers[:2] and first["has_more"]
    last = app.get(f"/api/v1/tags?page_size=2&cursor={first['next_cursor']}").json()
    assert [one["id"] for one in last["items"]] == numbers[2:] and not last["has_more"]


def test_trying_a_rule(cast: Cast, app: App) -> None:
    tried = app.post("/api/v1/tags/try", {"rule": {"post": {"titles": ["办事员"]}}}).json()
    assert tried == {"people": 3, "sentence": "职务为“办事员”"}
    assert app.post("/api/v1/tags/try", {"rule": {"post": {}}}).status_code == 422


def test_a_tag_of_people_is_used_but_not_changed(cast: Cast, app: App) -> None:
    one = tag(cast)
    mark(cast, one, "li")
    assert app.get(f"/api/v1/tags/{one.pk}").json()["is_mine"] is False
    assert app.send("PUT", f"/api/v1/tags/{one.pk}", {"name": "改名"}).status_code == 403
    acts.suspend_tag(one, reason="整理", actor=SYSTEM)
    assert app.get(f"/api/v1/tags/{one.pk}").status_code == 404
    whole = dynamic(cast, CHIEFS)
    assert app.get(f"/api/v1/tags/{whole.pk}").status_code == 404, "the district's tags are shared first"


def test_each_scope_opens_its_own(cast: Cast) -> None:
    reader = connect(cast, scopes=("tags.read",))
    assert reader.get("/api/v1/tags").status_code == 200
    assert reader.post("/api/v1/tags", {"name": "新标签"}).status_code == 403
    nobody = connect(cast, name="别的应用")
    assert nobody.get("/api/v1/tags").status_code == 403
    assert nobody.wecom("tag/list")["errcode"] == 48002
