"""Who may give and take roles, and what nobody may (domain reference §2, §19.2, §29; R1-9)."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.platform.accounts.actions import lifecycle, roles, suspensions
from yiwang.platform.accounts.models import Account, RoleGrant
from yiwang.platform.accounts.queries import role_seals
from yiwang.platform.org.actions import merging, people, posts, units
from yiwang.platform.org.models import Post

pytestmark = pytest.mark.django_db

GRADED = "accounts.graded_administrator"
SYSTEM_ADMINISTRATOR = "accounts.system_administrator"
SECURITY = "accounts.security_administrator"
AUDIT = "accounts.audit_administrator"
CLERK = "accounts.clerk"


def refused(work: Callable[..., object], *args: Any, **kwargs: Any) -> Refused:
    """The refusal; nothing has changed by it and nothing was remembered."""
    before = list(RoleGrant.objects.order_by("pk").values()), Entry.objects.count()
    with pytest.raises(Refused) as refusal, transaction.atomic():
        work(*args, **kwargs)
    assert (list(RoleGrant.objects.order_by("pk").values()), Entry.objects.count()) == before
    return refusal.value


def line(verb: str) -> Entry:
    """The last line of that verb: what people are told about it writes lines of its own."""
    return Entry.objects.filter(verb=f"accounts.{verb}").latest("id")


def of(cast: Cast, login: str, role: str) -> RoleGrant:
    return RoleGrant.objects.select_related("unit").get(account=cast.member(login).account, role=role)


def give(
    cast: Cast, login: str, role: str, code: str | None, actor: object = SYSTEM, **more: object
) -> RoleGrant:
    return roles.grant_role(
        cast.member(login).account,
        role=role,
        unit=cast.units[code] if code else None,
        actor=actor,  # type: ignore[arg-type]  # a Principal or SYSTEM
        reason="工作需要",
        **more,  # type: ignore[arg-type]
    )


# --- who gives what


def test_nobody_gives_himself_anything(cast: Cast) -> None:
    """A 分级管理员 cannot grant himself (§2, edge cases); a 系统管理员 neither."""
    for login, role, code in (
        ("qian", CLERK, "QP-0301"),
        ("sun", GRADED, "QP-0201"),
        ("sun", AUDIT, None),
    ):
        refusal = refused(give, cast, login, role, code, actor=cast.member(login).principal())
        assert refusal.status == 403 and "本人" in refusal.message
    refusal = refused(roles.withdraw_role, of(cast, "qian", GRADED), actor=cast.qian.principal(), reason="x")
    assert refusal.status == 403


def test_who_grants_for_a_unit_grants_business_roles_there(cast: Cast) -> None:
    qian = cast.qian.principal()
    given = give(cast, "li", CLERK, "QP-0301", actor=qian)
    assert (given.granted_by_name, given.is_pending) == ("钱玉芬", False)
    assert str(line("role_granted")) == "钱玉芬授予了角色：李四：文秘（收发员）（朱家角镇）"
    for login, role, code in (
        ("li", GRADED, "QP-0301"),
        ("li", SYSTEM_ADMINISTRATOR, None),
        ("li", "accounts.duty_office", None),
        ("li", CLERK, "QP-0302"),  # not his unit
        ("wang", CLERK, "QP-0301"),  # not his people
    ):
        assert refused(give, cast, login, role, code, actor=qian).status == 403
    assert (
        refused(
            roles.withdraw_role, of(cast, "fang", "accounts.office_director"), actor=qian, reason="x"
        ).status
        == 403
    )
    roles.withdraw_role(given, actor=qian, reason="岗位调整")
    given.refresh_from_db()
    assert given.ended_at is not None and (given.ended_by_name, given.end_reason) == ("钱玉芬", "岗位调整")


@pytest.mark.parametrize("login", ["li", "tang", "zhao", "an", "shen", "temp"])
def test_others_give_nothing(cast: Cast, login: str) -> None:
    actor = cast.member(login).principal()
    assert refused(give, cast, "zhou", CLERK, "QP-0301", actor=actor).status == 403


def test_an_administrator_outside_of_his_mode_gives_nothing(cast: Cast) -> None:
    qian = cast.qian.principal(administers=False)
    assert refused(give, cast, "li", CLERK, "QP-0301", actor=qian).status == 403


def test_the_system_administrator_opens_graded_administrators(cast: Cast) -> None:
    given = give(cast, "li", GRADED, "QP-0301", actor=cast.sun.principal())
    assert not given.is_pending
    assert Account.objects.get(login_name="li").kind == Account.Kind.GRADED_ADMINISTRATOR
    roles.withdraw_role(given, actor=cast.luo.principal(), reason="另有任用")
    assert Account.objects.get(login_name="li").kind == Account.Kind.USER


@pytest.mark.parametrize(
    ("grant", "status", "words"),
    [
        (("li", "accounts.no_such", None, {}), 422, "没有这个角色"),
        (("li", CLERK, None, {}), 422, "须指定单位"),
        (("li", CLERK, "QP-03", {}), 422, "不能选择区或分类"),
        (("li", AUDIT, "QP-0201", {}), 422, "面向全区"),
        (("temp", CLERK, "QP-0301", {}), 422, "临时账号不能担任角色"),
        (("tang", "accounts.office_director", "QP-0301", {}), 409, "已有此角色"),
        (("li", CLERK, "QP-0301", {"valid_to": datetime.date(2000, 1, 1)}), 422, "结束时间应晚于开始时间"),
    ],
)  # fmt: skip
def test_odd_grants(
    cast: Cast, grant: tuple[str, str, str | None, dict[str, object]], status: int, words: str
) -> None:
    login, role, code, more = grant
    refusal = refused(give, cast, login, role, code, **more)
    assert refusal.status == status and words in (refusal.message + "".join(refusal.fields.values()))


def test_a_post_of_somebody_else_is_refused(cast: Cast) -> None:
    strange = Post.objects.get(person=cast.wang.person)
    assert refused(give, cast, "li", CLERK, "QP-0301", post=strange).fields == {
        "post": "请选择本人的现任职务"
    }


def test_a_closed_account_or_a_revoked_unit_gets_none(cast: Cast) -> None:
    lifecycle.close(cast.lao.account, reason="未报到", actor=SYSTEM)
    assert refused(give, cast, "lao", CLERK, "QP-0302").code == "E-STATE-01"
    unit = cast.units["QP-0302"]
    unit.status = "revoked"
    assert refused(give, cast, "wang", CLERK, "QP-0302").code == "E-STATE-01"


# --- 1 to 3 of a unit


def test_a_unit_has_at_most_three(cast: Cast) -> None:
    give(cast, "li", GRADED, "QP-0301")
    give(cast, "zhou", GRADED, "QP-0301")
    refusal = refused(give, cast, "tang", GRADED, "QP-0301")
    assert (refusal.status, refusal.message) == (409, "每个单位最多设3名分级管理员")
    give(cast, "tang", GRADED, "QP-0301-0201")


LAST = "本单位至少保留一名分级管理员"


@pytest.mark.parametrize(
    "act",
    [
        lambda cast: roles.withdraw_role(of(cast, "qian", GRADED), actor=cast.sun.principal(), reason="调整"),
        lambda cast: suspensions.suspend(cast.qian.account, actor=cast.sun.principal(), reason="离岗"),
        lambda cast: lifecycle.close(cast.qian.account, actor=cast.sun.principal(), reason="离职"),
        lambda cast: people.end_post(Post.objects.get(person=cast.qian.person), actor=SYSTEM, reason="离开"),
        lambda cast: posts.transfer_person(
            cast.qian.person,
            to=cast.units["QP-0302-01"],
            title="科员",
            day=timezone.localdate(),
            actor=SYSTEM,
        ),
    ],
    ids=["withdraw", "suspend", "close", "end post", "transfer"],
)
def test_the_last_one_stays(cast: Cast, act: Callable[[Cast], object]) -> None:
    """E-PER-04: by whichever way he would go; with a second one he goes."""
    refusal = refused(act, cast)
    assert (refusal.status, refusal.message, refusal.code) == (409, LAST, "E-PER-04")
    assert Account.objects.get(login_name="qian").state == Account.State.ACTIVE
    assert Post.objects.get(person=cast.qian.person).unit == cast.units["QP-0301-01"]
    give(cast, "li", GRADED, "QP-0301")
    act(cast)


def test_one_who_cannot_work_is_no_second_one(cast: Cast) -> None:
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    give(cast, "li", GRADED, "QP-0301", valid_from=tomorrow)
    suspensions.suspend(cast.zhou.account, reason="病假", actor=SYSTEM)
    idle = give(cast, "zhou", GRADED, "QP-0301")
    assert refused(roles.withdraw_role, of(cast, "qian", GRADED), actor=SYSTEM, reason="x").message == LAST
    roles.withdraw_role(idle, actor=SYSTEM, reason="x")


def test_the_district_keeps_one_of_each(cast: Cast) -> None:
    for login, role, label in (("shen", AUDIT, "审计管理员"), ("an", SECURITY, "安全管理员")):
        refusal = refused(roles.withdraw_role, of(cast, login, role), actor=cast.sun.principal(), reason="x")
        assert refusal.message == f"全区至少保留一名{label}"
    roles.withdraw_role(of(cast, "luo", SYSTEM_ADMINISTRATOR), actor=cast.sun.principal(), reason="调整")
    refusal = refused(roles.withdraw_role, of(cast, "sun", SYSTEM_ADMINISTRATOR), actor=SYSTEM, reason="x")
    assert refusal.message == "全区至少保留一名系统管理员"


# --- two persons


def test_a_system_administrator_is_proposed_by_one_and_confirmed_by_another(cast: Cast) -> None:
    """§29: by document of 区政务办, two persons; R1-9."""
    sun = cast.sun.principal()
    assert "文号" in refused(give, cast, "li", SYSTEM_ADMINISTRATOR, None, actor=sun).fields["basis"]
    given = give(cast, "li", SYSTEM_ADMINISTRATOR, None, actor=sun, basis="青政务〔2026〕8号")
    assert given.is_pending and str(line("role_proposed")).startswith("孙建国提请任命：李四：系统管理员")
    assert not cast.li.principal().permissions
    assert Account.objects.get(login_name="li").kind == Account.Kind.USER

    for login in ("sun", "li", "shen", "qian", "tang"):  # the proposer, the appointed, the others
        actor = cast.member(login).principal()
        assert refused(roles.confirm_role, given, actor=actor).status == 403
    roles.confirm_role(given, actor=cast.an.principal())
    given.refresh_from_db()
    assert (given.is_pending, given.confirmed_by_name) == (False, "安若兰")
    assert cast.li.principal().allows("org.manage_tree")
    assert Account.objects.get(login_name="li").kind == Account.Kind.SYSTEM_ADMINISTRATOR
    assert refused(roles.confirm_role, given, actor=cast.luo.principal()).code == "E-STATE-01"


def test_the_second_system_administrator_may_confirm_or_decline(cast: Cast) -> None:
    given = give(cast, "li", AUDIT, None, actor=cast.sun.principal(), basis="青政务〔2026〕9号")
    assert refused(roles.refuse_role, given, actor=cast.luo.principal(), reason=" ").status == 422
    roles.refuse_role(given, actor=cast.luo.principal(), reason="人选未定")
    given.refresh_from_db()
    assert given.ended_at is not None and not cast.li.principal().permissions
    assert refused(roles.confirm_role, given, actor=cast.an.principal()).code == "E-STATE-01"


def test_the_database_wants_two_persons(cast: Cast) -> None:
    given = give(cast, "li", AUDIT, None, actor=cast.sun.principal(), basis="青政务〔2026〕9号")
    for fields in (
        {"is_pending": False},
        {"confirmed_by_id": cast.sun.account.pk, "confirmed_by_name": "孙"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            RoleGrant.objects.filter(pk=given.pk).update(**fields)


# --- separation


@pytest.mark.parametrize(
    ("login", "role"),
    [("sun", AUDIT), ("sun", SECURITY), ("shen", SYSTEM_ADMINISTRATOR), ("shen", SECURITY), ("an", AUDIT)],
)
def test_nobody_holds_two_of_the_three(cast: Cast, login: str, role: str) -> None:
    actor = cast.luo.principal()
    refusal = refused(give, cast, login, role, None, actor=actor, basis="青政务〔2026〕1号")
    assert (refusal.status, refusal.message) == (409, roles.SEPARATION_TEXT)


def test_a_proposal_counts_too(cast: Cast) -> None:
    sun = cast.sun.principal()
    give(cast, "li", AUDIT, None, actor=sun, basis="青政务〔2026〕1号")
    assert refused(give, cast, "li", SECURITY, None, actor=sun, basis="青政务〔2026〕1号").status == 409


def test_the_database_itself_separates_them(cast: Cast) -> None:
    """Whatever writes to the table: raw SQL is refused as well (§19.2)."""
    with (
        pytest.raises(IntegrityError, match="separation"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO accounts_rolegrant (account_id, role, includes_below, valid_from, basis, reason,"
            " granted_by_name, is_pending, confirmed_by_name, ended_by_name, end_reason, seal, created_at)"
            " VALUES (%s, %s, true, current_date, '', '', 'x', false, 'y', '', '', '', now())",
            [cast.sun.account.pk, AUDIT],
        )


# --- the end


def test_it_ends_with_its_post(cast: Cast) -> None:
    post = people.start_post(
        cast.wang.person,
        unit=cast.units["QP-0301-01"],
        title="挂职干部",
        kind=Post.Kind.ATTACHMENT,
        actor=SYSTEM,
    )
    by_post = give(cast, "wang", CLERK, "QP-0301", post=post)
    other = give(cast, "wang", CLERK, "QP-0302")
    people.end_post(post, actor=SYSTEM, reason="挂职期满")
    by_post.refresh_from_db()
    other.refresh_from_db()
    assert by_post.end_reason == "任职结束" and other.ended_at is None
    assert Entry.objects.filter(verb="accounts.role_ended", actor_name="系统").count() == 1


def test_it_ends_when_he_leaves_the_unit(cast: Cast) -> None:
    """Acceptance 2 of §2: after a transfer the roles of the old unit are gone."""
    clerk, director = give(cast, "li", CLERK, "QP-0301"), give(cast, "li", "accounts.archivist", "QP-0301-01")
    posts.transfer_person(
        cast.li.person, to=cast.units["QP-0302-01"], title="科员", day=timezone.localdate(), actor=SYSTEM
    )
    assert not RoleGrant.objects.living().filter(account=cast.li.account).exists()
    assert not RoleGrant.objects.filter(pk__in=(clerk.pk, director.pk), end_reason="").exists()


def test_it_goes_on_when_he_moves_inside_the_unit(cast: Cast) -> None:
    give(cast, "li", "accounts.archivist", "QP-0301-01")
    for login in ("qian", "li"):
        posts.transfer_person(
            cast.member(login).person,
            to=cast.units["QP-0301"],
            title="科员",
            day=timezone.localdate(),
            actor=SYSTEM,
        )
    assert cast.qian.principal().allows("accounts.manage", at=cast.units["QP-0301"].path)
    assert not RoleGrant.objects.living().filter(account=cast.li.account).exists(), "he left that section"


def test_all_end_with_the_last_post_and_with_the_account(cast: Cast) -> None:
    given = give(cast, "li", "accounts.duty_office", None)
    people.end_post(Post.objects.get(person=cast.li.person), actor=SYSTEM, reason="退休")
    given.refresh_from_db()
    assert given.ended_at is not None
    clerk = give(cast, "wang", CLERK, "QP-0302")
    lifecycle.close(cast.wang.account, reason="辞职", actor=SYSTEM)
    clerk.refresh_from_db()
    assert clerk.end_reason == "账号注销"


def test_it_ends_with_the_unit(cast: Cast) -> None:
    unit = units.create_unit(
        parent=cast.units["QP-0301"], code="QP-0301-09", full_name="工作专班", short_name="工作专班",
        node_type="section", actor=SYSTEM,
    )  # fmt: skip
    given = roles.grant_role(cast.li.account, role=GRADED, unit=unit, actor=SYSTEM, reason="试")
    merging.revoke_unit(unit, actor=SYSTEM)
    given.refresh_from_db()
    assert given.end_reason == "机构撤销"
    assert roles.end_roles_of_unit(cast.units["QP-0302"], actor=SYSTEM, reason="机构合并") == 2
    assert Account.objects.get(login_name="gu").kind == Account.Kind.USER


def test_the_last_administrator_holds_up_nobody_elses_end(cast: Cast) -> None:
    today = timezone.localdate()
    over = today - datetime.timedelta(days=1)
    Post.objects.filter(person__in=(cast.qian.person, cast.wang.person)).update(
        valid_to=over, valid_from=over
    )
    ended = posts.end_due_posts(today=today, actor=SYSTEM)
    assert [one.person for one in ended] == [cast.wang.person]
    assert Post.objects.get(person=cast.qian.person).is_living


def test_it_ends_by_its_date(cast: Cast) -> None:
    today = timezone.localdate()
    given = give(cast, "li", GRADED, "QP-0301", valid_to=today)
    assert roles.end_roles_by_date(today=today) == 0
    assert cast.li.principal().allows("accounts.manage")
    assert roles.end_roles_by_date(today=today + datetime.timedelta(days=1)) == 1
    given.refresh_from_db()
    assert given.end_reason == "任期届满"
    assert Account.objects.get(login_name="li").kind == Account.Kind.USER


def test_it_begins_by_its_date(cast: Cast) -> None:
    give(cast, "li", GRADED, "QP-0301", valid_from=timezone.localdate() + datetime.timedelta(days=1))
    assert not cast.li.principal().permissions


# --- integrity


def test_an_altered_row_is_named(cast: Cast) -> None:
    """GB/T 39786 8.4 b: whoever widens a role in the database is found."""
    given, other = of(cast, "qian", GRADED), of(cast, "gu", GRADED)
    for fields in (
        {"unit": cast.units["QP-03"]},
        {"role": "accounts.unit_head"},
        {"account": cast.li.account},
        {"valid_to": datetime.date(2099, 1, 1)},
        {"includes_below": False},
    ):
        with transaction.atomic():
            RoleGrant.objects.filter(pk=given.pk).update(**fields)
            assert [one.pk for one in role_seals.altered()] == [given.pk]
            transaction.set_rollback(True)
    RoleGrant.objects.filter(pk=given.pk).update(seal=other.seal)
    assert [one.pk for one in role_seals.altered()] == [given.pk]


def test_every_act_seals_anew(cast: Cast) -> None:
    given = give(cast, "li", AUDIT, None, actor=cast.sun.principal(), basis="青政务〔2026〕1号")
    roles.confirm_role(given, actor=cast.an.principal())
    roles.withdraw_role(given, actor=cast.sun.principal(), reason="x")
    assert role_seals.altered() == []


def test_who_sees_which(cast: Cast) -> None:
    def seen(login: str) -> int:
        return RoleGrant.objects.visible_to(cast.member(login).principal()).count()

    every = RoleGrant.objects.count()
    assert [seen(login) for login in ("sun", "shen", "an")] == [every] * 3
    assert seen("qian") == 3 and seen("tang") == 1 and seen("li") == 0 and seen("temp") == 0
