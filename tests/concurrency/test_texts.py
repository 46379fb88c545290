"""Batches of texts, their templates, drafts and replies, when two people act at the same moment."""

import datetime
from dataclasses import replace

import pytest
from django.utils import timezone

from tests import cast as the_cast
from tests.concurrency.crowd import at_once, refusals
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.accounts.actions import roles
from yiwang.platform.clients.tests.factories import connect
from yiwang.platform.messages.actions import batches, drafts, open_texts, quotas, replies, templates
from yiwang.platform.messages.gateways.interface import News
from yiwang.platform.messages.models import SmsBatch, SmsReply, TextTemplate
from yiwang.platform.messages.queries.audience import Audience
from yiwang.platform.messages.queries.pricing import Asked

pytestmark = pytest.mark.django_db(transaction=True)

MEETING = Asked(template_key="messages.meeting", words={"时间": "明日", "地点": "三楼", "会议": "例会"})


def to(crowd: the_cast.Cast, *logins: str) -> Audience:
    return Audience(persons=tuple(crowd.member(one).person.pk for one in logins))


def clerk(crowd: the_cast.Cast) -> None:
    town = crowd.units["QP-0301"]
    roles.grant_role(crowd.li.account, role="accounts.clerk", unit=town, actor=SYSTEM, reason="任命")


def test_two_approvers_of_a_batch() -> None:
    crowd = the_cast.standing()
    clerk(crowd)
    asked = Asked(purpose="other", text="请领取材料")
    batch = batches.submit(to(crowd, "qian"), asked, actor=crowd.li.principal())
    tang, zhao = crowd.tang.principal(), crowd.zhao.principal()
    results = at_once(
        lambda: batches.decide(batch.pk, agrees=True, opinion="", actor=tang),
        lambda: batches.decide(batch.pk, agrees=False, opinion="与工作无关", actor=zhao),
    )
    assert refusals(results) == [409]
    batch.refresh_from_db()
    assert batch.decider_name == ("赵明远" if batch.state == "refused" else "唐静宜")


def test_two_approvers_of_a_template() -> None:
    crowd = the_cast.standing()
    clerk(crowd)
    li, tang, zhao = (crowd.member(one).principal() for one in ("li", "tang", "zhao"))
    made = templates.write(name="材料领取", kind="other", text="请领取{材料}。", actor=li)
    templates.submit(made.pk, actor=li)
    results = at_once(
        lambda: templates.decide(made.pk, agrees=True, opinion="", actor=tang),
        lambda: templates.decide(made.pk, agrees=False, opinion="请写明地点", actor=zhao),
    )
    assert refusals(results) == [409]


def test_two_revisions_of_a_template() -> None:
    """One draft of the next version, whoever was first."""
    crowd = the_cast.standing()
    clerk(crowd)
    li, tang = crowd.li.principal(), crowd.tang.principal()
    made = templates.write(name="材料领取", kind="other", text="请领取{材料}。", actor=li)
    templates.submit(made.pk, actor=li)
    templates.decide(made.pk, agrees=True, opinion="", actor=tang)
    results = at_once(
        lambda: templates.begin_version(made.pk, actor=li),
        lambda: templates.begin_version(made.pk, actor=tang),
    )
    assert refusals(results) == [409]
    assert TextTemplate.objects.filter(code=made.code).count() == 2


def test_the_last_of_a_quota_is_spent_once() -> None:
    crowd = the_cast.standing()
    town = crowd.units["QP-0301"]
    quotas.set_quota(town.pk, monthly=3, reason="测试", actor=crowd.sun.principal())
    tang, zhao = crowd.tang.principal(), crowd.zhao.principal()
    results = at_once(
        lambda: batches.submit(to(crowd, "li", "qian"), MEETING, actor=tang),
        lambda: batches.submit(to(crowd, "zhou", "zhao"), MEETING, actor=zhao),
    )
    assert refusals(results) == [409] and SmsBatch.objects.count() == 1


def test_a_draft_is_submitted_once() -> None:
    crowd = the_cast.standing()
    tang = crowd.tang.principal()
    draft = drafts.keep(to(crowd, "li"), MEETING, actor=tang)
    results = at_once(
        lambda: drafts.submit(draft.pk, to(crowd, "li"), MEETING, actor=tang),
        lambda: drafts.submit(draft.pk, to(crowd, "li"), MEETING, actor=tang),
    )
    assert refusals(results) == [409] and SmsBatch.objects.exclude(number=None).count() == 1


def test_cancelled_or_sent_but_not_both() -> None:
    crowd = the_cast.standing()
    tang = crowd.tang.principal()
    tomorrow = timezone.now() + datetime.timedelta(days=1)
    batch = batches.submit(to(crowd, "li"), replace(MEETING, due_at=tomorrow), actor=tang)
    due = batch.due_at
    assert due is not None
    cancelled, released = at_once(
        lambda: batches.cancel(batch.pk, actor=tang).state,
        lambda: batches.release(now=due, actor=SYSTEM),
    )
    batch.refresh_from_db()
    assert (cancelled == "cancelled") == (batch.state == "cancelled") == (released == 0)


def test_two_settle_a_reply() -> None:
    crowd = the_cast.standing()
    news = News(mobile=crowd.zhou.person.mobile, text="明天开会吗")
    reply = replies.take_reply(news, now=timezone.now(), actor=SYSTEM)
    tang, zhao = crowd.tang.principal(), crowd.zhao.principal()
    results = at_once(
        lambda: replies.handle(reply.pk, note="已电话答复", actor=tang),
        lambda: replies.handle(reply.pk, note="已短信答复", actor=zhao),
    )
    assert refusals(results) == [409]
    assert SmsReply.objects.get().state == "handled"


def test_an_application_asks_twice_at_once() -> None:
    crowd = the_cast.standing()
    app = connect(crowd, unit="QP-0301", scopes=("messages.sms",), ranges=[crowd.units["QP"]])
    words = {"时间": "今日9:00起", "带班领导": "赵明远"}

    def ask() -> str:
        texted = open_texts.send(
            template="messages.duty",
            words=words,
            persons=[crowd.li.person.pk],
            dedupe_id="D-1",
            actor=app.caller,
        )
        return str(texted.batch)

    first, second = at_once(ask, ask)
    assert first == second and SmsBatch.objects.count() == 1
