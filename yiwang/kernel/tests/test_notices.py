"""One-shot notices: said once, on the next page, and by nobody else."""

from django.core import signing
from django.http import HttpResponse
from django.test import Client, RequestFactory

from yiwang.kernel import notices
from yiwang.kernel.tests.urls import of_htmx


def test_said_once_after_a_redirect(browser: Client) -> None:
    answer = browser.get("/save/", follow=True)
    text = answer.content.decode()
    assert "已保存" in text
    assert "附件未上传" in text
    assert "已保存" not in browser.get("/plain/").content.decode()


def test_a_fragment_does_not_use_it_up(browser: Client) -> None:
    browser.get("/save/")
    browser.get("/refuse/?status=409", headers=of_htmx())
    assert "已保存" in browser.get("/plain/").content.decode()


def test_a_forged_notice_is_ignored(browser: Client) -> None:
    browser.cookies[notices.COOKIE] = signing.dumps([["点击领取奖金", "info"]], salt="another")
    assert "奖金" not in browser.get("/plain/").content.decode()
    browser.cookies[notices.COOKIE] = "rubbish"
    assert browser.get("/plain/").status_code == 200


def test_markup_is_text() -> None:
    response = notices.notice(HttpResponse(), "<b>张三</b>")
    request = RequestFactory().get("/")
    request.COOKIES[notices.COOKIE] = response.cookies[notices.COOKIE].value
    assert notices.pending(request) == [notices.Notice("<b>张三</b>")]


def test_on_the_page_being_rendered() -> None:
    request = notices.notice(RequestFactory().get("/"), "请核对", "info")
    assert notices.pending(request) == [notices.Notice("请核对", "info")]


def test_the_cookie_is_short_lived_and_bounded() -> None:
    response = HttpResponse()
    for number in range(9):
        notices.notice(response, f"第{number}条")
    cookie = response.cookies[notices.COOKIE]
    assert cookie["max-age"] == 60
    assert cookie["httponly"]
    request = RequestFactory().get("/")
    request.COOKIES[notices.COOKIE] = cookie.value
    assert [one.text for one in notices.pending(request)] == [f"第{number}条" for number in range(4, 9)]
