"""短信模板: who writes, who agrees, what never changes, what a text by them costs (§16)."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.kernel.extension.sms import SmsTemplate, sms_templates
from yiwang.platform.accounts.actions import roles
from yiwang.platform.messages import rules
from yiwang.platform.messages.actions import batches, templates
from yiwang.platform.messages.models import Message, SmsText, TextTemplate
from yiwang.platform.messages.queries import templates as queries
from yiwang.platform.messages.queries.audience import Audience
from yiwang.platform.messages.queries.pricing import Asked

pytestmark = pytest.mark.django_db

WORDS: dict[str, Any] = {
    "name": "材料领取",
    "kind": "other",
    "text": "{姓名}：请于{时间}到{地点}领取材料。",
    "samples": {"时间": "11月24日14:00", "地点": "二楼文印室"},
}


def as_member(cast: Cast, login: str) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE] = cast.member(login).token()
    return client


@pytest.fixture
def clerk(cast: Cast) -> Cast:
    """li is 文秘 of 朱家角镇."""
    town = cast.units["QP-0301"]
    roles.grant_role(cast.li.account, role="accounts.clerk", unit=town, actor=SYSTEM, reason="任命")
    return cast


def written(cast: Cast, login: str = "li", **changes: Any) -> TextTemplate:
    return templates.write(**(WORDS | changes), actor=cast.member(login).principal())


def enabled(cast: Cast, **changes: Any) -> TextTemplate:
    made = written(cast, **changes)
    templates.submit(made.pk, actor=cast.li.principal())
    return templates.decide(made.pk, agrees=True, opinion="", actor=cast.tang.principal())


def refused(status: int, work: Any, *arguments: Any, **options: Any) -> Refused:
    """What is refused leaves the log as it is."""
    before = Entry.objects.count()
    with pytest.raises(Refused) as refusal:
        work(*arguments, **options)
    assert refusal.value.status == status, refusal.value.message
    assert Entry.objects.count() == before
    return refusal.value


class TestLife:
    def test_from_draft_to_use(self, clerk: Cast) -> None:
        made = written(clerk)
        assert (made.state, made.version, made.place) == ("draft", 1, "朱家角镇")
        assert made.code.startswith("模20") and made.samples["姓名"] == ""
        templates.submit(made.pk, actor=clerk.li.principal())
        told = Message.objects.get(kind="messages.template_waits")
        assert told.title == "短信模板“材料领取”待您审核" and told.receivers == 2  # tang, zhao
        done = templates.decide(made.pk, agrees=True, opinion="", actor=clerk.tang.principal())
        assert (done.state, done.decider_name) == ("enabled", "唐静宜")
        assert Message.objects.get(kind="messages.template_told").title == "短信模板“材料领取”已启用"

    def test_returned_and_handed_in_again(self, clerk: Cast) -> None:
        made, tang = written(clerk), clerk.tang.principal()
        templates.submit(made.pk, actor=clerk.li.principal())
        assert refused(422, templates.decide, made.pk, agrees=False, opinion=" ", actor=tang).fields
        done = templates.decide(made.pk, agrees=False, opinion="请写明楼层", actor=tang)
        assert (done.state, done.opinion) == ("returned", "请写明楼层")
        changed = templates.change(
            made.pk, **(WORDS | {"text": "{姓名}：请于{时间}到二楼领取。"}), actor=clerk.li.principal()
        )
        assert changed.samples.keys() == {"姓名", "时间"}
        assert templates.submit(made.pk, actor=clerk.li.principal()).state == "pending"

    def test_another_version_replaces_the_first_and_what_was_sent_keeps_its_words(self, clerk: Cast) -> None:
        first, li, tang = enabled(clerk), clerk.li.principal(), clerk.tang.principal()
        words = {"时间": "明日9:00", "地点": "文印室"}
        to = Audience(persons=(clerk.li.person.pk,))
        sent = batches.submit(to, Asked(template_key=first.code, words=words), actor=tang)
        second = templates.begin_version(first.pk, actor=li)
        assert (second.code, second.version, second.state) == (first.code, 2, "draft")
        assert queries.by_code(first.code, li.unit_path) == first, "the old one goes on meanwhile"
        refused(409, templates.begin_version, first.pk, actor=li)
        refused(409, templates.change, first.pk, **WORDS, actor=li)
        templates.change(second.pk, **(WORDS | {"text": "{姓名}：请领取材料。"}), actor=li)
        templates.submit(second.pk, actor=li)
        templates.decide(second.pk, agrees=True, opinion="", actor=tang)
        first.refresh_from_db()
        assert (first.state, first.end_reason) == ("retired", "已由第2版替代")
        sent.refresh_from_db()
        assert sent.template == first and "文印室" in sent.text
        assert queries.by_code(first.code, li.unit_path) == second
        assert list(TextTemplate.objects.filter(code=first.code).current()) == [second]

    def test_retired_it_cannot_be_chosen(self, clerk: Cast) -> None:
        one, li = enabled(clerk), clerk.li.principal()
        assert refused(422, templates.retire, one.pk, reason=" ", actor=li).fields
        assert templates.retire(one.pk, reason="不再使用", actor=li).state == "retired"
        with pytest.raises(Refused, match="没有这个短信模板"):
            queries.by_code(one.code, li.unit_path)

    def test_drafts_are_deleted_and_what_is_used_is_not(self, clerk: Cast) -> None:
        li = clerk.li.principal()
        templates.discard(written(clerk).pk, actor=li)
        assert not TextTemplate.objects.filter(is_shipped=False).exists()
        refused(409, templates.discard, enabled(clerk).pk, actor=li)


class TestWho:
    def test_nobody_agrees_to_his_own(self, cast: Cast) -> None:
        made = written(cast, "tang")
        templates.submit(made.pk, actor=cast.tang.principal())
        refusal = refused(
            403, templates.decide, made.pk, agrees=True, opinion="", actor=cast.tang.principal()
        )
        assert refusal.message == "不能审核本人起草的短信模板"
        assert templates.decide(made.pk, agrees=True, opinion="", actor=cast.zhao.principal()).pk

    @pytest.mark.parametrize(("login", "status"), [("wang", 404), ("fang", 404), ("qian", 404)])
    def test_others_do_not_see_drafts(self, clerk: Cast, login: str, status: int) -> None:
        made = written(clerk)
        actor = clerk.member(login).principal()
        refused(status, templates.submit, made.pk, actor=actor)
        refused(status, templates.discard, made.pk, actor=actor)

    def test_who_may_not_write(self, cast: Cast) -> None:
        refused(403, templates.write, **WORDS, actor=cast.li.principal())
        refused(403, templates.write, **WORDS, for_district=True, actor=cast.tang.principal())

    def test_the_district_s_are_written_by_one_administrator_and_agreed_to_by_another(
        self, cast: Cast
    ) -> None:
        made = written(cast, "sun", for_district=True)
        assert made.place == "全区"
        templates.submit(made.pk, actor=cast.sun.principal())
        refused(403, templates.decide, made.pk, agrees=True, opinion="", actor=cast.sun.principal())
        templates.decide(made.pk, agrees=True, opinion="", actor=cast.luo.principal())
        assert queries.by_code(made.code, cast.fang.principal().unit_path) == made

    def test_a_unit_s_template_is_no_other_unit_s(self, clerk: Cast) -> None:
        one = enabled(clerk)
        with pytest.raises(Refused, match="没有这个短信模板"):
            queries.by_code(one.code, clerk.fang.principal().unit_path)
        fang = TextTemplate.objects.visible_to(clerk.fang.principal())
        assert one not in fang and fang.filter(is_shipped=True).exists()

    def test_the_report_number_is_the_administrator_s(self, clerk: Cast) -> None:
        one = enabled(clerk)
        refused(403, templates.note_report, one.pk, number="SH-1", actor=clerk.tang.principal())
        noted = templates.note_report(one.pk, number=" SH-1 ", actor=clerk.sun.principal())
        assert noted.report_number == "SH-1"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "领"}, "name"),
        ({"kind": "advert"}, "kind"),
        ({"text": ""}, "text"),
        ({"text": "请于{时间到会"}, "text"),
        ({"text": "请于{}到会"}, "text"),
        ({"text": "请于{1时}到会"}, "text"),
        ({"text": "".join(f"{{变量{n}}}" for n in range(13))}, "text"),
        ({"text": "详见www.example.com，{时间}"}, "text"),
        ({"text": "初始密码：Abc12345"}, "text"),
    ],
)
def test_what_is_no_template(clerk: Cast, changes: dict[str, str], field: str) -> None:
    assert field in refused(422, templates.write, **(WORDS | changes), actor=clerk.li.principal()).fields


class TestText:
    def test_acceptance_5_a_missing_variable_is_named(self, clerk: Cast) -> None:
        one = enabled(clerk)
        with pytest.raises(Refused) as refusal:
            queries.written(one, {"时间": "明日"})
        assert refusal.value.status == 422
        assert refusal.value.fields == {"words": "短信模板“材料领取”缺少变量：地点"}

    def test_words_are_texts_too(self, clerk: Cast) -> None:
        one = enabled(clerk)
        for value in ("http://evil.example/", "{姓名}", "长" * 101):
            with pytest.raises(Refused):
                queries.written(one, {"时间": value, "地点": "文印室"})

    def test_the_name_is_each_receiver_s_and_the_longest_is_charged(self, clerk: Cast) -> None:
        one = enabled(clerk, text="{姓名}：" + "请" * (70 - 4 - len(f"【{settings.SMS_SIGNATURE}】")))
        to = Audience(persons=(clerk.li.person.pk, clerk.zhao.person.pk))
        batch = batches.submit(to, Asked(template_key=one.code), actor=clerk.tang.principal())
        assert "{姓名}" in batch.text and batch.parts == 1  # 赵明远 is three characters
        due = batch.due_at
        assert due is not None and batches.release(now=due, actor=SYSTEM) == 1
        texts = {text.text.partition("】")[2][:3] for text in SmsText.objects.filter(batch=batch)}
        assert texts == {"李四：", "赵明远"}

    def test_preview(self) -> None:
        found = queries.preview("请于{时间}在{地点}开会", {"时间": "明日"})
        assert found["words"] == ("时间", "地点") and "请于明日在［地点］开会" in str(found["text"])
        assert queries.preview("x{", {})["problem"] == "花括号不成对，变量应写成“{时间}”"
        assert rules.with_receipt("到会。") == "到会。回复1签收" and rules.with_receipt("到").endswith(
            "，回复1签收"
        )


class TestShipped:
    def test_they_stand_in_the_list_once(self, cast: Cast) -> None:
        shipped = TextTemplate.objects.filter(is_shipped=True)
        assert set(shipped.values_list("code", flat=True)) == {one.key for one in sms_templates}
        assert templates.ship_templates() == 0

    def test_other_words_are_another_version(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        other = SmsTemplate("messages.duty", "值班提醒", "您{时间}值班。", for_batches=True, kind="duty")
        monkeypatch.setitem(sms_templates._items, other.key, other)
        assert templates.ship_templates() == 1
        states = TextTemplate.objects.filter(code=other.key).order_by("version")
        assert list(states.values_list("version", "state")) == [(1, "retired"), (2, "enabled")]

    def test_nobody_changes_them(self, cast: Cast) -> None:
        one = TextTemplate.objects.get(code="messages.meeting")
        for work in (templates.begin_version, templates.discard):
            assert "另存为" in refused(403, work, one.pk, actor=cast.sun.principal()).message
        refused(403, templates.retire, one.pk, reason="不用", actor=cast.sun.principal())

    def test_codes_are_no_batches(self, cast: Cast) -> None:
        with pytest.raises(Refused, match="没有这个短信模板"):
            queries.by_code("messages.code", cast.tang.principal().unit_path)


class TestPages:
    FORM = {
        "name": "材料领取",
        "kind": "other",
        "text": WORDS["text"],
        "word_时间": "明日",
        "word_地点": "一楼",
    }

    def test_from_form_to_use(self, clerk: Cast) -> None:
        li, tang = as_member(clerk, "li"), as_member(clerk, "tang")
        assert "新建模板" in li.get("/messages/batches/templates/").content.decode()
        wrong = li.post("/messages/batches/templates/new/", self.FORM | {"name": "", "step": "save"})
        assert wrong.status_code == 422
        wrong = li.post("/messages/batches/templates/new/", self.FORM | {"text": "请{", "step": "save"})
        assert wrong.status_code == 422 and "花括号不成对" in wrong.content.decode()
        page = li.post(
            "/messages/batches/templates/new/", self.FORM | {"step": "save"}, follow=True
        ).content.decode()
        assert "已保存" in page and "请于明日到一楼领取材料" in page
        one = TextTemplate.objects.get(name="材料领取")
        edit = f"/messages/batches/templates/{one.pk}/edit/"
        assert 'value="明日"' in li.get(edit).content.decode()
        page = li.post(edit, self.FORM | {"step": "submit"}, follow=True).content.decode()
        assert "已提交审核" in page and "同意启用" not in page
        decide = f"/messages/batches/templates/{one.pk}/decide/"
        assert tang.post(decide, {"choice": "refuse", "opinion": ""}).status_code == 422
        assert tang.post(decide, {}).status_code == 422
        page = tang.post(decide, {"choice": "agree"}, follow=True).content.decode()
        assert "已启用" in page and "用此模板发短信" in page
        assert li.get(edit).status_code == 303, "what is in use is not edited"
        retire = f"/messages/batches/templates/{one.pk}/retire/"
        assert li.post(retire, {"reason": ""}).status_code == 422
        assert li.post(f"/messages/batches/templates/{one.pk}/version/").status_code == 303
        assert li.post(retire, {"reason": "不用"}).status_code == 303
        assert as_member(clerk, "fang").get(f"/messages/batches/templates/{one.pk}/").status_code == 404

    def test_parts_while_typing(self, clerk: Cast) -> None:
        li = as_member(clerk, "li")
        htmx = {"HX-Request": "true"}
        part = li.post("/messages/batches/templates/new/", self.FORM | {"step": "words"}, headers=htmx)
        text = part.content.decode()
        assert "word_地点" in text and "按样例共" in text and "<html" not in text
        count = li.post("/messages/batches/templates/new/", self.FORM | {"step": "count"}, headers=htmx)
        assert "word_地点" not in count.content.decode() and "条计费" in count.content.decode()

    def test_list_is_filtered_and_exported(self, clerk: Cast) -> None:
        enabled(clerk)
        li = as_member(clerk, "li")
        page = li.get("/messages/batches/templates/?q=材料&kind=other&state=enabled").content.decode()
        assert "材料领取" in page and "会议通知" not in page
        answer = li.post("/messages/batches/templates/?q=材料", {"export": "1", "purpose": "核对模板"})
        assert answer.status_code == 200 and "spreadsheet" in answer["Content-Type"]
        assert b"".join(answer.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]

    def test_another_s_words_to_begin_with(self, clerk: Cast) -> None:
        one = TextTemplate.objects.get(code="messages.meeting")
        page = as_member(clerk, "li").get(f"/messages/batches/templates/new/?from={one.pk}").content.decode()
        assert one.text in page

    def test_report_number(self, clerk: Cast) -> None:
        one = enabled(clerk)
        sun = as_member(clerk, "sun")
        answer = sun.post(f"/messages/batches/templates/{one.pk}/report/", {"number": "SH-2"}, follow=True)
        assert "SH-2" in answer.content.decode()
