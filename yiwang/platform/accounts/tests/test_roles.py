"""Roles: who holds which, what they bring, who is found for a step (domain reference §0.7)."""

import pytest

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.accounts.actions import roles
from yiwang.platform.accounts.models import Account
from yiwang.platform.accounts.queries import principals, role_seals
from yiwang.platform.accounts.queries.roles import holders, holders_in_district

pytestmark = pytest.mark.django_db

DIRECTOR = "accounts.office_director"


def names(cast: Cast, role: str, code: str) -> set[str]:
    people = {member.person.pk: login for login, member in vars(cast).items() if login != "units"}
    return {people[one.person_id] for one in holders(role, cast.units[code])}


def test_a_role_brings_its_rights_where_it_was_granted(cast: Cast) -> None:
    qian = cast.qian.principal()
    assert qian.allows("org.manage_unit", at=cast.units["QP-0301-0201"].path)
    assert not qian.allows("org.manage_unit", at=cast.units["QP-0302"].path)
    assert not qian.allows("org.manage_tree") and not qian.allows("audit.read")
    assert cast.sun.principal().allows("console.read_system"), "a right that an app above added"
    auditor = {one for one in cast.shen.principal().permissions if one.startswith(("accounts.", "audit."))}
    assert auditor == {"audit.read", "accounts.read_roles"}, "apps above may add more, none below"


def test_sessions_see_a_new_role_at_once_and_its_end_too(cast: Cast) -> None:
    token, town = cast.li.token(), cast.units["QP-0301"]
    given = roles.grant_role(
        cast.li.account, role="accounts.graded_administrator", unit=town, actor=SYSTEM, reason="任命"
    )
    principal = principals.by_token(token)
    assert principal is not None and principal.allows("accounts.manage", at=town.path)
    assert principal.kind == Account.Kind.GRADED_ADMINISTRATOR
    roles.withdraw_role(given, actor=SYSTEM, reason="另有任用")
    principal = principals.by_token(token)
    assert principal is not None and not principal.allows("accounts.manage")
    assert principal.kind == Account.Kind.USER


def test_the_nearest_holders_are_found(cast: Cast) -> None:
    assert names(cast, DIRECTOR, "QP-0301-0201") == {"tang"}
    assert names(cast, DIRECTOR, "QP-0301") == {"tang"}
    assert names(cast, DIRECTOR, "QP-0302-01") == {"fang"}
    assert names(cast, DIRECTOR, "QP-03") == set() == names(cast, DIRECTOR, "QP-0201-01")
    roles.grant_role(
        cast.zhou.account, role=DIRECTOR, unit=cast.units["QP-0301-0201"], actor=SYSTEM, reason="任命"
    )
    assert names(cast, DIRECTOR, "QP-0301-0201") == {"zhou"}
    assert names(cast, DIRECTOR, "QP-0301-01") == {"tang"}


def test_who_cannot_log_in_is_not_found(cast: Cast) -> None:
    Account.objects.filter(pk=cast.tang.account.pk).update(state=Account.State.SUSPENDED)
    assert names(cast, DIRECTOR, "QP-0301-01") == set()


def test_a_holder_stands_in_his_post_there(cast: Cast) -> None:
    (tang,) = holders(DIRECTOR, cast.units["QP-0301-01"])
    assert tang.post_id == cast.tang.principal().posts[0].id
    assert tang.account_id == cast.tang.account.pk


def test_holders_for_the_district(cast: Cast) -> None:
    found = {one.person_id for one in holders_in_district("accounts.system_administrator")}
    assert found == {cast.sun.person.pk, cast.luo.person.pk}


def test_the_cast_is_sealed(cast: Cast) -> None:
    assert role_seals.altered() == []
