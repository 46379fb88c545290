"""The developer site: applications and their keys, callbacks, the guide, the reference, trying calls out."""

import json

import pytest
from django.conf import settings
from django.test import Client as Browser

from tests.cast import Cast
from yiwang.platform.clients.actions import events
from yiwang.platform.clients.models import Client, ClientSecret, Delivery, Subscription
from yiwang.platform.clients.tests.factories import App, connect
from yiwang.platform.developer.queries import postman, reference
from yiwang.platform.developer.views.documents import CHAPTERS

pytestmark = pytest.mark.django_db


@pytest.fixture
def app(cast: Cast) -> App:
    return connect(cast, scopes=("addressbook.read",))


def as_member(cast: Cast, login: str) -> Browser:
    browser = Browser()
    browser.cookies[settings.SESSION_COOKIE] = cast.member(login).token()
    return browser


def test_registering(cast: Cast) -> None:
    sun = as_member(cast, "sun")
    given = {
        "name": "督查系统",
        "unit": cast.units["QP-0201"].pk,
        "scopes": ["todos.push", "addressbook.read"],
        "fields_granted": ["title"],
        "ranges": [cast.units["QP"].pk],
        "domains": "oa.qingpu.test\nm.qingpu.test",
        "rate": 50,
        "burst": 200,
    }
    assert sun.post("/developer/register/", {**given, "name": ""}).status_code == 422
    wrong = sun.post("/developer/register/", {**given, "domains": "10.1.1.1"})
    assert wrong.status_code == 422 and "不是有效的域名" in wrong.content.decode()
    answer = sun.post("/developer/register/", given, follow=True)
    assert "应用已登记，请生成密钥" in answer.content.decode()
    made = Client.objects.get()
    assert made.domains == ["oa.qingpu.test", "m.qingpu.test"] and made.fields == ["title"]
    again = sun.post("/developer/register/", given)
    assert again.status_code == 422 and "已有同名应用" in again.content.decode()

    changed = sun.post(f"/developer/{made.pk}/edit/", {**given, "rate": 80}, follow=True)
    assert "应用已修改" in changed.content.decode() and Client.objects.get().rate == 80
    assert sun.post(f"/developer/{made.pk}/state/", {"act": "disable"}).status_code == 422
    assert sun.post(f"/developer/{made.pk}/state/", {"act": "enable"}).status_code == 303
    sun.post(f"/developer/{made.pk}/state/", {"act": "disable", "reason": "检查"})
    assert Client.objects.get().state == Client.State.DISABLED


def test_a_secret_is_shown_once(cast: Cast, app: App) -> None:
    qian = as_member(cast, "qian")
    page = qian.post(f"/developer/{app.client.pk}/secrets/make/").content.decode()
    secret = ClientSecret.objects.latest("pk")
    assert "请立即保存" in page and f"{secret.tail}</code>" in page
    later = qian.get(f"/developer/{app.client.pk}/secrets/").content.decode()
    assert "请立即保存" not in later and f"••••{secret.tail}" in later
    assert qian.post(f"/developer/{app.client.pk}/secrets/{secret.pk}/end/").status_code == 303
    key = qian.post(f"/developer/{app.client.pk}/signing-key/").content.decode()
    assert "签名密钥：" in key


def test_who_sees_an_application(cast: Cast, app: App) -> None:
    address = f"/developer/{app.client.pk}/"
    seen = {
        login: as_member(cast, login).get(address).status_code
        for login in ("sun", "qian", "gu", "li", "temp")
    }
    assert seen == {"sun": 200, "qian": 200, "gu": 404, "li": 404, "temp": 404}
    qian = as_member(cast, "qian")
    wrong = qian.post(f"{address}members/", {"login_name": "nobody"})
    assert wrong.status_code == 422 and "没有这个登录名" in wrong.content.decode()
    qian.post(f"{address}members/", {"login_name": "temp"})
    vendor = as_member(cast, "temp")
    assert vendor.get(address).status_code == 200
    assert "水务巡查" in vendor.get("/developer/").content.decode()
    assert vendor.get(f"{address}edit/").status_code == 404
    assert vendor.post(f"{address}state/", {"act": "close", "reason": "试"}).status_code == 404
    qian.post(f"{address}members/{cast.temp.account.pk}/remove/")
    assert vendor.get(address).status_code == 404


def test_callbacks_and_replay(cast: Cast, app: App) -> None:
    qian, address = as_member(cast, "qian"), f"/developer/{app.client.pk}/"
    given = {"url": "https://app.qingpu.test/hook", "kinds": ["addressbook.changed"], "algorithm": "sm3"}
    assert qian.post(f"{address}callbacks/add/", {**given, "kinds": []}).status_code == 422
    wrong = qian.post(f"{address}callbacks/add/", {**given, "url": "https://evil.test/"})
    assert wrong.status_code == 422 and "不在应用登记的范围内" in wrong.content.decode()
    assert "回调已添加" in qian.post(f"{address}callbacks/add/", given).content.decode()
    made = Subscription.objects.get()
    verified = qian.post(f"{address}callbacks/{made.pk}/verify/", follow=True)
    assert "验证未通过" in verified.content.decode(), "there is no such host"
    Subscription.objects.update(state=Subscription.State.ACTIVE)
    events.tell(app.client.pk, "addressbook.changed", {})
    Delivery.objects.update(state=Delivery.State.DEAD)
    page = qian.get(f"{address}deliveries/").content.decode()
    assert "未送达" in page and "通讯录有变化" in page
    dead = Delivery.objects.get()
    assert (
        "已重新发送1条"
        in qian.post(f"{address}deliveries/replay/", {"ids": [dead.pk]}, follow=True).content.decode()
    )
    assert qian.post(f"{address}callbacks/{made.pk}/end/").status_code == 303
    assert qian.post(f"{address}callbacks/{made.pk}/end/").status_code == 404


def test_usage_and_calls(cast: Cast, app: App) -> None:
    app.get("/api/v1/application", X_Request_ID="seen-in-the-log")
    qian, address = as_member(cast, "qian"), f"/developer/{app.client.pk}/"
    assert "GET /api/v1/application" in qian.get(f"{address}usage/").content.decode()
    assert "seen-in-the-log" in qian.get(f"{address}calls/").content.decode()


def test_every_chapter_of_the_guide(cast: Cast) -> None:
    vendor = as_member(cast, "temp")
    for chapter, title in CHAPTERS:
        answer = vendor.get(f"/developer/guide/{chapter}/")
        assert answer.status_code == 200 and title in answer.content.decode()
    assert vendor.get("/developer/guide/nothing/").status_code == 404


def test_the_reference_names_every_open_call(cast: Cast) -> None:
    page = as_member(cast, "temp").get("/developer/reference/").content.decode()
    found = [one for chapter in reference.chapters() for one in chapter.operations]
    assert len(found) > 15
    for one in found:
        assert one.path in page and one.title in page
    assert "/api/v1/persons" not in {one.path for one in found}, "people's routes are not for applications"
    create = next(one for one in found if one.path == "/api/v1/directory/lookup")
    assert [field.path for field in create.body] == ["ids"] and "curl -X POST" in create.curl


def test_the_postman_collection(cast: Cast) -> None:
    answer = as_member(cast, "temp").get("/developer/postman.json")
    content = json.loads(answer.content)
    assert content["info"]["schema"].endswith("v2.1.0/collection.json")
    names = {group["name"] for group in content["item"]}
    assert {"访问令牌", "通讯录同步", "企业微信兼容接口"} <= names
    assert postman.collection("http://x")["variable"][0] == {"key": "base", "value": "http://x"}
