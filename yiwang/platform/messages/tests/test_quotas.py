"""短信额度: who sets it, what counts, what is said at 80 % and at the end; the monthly report."""

import pytest
from django.utils import timezone
from pytest_django import Settings

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.platform.messages import rules
from yiwang.platform.messages.actions import batches, quotas
from yiwang.platform.messages.models import Message, SmsBatch, TextQuota
from yiwang.platform.messages.queries import quotas as queries
from yiwang.platform.messages.queries.audience import Audience
from yiwang.platform.messages.queries.pricing import Asked
from yiwang.platform.messages.tests.test_text_templates import as_member

pytestmark = pytest.mark.django_db

MEETING = Asked(template_key="messages.meeting", words={"时间": "明日", "地点": "三楼", "会议": "例会"})
EMERGENCY = Asked(template_key="messages.emergency", words={"情况": "水位超警", "要求": "到岗"})


def submit(cast: Cast, *logins: str, asked: Asked = MEETING) -> SmsBatch:
    to = Audience(persons=tuple(cast.member(one).person.pk for one in logins))
    return batches.submit(to, asked, actor=cast.tang.principal())


def set_town(cast: Cast, monthly: int) -> TextQuota:
    town = cast.units["QP-0301"].pk
    return quotas.set_quota(town, monthly=monthly, reason="年度任务", actor=cast.sun.principal())


def test_the_default_until_one_is_set(cast: Cast, settings: Settings) -> None:
    settings.SMS_MONTHLY_QUOTA = 7
    town, now = cast.units["QP-0301"], timezone.localtime()
    assert queries.standing(town, now=now).quota == 7
    own = set_town(cast, 100)
    assert queries.standing(town, now=now).quota == 100
    line = Entry.objects.latest("id")
    assert str(line) == "孙建国设置了朱家角镇的短信月额度，事由：年度任务"
    assert line.changed_fields["monthly"] == [7, 100] and own.changed_by_name == "孙建国"


@pytest.mark.parametrize(
    ("login", "unit", "given", "status"),
    [
        ("tang", "QP-0301", (5, "年度任务"), 403),
        ("qian", "QP-0301", (5, "年度任务"), 403),
        ("sun", "QP-0301-01", (5, "年度任务"), 404),
        ("sun", "QP-0301", (-1, "年度任务"), 422),
        ("sun", "QP-0301", (5, " "), 422),
    ],
)
def test_what_is_refused(cast: Cast, login: str, unit: str, given: tuple[int, str], status: int) -> None:
    with pytest.raises(Refused) as refusal:
        actor = cast.member(login).principal()
        quotas.set_quota(cast.units[unit].pk, monthly=given[0], reason=given[1], actor=actor)
    assert refusal.value.status == status and not TextQuota.objects.exists()


def test_used_up_it_says_what_to_do(cast: Cast) -> None:
    set_town(cast, 2)
    submit(cast, "li")
    with pytest.raises(Refused) as refusal:
        submit(cast, "li", "qian")
    assert refusal.value.message == (
        "本单位本月短信额度不足，剩余1条，本次需2条。"
        "可减少接收人、缩短内容，或由办公室联系系统管理员调整额度；应急、值班短信不占额度"
    )
    assert SmsBatch.objects.count() == 1


def test_emergency_and_duty_go_all_the_same(cast: Cast) -> None:
    set_town(cast, 0)
    assert submit(cast, "li", "qian", asked=EMERGENCY).state == "ready"
    batches.release(now=timezone.now(), actor=SYSTEM)
    assert queries.standing(cast.units["QP-0301"], now=timezone.localtime()).used == 0
    assert rules.is_free_of_quota("duty") and not rules.is_free_of_quota("meeting")


def test_what_was_cancelled_or_refused_comes_free(cast: Cast) -> None:
    set_town(cast, 1)
    batch = submit(cast, "li")
    batches.cancel(batch.pk, actor=cast.tang.principal())
    assert submit(cast, "qian").pk


def test_at_eighty_percent_the_office_is_told_once(cast: Cast) -> None:
    set_town(cast, 5)
    submit(cast, "li", "qian", "zhao")
    assert not Message.objects.filter(kind="messages.quota_low").exists()
    submit(cast, "zhou")
    submit(cast, "zhou")
    told = Message.objects.get(kind="messages.quota_low")
    assert told.title == "朱家角镇本月短信已用80%，剩余1条"
    page = as_member(cast, "tang").get("/messages/batches/new/").content.decode()
    assert "已用100%" in page and "应急、值班短信不占额度" in page


class TestPages:
    def test_list_and_change(self, cast: Cast) -> None:
        sun, town = as_member(cast, "sun"), cast.units["QP-0301"]
        page = sun.get("/messages/quotas/").content.decode()
        assert "朱家角镇" in page and "20,000" in page and "默认" in page
        address = f"/messages/quotas/{town.pk}/"
        assert sun.post(address, {"monthly": "", "reason": ""}).status_code == 422
        page = sun.post(address, {"monthly": "10", "reason": "年度任务"}, follow=True).content.decode()
        assert "朱家角镇的短信月额度已设为10条" in page and "年度任务" in page
        for number in range(9):
            submit(cast, ("li", "qian", "zhao")[number % 3])
        page = sun.get("/messages/quotas/?standing=low").content.decode()
        assert "朱家角镇" in page and "90%" in page and "徐泾镇" not in page
        assert "徐泾镇" not in sun.get("/messages/quotas/?q=朱家").content.decode()
        answer = sun.post("/messages/quotas/?sort=-percent", {"export": "1", "purpose": "核对额度"})
        assert b"".join(answer.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]
        assert as_member(cast, "tang").get("/messages/quotas/").status_code == 404

    def test_the_report_by_month(self, cast: Cast) -> None:
        submit(cast, "li", asked=EMERGENCY)
        batches.release(now=timezone.now(), actor=SYSTEM)
        month = f"{timezone.localtime():%Y-%m}"
        for login in ("sun", "tang"):
            page = as_member(cast, login).get(f"/messages/batches/usage/?month={month}").content.decode()
            assert "朱家角镇" in page and month in page, login
        assert "本月额度" in as_member(cast, "tang").get("/messages/batches/usage/").content.decode()
        assert "还没有发送短信" not in page and "水位超警" not in page
        assert (
            "没有符合条件的记录"
            in as_member(cast, "fang").get("/messages/batches/usage/?q=朱家").content.decode()
        )
        answer = as_member(cast, "sun").post(
            "/messages/batches/usage/?sort=-parts", {"export": "1", "purpose": "月报"}
        )
        assert b"".join(answer.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]
