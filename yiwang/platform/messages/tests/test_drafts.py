"""Drafts of batches, another time, another copy: who may, and when no more (§16)."""

import datetime
from typing import Any

import pytest
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.platform.messages.actions import batches, drafts
from yiwang.platform.messages.models import SmsBatch
from yiwang.platform.messages.queries import batches as queries
from yiwang.platform.messages.queries.audience import Audience
from yiwang.platform.messages.queries.pricing import Asked
from yiwang.platform.messages.tests.test_text_templates import as_member

pytestmark = pytest.mark.django_db

HALF = Asked(template_key="messages.meeting", words={"时间": "明日9:00"})
WHOLE = {"时间": "明日9:00", "地点": "三楼", "会议": "例会"}


def to(cast: Cast, *logins: str) -> Audience:
    return Audience(persons=tuple(cast.member(one).person.pk for one in logins))


def kept(cast: Cast) -> SmsBatch:
    return drafts.keep(to(cast, "li"), HALF, actor=cast.tang.principal())


def submitted(cast: Cast, **changes: Any) -> SmsBatch:
    asked = Asked(template_key="messages.meeting", words=WHOLE, **changes)
    return batches.submit(to(cast, "li", "qian"), asked, actor=cast.tang.principal())


def test_half_of_it_is_kept_and_nobody_else_sees_it(cast: Cast) -> None:
    draft = kept(cast)
    assert (draft.state, draft.number, str(draft)) == ("draft", None, "短信草稿")
    assert queries.words_of(draft) == {"时间": "明日9:00"}
    assert draft not in SmsBatch.objects.visible_to(cast.zhao.principal()), "who agrees sees no drafts"
    other = drafts.keep(to(cast, "li", "qian"), HALF, actor=cast.tang.principal(), batch_id=draft.pk)
    assert other.pk == draft.pk and len(other.audience["persons"]) == 2


def test_submitted_it_is_checked_and_numbered_once(cast: Cast) -> None:
    draft, tang = kept(cast), cast.tang.principal()
    lines = Entry.objects.count()
    with pytest.raises(Refused, match="缺少变量：地点、会议"):
        drafts.submit(draft.pk, to(cast, "li"), HALF, actor=tang)
    assert Entry.objects.count() == lines
    whole = Asked(template_key="messages.meeting", words=WHOLE)
    batch = drafts.submit(draft.pk, to(cast, "li"), whole, actor=tang)
    assert batch.pk == draft.pk and batch.number and batch.state == "ready"
    with pytest.raises(Refused, match="当前状态为“待发送”，不能执行“提交”"):
        drafts.submit(draft.pk, to(cast, "li"), whole, actor=tang)
    with pytest.raises(Refused, match="不能执行“删除”"):
        drafts.discard(draft.pk, actor=tang)


def test_discarded(cast: Cast) -> None:
    draft = kept(cast)
    for login in ("zhao", "fang", "sun"):
        with pytest.raises(Refused) as refusal:
            drafts.discard(draft.pk, actor=cast.member(login).principal())
        assert refusal.value.status == 404
    drafts.discard(draft.pk, actor=cast.tang.principal())
    assert not SmsBatch.objects.exists()


def test_a_sent_one_again(cast: Cast) -> None:
    batch = submitted(cast, need_receipt=True)
    with pytest.raises(Refused, match="只能复制本人提交的短信"):
        drafts.copy(batch.pk, actor=cast.zhao.principal())
    made = drafts.copy(batch.pk, actor=cast.tang.principal())
    assert (made.state, made.number, made.due_at) == ("draft", None, None)
    assert queries.audience_of(made) == queries.audience_of(batch)
    assert queries.words_of(made) == WHOLE and made.need_receipt


@pytest.mark.parametrize("need_receipt", [True, False])
def test_free_text_comes_back_as_it_was_typed(cast: Cast, need_receipt: bool) -> None:
    asked = Asked(purpose="other", text="请领取材料", need_receipt=need_receipt)
    batch = batches.submit(to(cast, "li"), asked, actor=cast.tang.principal())
    assert drafts.copy(batch.pk, actor=cast.tang.principal()).text == "请领取材料"


class TestTime:
    def test_another_time_before_it_goes(self, cast: Cast) -> None:
        batch, tang = submitted(cast), cast.tang.principal()
        noon = timezone.localtime() + datetime.timedelta(days=2)
        noon = noon.replace(hour=12, minute=0, second=0, microsecond=0)
        assert batches.move(batch.pk, due_at=noon, actor=tang).due_at == noon
        night = batches.move(batch.pk, due_at=noon.replace(hour=23), actor=tang).due_at
        assert night is not None and timezone.localtime(night).hour == 8
        with pytest.raises(Refused, match="发送时间应晚于现在"):
            batches.move(batch.pk, due_at=timezone.now(), actor=tang)
        with pytest.raises(Refused, match="只有发送人可以调整发送时间"):
            batches.move(batch.pk, due_at=noon, actor=cast.zhao.principal())

    def test_not_when_it_goes(self, cast: Cast) -> None:
        batch = submitted(cast)
        assert batch.due_at is not None
        batches.release(now=batch.due_at, actor=SYSTEM)
        later = timezone.now() + datetime.timedelta(days=1)
        with pytest.raises(Refused, match="当前状态为“发送中”，不能执行“调整时间”"):
            batches.move(batch.pk, due_at=later, actor=cast.tang.principal())


class TestPages:
    def test_kept_taken_up_again_and_sent(self, cast: Cast) -> None:
        tang = as_member(cast, "tang")
        form = {"template": "messages.meeting", "word_时间": "明日9:00", "persons": [cast.li.person.pk]}
        page = tang.post("/messages/batches/new/", form | {"step": "save"}, follow=True).content.decode()
        draft = SmsBatch.objects.get()
        assert "短信草稿已保存" in page and 'value="明日9:00"' in page and "李四" in page
        assert "草稿" in tang.get("/messages/batches/?state=draft").content.decode()
        edit = f"/messages/batches/{draft.pk}/edit/"
        assert tang.get(f"/messages/batches/{draft.pk}/").status_code == 303
        assert tang.post(edit, form | {"step": "preview"}).status_code == 422
        whole = form | {f"word_{name}": value for name, value in WHOLE.items()}
        assert "将按1条计费" in tang.post(edit, whole | {"step": "preview"}).content.decode()
        page = tang.post(edit, whole | {"step": "send"}, follow=True).content.decode()
        assert "已安排发送" in page and "调整发送时间" in page
        assert tang.post(edit, whole | {"step": "send"}).status_code == 409
        copy = tang.post(f"/messages/batches/{draft.pk}/copy/", follow=True).content.decode()
        assert "已复制为草稿" in copy
        made = SmsBatch.objects.get(state="draft")
        assert tang.post(f"/messages/batches/{made.pk}/delete/", follow=True).status_code == 200
        late = tang.post(f"/messages/batches/{draft.pk}/time/", {"due_at": "2020-01-01T09:00"})
        assert late.status_code == 422 and "发送时间应晚于现在" in late.content.decode()
        assert (
            tang.post(f"/messages/batches/{draft.pk}/time/", {"due_at": "2099-01-01T09:00"}).status_code
            == 303
        )
        assert as_member(cast, "zhao").get(f"/messages/batches/{made.pk}/edit/").status_code == 404

    def test_what_it_costs_while_one_types(self, cast: Cast) -> None:
        tang, htmx = as_member(cast, "tang"), {"HX-Request": "true"}
        form = {"template": "messages.meeting", "word_时间": "明日", "persons": [cast.li.person.pk]}
        part = tang.post("/messages/batches/new/", form | {"step": "words"}, headers=htmx).content.decode()
        assert "word_地点" in part and "<html" not in part
        part = tang.post("/messages/batches/new/", form | {"step": "count"}, headers=htmx).content.decode()
        assert "请于明日在{地点}" in part and "接收1人" in part and "本单位本月剩余" in part
        begun = tang.get("/messages/batches/new/?template=messages.duty").content.decode()
        assert "word_带班领导" in begun
