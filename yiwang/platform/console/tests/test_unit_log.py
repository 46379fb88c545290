"""管理操作记录 (§29): a unit's administrators see what was administered there, nothing else."""

import datetime

import pytest
from django.conf import settings
from django.test import Client

from tests.cast import Cast
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.extension.audit import AuditVerb, audit_verbs
from yiwang.platform.accounts.actions import roles, suspensions
from yiwang.platform.accounts.models import RoleGrant
from yiwang.platform.accounts.vocabulary import LOGGED_IN
from yiwang.platform.console.queries import unit_log

pytestmark = pytest.mark.django_db
GRADED = "accounts.graded_administrator"


def as_member(cast: Cast, login: str) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE] = cast.member(login).token()
    return client


def seen_by(cast: Cast, login: str) -> list[str]:
    return [str(one) for one in unit_log.entries(cast.member(login).principal()).order_by("-at")]


def suspend(cast: Cast, who: str, by: str) -> None:
    suspensions.suspend(cast.member(who).account, reason="长期病假", actor=cast.member(by).principal())


def record(verb: AuditVerb, cast: Cast, login: str) -> None:
    audit.record(verb, cast.li.person, actor=cast.member(login).principal())


def test_acts_of_the_unit_s_own_administrators(cast: Cast) -> None:
    suspend(cast, "li", "qian")
    suspend(cast, "wang", "gu")
    assert "钱玉芬停用了账号li" in seen_by(cast, "qian")
    assert not any("wang" in line for line in seen_by(cast, "qian"))
    assert "顾怀恩停用了账号wang" in seen_by(cast, "gu")


def test_no_acts_of_system_administrators_and_no_private_ones(cast: Cast) -> None:
    suspend(cast, "li", "sun")
    record(LOGGED_IN, cast, "qian")
    for key in (
        *("accounts.administered", "messages.sent", "addressbook.viewed_as", "todos.opened"),
        *("org.own_photo_changed", "changes.data_asked", "upkeep.correction_reported"),
    ):
        if key in audit_verbs:
            record(audit_verbs.get(key), cast, "tang")
    assert not any("孙建国" in line or "登录" in line or "唐静宜" in line for line in seen_by(cast, "qian"))
    record(audit_verbs.get("changes.operation_approved"), cast, "tang")
    assert any("唐静宜审核通过了人员变动" in line for line in seen_by(cast, "qian"))


def test_whatever_is_left_out_is_a_verb() -> None:
    assert all(key in audit_verbs for key in unit_log._OWN_AFFAIRS)


def test_only_while_the_role_was_theirs(cast: Cast) -> None:
    given = roles.grant_role(
        cast.li.account, role=GRADED, unit=cast.units["QP-0301"], reason="协助", actor=cast.sun.principal()
    )
    suspend(cast, "zhou", "li")
    assert "李四停用了账号zhou" in seen_by(cast, "qian")
    before = datetime.timedelta(days=1)
    ended = given.created_at - before
    RoleGrant.objects.filter(pk=given.pk).update(created_at=ended - before, ended_at=ended)
    assert "李四停用了账号zhou" not in seen_by(cast, "qian")


@pytest.mark.parametrize("login", ["li", "tang", "zhao", "sun", "an", "shen", "temp"])
def test_for_others_there_is_nothing(cast: Cast, login: str) -> None:
    suspend(cast, "zhou", "qian")
    assert seen_by(cast, login) == []
    assert as_member(cast, login).get("/console/audit/unit/").status_code == 404


def test_the_page_shows_filters_remembers_and_exports_nothing(cast: Cast) -> None:
    suspend(cast, "li", "qian")
    qian = as_member(cast, "qian")
    page = qian.get("/console/audit/unit/").content.decode()
    assert "停用了账号li" in page and "长期病假" in page and 'name="export"' not in page
    assert Entry.objects.filter(verb="console.unit_log_read").count() == 1
    page = qian.get("/console/audit/unit/", {"verb": "accounts.resumed"}).content.decode()
    assert "停用了账号li" not in page
    assert qian.post("/console/audit/unit/").status_code == 405
