"""What people are told of tags: before and after one ends, and when a shared one is used for many."""

import datetime
from typing import Any

import pytest
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.platform.addressbook.tests import factories as people
from yiwang.platform.clients.tests.factories import App, connect
from yiwang.platform.messages.models import Message, Receipt
from yiwang.platform.org.actions import departures
from yiwang.platform.tags.actions import clock, share, use
from yiwang.platform.tags.actions import tag as acts
from yiwang.platform.tags.models import Tag, TagUse
from yiwang.platform.tags.queries import members, tags
from yiwang.platform.tags.rules.tag import WIDE_USE
from yiwang.platform.tags.tests.factories import mark, tag

pytestmark = pytest.mark.django_db


def test_expiry_tells_users_before_and_after(cast: Cast) -> None:
    today = timezone.localdate()
    one = tag(cast, valid_to=today + datetime.timedelta(days=7))
    mark(cast, one, "li")
    share.share_tag(one, units=[cast.units["QP-0302"].pk], actor=SYSTEM, viewer=cast.sun.principal())
    use.resolve(one.pk, actor=cast.wang.principal())
    assert tags.ending_soon(cast.qian.principal()) == 1 and tags.ending_soon(cast.gu.principal()) == 0
    assert clock.remind_ending(today=today, actor=SYSTEM) == 1
    assert clock.remind_ending(today=today + datetime.timedelta(days=1), actor=SYSTEM) == 0
    told = Message.objects.get(kind="tags.ending")
    last = one.valid_to or today
    assert told.title == f"标签“信息员”将于{last.month}月{last.day}日后停用"
    assert set(Receipt.objects.filter(message=told).values_list("person_id", flat=True)) == {
        cast.wang.person.pk,
        cast.gu.person.pk,
        cast.qian.person.pk,
    }
    assert acts.expire_due(today=today + datetime.timedelta(days=7), actor=SYSTEM) == 0
    assert acts.expire_due(today=today + datetime.timedelta(days=8), actor=SYSTEM) == 1
    one.refresh_from_db()
    assert one.state == Tag.State.SUSPENDED
    assert Message.objects.get(kind="tags.ended").summary.endswith("停用原因：有效期已满")
    assert str(Entry.objects.filter(verb="tags.suspended").latest("id")) == (
        "系统停用了标签信息员，事由：有效期已满"
    )


def test_wide_use_of_a_shared_tag_is_news(cast: Cast) -> None:
    one = tag(cast)
    share.share_tag(one, units=[cast.units["QP-0302"].pk], actor=SYSTEM, viewer=cast.sun.principal())
    wang, li = cast.wang.principal(), cast.li.principal()
    use.note_use(one, people=WIDE_USE, purpose="sent", about="防汛通知", actor=wang)
    use.note_use(one, people=WIDE_USE + 1, purpose="sent", about="防汛通知", actor=li)
    assert not Message.objects.filter(kind="tags.used_widely").exists(), "small, or its own"
    use.note_use(one, people=WIDE_USE + 1, purpose="sent", about="防汛通知", actor=wang)
    told = Message.objects.get(kind="tags.used_widely")
    assert told.title == "共享标签“信息员”被用于201人"
    assert told.summary == "徐泾镇王海涛以“防汛通知”使用了本单位共享的标签，涉及201人"
    assert [one.person_id for one in Receipt.objects.filter(message=told)] == [cast.qian.person.pk]
    assert list(TagUse.objects.order_by("pk").values_list("is_shared", flat=True)) == [True, False, True]


# The acceptance examples of tags (§4), down to the messages


def _sent(app: App, one: Tag, text: str = "请按时报送信息") -> dict[str, Any]:
    body = {"totag": str(one.pk), "msgtype": "text", "text": {"content": text}}
    return app.wecom("message/send", {"agentid": app.client.agent_id, **body})


def test_a_towns_application_sends_to_tags_shared_with_it_only(cast: Cast) -> None:
    """Example 1: 信息员 of 区委办公室 is shared with 各街镇, 值班员 is not."""
    shared, kept = tag(cast, unit="QP-0101"), tag(cast, "值班员", unit="QP-0101")
    for one in (shared, kept):
        mark(cast, one, "li", "wang")
    share.share_tag(shared, units=[cast.units["QP-03"].pk], actor=SYSTEM, viewer=cast.sun.principal())
    app = connect(cast, unit="QP-0302", scopes=("messages.send",), ranges=[cast.units["QP"]])
    answer = _sent(app, shared)
    assert answer["errcode"] == 0 and not answer.get("invalidtag")
    receivers = Receipt.objects.filter(message=Message.objects.latest("pk"))
    assert set(receivers.values_list("person_id", flat=True)) == {cast.li.person.pk, cast.wang.person.pk}
    assert TagUse.objects.get(tag=shared).client_id == app.client.client_id
    assert _sent(app, kept)["errcode"] == 81013
    acts.suspend_tag(shared, reason="整理", actor=SYSTEM)
    assert _sent(app, shared)["errcode"] == 81013


def test_an_organisation_with_12_living_and_one_deregistered_gets_12_messages(cast: Cast) -> None:
    """Example 4."""
    one = tag(cast, unit="QP-0302")
    mark(cast, one, units=("QP-0302",))
    there = len(members.person_ids(one))
    made = people.persons(cast, [f"干部{number}" for number in range(13 - there)])
    departures.deregister_person(made[0], departure="retired", day=timezone.localdate(), actor=SYSTEM)
    app = connect(cast, unit="QP-0302", scopes=("messages.send",))
    assert _sent(app, one)["errcode"] == 0
    receivers = Receipt.objects.filter(message=Message.objects.latest("pk"))
    assert receivers.count() == 12 and not receivers.filter(person=made[0]).exists()
