"""The pages: made by form, tried, filled, shared, ended; what is wrong is said beside the field."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.addressbook.tests.factories import FRAGMENT, body, browser
from yiwang.platform.tags.actions import share, use
from yiwang.platform.tags.actions import tag as acts
from yiwang.platform.tags.models import SensitiveWord, Tag, TagMember
from yiwang.platform.tags.queries import members, suggestions
from yiwang.platform.tags.tests.factories import CHIEFS, dynamic, mark, tag

pytestmark = pytest.mark.django_db


@pytest.fixture
def qian(cast: Cast) -> Client:
    return browser(cast, "qian")


def post(client: Client, address: str, data: dict[str, Any], *, status: int = 200) -> str:
    """What a form leads to, or, wrong, what comes back."""
    answer = client.post(address, data, follow=status == 200)
    assert answer.status_code == status, answer.content.decode()[-2000:]
    return answer.content.decode()


def test_a_static_tag_from_making_to_deleting(cast: Cast, qian: Client) -> None:
    owner = cast.units["QP-0301"].pk
    page = post(qian, "/tags/new/static/", {"owner": owner, "name": "信息员", "group": "信息报送"})
    assert "标签已添加" in page and "没有成员" in page
    one = Tag.objects.get(name="信息员")
    added = post(
        qian,
        f"/tags/{one.pk}/members/add/",
        {"person_ids": [cast.li.person.pk, cast.wang.person.pk], "unit_ids": [cast.units["QP-0301-02"].pk]},
    )
    assert "已添加3项" in added and "李四" in added and "居（村）民委员会" in added
    assert "周月娥" in body(qian, f"/tags/{one.pk}/people/")
    detail = body(qian, f"/tags/{one.pk}/")
    assert "名单共3项" in detail and "停用标签" in detail
    row = TagMember.objects.get(person=cast.wang.person)
    removed = post(qian, f"/tags/{one.pk}/members/remove/", {"member": [row.pk], "reason": "外单位"})
    assert "已移出1项" in removed and "外单位" in removed
    assert "请先选择要移出的成员" in post(qian, f"/tags/{one.pk}/members/remove/", {})
    assert "请填写事由" in post(qian, f"/tags/{one.pk}/suspend/", {"reason": ""}, status=422)
    assert "标签已停用" in post(qian, f"/tags/{one.pk}/suspend/", {"reason": "整理"})
    assert "标签已启用" in post(qian, f"/tags/{one.pk}/resume/", {"valid_to": ""})
    post(qian, f"/tags/{one.pk}/suspend/", {"reason": "整理"})
    assert "标签已删除" in post(qian, f"/tags/{one.pk}/delete/", {})
    assert qian.get(f"/tags/{one.pk}/").status_code == 404


def test_what_is_wrong_stands_beside_the_field(cast: Cast, qian: Client) -> None:
    tag(cast)
    owner = cast.units["QP-0301"].pk
    for data, said in (
        ({"owner": owner, "name": ""}, "请填写标签名称"),
        ({"owner": owner, "name": "信息员"}, "本单位已存在同名标签"),
        ({"owner": owner, "name": "被谈话人"}, "不能使用“被谈话”"),
        ({"owner": owner, "name": "信访联络员"}, "请说明该标签标记的是工作职责"),
        ({"owner": cast.units["QP-0302"].pk, "name": "越权"}, "请重新选择所有单位"),
        ({"owner": owner, "name": "新", "valid_to": "2020-01-01"}, "失效日期不能早于今天"),
    ):
        assert said in post(qian, "/tags/new/static/", data, status=422)
    named = {"owner": owner, "name": "信访联络员", "sensitivity": "各村联络信访事项的干部"}
    assert "标签已添加" in post(qian, "/tags/new/static/", named)


def _rule(**more: Any) -> dict[str, Any]:
    return {"groups": "1", "excludes": "0", **more}


def test_a_dynamic_tag_with_its_builder(cast: Cast, qian: Client) -> None:
    owner = cast.units["QP-0301"].pk
    start = {"owner": owner, "name": "办事员"}
    assert "请至少填写一个条件" in post(qian, "/tags/new/dynamic/", {**start, **_rule()}, status=422)
    grown = post(qian, "/tags/new/dynamic/", {**start, **_rule(add_group="1", add_exclusion="1")})
    assert "或者，符合以下全部条件" in grown and "但不包括" in grown and 'name="x-titles"' in grown
    shrunk = post(qian, "/tags/new/dynamic/", {**start, **_rule(excludes="1", drop_exclusion="1")})
    assert 'name="x-titles"' not in shrunk

    rule = _rule(**{"b0-titles": "办事员、委员", "b0-units": [cast.units["QP-0301"].pk], "b0-sex": ["male"]})
    tried = qian.post("/tags/preview/", {**start, **rule}, headers=FRAGMENT).content.decode()
    assert "在朱家角镇任职，职务为“办事员”、“委员”，并且性别为男" in tried
    made = post(qian, "/tags/new/dynamic/", {**start, **rule})
    assert "标签已添加" in made
    one = Tag.objects.get(name="办事员")
    found = members.person_ids(one)
    assert ("当前规则匹配0人" in made) == (found == [])

    edit = body(qian, f"/tags/{one.pk}/edit/")
    assert "办事员、委员" in edit
    wider = {**start, "version": "1", **_rule(**{"b0-titles": "办事", "b0-is_part": "1"})}
    assert "标签已保存" in post(qian, f"/tags/{one.pk}/edit/", wider)
    assert "李四" in body(qian, f"/tags/{one.pk}/members/")
    assert qian.post(f"/tags/{one.pk}/edit/", wider).status_code == 409
    nobody = {**start, "version": "2", **_rule(**{"b0-titles": "没有这个职务"})}
    assert "当前规则匹配0人" in post(qian, f"/tags/{one.pk}/edit/", nobody)
    assert qian.get(f"/tags/{one.pk}/members/add/").status_code == 404


def test_trying_says_what_is_missing_and_hides_who_is_hidden(cast: Cast, qian: Client) -> None:
    assert "请至少填写一个条件" in qian.post("/tags/preview/", _rule()).content.decode()
    hidden = _rule(**{"b0-units": [cast.units["QP-0101-01"].pk]})
    assert "未找到该内容" in qian.post("/tags/preview/", hidden, headers=FRAGMENT).content.decode()
    around = _rule(**{"b0-units": [cast.units["QP-01"].pk]})
    page = qian.post("/tags/preview/", around).content.decode()
    assert "当前规则匹配0人" in page and "米思源" not in page


def test_a_rule_of_the_interface_is_shown_as_a_sentence(cast: Cast) -> None:
    rule = {"not": {"sex": ["male"]}}
    one = dynamic(cast, rule, "非男性")
    sun = browser(cast, "sun")
    page = body(sun, f"/tags/{one.pk}/edit/")
    assert "不包括（性别为男）" in page and "只能通过接口修改" in page
    post(sun, f"/tags/{one.pk}/edit/", {"name": "女干部", "version": "1"})
    one.refresh_from_db()
    assert (one.name, one.rule) == ("女干部", rule)


def test_pasting_a_roll(cast: Cast, qian: Client) -> None:
    one = tag(cast)
    address = f"/tags/{one.pk}/members/paste/"
    text = "李四\n查无此人\n13900000008"
    checked = post(qian, address, {"roll": text})
    assert "可添加2人" in checked and "没有找到该人员" in checked and "139****0008" in checked
    assert not TagMember.objects.exists()
    assert "已添加2项" in post(qian, address, {"roll": text, "confirm": "1"})
    assert set(TagMember.objects.values_list("way", flat=True)) == {"pasted"}
    assert "所选成员都已在标签中" in post(qian, address, {"roll": text, "confirm": "1"})
    assert "请粘贴人员名单" in post(qian, address, {"roll": ""}, status=422)
    assert "每次最多粘贴2,000行" in post(qian, address, {"roll": "李四\n" * 2001}, status=422)


def test_sharing_and_uses(cast: Cast, qian: Client) -> None:
    one = tag(cast)
    mark(cast, one, "li")
    address = f"/tags/{one.pk}/shares/"
    assert "没有共享组织" in body(qian, address)
    shared = post(qian, address, {"unit_ids": [cast.units["QP-0302"].pk]})
    assert "已共享给1个组织" in shared and "上海市青浦区徐泾镇" in shared
    own = post(qian, address, {"unit_ids": [cast.units["QP-0301"].pk]})
    assert "所选组织已可使用该标签" in own
    fang = browser(cast, "fang")
    assert "信息员" in body(fang, "/tags/") and "信息员" in body(fang, "/tags/pick/", fragment=True)
    theirs = body(fang, f"/tags/{one.pk}/")
    assert "共享组织" not in theirs and "停用标签" not in theirs
    assert "李四" in body(fang, f"/tags/{one.pk}/members/")
    assert fang.get(address).status_code == 404 and fang.get(f"/tags/{one.pk}/uses/").status_code == 404
    assert fang.post(f"/tags/{one.pk}/suspend/", {"reason": "x"}).status_code == 404

    use.resolve(one.pk, actor=cast.wang.principal(), about="防汛通知")
    uses = body(qian, f"/tags/{one.pk}/uses/")
    assert "王海涛" in uses and "防汛通知" in uses and "发送消息" in uses
    ended = post(qian, f"{address}{cast.units['QP-0302'].pk}/end/", {})
    assert "已取消共享，新的调用立即失效" in ended
    assert fang.get(f"/tags/{one.pk}/").status_code == 404


def test_the_auditor_reads_and_changes_nothing(cast: Cast) -> None:
    one = tag(cast)
    mark(cast, one, "li")
    shen = browser(cast, "shen")
    assert "添加标签" not in body(shen, "/tags/")
    for part in ("", "members/", "people/", "shares/", "uses/"):
        body(shen, f"/tags/{one.pk}/{part}")
    for part in ("edit/", "members/add/"):
        assert shen.get(f"/tags/{one.pk}/{part}").status_code == 404
    assert shen.post(f"/tags/{one.pk}/shares/", {"unit_ids": [1]}).status_code == 404


def test_the_list_with_its_figures(cast: Cast) -> None:
    one = tag(cast, group="信息报送")
    mark(cast, one, "li", "zhou")
    share.share_tag(one, units=[cast.units["QP-0302"].pk], actor=SYSTEM, viewer=cast.sun.principal())
    acts.count_members(actor=SYSTEM)
    dynamic(cast, CHIEFS)
    sun = browser(cast, "sun")
    page = body(sun, "/tags/?group=信息报送")
    assert "信息员" in page and "全区" not in page.split('id="list"')[1].split("</table>")[0]
    assert "科长" in body(sun, "/tags/?kind=dynamic")
    assert "共 <b>0</b> 条" in body(sun, "/tags/?mark=ending")
    exported = sun.post("/tags/", {"export": "xlsx", "purpose": "核对标签"})
    assert exported.status_code == 200
    assert b"".join(exported.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]  # a file


def test_the_words_and_their_keeper(cast: Cast) -> None:
    an = browser(cast, "an")
    assert "被谈话" in body(an, "/tags/words/?q=被谈话")
    assert "用词已添加" in post(
        an, "/tags/words/add/", {"word": "上访户", "weight": "refused", "topic": "个人情况"}
    )
    again = {"word": "上访户", "weight": "refused", "topic": "个人情况"}
    assert "该用词已在列表中" in post(an, "/tags/words/add/", again, status=422)
    one = SensitiveWord.objects.get(word="上访户")
    assert "用词已移除" in post(an, f"/tags/words/{one.pk}/remove/", {})


def test_lists_cost_the_same_however_long(cast: Cast) -> None:
    sun = browser(cast, "sun")
    tag(cast)
    body(sun, "/tags/")
    costs = []
    for number in range(2):
        with CaptureQueriesContext(connection) as statements:
            body(sun, "/tags/")
        costs.append(len(statements))
        for further in range(8):
            tag(cast, f"标签{number}{further}")
    assert costs[0] == costs[1]


def test_tags_are_found_in_the_top_bar_by_who_may_use_them(cast: Cast) -> None:
    """§3.1: for administrators; for others, and for other units' tags, there is nothing to find."""
    own = tag(cast, "防汛信息员", group="应急值守")
    tag(cast, "防汛联络员", unit="QP-0302")

    def found(login: str) -> list[tuple[str, str]]:
        hits = suggestions.find_tags(cast.member(login).principal(), " 防汛 ", 5)
        return [(hit.title, hit.note) for hit in hits]

    assert found("qian") == found("tang") == [("防汛信息员", "朱家角镇 · 应急值守")]
    assert [name for name, _ in found("sun")] == ["防汛信息员", "防汛联络员"]
    assert found("li") == found("temp") == []
    assert suggestions.find_tags(cast.sun.principal(), "  ", 5) == []
    page = body(browser(cast, "qian"), "/search/suggest/?q=防汛", fragment=True)
    assert f"/tags/{own.pk}/" in page
