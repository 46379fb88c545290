"""Stories about texts: templates in every state, batches sent, waiting and kept, what people wrote back."""

import datetime
from collections.abc import Callable

from django.utils import timezone

from yiwang.kernel.actor import SYSTEM
from yiwang.platform.accounts.models import Account
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.messages.actions import batches, drafts, quotas, replies, sms, templates
from yiwang.platform.messages.gateways.interface import Answer, News
from yiwang.platform.messages.models import SmsBatch, SmsText, TextTemplate
from yiwang.platform.messages.queries.audience import Audience
from yiwang.platform.messages.queries.pricing import Asked
from yiwang.site.demo.stage import Stage

_TOWN, _OFFICE = "朱家角镇", "党政办公室"
_MEETING = {"时间": "明日9:00", "地点": "三楼会议室", "会议": "防汛防台工作例会"}
_QUOTAS = ((_TOWN, 3_000, "试运行期额度"), ("徐泾镇", 5_000, "年度任务较多"), ("区水务局", 8_000, "防汛通知"))


def templates_of_the_town(stage: Stage) -> None:
    """短信模板: in use in its second version, waiting, returned, a draft; one for the whole district."""
    templates.ship_templates()  # where the district was loaded into emptied tables
    tang, zhao = stage.actor("tang"), stage.actor("zhao")
    papers = _agreed(
        tang,
        zhao,
        name="材料领取",
        kind="other",
        text="{姓名}：请于{时间}到{地点}领取材料。",
        samples={"时间": "11月27日16:00前", "地点": "二楼文印室"},
    )
    second = templates.begin_version(papers.pk, actor=tang)
    templates.change(
        second.pk,
        name="材料领取",
        kind="other",
        text="{姓名}同志：请于{时间}到{地点}领取材料，可委托他人代领。",
        samples={"时间": "11月27日16:00前", "地点": "二楼文印室"},
        actor=tang,
    )
    templates.submit(second.pk, actor=tang)
    templates.decide(second.pk, agrees=True, opinion="同意", actor=zhao)
    waiting = templates.write(
        name="防汛巡查到岗",
        kind="emergency",
        text="{姓名}：{河段}水位超警，请于{时间}前到岗巡查并回复。",
        samples={"河段": "淀浦河", "时间": "今日18:00"},
        actor=tang,
    )
    templates.submit(waiting.pk, actor=tang)
    returned = templates.write(
        name="培训通知",
        kind="meeting",
        text="请参加{时间}的培训。",
        samples={"时间": "周五14:00"},
        actor=tang,
    )
    templates.submit(returned.pk, actor=tang)
    templates.decide(returned.pk, agrees=False, opinion="请写明地点和培训内容", actor=zhao)
    templates.write(
        name="督办反馈", kind="supervision", text="{事项}请于{时间}前书面反馈。", samples={}, actor=tang
    )
    sun, luo = stage.actor("sun"), stage.actor("luo")
    common = templates.write(
        name="系统维护通知",
        kind="other",
        text="“一网协同”平台将于{时间}维护，期间{影响}。",
        samples={"时间": "今晚22:00至24:00", "影响": "暂停登录"},
        for_district=True,
        actor=sun,
    )
    templates.submit(common.pk, actor=sun)
    templates.decide(common.pk, agrees=True, opinion="", actor=luo)
    templates.note_report(common.pk, number="QP-SMS-2026-0007", actor=sun)


def _agreed(by: Principal, agrees: Principal, **words: object) -> TextTemplate:
    made = templates.write(**words, actor=by)  # type: ignore[arg-type]
    templates.submit(made.pk, actor=by)
    return templates.decide(made.pk, agrees=True, opinion="同意", actor=agrees)


def quotas_of_units(stage: Stage) -> None:
    """短信额度: three units have one of their own."""
    for name, monthly, reason in _QUOTAS:
        quotas.set_quota(stage.unit(name).pk, monthly=monthly, reason=reason, actor=stage.actor("sun"))


def a_meeting_is_told(stage: Stage) -> None:
    """短信批次: sent, signed for by some; one to the whole town waits; one is planned; one is a draft."""
    tang = stage.actor("tang")
    office, town = stage.unit(_TOWN, _OFFICE), stage.unit(_TOWN)
    asked = Asked(template_key="messages.meeting", words=_MEETING, need_receipt=True)
    _sent(batches.submit(Audience(units=(office.pk,)), asked, actor=tang))
    batches.submit(
        Audience(units=(town.pk,)),
        Asked(purpose="other", text="{姓名}：请于周五前在平台核对本人通讯录信息。"),
        actor=tang,
    )
    later = timezone.localtime() + datetime.timedelta(days=1)
    duty = Asked(
        template_key="messages.duty",
        words={"时间": "周六9:00起", "带班领导": "值班表所列带班领导"},
        due_at=later.replace(hour=17, minute=0, second=0, microsecond=0),
    )
    batches.submit(Audience(units=(office.pk,)), duty, actor=tang)
    draft = Asked(template_key="messages.supervision", words={"事项": "河道整治“回头看”"})
    drafts.keep(Audience(units=(office.pk,)), draft, actor=tang)


def _sent(batch: SmsBatch) -> None:
    """Through the carrier; a third signs, one writes something else, one writes to nothing that was sent."""
    now = batch.due_at or timezone.now()
    if batch.state == SmsBatch.State.PENDING:
        return
    while batches.release(now=now, actor=SYSTEM):
        pass
    texts = list(SmsText.objects.filter(batch=batch).order_by("pk"))
    for place, text in enumerate(texts):
        answer = Answer(carrier_id=f"DEMO-{text.pk}", is_delivered=True)
        sms.settle(text, answer, now=now, actor=SYSTEM)
        moment = now + datetime.timedelta(minutes=place + 1)
        if place % 3 == 0:
            replies.take_reply(News(mobile=text.mobile, text="1"), now=moment, actor=SYSTEM)
    batches.finish(now=now, actor=SYSTEM)
    if texts:
        replies.take_reply(
            News(mobile=texts[-1].mobile, text="在市里开会，请假"),
            now=now + datetime.timedelta(minutes=30),
            actor=SYSTEM,
        )


def somebody_asks_back(stage: Stage) -> None:
    """上行短信 that answers nothing waits for the office; one from a number nobody knows is settled."""
    zhou = Account.objects.get_queryset().select_related("person").get(login_name="zhou").person
    now = timezone.now()
    replies.take_reply(News(mobile=zhou.mobile, text="请问明天的会改期了吗"), now=now, actor=SYSTEM)
    unknown = News(mobile="13900001234", text="打错了，请勿再发")
    settled = replies.take_reply(unknown, now=now - datetime.timedelta(hours=3), actor=SYSTEM)
    replies.handle(settled.pk, note="号码不属于本区人员，已核对未再发送", actor=stage.actor("sun"))


STORIES: tuple[Callable[[Stage], None], ...] = (
    templates_of_the_town,
    quotas_of_units,
    a_meeting_is_told,
    somebody_asks_back,
)
