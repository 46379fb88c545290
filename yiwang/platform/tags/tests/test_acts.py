"""Acts on tags: who may, in which state, with what input; a refusal changes nothing."""

import datetime
from typing import Any

import pytest
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.platform.tags.actions import member, share, words
from yiwang.platform.tags.actions import tag as acts
from yiwang.platform.tags.models import SensitiveWord, Tag, TagMember, TagShare, TagUse
from yiwang.platform.tags.models.tag import MOST_MEMBERS
from yiwang.platform.tags.queries import members, own_data, tags
from yiwang.platform.tags.tests.factories import CHIEFS, dynamic, mark, tag

pytestmark = pytest.mark.django_db


def refused(act: Any, *args: Any, **kwargs: Any) -> Refused:
    """The refusal; nothing was written."""
    models = (Tag, TagMember, TagShare, TagUse, Entry)
    before = [list(one.objects.order_by("pk").values()) for one in models]
    with pytest.raises(Refused) as refusal:
        act(*args, **kwargs)
    assert [list(one.objects.order_by("pk").values()) for one in models] == before
    return refusal.value


def test_each_keeper_has_his_own(cast: Cast) -> None:
    town, other, whole = (cast.units[code] for code in ("QP-0301", "QP-0302", "QP"))
    qian, sun, li = cast.qian.principal(), cast.sun.principal(), cast.li.principal()
    one = acts.make_tag(town, name="信息员", actor=qian)
    assert str(Entry.objects.latest("id")) == "钱玉芬添加了标签信息员"
    assert acts.make_tag(cast.units["QP-0301-01"], name="值班员", actor=qian).unit.level == 3
    assert acts.make_tag(whole, name="全区科长", rule=CHIEFS, actor=sun).is_of_district
    for unit in (other, whole):
        assert refused(acts.make_tag, unit, name="越权", actor=qian).status == 403
    for login in ("li", "shen", "tang", "gu"):
        assert refused(acts.edit_tag, one, name="改", actor=cast.member(login).principal()).status == 403
    assert refused(acts.make_tag, town, name="信息员2", actor=li).message == "您没有“管理本单位标签”权限"
    outside = cast.qian.principal(administers=False)
    assert refused(acts.suspend_tag, one, reason="x", actor=outside).status == 403


def test_names_are_unique_among_the_living_of_a_unit(cast: Cast) -> None:
    one = tag(cast)
    again = refused(acts.make_tag, cast.units["QP-0301"], name=" 信息员 ", actor=SYSTEM)
    assert (again.status, again.fields) == (422, {"name": "本单位已存在同名标签"})
    tag(cast, unit="QP-0302")
    other = tag(cast, "联络员")
    assert refused(acts.edit_tag, other, name="信息员", actor=SYSTEM).fields == {
        "name": "本单位已存在同名标签"
    }
    acts.suspend_tag(one, reason="整理", actor=SYSTEM)
    assert refused(acts.make_tag, cast.units["QP-0301"], name="信息员", actor=SYSTEM).status == 422
    acts.delete_tag(one, actor=SYSTEM)
    assert acts.edit_tag(other, name="信息员", actor=SYSTEM).name == "信息员"


@pytest.mark.parametrize(
    ("more", "field", "said"),
    [
        ({"name": " "}, "name", "请填写标签名称"),
        ({"name": "长" * 31}, "name", "标签名称最多30个字"),
        ({"valid_to": datetime.date(2020, 1, 1)}, "valid_to", "失效日期不能早于今天"),
        (
            {"valid_from": datetime.date(2999, 1, 2), "valid_to": datetime.date(2999, 1, 1)},
            "valid_to",
            "结束时间应晚于开始时间",
        ),
        ({"name": "被谈话人员"}, "name", "标签不得标记敏感个人信息，不能使用“被谈话”"),
        ({"name": "艾 滋 病"}, "name", "标签不得标记敏感个人信息，不能使用“艾滋”"),
        ({"note": "信教群众名单，信徒"}, "name", "标签不得标记敏感个人信息，不能使用“信徒”"),
        ({"rule": {"post": {}}}, "rule", "任职条件不能为空"),
    ],
)
def test_bad_input(cast: Cast, more: dict[str, Any], field: str, said: str) -> None:
    given = {"name": "信息员", **more}
    refusal = refused(acts.make_tag, cast.units["QP-0301"], **given, actor=SYSTEM)
    assert refusal.status == 422 and refusal.fields == {field: said}


def test_a_doubtful_word_needs_an_explanation(cast: Cast) -> None:
    town = cast.units["QP-0301"]
    asked = refused(acts.make_tag, town, name="宗教事务联络员", actor=SYSTEM)
    assert asked.fields == {
        "sensitivity": "“宗教”可能涉及敏感个人信息，请说明该标签标记的是工作职责而不是个人情况"
    }
    one = acts.make_tag(town, name="宗教事务联络员", sensitivity="各村负责宗教事务的干部", actor=SYSTEM)
    assert one.sensitivity == "各村负责宗教事务的干部"
    assert tag(cast, "防汛联络员", sensitivity="不必要的说明").sensitivity == ""


def test_the_list_of_words_has_its_keeper(cast: Cast) -> None:
    an = cast.an.principal()
    one = words.add_word(word="上访户", weight="refused", topic="个人情况", actor=an)
    assert refused(acts.make_tag, cast.units["QP-0301"], name="上访户", actor=SYSTEM).status == 422
    assert refused(words.add_word, word="上访户", weight="refused", topic="x", actor=an).fields == {
        "word": "该用词已在列表中"
    }
    assert refused(words.add_word, word="上", weight="refused", topic="x", actor=an).status == 422
    assert refused(words.remove_word, one, reason="", actor=an).status == 422
    assert refused(words.remove_word, one, reason="x", actor=cast.sun.principal()).status == 403
    words.remove_word(one, reason="误列", actor=an)
    assert tag(cast, "上访户").pk
    words.ship_words()
    assert not SensitiveWord.objects.filter(word="上访户").exists()


def test_two_who_edit_the_same(cast: Cast) -> None:
    one = tag(cast)
    qian = cast.qian.principal()
    acts.edit_tag(one, name="信息员", note="各科室一名", version=1, actor=qian)
    late = refused(acts.edit_tag, one, name="联络员", version=1, actor=qian)
    assert late.status == 409 and late.code == "E-CONC-01"
    assert late.message.startswith("该数据已被钱玉芬于") and late.message.endswith("修改，请刷新后重试")
    entries = Entry.objects.count()
    one.refresh_from_db()
    acts.edit_tag(one, name="信息员", note="各科室一名", actor=qian)
    assert Entry.objects.count() == entries, "nothing was changed"


def test_states(cast: Cast) -> None:
    one = tag(cast)
    mark(cast, one, "li")
    assert refused(acts.resume_tag, one, actor=SYSTEM).message == "当前状态为“启用”，不能执行“启用”"
    assert refused(acts.delete_tag, one, actor=SYSTEM).message == "当前状态为“启用”，不能执行“删除”"
    assert refused(acts.suspend_tag, one, reason=" ", actor=SYSTEM).fields == {"reason": "请填写事由"}
    acts.suspend_tag(one, reason="机构调整", actor=cast.qian.principal())
    for act, more in (
        (acts.edit_tag, {"name": "改名"}),
        (acts.suspend_tag, {"reason": "再停"}),
        (member.add_members, {"persons": [cast.zhou.person.pk], "viewer": cast.sun.principal()}),
        (share.share_tag, {"units": [cast.units["QP-0302"].pk], "viewer": cast.sun.principal()}),
    ):
        assert refused(act, one, actor=SYSTEM, **more).code == "E-STATE-01"
    assert refused(tags.usable, one.pk, cast.units["QP-0301"].path).status == 404
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    assert refused(acts.resume_tag, one, valid_to=yesterday, actor=SYSTEM).status == 422
    acts.resume_tag(one, actor=SYSTEM)
    assert tags.usable(one.pk, cast.units["QP-0301-01"].path) == one
    acts.drop_tag(one, actor=SYSTEM)
    assert refused(acts.drop_tag, one, actor=SYSTEM).message == "当前状态为“已删除”，不能执行“删除”"


def test_a_period_holds_before_any_job_runs(cast: Cast) -> None:
    today = timezone.localdate()
    one = tag(
        cast, valid_from=today + datetime.timedelta(days=2), valid_to=today + datetime.timedelta(days=3)
    )
    path = cast.units["QP-0301"].path
    usable = [
        tags.usable_by(path, today=today + datetime.timedelta(days=days)).filter(pk=one.pk).exists()
        for days in range(6)
    ]
    assert usable == [False, False, True, True, False, False]


def test_members_are_added_once_and_taken_off_with_history(cast: Cast) -> None:
    one = tag(cast)
    qian = cast.qian.principal()
    people = [cast.li.person.pk, cast.zhou.person.pk]
    assert member.add_members(one, persons=people, actor=qian, viewer=qian) == 2
    assert member.add_members(one, persons=people, actor=qian, viewer=qian) == 0
    assert str(Entry.objects.latest("id")) == "钱玉芬向标签信息员添加了成员"
    row = TagMember.objects.get(person=cast.li.person)
    assert row.is_own and row.added_by_name == "钱玉芬"
    assert member.remove_members(one, members_of_tag=[row.pk], reason="转岗", actor=qian, viewer=qian) == 1
    row.refresh_from_db()
    assert (row.removal, row.removed_by_name, row.removal_reason) == ("taken_off", "钱玉芬", "转岗")
    again = refused(member.remove_members, one, members_of_tag=[row.pk], actor=qian, viewer=qian)
    assert again.fields == {"members": "请选择要移出的成员"}
    assert member.add_members(one, persons=people, actor=qian, viewer=qian) == 1
    assert TagMember.objects.filter(tag=one).count() == 3


def test_who_may_not_be_seen_cannot_be_added(cast: Cast) -> None:
    """…and the answer is that of somebody who does not exist; the others are not added either."""
    one = tag(cast)
    qian = cast.qian.principal()
    for stranger in (cast.mi.person.pk, cast.temp.person.pk, 999_999):
        refusal = refused(
            member.add_members, one, persons=[cast.li.person.pk, stranger], actor=qian, viewer=qian
        )
        assert (refusal.status, refusal.message) == (404, "未找到该内容")
    hidden = cast.units["QP-0101-01"].pk
    assert refused(member.add_members, one, units=[hidden], actor=qian, viewer=qian).status == 404
    assert refused(member.add_members, one, actor=qian, viewer=qian).status == 422


def test_a_list_has_an_end(cast: Cast) -> None:
    one = tag(cast)
    now = timezone.now()
    rows = [
        TagMember(tag=one, unit=unit, added_at=now, added_by_name="系统") for unit in cast.units.values()
    ][:2]
    TagMember.objects.bulk_create(rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(member, "MOST_MEMBERS", 3)
        mark(cast, one, "li")
        sun, people = cast.sun.principal(), [cast.li.person.pk, cast.zhou.person.pk]
        refusal = refused(member.add_members, one, persons=people, actor=SYSTEM, viewer=sun)
    assert refusal.fields == {"members": f"每个标签最多{MOST_MEMBERS:,}名成员"} and MOST_MEMBERS == 10_000


def test_a_rule_has_no_list(cast: Cast) -> None:
    one = dynamic(cast, CHIEFS)
    sun, people = cast.sun.principal(), [cast.li.person.pk]
    refusal = refused(member.add_members, one, persons=people, actor=SYSTEM, viewer=sun)
    assert refusal.message == "动态标签的成员由规则确定，不能添加成员"


def test_a_rule_names_only_units_its_maker_may_see(cast: Cast) -> None:
    rule = {"post": {"units": [cast.units["QP-0101-01"].pk]}}
    town, qian = cast.units["QP-0301"], cast.qian.principal()
    assert refused(acts.make_tag, town, name="探", rule=rule, actor=qian, viewer=qian).status == 404
    sun = cast.sun.principal()
    one = acts.make_tag(cast.units["QP"], name="专班", rule=rule, actor=sun, viewer=sun)
    assert members.person_ids(one) == [cast.mi.person.pk]


def test_shares(cast: Cast) -> None:
    one = tag(cast)
    qian = cast.qian.principal()
    own = [cast.units[code].pk for code in ("QP-0301", "QP-0301-01")]
    assert share.share_tag(one, units=own, actor=qian, viewer=qian) == 0
    assert not TagShare.objects.exists(), "sharing with oneself is passed over"
    other = cast.units["QP-0302"].pk
    assert share.share_tag(one, units=[other, *own], actor=qian, viewer=qian) == 1
    assert share.share_tag(one, units=[other], actor=qian, viewer=qian) == 0
    hidden = cast.units["QP-0101-01"].pk
    assert refused(share.share_tag, one, units=[hidden], actor=qian, viewer=qian).status == 404
    assert refused(share.share_tag, one, units=[], actor=qian, viewer=qian).status == 422
    assert refused(share.unshare_tag, one, units=[other], actor=cast.gu.principal()).status == 403
    share.unshare_tag(one, units=[other], actor=qian)
    assert refused(share.unshare_tag, one, units=[other], actor=qian).status == 404


def test_counts_for_lists(cast: Cast) -> None:
    one = tag(cast)
    mark(cast, one, "li", "zhou")
    assert acts.count_members(actor=SYSTEM) == 1
    one.refresh_from_db()
    assert one.last_count == 2 and one.last_counted_at is not None


def test_a_person_is_told_of_the_lists_he_stands_on(cast: Cast) -> None:
    one = tag(cast, note="各科室一名")
    mark(cast, one, "li")
    dynamic(cast, CHIEFS)
    ((name, owner, note, *_, state, until),) = own_data.tags_of(cast.li.person.pk, False)
    assert (name, owner, note, state, until) == ("信息员", "朱家角镇", "各科室一名", "在册", None)
    acts.drop_tag(one, actor=SYSTEM)
    assert list(own_data.tags_of(cast.li.person.pk, True)) == []
