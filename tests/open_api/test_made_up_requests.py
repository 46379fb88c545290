"""Requests that nobody thought of: Schemathesis makes them up from the description, Hypothesis for /cgi-bin/.

Whatever comes, the answer is no failure of ours, and every refusal is one that programs can read. The
examples are the same in every run.
"""

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
import schemathesis
from django.test import Client as Browser
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.schemas import OpenApiSchema

from tests.cast import Cast
from yiwang.kernel.extension.open_calls import scopes, wecom_calls
from yiwang.platform.clients.tests.factories import App, connect
from yiwang.platform.developer.queries import reference

pytestmark = pytest.mark.django_db

OPERATIONS = sorted((path, method) for method, path, _ in reference.open_operations())
PROBLEM = "application/problem+json"
CALM = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
_PLAIN = st.none() | st.booleans() | st.integers() | st.text(max_size=30)
_JSON = st.recursive(
    _PLAIN, lambda one: st.lists(one, max_size=3) | st.dictionaries(st.text(max_size=8), one, max_size=3)
)


@pytest.fixture(scope="module")
def schema() -> OpenApiSchema:
    return schemathesis.openapi.from_dict(dict(reference.description()))


@pytest.fixture
def app(cast: Cast) -> App:
    """It may do everything, all over the district."""
    return connect(
        cast,
        unit="QP-0201",
        scopes=tuple(one.key for one in scopes),
        ranges=[cast.units["QP"]],
        fields=["title", "mobile"],
        rate=5000,
        burst=5000,
    )


def sent(case: schemathesis.Case[Any], app: App) -> Any:
    """The request as it would go over the wire, put to Django."""
    headers = {"Authorization": f"Bearer {app.token}"}
    given_words = case.as_transport_kwargs(base_url="http://testserver", headers=headers)
    request = requests.Request(**given_words).prepare()
    parts = urlsplit(str(request.url))
    body = request.body or b""
    browser = Browser(raise_request_exception=False)
    return browser.generic(
        str(request.method),
        parts.path,
        body.encode() if isinstance(body, str) else body,
        content_type=str(request.headers.get("Content-Type", "application/octet-stream")),
        headers={name: value for name, value in request.headers.items() if name.lower() != "content-length"},
        query_params=dict(parse_qsl(parts.query, keep_blank_values=True)),
    )


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_made_up_by_the_description(path: str, method: str, app: App, schema: OpenApiSchema) -> None:
    operation = schema[path][method]

    @CALM
    @given(case=operation.as_strategy())
    def play(case: schemathesis.Case[Any]) -> None:
        answer = sent(case, app)
        assert answer.status_code < 500, (answer.status_code, case.as_curl_command())
        assert answer.headers["X-Request-ID"]
        if answer.status_code >= 400 and path != reference.TOKEN_PATH:
            assert answer.headers["Content-Type"] == PROBLEM, case.as_curl_command()
            assert answer.json()["request_id"] and answer.json()["detail"]

    play()


@pytest.mark.parametrize("call", sorted(one.path for one in wecom_calls))
def test_made_up_for_wecoms_face(call: str, app: App) -> None:
    one = next(one for one in wecom_calls if one.path == call)
    example: dict[str, Any] = json.loads(one.example) if one.method == "POST" and one.example else {}
    names = sorted(example) or ["tagid", "userid", "id", "department_id"]
    bodies = st.dictionaries(st.sampled_from(names), _JSON, max_size=len(names))

    @CALM
    @given(
        body=bodies, query=st.dictionaries(st.sampled_from(names), st.text("0a9-|", max_size=8), max_size=2)
    )
    def play(body: dict[str, Any], query: dict[str, str]) -> None:
        if one.method == "POST":
            answer = app.wecom(call, {**example, **body})
        else:
            answer = app.wecom(call, None, **query)
        assert answer["errcode"] != -1, (body, query)
        assert answer["request_id"] and answer["errmsg"]

    play()
