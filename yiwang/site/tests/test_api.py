"""/api/v1: its description can be read by programs, and each error is problem JSON (RFC 9457)."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from pytest_django import Settings

from tests.cast import Cast
from yiwang.site.tests.doors import SECRET

pytestmark = pytest.mark.django_db


@pytest.fixture
def stranger(settings: Settings) -> Client:
    """Nobody, before the tiny API of doors.py."""
    settings.ROOT_URLCONF = "yiwang.site.tests.doors"
    return Client(raise_request_exception=False)


@pytest.fixture
def li(settings: Settings, cast: Cast) -> Client:
    """A clerk before the tiny API."""
    settings.ROOT_URLCONF = "yiwang.site.tests.doors"
    client = Client(raise_request_exception=False)
    client.cookies[django_settings.SESSION_COOKIE] = cast.member("li").token()
    return client


def problem_of(response: Any, status: int) -> dict[str, Any]:
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    assert body["request_id"] == response["X-Request-ID"]
    return body


def references(node: Any) -> Iterator[str]:
    """Every $ref of a JSON document."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref":
                yield value
            else:
                yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


class TestDescription:
    @pytest.fixture
    def document(self, client: Client) -> dict[str, Any]:
        response = client.get("/api/v1/openapi.json")
        assert response.status_code == 200
        assert response["Content-Type"].startswith("application/json")
        found: dict[str, Any] = response.json()
        return found

    def test_it_is_openapi_3_1(self, document: dict[str, Any]) -> None:
        assert document["openapi"].startswith("3.1.")
        assert document["info"]["title"] == "一网协同 API"
        assert document["info"]["version"]
        assert all(path.startswith("/api/v1/") for path in document["paths"])

    def test_each_operation_has_a_name_and_answers(self, document: dict[str, Any]) -> None:
        operations = [one for path in document["paths"].values() for one in path.values()]
        names = [one["operationId"] for one in operations]
        assert operations
        assert len(set(names)) == len(names)
        assert all(one["responses"] and one["summary"] for one in operations)

    def test_path_parameters_are_declared(self, document: dict[str, Any]) -> None:
        for path, operations in document["paths"].items():
            wanted = {part[1:-1] for part in path.split("/") if part.startswith("{")}
            for operation in operations.values():
                declared = {one["name"] for one in operation.get("parameters", []) if one["in"] == "path"}
                assert declared == wanted, path

    def test_every_reference_leads_somewhere(self, document: dict[str, Any]) -> None:
        found = set(references(document))
        assert found
        for reference in found:
            here: Any = document
            for part in reference.removeprefix("#/").split("/"):
                here = here[part]

    def test_every_operation_needs_a_login(self, document: dict[str, Any]) -> None:
        for path, operations in document["paths"].items():
            if path != "/api/v1/oauth2/token":  # where an application logs in
                assert all(one.get("security") for one in operations.values()), path


class TestErrors:
    def test_a_stranger_is_not_let_in(self, stranger: Client) -> None:
        body = problem_of(stranger.get("/api/v1/open"), 401)
        assert (body["code"], body["type"]) == ("E-AUTH-01", "urn:yiwang:error:E-AUTH-01")
        assert body["detail"] == "登录已过期，请重新登录"

    def test_a_forged_session_is_not_let_in(self, stranger: Client) -> None:
        stranger.cookies[django_settings.SESSION_COOKIE] = "forged"
        problem_of(stranger.get("/api/v1/open"), 401)

    def test_a_clerk_is_let_in(self, li: Client) -> None:
        assert li.get("/api/v1/open").json() == {"answer": "yes"}

    def test_what_is_not_there_and_what_is_hidden_look_alike(self, li: Client) -> None:
        hidden, absent = li.get("/api/v1/missing"), li.get("/api/v1/no-such-thing")
        first, second = problem_of(hidden, 404), problem_of(absent, 404)
        assert first | {"request_id": ""} == second | {"request_id": ""}
        assert first["code"] == "E-NOTF-01"
        assert SECRET not in hidden.content.decode()

    def test_a_refusal_keeps_its_words(self, li: Client) -> None:
        response = li.get("/api/v1/refused")
        body = problem_of(response, 409)
        assert (body["detail"], body["code"]) == ("单位已撤销", "E-ORG-01")
        assert response["Retry-After"] == "30"

    @pytest.mark.parametrize(
        ("sent", "fields"),
        [
            ({}, {"name": "必填", "count": "必填", "kind": "必填"}),
            ({"name": "王", "count": 1, "kind": "a"}, {"name": "内容过短"}),
            ({"name": "欧阳娜娜子", "count": 1, "kind": "a"}, {"name": "内容过长"}),
            ({"name": "王伟", "count": 0, "kind": "a"}, {"count": "数值过小"}),
            ({"name": "王伟", "count": 10, "kind": "b"}, {"count": "数值过大"}),
            ({"name": "王伟", "count": "many", "kind": "b"}, {"count": "应为整数"}),
            ({"name": "王伟", "count": 1, "kind": "c"}, {"kind": "没有这个选项"}),
            ({"name": "王伟", "count": 1, "kind": "a", "is_urgent": "x"}, {"is_urgent": "应为是或否"}),
            ({"name": ["王伟"], "count": 1, "kind": "a"}, {"name": "填写内容有误"}),
        ],
    )
    def test_wrong_input_names_its_fields(
        self, li: Client, sent: dict[str, Any], fields: dict[str, str]
    ) -> None:
        body = problem_of(li.post("/api/v1/wishes", sent, content_type="application/json"), 422)
        assert body["fields"] == fields
        assert body["title"] == "填写内容有误"

    def test_a_body_that_is_no_json(self, li: Client) -> None:
        problem_of(li.post("/api/v1/wishes", "{", content_type="application/json"), 400)

    def test_a_post_from_elsewhere_is_refused(self, li: Client) -> None:
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = li.cookies
        body = problem_of(strict.post("/api/v1/wishes", {}, content_type="application/json"), 403)
        assert body["code"] == "E-CSRF-01"

    def test_a_wrong_method(self, li: Client) -> None:
        response = li.delete("/api/v1/open")
        problem_of(response, 405)
        assert response["Allow"] == "GET"

    def test_too_often(self, li: Client) -> None:
        response = li.get("/api/v1/throttled")
        problem_of(response, 429)
        assert response["Retry-After"] == "7"

    def test_a_bug_says_nothing_but_its_number(self, li: Client, caplog: pytest.LogCaptureFixture) -> None:
        response = li.get("/api/v1/crash")
        problem_of(response, 500)
        assert SECRET not in response.content.decode()
        assert any(record.exc_info for record in caplog.records)
