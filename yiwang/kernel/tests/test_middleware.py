"""Request ids, log lines, content security policy, and refusals in all their shapes."""

import json
import logging
import re

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from yiwang.kernel import logs, middleware, request_context, shell
from yiwang.kernel.addresses import client_address
from yiwang.kernel.tests.urls import SECRET, of_htmx

JSON = {"Accept": "application/json"}


class TestRequestContext:
    def test_every_answer_has_an_id(self, browser: Client) -> None:
        first, second = browser.get("/plain/"), browser.get("/plain/")
        assert re.fullmatch(r"[0-9a-f]{20}", first["X-Request-ID"])
        assert first["X-Request-ID"] != second["X-Request-ID"]

    def test_a_sane_id_from_outside_is_kept(self, browser: Client) -> None:
        assert (
            browser.get("/plain/", headers={"X-Request-ID": "gateway-0001"})["X-Request-ID"] == "gateway-0001"
        )

    @pytest.mark.parametrize(
        "bad", ["short", "x" * 65, "has space 123", "日志注入日志注入日志", 'a"b{}12345']
    )
    def test_a_strange_id_is_replaced(self, browser: Client, bad: str) -> None:
        assert browser.get("/plain/", headers={"X-Request-ID": bad})["X-Request-ID"] != bad

    def test_the_context_ends_with_the_request(self, browser: Client) -> None:
        browser.get("/plain/")
        assert request_context.current() == request_context.RequestContext()

    def test_the_log_line_holds_no_query_and_no_person(
        self, browser: Client, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.INFO, "yiwang.request"):
            browser.get("/page/?q=王伟")
        (record,) = [one for one in caplog.records if one.name == "yiwang.request"]
        line = json.loads(logs.JsonFormatter().format(record))
        assert line["route"] == "tests:page"
        assert (line["method"], line["status"], line["account"]) == ("GET", 200, 0)
        assert line["ms"] >= 0
        assert "王" not in json.dumps(line, ensure_ascii=False)

    def test_static_files_and_health_are_not_logged(
        self, browser: Client, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.INFO, "yiwang.request"):
            assert b"--blue-600" in browser.get("/static/yiwang.css").getvalue()
        assert not caplog.records

    @pytest.mark.parametrize(
        ("proxies", "forwarded", "address"),
        [
            (0, "203.0.113.9", "127.0.0.1"),
            (1, "10.9.9.9, 203.0.113.9", "203.0.113.9"),
            (2, "203.0.113.9, 10.0.0.2", "203.0.113.9"),
            (2, "203.0.113.9", "127.0.0.1"),
            (1, "", "127.0.0.1"),
        ],
    )
    def test_client_address(self, settings: Settings, proxies: int, forwarded: str, address: str) -> None:
        """Only what our own proxies wrote is believed: entries further left may be forged."""
        settings.TRUSTED_PROXIES = proxies
        request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded})
        assert client_address(request) == address


class TestContentSecurityPolicy:
    def test_the_policy_is_strict(self, browser: Client) -> None:
        policy = browser.get("/page/")["Content-Security-Policy"]
        rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
        assert rules["default-src"] == "'none'"
        assert (
            rules["script-src"]
            == rules["style-src"]
            == rules["connect-src"]
            == rules["form-action"]
            == "'self'"
        )
        assert rules["frame-ancestors"] == rules["base-uri"] == "'none'"
        assert "unsafe" not in policy

    def test_pages_need_nothing_inline(self, browser: Client) -> None:
        """What the policy forbids must not be there: style attributes, handlers, inline scripts."""
        for part in ("marks", "people", "cards", "lists", "tables", "forms", "feedback", "tree", "plain"):
            text = browser.get(f"/styleguide/{part}/").content.decode()
            assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:", text), part
            assert not re.search(r"<script(?![^>]*\ssrc=)", text), part

    def test_a_nonce_appears_when_it_is_used(self, browser: Client) -> None:
        def answer(request: HttpRequest) -> HttpResponse:
            return HttpResponse(shell.csp_nonce(request) if request.GET else "")

        guarded = middleware.ContentSecurityPolicy(answer)
        assert "nonce" not in guarded(RequestFactory().get("/")).headers["Content-Security-Policy"]
        used = guarded(RequestFactory().get("/?use=1"))
        assert isinstance(used, HttpResponse)
        assert f"script-src 'self' 'nonce-{used.content.decode()}'" in used["Content-Security-Policy"]
        again = guarded(RequestFactory().get("/?use=1"))
        assert used["Content-Security-Policy"] != again.headers["Content-Security-Policy"]

    def test_errors_have_it_too(self, browser: Client) -> None:
        for address in ("/refuse/?status=403", "/crash/", "/nowhere/", "/api/crash/"):
            assert "default-src 'none'" in browser.get(address)["Content-Security-Policy"]


class TestRefusals:
    @pytest.mark.parametrize("status", [400, 403, 404, 409, 422, 423, 429])
    def test_as_a_page(self, browser: Client, status: int) -> None:
        answer = browser.get(f"/refuse/?status={status}")
        text = answer.content.decode()
        assert answer.status_code == status
        assert answer["Content-Type"].startswith("text/html")
        assert "您没有“查看敏感信息”权限" in text
        assert "E-PERM-01" in text
        assert answer["X-Request-ID"] in text
        assert answer["Retry-After"] == "60"

    def test_as_problem_json_below_api(self, browser: Client) -> None:
        answer = browser.get("/api/refuse/?status=409")
        assert answer.status_code == 409
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json() == {
            "type": "urn:yiwang:error:E-PERM-01",
            "title": "当前不能执行该操作",
            "status": 409,
            "detail": "您没有“查看敏感信息”权限",
            "code": "E-PERM-01",
            "request_id": answer["X-Request-ID"],
        }

    def test_as_problem_json_with_the_fields(self, browser: Client) -> None:
        assert browser.get("/api/wrong/").json()["fields"] == {"name": "姓名不能为空"}
        assert browser.get("/wrong/", headers=JSON).json()["fields"] == {"name": "姓名不能为空"}

    def test_as_a_toast_for_htmx(self, browser: Client) -> None:
        answer = browser.get("/refuse/?status=409", headers=of_htmx())
        assert answer.status_code == 409
        assert (answer["HX-Retarget"], answer["HX-Reswap"]) == ("#toasts", "beforeend")
        assert "<html" not in answer.content.decode()
        assert "您没有“查看敏感信息”权限" in answer.content.decode()

    def test_a_boosted_page_is_a_page(self, browser: Client) -> None:
        answer = browser.get("/refuse/?status=409", headers={**of_htmx(), "HX-Boosted": "true"})
        assert "<html" in answer.content.decode()

    def test_who_is_logged_out_goes_to_the_login_page(self, browser: Client) -> None:
        answer = browser.get("/refuse/?status=401&x=1")
        assert answer.status_code == 303
        assert answer["Location"] == "/login/?next=%2Frefuse%2F%3Fstatus%3D401%26x%3D1"

    def test_a_fragment_sends_the_whole_page_to_login(self, browser: Client) -> None:
        answer = browser.get("/refuse/?status=401", headers=of_htmx())
        assert answer.status_code == 401
        assert answer["HX-Redirect"] == "/login/?next=%2Fpage%2F%3Ftab%3D2"

    def test_programs_get_401(self, browser: Client) -> None:
        assert browser.get("/api/refuse/?status=401").status_code == 401

    @pytest.mark.parametrize("address", ["/missing/", "/nowhere/", "/styleguide/nonsense/"])
    def test_hidden_and_absent_answer_alike(self, browser: Client, address: str) -> None:
        answer = browser.get(address)
        assert answer.status_code == 404
        assert "未找到该内容" in answer.content.decode()
        assert "person 17" not in answer.content.decode()
        assert browser.get(address, headers=JSON).json()["code"] == "E-NOTF-01"

    def test_djangos_own_refusals_get_our_words(self, browser: Client) -> None:
        assert "您没有权限执行该操作" in browser.get("/forbidden/").content.decode()
        assert browser.get("/suspicious/").status_code == 400
        assert "tampered" not in browser.get("/suspicious/").content.decode()

    def test_the_wrong_method(self, browser: Client) -> None:
        answer = browser.get("/only-post/")
        assert (answer.status_code, answer["Allow"]) == (405, "POST")
        assert "不支持的操作方式" in answer.content.decode()

    def test_a_form_that_is_not_ours(self, browser: Client, settings: Settings) -> None:
        strict = Client(enforce_csrf_checks=True)
        answer = strict.post("/only-post/")
        assert answer.status_code == 403
        assert "页面已失效，请刷新后重新提交" in answer.content.decode()
        assert strict.post("/only-post/", headers=JSON).json()["code"] == "E-CSRF-01"


class TestUnexpectedErrors:
    @pytest.mark.parametrize("headers", [{}, of_htmx(), JSON])
    def test_nothing_leaks_but_the_id(
        self, browser: Client, headers: dict[str, str], caplog: pytest.LogCaptureFixture
    ) -> None:
        answer = browser.get("/crash/", headers=headers)
        text = answer.content.decode()
        assert answer.status_code == 500
        for leak in ("hunter2", "310199", "RuntimeError", "Traceback", "urls.py"):
            assert leak not in text
        if headers != of_htmx():
            assert answer["X-Request-ID"] in text

    def test_it_is_logged_with_the_id_and_without_numbers(
        self, browser: Client, caplog: pytest.LogCaptureFixture
    ) -> None:
        lines: list[str] = []
        formatter = logs.JsonFormatter()

        class Keep(logging.Handler):
            def emit(self, record: logging.LogRecord) -> None:
                lines.append(formatter.format(record))

        logger = logging.getLogger("yiwang.error")
        handler = Keep()
        logger.addHandler(handler)
        try:
            answer = browser.get("/crash/")
        finally:
            logger.removeHandler(handler)
        (line,) = [json.loads(text) for text in lines]
        assert line["exception"] == "RuntimeError"
        assert line["request_id"] == answer["X-Request-ID"]
        assert "crash" in line["trace"]
        assert "310199199001011234" not in line["trace"]

    def test_an_error_page_that_fails_is_plain_text(
        self, browser: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object, **__: object) -> None:
            raise RuntimeError(SECRET)

        monkeypatch.setattr("yiwang.kernel.responses.render", fail)
        answer = browser.get("/crash/")
        assert answer.status_code == 500
        assert answer["Content-Type"] == "text/plain; charset=utf-8"
        assert answer["X-Request-ID"] in answer.content.decode()
