"""Cards of the demonstration's application: one of each kind, some answered, so that the inbox shows them."""

import datetime
from collections.abc import Sequence
from pathlib import Path

from django.utils import timezone

from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.extension.messages import Category
from yiwang.kernel.extension.open_calls import Caller
from yiwang.platform.messages.actions import cards, open_messages
from yiwang.platform.messages.actions.open_messages import CardDraft
from yiwang.platform.messages.models import CardPicture
from yiwang.platform.messages.models.card_content import (
    Button,
    Content,
    Emphasis,
    Layout,
    Link,
    Option,
    Picture,
    Question,
    Quote,
    Row,
    Section,
    Source,
)

_DATA = Path(__file__).parent / "data"
_PICTURES = ("rivers.png", "lake.png")  # by the last part of their addresses


def send(caller: Caller, persons: Sequence[int], *, host: str) -> None:
    """The oldest first."""
    source = Source("河湖巡查", f"https://{host}/static/rivers.png")
    for content, task_id in _cards(host):
        content.source = source
        sent = open_messages.send(
            category=Category.REMINDER,
            title="",
            persons=[str(one) for one in persons],
            card=CardDraft(content, task_id),
            actor=caller,
        )
        _bring_pictures(sent.message.pk)
        if task_id == "HH-bank-11":
            open_messages.change_card(
                sent.message.pk, content=_decided(content), label="已同意", actor=caller
            )


def _bring_pictures(message_id: int) -> None:
    """The application's host does not exist; its pictures are here."""
    for one in CardPicture.objects.filter(card__message=message_id):
        name = one.url.rpartition("/")[2]
        if name in _PICTURES:
            content = (_DATA / name).read_bytes()
            cards.keep_picture(
                one, kind="image/png", content=content, failure="", actor=SYSTEM, now=timezone.now()
            )


def _day(ahead: int) -> str:
    day = timezone.localdate() + datetime.timedelta(days=ahead)
    return f"{day.month}月{day.day}日（周{'一二三四五六日'[day.weekday()]}）"


def _cards(host: str) -> list[tuple[Content, str]]:
    here = f"https://{host}"
    return [*_told(here), *_asked(here)]


def _told(here: str) -> list[tuple[Content, str]]:
    """One that was decided, and two that only tell."""
    return [
        (
            Content(
                Layout.BUTTONS,
                "岸线临时占用申请",
                "镇水务站提交，待审批",
                rows=[Row("位置", "漕港河K2+300至K2+420"), Row("期限", f"{_day(1)}至{_day(15)}")],
                url=f"{here}/banks/11",
                buttons=_agree(),
            ),
            "HH-bank-11",
        ),
        (
            Content(
                Layout.PICTURE,
                "淀山湖岸线整治一期完工",
                "累计整治岸线3.6公里，清退占用点位17处",
                picture=Picture(f"{here}/static/lake.png", "淀山湖畔的村落和石桥"),
                sections=[Section("下一步", "下月起开展二期勘测，请各村居河长配合现场踏勘。")],
                url=f"{here}/news/36",
            ),
            "",
        ),
        (
            Content(
                Layout.NOTICE,
                "淀山湖水位超过警戒线",
                f"{_day(0)}7时，商榻站",
                emphasis=Emphasis("3.42米", "超警戒水位0.12米"),
                note="24小时内预计上涨0.05米，请各河段按预案加密巡查。",
                rows=[Row("责任河长", "镇级河长"), Row("巡查频次", "每4小时一次")],
                links=[Link("查看水位曲线", f"{here}/levels/1"), Link("防汛预案", f"{here}/plans/4")],
                url=f"{here}/alarms/208",
            ),
            "",
        ),
    ]


def _asked(here: str) -> list[tuple[Content, str]]:
    """Those that wait for an answer."""
    return [
        (
            Content(
                Layout.CHOICES,
                "河长制工作例会回执",
                f"{_day(3)}14:00，镇政府三楼会议室",
                questions=[
                    _question("attend", "参会情况", "本人参会", "委托他人", "请假"),
                    _question("traffic", "交通方式", "自行前往", "乘坐统一车辆"),
                ],
                buttons=[Button("提交回执", "submit", style="primary")],
            ),
            "HH-meeting-28",
        ),
        (
            Content(
                Layout.VOTE,
                "四季度巡河培训时间",
                "请选择您方便的时间，可多选",
                questions=[_question("when", "", f"{_day(7)}上午", f"{_day(8)}下午", f"{_day(9)}上午")],
                buttons=[Button("提交", "submit", style="primary")],
            ),
            "HH-training-4",
        ),
        (
            Content(
                Layout.BUTTONS,
                "请假申请",
                "待您审批",
                quote=Quote("事由", "孩子学校家长会，当日巡河由大新街居委会协管员代为完成。"),
                rows=[
                    Row("申请人", "周月娥"),
                    Row("时间", f"{_day(2)}下午"),
                    Row("代办人", "大新街居委会协管员"),
                ],
                buttons=_agree(),
                menu=[Button("转为待办", "todo"), Button("今日不再提醒", "mute")],
                url=f"{here}/leaves/31",
            ),
            "HH-leave-31",
        ),
    ]


def _agree() -> list[Button]:
    return [Button("同意", "agree", style="primary"), Button("拒绝", "refuse")]


def _question(key: str, title: str, *texts: str) -> Question:
    options = [Option(f"{key}-{number}", text) for number, text in enumerate(texts, start=1)]
    return Question(key, title, is_many=not title, options=options)


def _decided(content: Content) -> Content:
    """As the application shows it when somebody has decided."""
    content.text = f"已于{_day(0)}审批"
    return content
