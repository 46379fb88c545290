"""The tree: levels, names, moves, order, hiding, history (domain reference §1)."""

import datetime
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.platform.org.actions import merging, moving, naming, units
from yiwang.platform.org.models import Person, Unit, UnitVersion
from yiwang.platform.org.queries import units as unit_queries


def make(parent: Unit | None, code: str, name: str, **more: object) -> Unit:
    options = {"node_type": "section", "actor": SYSTEM, **more}
    return units.create_unit(parent=parent, code=code, full_name=name, short_name=name, **options)  # type: ignore[arg-type]


def test_path_part_is_five_base36_characters() -> None:
    assert unit_queries.path_part(1) == "00001"
    assert unit_queries.path_part(36**5 - 1) == "zzzzz"
    with pytest.raises(ValueError, match="does not fit"):
        unit_queries.path_part(36**5)


def test_graded_administrator_adds_below_level_three_only(cast: Cast) -> None:
    qian = cast.qian.principal()
    group = cast.units["QP-0301-02"]
    made = make(group, "QP-0301-0299", "新苑居委会", node_type="residents_committee", actor=qian)
    assert made.level == 4 and made.path.startswith(group.path)

    before = Unit.objects.get(code="QP-0301-01").full_name
    with pytest.raises(Refused) as refused:
        naming.rename_unit(cast.units["QP-0301-01"], full_name="党政办", short_name="党政办", actor=qian)
    assert (refused.value.status, refused.value.code) == (403, "E-ORG-02")
    assert refused.value.message == "一至三级节点由区级统一维护，请提交调整申请"
    assert Unit.objects.get(code="QP-0301-01").full_name == before


def test_graded_administrator_has_no_say_elsewhere(cast: Cast) -> None:
    qian = cast.qian.principal()
    elsewhere = make(cast.units["QP-0302-01"], "QP-0302-0101", "文电组")
    with pytest.raises(Refused) as refused:
        naming.rename_unit(elsewhere, full_name="改名", short_name="改名", actor=qian)
    assert refused.value.status == 403


def test_sibling_name_is_refused(cast: Cast) -> None:
    count = Unit.objects.count()
    with pytest.raises(Refused) as refused:
        make(cast.units["QP-0301"], "QP-X", "党政办公室")
    assert (refused.value.status, refused.value.message) == (422, "同级已存在同名机构")
    assert Unit.objects.count() == count


def test_section_has_no_social_credit_code(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        make(cast.units["QP-0301"], "QP-X", "新科室", uscc="11310118MB2F00120C")
    assert "uscc" in refused.value.fields


def test_rename_keeps_the_old_name_with_its_period(cast: Cast) -> None:
    unit = cast.units["QP-0201"]
    naming.rename_unit(
        unit,
        full_name="上海市青浦区数据和政务服务局",
        short_name="区数政局",
        actor=cast.sun.principal(),
        day=datetime.date(2026, 1, 1),
        basis="青编〔2025〕9号",
    )
    past = unit_queries.version_on(unit, datetime.date(2023, 11, 18))
    now = unit_queries.version_on(unit, datetime.date(2026, 2, 1))
    assert past is not None and past.full_name == "上海市青浦区数据局"
    assert now is not None and now.full_name == "上海市青浦区数据和政务服务局"
    assert list(unit.aliases.values_list("name", flat=True)) == ["上海市青浦区数据局"]


def test_move_takes_the_branch_along(cast: Cast) -> None:
    sun = cast.sun.principal()
    branch, target = cast.units["QP-0301-02"], cast.units["QP-0302"]
    people_before = Unit.objects.get(code="QP-0301").headcount
    moved = moving.move_unit(branch, to=target, actor=sun)
    child = Unit.objects.get(code="QP-0301-0201")
    assert moved.path.startswith(target.path) and child.path.startswith(moved.path)
    zhou = cast.zhou.person
    zhou.refresh_from_db()
    assert zhou.unit_path == child.path
    assert Unit.objects.get(code="QP-0301").headcount == people_before - 1


def test_move_below_itself_is_refused(cast: Cast) -> None:
    paths = dict(Unit.objects.values_list("code", "path"))
    with pytest.raises(Refused) as refused:
        moving.move_unit(cast.units["QP-0301"], to=cast.units["QP-0301-0201"], actor=SYSTEM)
    assert refused.value.status == 422
    assert dict(Unit.objects.values_list("code", "path")) == paths


def test_sorting_names_every_child_once(cast: Cast) -> None:
    parent = cast.units["QP-03"]
    zhujiajiao, xujing = cast.units["QP-0301"].pk, cast.units["QP-0302"].pk
    units.sort_children(parent, unit_ids=[xujing, zhujiajiao], actor=cast.sun.principal())
    assert [unit.pk for unit in unit_queries.children(parent, cast.sun.principal())] == [xujing, zhujiajiao]
    with pytest.raises(Refused) as refused:
        units.sort_children(parent, unit_ids=[xujing], actor=cast.sun.principal())
    assert refused.value.code == "E-CONC-01"


def test_hidden_unit_is_unknown_to_others_and_not_counted(cast: Cast) -> None:
    hidden = cast.units["QP-0101-01"]
    hidden.refresh_from_db()
    assert not Unit.objects.visible_to(cast.zhao.principal()).filter(pk=hidden.pk).exists()
    assert Unit.objects.visible_to(cast.mi.principal()).filter(pk=hidden.pk).exists()
    assert Unit.objects.get(code="QP-0101").headcount == 0
    assert Unit.objects.get(code="QP").headcount == 13


def test_revocation_lists_what_is_left(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        merging.revoke_unit(cast.units["QP-0301"], actor=cast.sun.principal())
    assert refused.value.message == "该机构下仍有1名人员、2个下级机构，不能撤销"
    assert Unit.objects.get(code="QP-0301").status == "active"

    empty = make(cast.units["QP-0301"], "QP-0301-09", "临时工作组")
    revoked = merging.revoke_unit(empty, actor=cast.sun.principal())
    assert revoked.status == "revoked" and revoked.visibility == 0


def test_depth_is_limited(cast: Cast) -> None:
    unit = cast.units["QP-0301-01"]
    for level in range(4, 10):
        unit = make(unit, f"QP-D{level}", f"第{level}级")
    with pytest.raises(Refused):
        make(unit, "QP-D10", "第10级")


def test_same_day_changes_are_one_version(cast: Cast) -> None:
    unit = cast.units["QP-0302"]
    day = datetime.date(2026, 3, 1)
    for name in ("甲镇", "乙镇"):
        naming.rename_unit(unit, full_name=name, short_name=name, actor=SYSTEM, day=day)
    assert UnitVersion.objects.filter(unit=unit, valid_from=day).count() == 1


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(moves=st.lists(st.tuples(st.integers(0, 13), st.integers(0, 13)), max_size=8))
def test_any_order_of_moves_leaves_a_tree(cast: Cast, moves: list[tuple[int, int]]) -> None:
    codes = sorted(cast.units)
    for what, where in moves:
        unit, target = Unit.objects.get(code=codes[what]), Unit.objects.get(code=codes[where])
        try:
            moving.move_unit(unit, to=target, actor=SYSTEM)
        except Refused:
            continue
    everything = {unit.pk: unit for unit in Unit.objects.all()}
    for unit in everything.values():
        above = everything.get(unit.parent_id) if unit.parent_id else None
        prefix = "" if above is None else above.path
        assert unit.path == prefix + unit_queries.path_part(unit.pk)
        assert unit.level == (0 if above is None else above.level + 1)
        listed = Person.objects.filter(visibility=1, unit_path__startswith=unit.path).count()
        assert unit.headcount == listed
    hidden = everything[cast.units["QP-0101-01"].pk]
    assert not Person.objects.filter(visibility=1, unit_path__startswith=hidden.path).exists()


def refusal(act: Callable[[], object]) -> tuple[int, dict[str, str]]:
    """Status and fields of the refusal; nothing may have been remembered."""
    before = Entry.objects.count()
    with pytest.raises(Refused) as refused:
        act()
    assert Entry.objects.count() == before
    return refused.value.status, refused.value.fields


def test_refusals_name_the_field(cast: Cast) -> None:
    town, section = cast.units["QP-0301"], cast.units["QP-0302-01"]
    assert refusal(lambda: make(town, "QP-0302", "新科室")) == (422, {"code": "机构编码已被使用"})
    assert refusal(lambda: units.set_listed(section, is_listed=False, reason=" ", actor=SYSTEM)) == (
        422,
        {"reason": "请填写事由"},
    )
    empty = make(town, "QP-0301-09", "临时科室")
    merging.revoke_unit(empty, actor=SYSTEM)
    assert refusal(lambda: moving.move_unit(section, to=empty, actor=SYSTEM)) == (
        422,
        {"parent": "上级机构已撤销"},
    )
    status, _ = refusal(lambda: naming.rename_unit(empty, full_name="新", short_name="新", actor=SYSTEM))
    assert status == 409


def test_what_stays_as_it_is_is_not_remembered(cast: Cast) -> None:
    section = cast.units["QP-0302-01"]
    before = Entry.objects.count()
    naming.rename_unit(section, full_name=section.full_name, short_name=section.short_name, actor=SYSTEM)
    moving.move_unit(section, to=cast.units["QP-0302"], actor=SYSTEM)
    units.set_listed(section, is_listed=True, reason="核对", actor=SYSTEM)
    assert Entry.objects.count() == before


def test_too_many_children_ask_for_a_group(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yiwang.platform.org.actions.tree.SORT_STEP", 5_000)
    town = cast.units["QP-0301"]
    ids = list(Unit.objects.filter(parent=town).values_list("pk", flat=True))
    status, fields = refusal(lambda: units.sort_children(town, unit_ids=ids, actor=SYSTEM))
    assert (status, list(fields)) == (422, ["unit_ids"])


def test_lines_and_departments(cast: Cast) -> None:
    committee = cast.units["QP-0301-0201"]
    names = [one.short_name for one in unit_queries.line_of(committee)]
    assert names == ["青浦区", "镇街道", "朱家角镇", "居（村）民委员会", "大新街居委会"]
    assert unit_queries.department_of(committee) == cast.units["QP-0301"]
    assert unit_queries.department_of(cast.units["QP-03"]) == cast.units["QP-03"]
