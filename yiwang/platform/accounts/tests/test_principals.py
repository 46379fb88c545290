"""Who acts in a job: the holder of an account, with the rights he has by then."""

import pytest

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.accounts.actions import suspensions
from yiwang.platform.accounts.queries import principals

pytestmark = pytest.mark.django_db


def test_a_job_goes_on_with_what_was_asked_for_in_administration_mode(cast: Cast) -> None:
    qian = principals.of_account(cast.qian.account.pk)
    assert qian is not None and qian.name == "钱玉芬" and qian.session_id == 0
    town = cast.units["QP-0301"].path
    assert qian.allows("org.manage_unit", at=town)
    assert not qian.allows("org.manage_unit", at=cast.units["QP-0302"].path)
    assert qian.is_administering


def test_who_was_suspended_meanwhile_does_nothing_more(cast: Cast) -> None:
    suspensions.suspend(cast.li.account, reason="长期离岗", actor=SYSTEM)
    assert principals.of_account(cast.li.account.pk) is None
    assert principals.of_account(0) is None
