"""What stands on the checklist of who leaves."""

import pytest

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.accounts.actions import grants, roles
from yiwang.platform.accounts.queries import held

pytestmark = pytest.mark.django_db


def test_roles_and_rights_of_the_unit_he_leaves(cast: Cast) -> None:
    town, other = cast.units["QP-0301"], cast.units["QP-0302"]
    for unit in (town, other):
        roles.grant_role(cast.li.account, role="accounts.clerk", unit=unit, actor=SYSTEM, reason="任命")
        grants.grant(cast.li.account, permission="accounts.manage", unit=unit, actor=SYSTEM, reason="任命")
    li = cast.li.person.pk
    assert [one.title for one in held.roles_of(li, town.path)] == ["朱家角镇文秘（收发员）"]
    assert [one.title for one in held.rights_of(li, town.path)] == ["账号管理（朱家角镇）"]
    assert len(held.roles_of(li, "")) == len(held.rights_of(li, "")) == 2


def test_devices_only_when_he_leaves_altogether(cast: Cast) -> None:
    cast.li.token()
    li = cast.li.person.pk
    assert held.devices_of(li, cast.units["QP-0301"].path) == []
    assert [one.note for one in held.devices_of(li, "")] == ["127.0.0.1"]
