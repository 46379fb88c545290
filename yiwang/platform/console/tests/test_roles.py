"""Roles in the console: the lists, giving, confirming, taking back, the catalogue of rights."""

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.platform.accounts.actions import lifecycle
from yiwang.platform.accounts.actions import roles as actions
from yiwang.platform.accounts.models import Account, RoleGrant
from yiwang.platform.console.queries import roles
from yiwang.platform.org.models import Post

pytestmark = pytest.mark.django_db

GRADED = "accounts.graded_administrator"
CLERK = "accounts.clerk"
SYSTEM_ADMINISTRATOR = "accounts.system_administrator"


def as_member(cast: Cast, login: str) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE] = cast.member(login).token()
    return client


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


def of(cast: Cast, login: str) -> RoleGrant:
    return RoleGrant.objects.get(account=cast.member(login).account)


def values(**more: object) -> dict[str, object]:
    return {"role": CLERK, "unit": "QP-0301", "includes_below": "on", "reason": "工作需要"} | more


def add(cast: Cast, by: str, to: str, **more: object):  # type: ignore[no-untyped-def]  # the client's response
    path = f"/console/accounts/{cast.member(to).account.pk}/roles/add/"
    return as_member(cast, by).post(path, values(**more))


# --- lists


def test_each_sees_the_roles_of_his_part_of_the_tree(cast: Cast) -> None:
    qian = text(as_member(cast, "qian").get("/console/roles/"))
    assert all(name in qian for name in ("钱玉芬", "唐静宜", "赵明远")) and "顾怀恩" not in qian
    for login in ("sun", "shen", "an"):
        page = text(as_member(cast, login).get("/console/roles/"))
        assert all(name in page for name in ("孙建国", "沈文清", "顾怀恩", "方志远"))


def test_it_is_narrowed_by_role_unit_and_state(cast: Cast) -> None:
    sun = as_member(cast, "sun")
    page = text(sun.get(f"/console/roles/?role={GRADED}"))
    assert "钱玉芬" in page and "顾怀恩" in page and "唐静宜" not in page
    page = text(sun.get("/console/roles/?unit=QP-0302"))
    assert "顾怀恩" in page and "方志远" in page and "钱玉芬" not in page
    page = text(sun.get("/console/roles/?q=tang"))
    assert "唐静宜" in page and "方志远" not in page
    actions.withdraw_role(of(cast, "tang"), actor=SYSTEM, reason="另有任用")
    assert "唐静宜" not in text(sun.get("/console/roles/"))
    page = text(sun.get("/console/roles/?state=ended"))
    assert "唐静宜" in page and "已终止" in page and "方志远" not in page


@pytest.mark.parametrize("state", list(roles.STATES))
def test_the_state_shown_is_the_state_found(cast: Cast, state: str) -> None:
    today = timezone.localdate()
    RoleGrant.objects.filter(account=cast.tang.account).update(ended_at=timezone.now())
    RoleGrant.objects.filter(account=cast.fang.account).update(valid_from=today.replace(year=today.year + 1))
    RoleGrant.objects.filter(account=cast.zhao.account).update(is_pending=True)
    RoleGrant.objects.filter(account=cast.gu.account).update(
        valid_from=today.replace(year=today.year - 2), valid_to=today.replace(year=today.year - 1)
    )
    found = set(RoleGrant.objects.filter(roles.in_state(state)))
    assert found == {one for one in RoleGrant.objects.all() if roles.state_of(one) == state} != set()


def test_exports_are_remembered(cast: Cast) -> None:
    shen = as_member(cast, "shen")
    assert shen.post("/console/roles/", {"export": "1"}).status_code == 422
    answer = shen.post("/console/roles/", {"export": "1", "purpose": "季度审计"})
    assert answer.status_code == 200 and answer.getvalue()
    assert Entry.objects.exclude(verb="accounts.administered").latest("id").reason == "季度审计"


def test_the_catalogue_is_as_the_registry(cast: Cast) -> None:
    page = text(as_member(cast, "shen").get("/console/roles/permissions/"))
    assert "维护组织架构（一至三级）" in page and "分级管理员" in page and "印章管理员" in page
    found = roles.catalogue()
    lines = {line.right.key: line for _, group in found.groups for line in group}
    place = [one.key for one in found.columns].index("accounts.audit_administrator")
    assert lines["audit.read"].brings[place] and sum(lines["audit.read"].brings) == 1
    assert {one.key for one in found.columns} | {one.key for one in found.bare} == {
        one.key for one in roles.in_order()
    }


# --- giving


def test_a_graded_administrator_gives_a_business_role(cast: Cast) -> None:
    page = text(as_member(cast, "qian").get(f"/console/accounts/{cast.li.account.pk}/roles/add/"))
    assert "办公室主任" in page and "系统管理员" not in page.split("</select>")[0]
    assert "朱家角镇" in page and "　党政办公室" in page
    answer = add(cast, "qian", "li")
    given = of(cast, "li")
    assert (answer.status_code, answer["Location"]) == (303, f"/console/roles/{given.pk}/")
    assert (given.role, given.unit, given.granted_by_name) == (CLERK, cast.units["QP-0301"], "钱玉芬")
    page = text(as_member(cast, "qian").get(f"/console/accounts/{cast.li.account.pk}/"))
    assert "文秘（收发员）" in page and "钱玉芬授予" in page


@pytest.mark.parametrize(
    ("more", "status", "words"),
    [
        ({"role": ""}, 422, "请选择角色"),
        ({"reason": ""}, 422, "请填写事由"),
        ({"unit": ""}, 422, "须指定单位"),
        ({"other_unit": "NONE"}, 422, "请在查找结果中选择机构"),
        ({"other_unit": "99999999"}, 422, "没有找到该机构，请重新选择"),
        ({"other_unit": "unit:QP-03"}, 422, "不能选择区或分类"),
        ({"unit": "", "q": "徐泾"}, 422, "请在查找结果中选择机构"),
        ({"valid_from": "2026-01-02", "valid_to": "2026-01-01"}, 422, "结束时间应晚于开始时间"),
        ({"valid_from": "nonsense"}, 422, "请按"),
        ({"role": SYSTEM_ADMINISTRATOR, "unit": ""}, 422, "请填写任命文件的文号"),
        ({"role": "accounts.unit_head", "to": "zhao"}, 409, "该人员已有此角色"),
        ({"role": "accounts.audit_administrator", "unit": "", "basis": "x", "to": "an"}, 409, "同一人担任"),
        ({"to": "temp"}, 422, "临时账号不能担任角色"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(
    cast: Cast, more: dict[str, object], status: int, words: str
) -> None:
    before = RoleGrant.objects.count()
    to, other = str(more.get("to", "li")), str(more.get("other_unit", ""))
    more = {name: value for name, value in more.items() if name != "to"}
    if other.startswith("unit:"):
        more["other_unit"] = cast.units[other.removeprefix("unit:")].pk
    if to == "temp":
        more = {**more, "unit": "", "other_unit": cast.units["QP-0301"].pk}
    answer = add(cast, "sun", to, **more)
    assert answer.status_code == status and words in text(answer)
    assert RoleGrant.objects.count() == before


def test_a_unit_outside_his_posts_is_looked_for_and_chosen(cast: Cast) -> None:
    """分管领导 for a unit he does not serve in: found by name, offered, kept when the form comes back."""
    other = cast.units["QP-0302"]
    found = text(add(cast, "sun", "zhao", role="accounts.deputy_head", unit="", q="徐泾"))
    assert f'name="other_unit" value="{other.pk}"' in found
    again = text(add(cast, "sun", "zhao", role="accounts.deputy_head", other_unit=other.pk, reason=""))
    assert f'value="{other.pk}" checked' in again and "徐泾镇" in again
    assert add(cast, "sun", "zhao", role="accounts.deputy_head", other_unit=other.pk).status_code == 303
    given = RoleGrant.objects.get(account=cast.zhao.account, role="accounts.deputy_head")
    assert given.unit == other


def test_a_role_for_a_post_and_a_period(cast: Cast) -> None:
    post = Post.objects.get(person=cast.li.person)
    answer = add(
        cast, "sun", "li", post=post.pk, valid_to="2099-12-31", basis="朱府〔2026〕2号", includes_below=""
    )
    given = of(cast, "li")
    assert answer.status_code == 303 and (given.post, given.includes_below) == (post, False)
    page = text(as_member(cast, "sun").get(f"/console/roles/{given.pk}/"))
    assert all(word in page for word in ("党政办公室 办事员", "2099-12-31", "朱府〔2026〕2号"))
    strange = Post.objects.get(person=cast.wang.person).pk
    assert add(cast, "sun", "zhou", post=strange).status_code == 422


def test_nobody_gives_himself_or_elsewhere(cast: Cast) -> None:
    assert add(cast, "qian", "qian").status_code == 403
    assert "授予角色" not in text(as_member(cast, "qian").get(f"/console/accounts/{cast.qian.account.pk}/"))
    assert add(cast, "qian", "wang").status_code == 404
    assert add(cast, "qian", "li", role=GRADED).status_code == 422, "it is not offered to her"
    assert add(cast, "qian", "li", other_unit=cast.units["QP-0302"].pk).status_code == 403
    assert not RoleGrant.objects.filter(account__in=(cast.li.account, cast.wang.account)).exists()


# --- two persons


def test_an_appointment_waits_for_the_second_person(cast: Cast) -> None:
    answer = add(cast, "sun", "li", role=SYSTEM_ADMINISTRATOR, unit="", basis="青政务〔2026〕8号")
    given = of(cast, "li")
    page = f"/console/roles/{given.pk}/"
    assert answer["Location"] == page and given.is_pending
    sun, an = as_member(cast, "sun"), as_member(cast, "an")
    assert "确认任命" not in text(sun.get(page)).replace("待确认任命", "") and "撤回提请" in text(
        sun.get(page)
    )
    assert sun.post(f"{page}confirm/").status_code == 403
    for client in (sun, an, as_member(cast, "shen")):
        assert "李四" in text(client.get("/console/roles/appointments/"))
    assert roles.appointments_to_confirm(cast.sun.principal()) == 0
    assert roles.appointments_to_confirm(cast.an.principal()) == 1
    assert "待确认任命" in text(an.get("/console/"))

    assert "青政务〔2026〕8号" in text(an.get(page)) and "不予确认" in text(an.get(page))
    assert an.post(f"{page}refuse/", {"reason": " "}).status_code == 422
    assert an.post(f"{page}confirm/").status_code == 303
    assert Account.objects.get(login_name="li").kind == Account.Kind.SYSTEM_ADMINISTRATOR
    assert "安若兰" in text(an.get(page)) and "李四" not in text(an.get("/console/roles/appointments/"))


def test_an_appointment_is_declined(cast: Cast) -> None:
    add(cast, "sun", "li", role=SYSTEM_ADMINISTRATOR, unit="", basis="青政务〔2026〕8号")
    given = of(cast, "li")
    answer = as_member(cast, "luo").post(f"/console/roles/{given.pk}/refuse/", {"reason": "人选未定"})
    assert answer.status_code == 303
    page = text(as_member(cast, "luo").get(f"/console/roles/{given.pk}/"))
    assert "未予确认" in page and "人选未定" in page and "已终止" in page


# --- taking back


def test_a_role_is_taken_back_with_a_reason(cast: Cast) -> None:
    given, qian = of(cast, "tang"), as_member(cast, "qian")
    page = f"/console/roles/{given.pk}/"
    assert "收回角色" in text(qian.get(page))
    assert qian.post(f"{page}withdraw/", {"reason": ""}).status_code == 422
    assert qian.post(f"{page}withdraw/", {"reason": "另有任用"}).status_code == 303
    assert "收回角色" not in text(qian.get(page)) and "另有任用" in text(qian.get(page))
    assert qian.post(f"{page}withdraw/", {"reason": "再收"}).status_code == 409


def test_the_last_graded_administrator_is_not_taken_back(cast: Cast) -> None:
    given = of(cast, "qian")
    answer = as_member(cast, "sun").post(f"/console/roles/{given.pk}/withdraw/", {"reason": "调整"})
    assert answer.status_code == 409 and "本单位至少保留一名分级管理员" in text(answer)
    given.refresh_from_db()
    assert given.ended_at is None
    answer = as_member(cast, "sun").post(
        f"/console/accounts/{cast.qian.account.pk}/suspend/", {"reason": "离岗"}
    )
    assert answer.status_code == 409 and "本单位至少保留一名分级管理员" in text(answer)


def test_three_administrators_each_within_his_field(cast: Cast) -> None:
    """Acceptance 2 of §19: a system admin opens the audit page, 404; an audit admin creates a user, 403."""
    assert as_member(cast, "sun").get("/console/audit/").status_code == 404
    shen, an, li = as_member(cast, "shen"), as_member(cast, "an"), cast.li.account
    with pytest.raises(Refused) as refused:
        lifecycle.open_account(cast.wang.person, login_name="neu", kind="user", actor=cast.shen.principal())
    assert refused.value.status == 403
    assert shen.get(f"/console/accounts/{li.pk}/").status_code == 404
    assert add(cast, "shen", "li").status_code == 404
    assert shen.post(f"/console/roles/{of(cast, 'tang').pk}/withdraw/", {"reason": "x"}).status_code == 404
    assert an.get("/console/audit/").status_code == 404 and an.get("/console/accounts/").status_code == 404
    assert add(cast, "an", "li").status_code == 404
    assert not RoleGrant.objects.filter(account=li).exists()
