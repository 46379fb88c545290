"""Signs that no database and no page wants: NUL, halves of pairs, very long numbers."""

from typing import Any

import pytest

from tests.cast import Cast
from yiwang.platform.clients.tests.factories import App, connect

pytestmark = pytest.mark.django_db

NUL = "a\x00b"


@pytest.fixture
def app(cast: Cast) -> App:
    return connect(
        cast,
        unit="QP-0201",
        scopes=("todos.push", "messages.send", "addressbook.read"),
        ranges=[cast.units["QP"]],
    )


def todo(cast: Cast, **more: Any) -> dict[str, Any]:
    receivers = [{"person_id": cast.li.person.pk}]
    return {
        "biz_id": "N",
        "title": "通知",
        "receivers": receivers,
        "url": "https://app.qingpu.test/1",
        **more,
    }


@pytest.mark.parametrize("field", ["biz_id", "task_id", "title", "summary", "url", "mobile_url"])
def test_nul_in_a_to_do(cast: Cast, app: App, field: str) -> None:
    value = f"https://app.qingpu.test/{NUL}" if "url" in field else NUL
    assert app.post("/api/v1/todos", todo(cast, **{field: value})).status_code == 422


def test_nul_elsewhere(cast: Cast, app: App) -> None:
    who = {"persons": [cast.li.person.pk]}
    for body in ({"title": NUL}, {"title": "通知", "summary": NUL}, {"title": "通知", "dedupe_id": NUL}):
        assert app.post("/api/v1/messages", {**body, **who}).status_code == 422
    assert app.post("/api/v1/todos/complete", {"biz_id": NUL}).status_code in (404, 422)
    assert app.get("/api/v1/todos/status?biz_id=a%00b").status_code in (404, 422)
    assert app.post("/api/v1/todos/reconcile", {"open": [[NUL, "1"]]}).status_code in (200, 422)
    bad = {"act": "create", "todo": todo(cast, title=NUL)}
    assert app.post("/api/v1/todos/batch", {"items": [bad]}).status_code == 422
    spelled = todo(cast, title="文件名为 C:\\u0000")
    assert app.post("/api/v1/todos", spelled).status_code == 201, "a backslash and letters are no NUL"


def test_nul_in_wecoms_face(cast: Cast, app: App) -> None:
    user = str(cast.li.person.pk)
    for content in (NUL, "\ud800"):
        answer = app.wecom("message/send", {"touser": user, "msgtype": "text", "text": {"content": content}})
        assert answer["errcode"] not in (0, -1), answer
    assert app.wecom("user/getuserid", {"mobile": NUL})["errcode"] == 40058
