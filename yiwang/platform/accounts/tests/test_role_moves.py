"""Roles in handovers and mergers: what is listed, what goes over, what ends (domain reference §1, §2)."""

import datetime

import pytest
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.extension.holdings import holdings
from yiwang.platform.accounts.actions import roles
from yiwang.platform.accounts.models import Account, RoleGrant
from yiwang.platform.accounts.queries import role_seals
from yiwang.platform.org.actions import merging, people
from yiwang.platform.org.models import Post

pytestmark = pytest.mark.django_db

GRADED = "accounts.graded_administrator"
CLERK = "accounts.clerk"


def give(cast: Cast, login: str, role: str, code: str, post: Post | None = None) -> RoleGrant:
    return roles.grant_role(
        cast.member(login).account, role=role, unit=cast.units[code], post=post, actor=SYSTEM, reason="任命"
    )


def held(role: str, code: str) -> set[str]:
    living = RoleGrant.objects.living().filter(role=role, unit__code=code)
    return set(living.values_list("account__login_name", flat=True))


def merge(cast: Cast, code: str, into: str) -> None:
    merging.merge_units(
        [cast.units[code]],
        succession=merging.Succession(
            cast.units[into], merged_children={cast.units[f"{code}-01"].pk: cast.units[f"{into}-01"].pk}
        ),
        actor=SYSTEM,
        day=timezone.localdate(),
        basis="青委编〔2026〕3号",
    )


def test_a_preview_lists_the_roles_of_the_unit(cast: Cast) -> None:
    holding = holdings.get("accounts.roles")
    assert holding.of_unit is not None and not holding.blocks_revocation
    give(cast, "li", CLERK, "QP-0301-01")
    town = cast.units["QP-0301"].path
    count, shown = holding.of_unit(town, False, 2)
    assert (count, len(shown)) == (3, 2)
    count, shown = holding.of_unit(town, True, 9)
    assert count == 4 and "李四：文秘（收发员）（党政办公室）" in [one.title for one in shown]


def test_in_a_merger_roles_go_over(cast: Cast) -> None:
    give(cast, "wang", CLERK, "QP-0302-01", post=Post.objects.get(person=cast.wang.person))
    lines = Entry.objects.count()
    merge(cast, "QP-0302", "QP-0301")
    assert held(GRADED, "QP-0301") == {"qian", "gu"} and held(GRADED, "QP-0302") == set()
    assert held("accounts.office_director", "QP-0301") == {"tang", "fang"}
    assert held(CLERK, "QP-0301-01") == {"wang"}
    given = RoleGrant.objects.living().get(role=CLERK)
    assert given.post is not None and given.post.is_living and given.post.unit.code == "QP-0301-01"
    assert cast.gu.principal().allows("accounts.manage", at=cast.units["QP-0301"].path)
    moved = Entry.objects.filter(
        verb="accounts.role_moved", target_title="顾怀恩：分级管理员（朱家角镇）"
    ).get()
    assert moved.changed_fields["角色"][0] == "顾怀恩：分级管理员（徐泾镇）"
    assert Entry.objects.count() > lines and role_seals.altered() == []
    former = RoleGrant.objects.get(role=GRADED, unit=cast.units["QP-0302"])
    assert former.ended_at is not None and former.end_reason == "机构调整"


def test_no_more_go_over_than_there_is_room_for(cast: Cast) -> None:
    """At most three 分级管理员; who holds the same role there already gets no second."""
    give(cast, "li", GRADED, "QP-0301")
    give(cast, "zhou", GRADED, "QP-0301")
    give(cast, "gu", CLERK, "QP-0301")
    give(cast, "gu", CLERK, "QP-0302")
    merge(cast, "QP-0302", "QP-0301")
    assert held(GRADED, "QP-0301") == {"qian", "li", "zhou"}
    assert Account.objects.get(login_name="gu").kind == Account.Kind.USER
    assert RoleGrant.objects.living().filter(account=cast.gu.account).count() == 1


def test_a_role_follows_its_post(cast: Cast) -> None:
    day = timezone.localdate()
    post = Post.objects.get(person=cast.wang.person)
    give(cast, "wang", "accounts.archivist", "QP-0302", post=post)
    merging.revoke_unit(
        cast.units["QP-0302-01"],
        succession=merging.Succession(cast.units["QP-0302"]),
        actor=SYSTEM,
        day=day,
    )
    moved = RoleGrant.objects.living().get(account=cast.wang.account)
    assert moved.post is not None and moved.post_id != post.pk and moved.post.is_living
    assert held("accounts.office_director", "QP-0302") == {"fang"}
    people.end_post(moved.post, actor=SYSTEM, reason="离开", day=day + datetime.timedelta(days=1))
    assert not RoleGrant.objects.living().filter(account=cast.wang.account).exists()
