"""Texts with marks: what is read, what stays words, and that nobody's HTML reaches a reader."""

import pytest
from django.conf import settings
from django.test import Client as Browser

from tests.cast import Cast
from yiwang.platform.clients.tests.factories import App, connect
from yiwang.platform.messages.models import Message, Receipt, RichText
from yiwang.platform.messages.models.rich_text import Span, links, plain, read

OWN = "https://app.qingpu.test/1"
WECOM = f"""# 防汛通知
请**各村居**于<font color="warning">今日18:00</font>前反馈。
> 水位：<font color="info">3.42米</font>
> 来源：<font color=\"comment\">水务局</font>
执行 `巡查` 后[填报]({OWN})，说明见[外网](https://evil.test/)。"""


def spans(text: str, *, leads: bool = True) -> list[Span]:
    (block,) = read(text, lambda address: leads)
    (line,) = block.lines
    return line


def test_what_wecom_knows() -> None:
    blocks = read(WECOM, lambda address: address == OWN)
    assert [(one.kind, len(one.lines)) for one in blocks] == [
        ("h1", 1),
        ("text", 1),
        ("quote", 2),
        ("text", 1),
    ]
    assert blocks[1].lines[0] == [
        Span("请"),
        Span("各村居", bold=True),
        Span("于"),
        Span("今日18:00", colour="warning"),
        Span("前反馈。"),
    ]
    assert blocks[2].lines[1] == [Span("来源："), Span("水务局", colour="comment")]
    assert blocks[3].lines[0][1:4] == [Span("巡查", code=True), Span(" 后"), Span("填报", url=OWN)]
    assert blocks[3].lines[0][5] == Span("外网"), "a foreign address is not kept"
    assert links(blocks) == [OWN]
    assert plain(blocks).startswith("防汛通知\n请各村居于今日18:00前反馈。\n水位：3.42米")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**一半", [Span("**"), Span("一半")]),
        ("**甲** 和 **", [Span("甲", bold=True), Span(" 和 "), Span("**")]),
        ("`**不是粗体**`", [Span("**不是粗体**", code=True)]),
        ("#不是标题", [Span("#不是标题")]),
        ('<font color="red">红</font>', [Span('<font color="red">红')]),
        ("<font color='INFO'>绿</font>", [Span("绿", colour="info")]),
        ("[空]()", [Span("[空]()")]),
        ("", []),
    ],
)
def test_what_stays_words(text: str, expected: list[Span]) -> None:
    assert spans(text) == expected


HOSTILE = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "[点](javascript:alert(1))",
    "[点](JaVaScRiPt:alert`1`)",
    "[点](data:text/html,<script>alert(1)</script>)",
    '[点](https://app.qingpu.test/"onmouseover="alert(1))',
    "[点](https://app.qingpu.test@evil.test/)",
    "[点](//evil.test)",
    '<font color="info" onclick="alert(1)">甲</font>',
    '<font color="info"><script>alert(1)</script></font>',
    "`<script>alert(1)</script>`",
    "# <svg onload=alert(1)>",
    "> <a href=javascript:alert(1)>甲</a>",
    "**<b onclick=alert(1)>甲</b>**",
    "{{ 7 * 7 }}{% raw %}",
    "甲\u202e乙",
]


@pytest.fixture
def app(cast: Cast) -> App:
    return connect(cast, scopes=("messages.send",), ranges=[cast.units["QP"]])


def page(cast: Cast, app: App, content: str) -> str:
    body = {"touser": str(cast.li.person.pk), "msgtype": "markdown", "markdown": {"content": content}}
    answer = app.wecom("message/send", body)
    assert answer["errcode"] == 0, answer
    receipt = Receipt.objects.get(message=answer["msgid"], person=cast.li.person)
    browser = Browser()
    browser.cookies[settings.SESSION_COOKIE] = cast.li.token()
    shown = browser.get(f"/messages/{receipt.pk}/")
    assert shown.status_code == 200 and "unsafe-inline" not in shown.headers["Content-Security-Policy"]
    return shown.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("content", HOSTILE)
def test_hostile_words_are_words(cast: Cast, app: App, content: str) -> None:
    shown = page(cast, app, f"通知\n{content}")
    text = shown[shown.index('class="letter-text rich-text"') :]
    text = text[: text.index("<details")]
    for mark in (
        "<script",
        "<img",
        "<svg",
        "<font",
        'onclick="',
        'href="javascript',
        'href="data',
        'evil.test"',
    ):
        assert mark not in text.lower()
    assert "<a " not in text, "no link leads anywhere but to the application"
    assert "\u202e" not in text


@pytest.mark.django_db
def test_a_reader_sees_the_marks(cast: Cast, app: App) -> None:
    shown = page(cast, app, WECOM)
    for part in (
        "<h3>防汛通知</h3>",
        "<b>各村居</b>",
        '<span class="rich-warning">今日18:00</span>',
        "<blockquote>水位：",
        "<code>巡查</code>",
        f'href="{OWN}" target="_blank" rel="noopener noreferrer">填报</a>',
    ):
        assert part in shown
    message = Message.objects.latest("pk")
    assert message.title == "防汛通知" and message.url == OWN and "**" not in message.summary


@pytest.mark.django_db
def test_too_long_is_refused(cast: Cast, app: App) -> None:
    body = {"touser": str(cast.li.person.pk), "msgtype": "markdown", "markdown": {"content": "长" * 683}}
    assert app.wecom("message/send", body)["errcode"] == 45002
    assert not RichText.objects.exists() and not Message.objects.exists()
    body["markdown"] = {"content": "长" * 682}
    assert app.wecom("message/send", body)["errcode"] == 0
    assert len(Message.objects.get().summary) == 500
