"""Finding units by part of a name (domain reference §3.1)."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.addressbook.queries import suggestions, unit_search, visibility
from yiwang.platform.addressbook.tests import factories
from yiwang.platform.org.actions import merging, naming
from yiwang.platform.org.models import UnitAlias


def find(cast: Cast, text: str, login: str = "li", limit: int = 8) -> list[str]:
    viewer = cast.member(login).principal()
    return [hit.alias or hit.name for hit in unit_search.find(viewer, text, limit=limit)]


def test_any_part_of_a_name(cast: Cast) -> None:
    assert find(cast, "朱家角") == find(cast, "家角") == ["朱家角镇"]
    assert find(cast, "青浦区数据局") == find(cast, "数据") == ["区数据局"]
    assert find(cast, "上海市 青浦区 数据局") == ["区数据局"]
    assert find(cast, "居民委员会") == ["大新街居委会"]


def test_the_best_comes_first(cast: Cast) -> None:
    factories.unit(cast.units["QP-0201"], "徐泾镇联络处")
    factories.unit(cast.units["QP-0201"], "驻徐泾镇工作组")
    assert find(cast, "徐泾镇") == ["徐泾镇", "徐泾镇联络处", "驻徐泾镇工作组"]
    assert find(cast, "徐泾镇", limit=2) == ["徐泾镇", "徐泾镇联络处"]
    assert find(cast, "青浦区", limit=1) == ["青浦区"]


def test_former_and_further_names(cast: Cast) -> None:
    town = cast.units["QP-0301"]
    UnitAlias.objects.create(unit=town, name="珠街阁镇", kind=UnitAlias.Kind.FORMER, valid_to="1980-01-01")
    UnitAlias.objects.create(unit=town, name="古镇旅游管理所", kind=UnitAlias.Kind.PLATE)
    UnitAlias.objects.create(unit=town, name="朱家角公社", kind=UnitAlias.Kind.FORMER, valid_to="1984-01-01")
    assert find(cast, "珠街阁") == ["原珠街阁镇"] and find(cast, "旅游") == ["挂古镇旅游管理所牌子"]
    assert find(cast, "朱家角") == ["朱家角镇"], "once, by its name of today"


def test_a_renamed_unit_is_found_by_both_names(cast: Cast) -> None:
    """Domain reference §1: 区数据局（原区政务服务办公室）."""
    bureau = cast.units["QP-0201"]
    names = (("上海市青浦区政务服务办公室", "区政务服务办公室"), (bureau.full_name, bureau.short_name))
    for full, short in names:
        naming.rename_unit(bureau, full_name=full, short_name=short, actor=SYSTEM)
    li, shown = cast.li.principal(), "区数据局（原区政务服务办公室）"
    assert [hit.shown for hit in unit_search.find(li, "政务服务办公室", limit=5)] == [shown]
    assert [hit.shown for hit in unit_search.find(li, "区数据局", limit=5)] == ["区数据局"]
    assert [hit.title for hit in suggestions.find_units(li, "政务服务", 5)] == [shown]
    assert "（原区<mark>政务服务</mark>办公室）" in factories.body(
        factories.browser(cast, "li"), "/addressbook/search/?q=政务服务"
    )


def test_a_merged_unit_leads_to_the_one_it_became(cast: Cast) -> None:
    centre = factories.unit(cast.units["QP-0201"], "大数据中心")
    succession = merging.Succession(cast.units["QP-0201-01"])
    merging.merge_units([centre], succession=succession, actor=SYSTEM)
    found = unit_search.find(cast.li.principal(), "大数据", limit=5)
    assert [hit.shown for hit in found] == ["综合科（并入大数据中心）"]


@pytest.mark.parametrize(
    "text", ["", "镇", "a", "%%", "__", "12", "朱%角", "王" * 5000, "朱\0", "'; --", "\\\\"]
)
def test_what_names_no_unit(cast: Cast, text: str) -> None:
    assert find(cast, text) == []


def test_hidden_units_are_found_by_their_own_only(cast: Cast) -> None:
    UnitAlias.objects.create(unit=cast.units["QP-0101-01"], name="旧称专班", kind=UnitAlias.Kind.FORMER)
    for login in ("li", "zhao", "wang", "temp"):
        assert find(cast, "专班", login) == find(cast, "旧称", login) == find(cast, "重点工作", login) == []
    for login in ("mi", "sun"):
        assert find(cast, "专班", login) == ["专班"] and find(cast, "旧称", login) == ["原旧称专班"]


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=60,
    deadline=None,
)
@given(st.text(st.sampled_from("上海市青浦区朱家角镇党政办公室居村民委员会数据局"), min_size=2, max_size=4))
def test_exactly_those_that_contain_it(cast: Cast, text: str) -> None:
    viewer = cast.li.principal()
    found = {hit.id for hit in unit_search.find(viewer, text, limit=100)}
    expected = {
        unit.pk for unit in visibility.units(viewer) if text in unit.short_name or text in unit.full_name
    }
    assert found == expected
