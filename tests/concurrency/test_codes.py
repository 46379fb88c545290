"""Two system administrators in one code list at the same moment."""

import pytest

from tests import cast as the_cast
from tests.concurrency.crowd import at_once, refusals
from yiwang.platform.org.actions import codes as actions
from yiwang.platform.org.models import Code
from yiwang.platform.org.queries import codes

pytestmark = pytest.mark.django_db(transaction=True)
GRADE, SERIES = Code.List.GRADE, "综合管理类公务员"


def test_both_add_and_each_gets_a_code_and_a_place_of_his_own() -> None:
    sun, luo = (the_cast.standing().member(one).principal() for one in ("sun", "luo"))
    results = at_once(
        lambda: actions.add_code(GRADE, label="见习甲", series=SERIES, actor=sun),
        lambda: actions.add_code(GRADE, label="见习乙", series=SERIES, actor=luo),
    )
    assert not refusals(results)
    added = Code.objects.filter(code__startswith="own-")
    assert set(added.values_list("code", flat=True)) == {"own-001", "own-002"}
    sorts = list(Code.objects.filter(list=GRADE).values_list("sort", flat=True))
    assert len(sorts) == len(set(sorts))


def test_of_two_orders_one_is_kept_and_the_other_refused() -> None:
    sun, luo = (the_cast.standing().member(one).principal() for one in ("sun", "luo"))
    seen = [one.pk for one in codes.all_of(GRADE)]
    first, second = [seen[1], seen[0], *seen[2:]], [seen[0], seen[2], seen[1], *seen[3:]]
    results = at_once(
        lambda: actions.sort_codes(GRADE, ids=first, seen=seen, actor=sun),
        lambda: actions.sort_codes(GRADE, ids=second, seen=seen, actor=luo),
    )
    assert refusals(results) == [409]
    assert [one.pk for one in codes.all_of(GRADE)] in (first, second)
