"""Tokens: bought with a secret, the same again until near their end, gone with the secret or the state."""

import datetime

import pytest
from django.test import Client as Browser
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.platform.clients import rules
from yiwang.platform.clients.actions import clients, keys
from yiwang.platform.clients.models import AccessToken, ClientSecret
from yiwang.platform.clients.tests.factories import connect

pytestmark = pytest.mark.django_db


def test_a_token_is_the_same_until_near_its_end(cast: Cast) -> None:
    app = connect(cast)
    now = timezone.now()
    again = keys.issue_token(app.client.client_id, app.secret, address="10.0.0.1", now=now)
    assert again.token == app.token and 7100 < again.seconds <= 7200
    near = now + datetime.timedelta(seconds=7200 - rules.RENEW_SECONDS + 1)
    renewed = keys.issue_token(app.client.client_id, app.secret, address="10.0.0.1", now=near)
    assert renewed.token != app.token and renewed.seconds == 7200
    assert app.get("/api/v1/application").status_code == 200, "the old one goes on to its own end"


def test_neither_secret_nor_token_lies_in_the_database(cast: Cast) -> None:
    app = connect(cast)
    rows = [
        *ClientSecret.objects.values_list("digest", "tail"),
        *AccessToken.objects.values_list("digest", "seed"),
    ]
    assert not any(app.secret.encode() in bytes(str(row), "utf8") for row in rows)
    assert not any(app.token.encode() in bytes(str(row), "utf8") for row in rows)


def test_a_rotated_secret_goes_on_for_a_day(cast: Cast) -> None:
    app = connect(cast)
    fresh = keys.make_secret(app.client, actor=SYSTEM)
    now = timezone.now()
    assert keys.issue_token(app.client.client_id, app.secret, address="10.0.0.1", now=now).token == app.token
    assert keys.issue_token(app.client.client_id, fresh, address="10.0.0.1", now=now).token != app.token
    with pytest.raises(Refused) as refusal:
        later = now + datetime.timedelta(hours=25)
        keys.issue_token(app.client.client_id, app.secret, address="10.0.0.1", now=later)
    assert refusal.value.status == 401


def test_a_secret_in_wrong_hands_ends_with_its_tokens(cast: Cast) -> None:
    app = connect(cast)
    keys.make_secret(app.client, actor=SYSTEM, at_once=True)
    answer = app.get("/api/v1/application")
    assert answer.status_code == 401 and answer.json()["code"] == "E-API-02"
    with pytest.raises(Refused):
        keys.issue_token(app.client.client_id, app.secret, address="10.0.0.1")


def test_a_disabled_application_is_refused_and_it_is_remembered(cast: Cast) -> None:
    """Domain reference §5, example 6."""
    app = connect(cast)
    assert app.get("/api/v1/application").status_code == 200
    clients.close(app.client, reason="应用已注销", actor=SYSTEM)
    answer = app.get("/api/v1/application")
    assert answer.status_code == 401
    assert answer.json()["detail"] == "应用已停用" and answer.json()["request_id"]
    line = Entry.objects.latest("id")
    assert str(line) == "水务巡查调用接口被拒绝：应用已停用"
    assert app.wecom("agent/get")["errcode"] == 48004
    with pytest.raises(Refused):
        keys.issue_token(app.client.client_id, app.secret, address="10.0.0.1")


def test_who_fails_often_does_not_fill_the_log(cast: Cast) -> None:
    app = connect(cast)
    clients.disable(app.client, reason="检查", actor=SYSTEM)
    before = Entry.objects.count()
    assert {app.get("/api/v1/application").status_code for _ in range(20)} == {401}
    assert Entry.objects.count() - before <= 6


def test_oauth2_by_form_and_by_basic(cast: Cast) -> None:
    app, browser = connect(cast), Browser()
    form = {
        "grant_type": "client_credentials",
        "client_id": app.client.client_id,
        "client_secret": app.secret,
    }
    answer = browser.post("/api/v1/oauth2/token", form)
    assert answer.status_code == 200
    assert answer.json()["access_token"] == app.token and answer.json()["token_type"] == "Bearer"
    assert answer.headers["Cache-Control"] == "no-store"
    import base64

    basic = base64.b64encode(f"{app.client.client_id}:{app.secret}".encode()).decode()
    answer = browser.post(
        "/api/v1/oauth2/token",
        {"grant_type": "client_credentials"},
        headers={"Authorization": f"Basic {basic}"},
    )
    assert answer.json()["access_token"] == app.token
    wrong = browser.post("/api/v1/oauth2/token", {**form, "client_secret": "x"})
    assert wrong.status_code == 401 and wrong.json()["error"] == "invalid_client"
    assert wrong.headers["WWW-Authenticate"].startswith("Basic")
    assert browser.post("/api/v1/oauth2/token", {**form, "grant_type": "password"}).status_code == 400


def test_gettoken_has_wecoms_numbers(cast: Cast) -> None:
    app, browser = connect(cast), Browser()

    def ask(**query: str) -> dict[str, object]:
        answer: dict[str, object] = browser.get("/cgi-bin/gettoken", query).json()
        return answer

    good = ask(corpid=app.client.client_id, corpsecret=app.secret)
    assert (good["errcode"], good["errmsg"], good["access_token"]) == (0, "ok", app.token)
    assert ask(corpid=app.client.client_id, corpsecret="x")["errcode"] == 40001
    assert ask(corpid="nobody", corpsecret="x")["errcode"] == 40013
    assert ask(corpsecret="x")["errcode"] == 41002
    assert ask(corpid="nobody")["errcode"] == 41004


def test_guessing_secrets_is_slowed_down(cast: Cast) -> None:
    connect(cast)
    browser = Browser()
    form = {"grant_type": "client_credentials", "client_id": "nobody", "client_secret": "x"}
    answers = [browser.post("/api/v1/oauth2/token", form) for _ in range(40)]
    assert answers[-1].status_code == 429 and answers[-1].headers["Retry-After"]


def test_only_from_the_registered_networks(cast: Cast) -> None:
    app = connect(cast)
    clients.change(app.client, allowed_addresses=["10.20.0.0/16"], actor=SYSTEM)
    assert app.get("/api/v1/application").json()["code"] == "E-API-04"
    assert app.wecom("agent/get")["errcode"] == 60020
    clients.change(app.client, allowed_addresses=["10.20.0.0/16", "127.0.0.1"], actor=SYSTEM)
    assert app.get("/api/v1/application").status_code == 200


def test_only_people_with_the_right_register(cast: Cast) -> None:
    with pytest.raises(Refused) as refusal:
        clients.register(cast.units["QP-0301"], name="巡查", actor=cast.qian.principal())
    assert refusal.value.status == 403
    clients.register(cast.units["QP-0301"], name="巡查", actor=cast.sun.principal())
    with pytest.raises(Refused) as refusal:
        clients.register(cast.units["QP-0302"], name=" 巡查 ", actor=cast.sun.principal())
    assert refusal.value.fields == {"name": "已有同名应用"}


def test_secrets_are_its_units_business_too(cast: Cast) -> None:
    app = connect(cast)
    keys.make_secret(app.client, actor=cast.qian.principal())
    for stranger in (cast.gu, cast.li, cast.temp):
        with pytest.raises(Refused) as refusal:
            keys.make_secret(app.client, actor=stranger.principal())
        assert refusal.value.status == 403
    clients.add_member(app.client, cast.temp.account, actor=cast.qian.principal())
    keys.make_secret(app.client, actor=cast.temp.principal())
    clients.remove_member(app.client, cast.temp.account.pk, actor=cast.qian.principal())
    with pytest.raises(Refused):
        keys.make_secret(app.client, actor=cast.temp.principal())
