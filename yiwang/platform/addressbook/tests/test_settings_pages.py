"""The pages of 可见设置, 看谁的视角 and 联系人, as people use them."""

import re
from typing import Any

import pytest
from django.test import Client, TestCase

from tests.cast import Cast
from yiwang.kernel.audit.models import Entry
from yiwang.platform.addressbook.actions import proposals
from yiwang.platform.addressbook.models import Contact, Group, GroupMember, Hiding, PresetChange, Rule
from yiwang.platform.addressbook.tests import factories
from yiwang.platform.addressbook.tests.factories import body, browser
from yiwang.platform.org.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def leader(cast: Cast) -> Person:
    return factories.person(cast, "陆怀瑾", unit="QP-02", title="副区长", duty_level="06")


def draft(client: Client, address: str, form: dict[str, Any]) -> Any:
    """Fill in the form; a worker tries it out at once."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        return client.post(address, form)


def propose(client: Client, address: str, form: dict[str, Any]) -> Any:
    """As people do: try it out, look at what it would change, submit."""
    drafted = draft(client, address, form)
    if drafted.status_code != 303:
        return drafted
    page = body(client, drafted["Location"])
    assert "试算：同意后的变化" in page and "待提交" in page
    return client.post(f"{drafted['Location']}submit/")


def test_a_rule_from_form_to_force(cast: Cast, leader: Person) -> None:
    sun, an, li = browser(cast, "sun"), browser(cast, "an"), browser(cast, "li")
    page = f"/addressbook/persons/{leader.pk}/"
    assert li.get(page).status_code == 404
    form = {
        "viewer_unit": cast.units["QP-0301"].pk,
        "target_unit": cast.units["QP-02"].pk,
        "mode": "2",
        "priority": "50",
        "reason": "联系点",
    }
    assert propose(sun, "/addressbook/settings/add/unit-rule/", form).status_code == 303
    rule = Rule.objects.get()
    assert "待审批" in body(an, "/addressbook/settings/")
    assert "同意" in body(an, f"/addressbook/settings/rules/{rule.pk}/")
    assert an.post(f"/addressbook/settings/rules/{rule.pk}/approve/", {"opinion": "同意"}).status_code == 303
    assert li.get(page).status_code == 200
    assert an.post(f"/addressbook/settings/rules/{rule.pk}/approve/").status_code == 409
    assert an.post(f"/addressbook/settings/rules/{rule.pk}/end/", {"opinion": ""}).status_code == 422
    assert an.post(f"/addressbook/settings/rules/{rule.pk}/end/", {"opinion": "到期"}).status_code == 303
    assert li.get(page).status_code == 404


def test_forms_say_what_is_missing(cast: Cast) -> None:
    sun = browser(cast, "sun")
    for addition in (
        "unit-rule",
        "tag-rule",
        "post-rule",
        "person-rule",
        "unit-hiding",
        "person-hiding",
        "tier",
        "preset",
    ):
        address = f"/addressbook/settings/add/{addition}/"
        assert sun.get(address).status_code == 200
        answer = sun.post(address, {})
        assert answer.status_code == 422 and "请填写事由" in answer.content.decode()
    assert not Rule.objects.exists() and not Hiding.objects.exists()


def test_it_is_tried_changed_and_submitted(cast: Cast, leader: Person) -> None:
    sun, address = browser(cast, "sun"), "/addressbook/settings/add/preset/"
    first = draft(sun, address, {"preset": "open", "reason": "全区互通"})["Location"]
    page = body(sun, first)
    assert "提交申请" in page and "将新看到" in page and "共统计" in page
    (again,) = re.findall(r'href="(/addressbook/settings/add/preset/\?again=\d+)"', page)
    form = body(sun, again)
    assert "全区互通" in form and re.search(r'value="open"[^>]*checked', form)
    number = again.rpartition("=")[2]
    changed = draft(sun, address, {"preset": "strict", "reason": "收紧", "again": number})["Location"]
    assert changed != first and sun.get(first).status_code == 404, "the former draft is gone"
    assert "将看不到" in body(sun, changed)
    assert "待提交" in body(sun, "/addressbook/settings/presets/")
    assert browser(cast, "luo").get(changed).status_code == 404, "a draft is its author's"
    assert browser(cast, "luo").get(again).status_code == 404
    assert sun.post(f"{changed}submit/").status_code == 303
    assert PresetChange.objects.get().state == "proposed"


def test_the_approver_is_shown_what_it_changes(cast: Cast) -> None:
    sun, an = browser(cast, "sun"), browser(cast, "an")
    propose(sun, "/addressbook/settings/add/preset/", {"preset": "open", "reason": "全区互通"})
    change = PresetChange.objects.get()
    page = f"/addressbook/settings/presets/{change.pk}/"
    shown = body(an, page)
    assert "试算：同意后的变化" in shown and "申请人" in shown and "按此刻重新试算" in shown
    address = f"{page}trial/"
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert an.post(address, headers={"HX-Request": "true"}).status_code == 200
    assert "只统计" not in body(an, address, fragment=True)
    assert browser(cast, "li").get(address).status_code == 404
    an.post(f"{page}refuse/", {"opinion": "暂缓"})
    assert an.get(address).status_code == 404


def test_tags_and_duties_on_either_side(cast: Cast, leader: Person) -> None:
    tag = Group.objects.create(source="tags.tag", reference="1", label="防汛联络员")
    GroupMember.objects.create(group=tag, person=cast.li.person)
    sun, an, li = browser(cast, "sun"), browser(cast, "an"), browser(cast, "li")
    common = {"mode": "2", "priority": "50", "reason": "防汛"}
    bare = sun.post("/addressbook/settings/add/tag-rule/", common)
    assert bare.status_code == 422 and "请为查看方选择机构或标签其中一项" in bare.content.decode()
    units = common | {"viewer_unit": cast.units["QP-0301"].pk, "target_unit": cast.units["QP-02"].pk}
    none = sun.post("/addressbook/settings/add/tag-rule/", units)
    assert none.status_code == 422 and "至少一方应为标签" in none.content.decode()
    form = common | {"viewer_tag": tag.pk, "target_unit": cast.units["QP-02"].pk}
    assert propose(sun, "/addressbook/settings/add/tag-rule/", form).status_code == 303
    rule = Rule.objects.get()
    assert (rule.kind, rule.viewer_group) == ("tag", tag)
    an.post(f"/addressbook/settings/rules/{rule.pk}/approve/", {})
    assert li.get(f"/addressbook/persons/{leader.pk}/").status_code == 200
    assert browser(cast, "qian").get("/addressbook/settings/add/tag-rule/").status_code == 404
    duty = common | {"viewer_title": "镇长", "target_title": "副区长"}
    assert propose(sun, "/addressbook/settings/add/post-rule/", duty).status_code == 303
    assert str(Rule.objects.latest("id").target) == "副区长"


def test_hiding_with_a_white_list(cast: Cast) -> None:
    qian = browser(cast, "qian")
    form = {
        "target_unit": cast.units["QP-0301-01"].pk,
        "scope": "everybody",
        "pass_units": [cast.units["QP-0302"].pk],
        "pass_persons": [cast.zhao.person.pk],
        "reason": "涉及信访",
    }
    assert propose(qian, "/addressbook/settings/add/unit-hiding/", form).status_code == 303
    hiding = Hiding.objects.get()
    page = body(qian, f"/addressbook/settings/hidings/{hiding.pk}/")
    assert "徐泾镇" in page and "赵明远" in page and "撤回申请" in page
    assert qian.post("/addressbook/settings/add/unit-hiding/", form).status_code == 422
    assert qian.post(f"/addressbook/settings/hidings/{hiding.pk}/withdraw/").status_code == 303


def test_who_is_out_of_reach_cannot_be_chosen(cast: Cast) -> None:
    """A graded administrator naming a unit that he may not know of is told that there is none."""
    form = {"target_unit": cast.units["QP-0101-01"].pk, "scope": "everybody", "reason": "试"}
    assert browser(cast, "qian").post("/addressbook/settings/add/unit-hiding/", form).status_code == 404
    assert not Hiding.objects.exists()


def test_others_proposals_are_not_shown(cast: Cast) -> None:
    rule = proposals.propose_rule(
        viewer=cast.units["QP-0301"],
        target=cast.units["QP-02"],
        mode=2,
        reason="联系",
        actor=cast.sun.principal(),
    )
    page = f"/addressbook/settings/rules/{rule.pk}/"
    assert browser(cast, "qian").get(page).status_code == 404
    assert f"/rules/{rule.pk}/" not in body(browser(cast, "qian"), "/addressbook/settings/rules/")


def test_the_matrix_is_shown_and_switched(cast: Cast) -> None:
    sun, an = browser(cast, "sun"), browser(cast, "an")
    assert "当前规则：分级互通" in body(sun, "/addressbook/settings/presets/")
    propose(sun, "/addressbook/settings/add/preset/", {"preset": "open", "reason": "全区互通"})
    page = body(an, "/addressbook/settings/presets/")
    (number,) = set(re.findall(r"/settings/presets/(\d+)/", page))
    an.post(f"/addressbook/settings/presets/{number}/approve/", {})
    assert "当前规则：全部互通" in body(an, "/addressbook/settings/presets/")


def test_with_somebody_elses_eyes(cast: Cast, leader: Person) -> None:
    an = browser(cast, "an")
    chosen = {"person_id": cast.li.person.pk, "reason": "核对可见范围"}
    first = an.post("/addressbook/seen-as/", chosen, follow=True).content.decode()
    assert "李四的视角：青浦区" in first
    assert str(Entry.objects.filter(verb="addressbook.seen_as").get()).endswith("事由：核对可见范围")
    page = body(an, f"/addressbook/seen-as/{cast.li.person.pk}/{cast.units['QP-02'].pk}/")
    assert "不可搜不可加" in page and "Q4对Q1" in page
    empty = an.post("/addressbook/seen-as/", {})
    assert empty.status_code == 422 and "请选择查看人" in empty.content.decode()


def test_from_the_whole_name_to_a_contact(cast: Cast, leader: Person) -> None:
    shen = browser(cast, "shen")
    assert "可申请添加的人员" not in body(shen, "/addressbook/search/?q=陆怀")
    found = body(shen, "/addressbook/search/?q=陆怀瑾")
    (address,) = re.findall(r'href="(/addressbook/found/[^"]+)"', found)
    card = body(shen, address)
    assert "区政府" in card and "副区长" not in card and leader.mobile[-4:] not in card
    assert browser(cast, "li").get(address).status_code == 404, "the ticket is of one viewer"
    assert shen.get("/addressbook/found/forged/").status_code == 404
    assert shen.post(address, {"reason": ""}).status_code == 422
    assert shen.post(address, {"reason": "数据治理"}).status_code == 303
    assert "待对方同意" in body(shen, "/addressbook/contacts/") and "已发送申请" in body(shen, address)
    contact = Contact.objects.get()
    assert shen.post(f"/addressbook/contacts/{contact.pk}/accept/").status_code == 403
    assert shen.post(f"/addressbook/contacts/{contact.pk}/remove/").status_code == 303


def test_units_to_choose_from(cast: Cast) -> None:
    li = browser(cast, "li")
    assert "徐泾镇" in body(li, "/addressbook/pick/units/?q=徐泾&name=target_unit")
    assert "朱家角镇" in body(li, "/addressbook/pick/units/")
    assert "专班" not in body(li, "/addressbook/pick/units/?q=专班").replace("“专班”", "")
