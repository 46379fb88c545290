"""Roles under many hands: never none, never four, never two of the three (domain reference §2, §19.2)."""

import pytest
from django.utils import timezone

from tests import cast as the_cast
from tests.cast import Cast
from tests.concurrency.crowd import at_once, refusals
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.accounts.actions import roles, suspensions
from yiwang.platform.accounts.models import Account, RoleGrant
from yiwang.platform.accounts.queries import role_seals
from yiwang.platform.accounts.queries.roles import in_force_at
from yiwang.platform.org.actions import people
from yiwang.platform.org.models import Post

pytestmark = pytest.mark.django_db(transaction=True)

GRADED = "accounts.graded_administrator"
SEPARATED = (
    "accounts.system_administrator",
    "accounts.security_administrator",
    "accounts.audit_administrator",
)


@pytest.fixture
def district() -> Cast:
    return the_cast.standing()


def give(district: Cast, login: str, role: str = GRADED) -> RoleGrant:
    unit = district.units["QP-0301"] if role == GRADED else None
    return roles.grant_role(district.member(login).account, role=role, unit=unit, actor=SYSTEM, reason="任命")


def able(district: Cast) -> int:
    return len(in_force_at(GRADED, district.units["QP-0301"], today=timezone.localdate()))


def test_two_withdrawals_at_once_leave_one(district: Cast) -> None:
    give(district, "li")
    both = RoleGrant.objects.filter(role=GRADED, unit=district.units["QP-0301"])
    first, second = both.order_by("pk")
    results = at_once(
        lambda: roles.withdraw_role(first, actor=SYSTEM, reason="调整"),
        lambda: roles.withdraw_role(second, actor=SYSTEM, reason="调整"),
    )
    assert refusals(results) == [409] and able(district) == 1


def test_whichever_way_they_go_one_stays(district: Cast) -> None:
    """Withdrawn, suspended, closed, left, all at the same moment."""
    mine = [give(district, "li"), give(district, "zhou")]
    qian = district.qian
    results = at_once(
        lambda: roles.withdraw_role(mine[0], actor=SYSTEM, reason="调整") and None,
        lambda: suspensions.suspend(district.zhou.account, actor=SYSTEM, reason="离岗") and None,
        lambda: people.end_post(Post.objects.get(person=qian.person), actor=SYSTEM, reason="离开") and None,
    )
    assert refusals(results) == [409] and able(district) == 1


def test_a_unit_never_gets_a_fourth(district: Cast) -> None:
    results = at_once(
        *(lambda login=login: give(district, login) for login in ("li", "zhou", "tang", "zhao"))
    )
    assert refusals(results) == [409, 409] and able(district) == 3


def test_the_first_ones_of_a_unit_are_counted_too(district: Cast) -> None:
    RoleGrant.objects.filter(role=GRADED, unit=district.units["QP-0301"]).delete()
    logins = ("li", "zhou", "tang", "zhao", "qian")
    results = at_once(*(lambda login=login: give(district, login) for login in logins))
    assert refusals(results) == [409, 409] and able(district) == 3


def test_nobody_gets_two_of_the_three(district: Cast) -> None:
    results = at_once(*(lambda role=role: give(district, "li", role) for role in SEPARATED))
    assert refusals(results) == [409, 409]
    assert RoleGrant.objects.living().filter(account=district.li.account, role__in=SEPARATED).count() == 1


def test_an_appointment_is_confirmed_once(district: Cast) -> None:
    sun, an, luo = (district.member(login).principal() for login in ("sun", "an", "luo"))
    given = roles.grant_role(
        district.li.account,
        role="accounts.system_administrator",
        unit=None,
        actor=sun,
        reason="任命",
        basis="青政务〔2026〕8号",
    )
    results = at_once(
        lambda: roles.confirm_role(given, actor=an),
        lambda: roles.confirm_role(given, actor=luo),
        lambda: roles.withdraw_role(given, actor=sun, reason="撤回提请"),
    )
    assert len(refusals(results)) in (1, 2) and set(refusals(results)) == {409}
    given.refresh_from_db()
    kind = Account.objects.get(login_name="li").kind
    assert (kind == Account.Kind.SYSTEM_ADMINISTRATOR) is (given.ended_at is None)
    assert role_seals.altered() == []
