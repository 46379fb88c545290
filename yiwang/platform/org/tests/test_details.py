"""What is known of a unit and its place: every check of a column, types by level, ranks."""

import datetime
from typing import Any

import pytest

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.platform.org.actions import moving, units
from yiwang.platform.org.models import Event, Unit, UnitVersion
from yiwang.platform.org.queries import events
from yiwang.platform.org.queries import units as unit_queries
from yiwang.platform.org.tests.factories import make, refusal

GOOD = {
    "nature": "government",
    "uscc": "11310118mb2f00120c",
    "region_code": "310118",
    "duty_phone": "021—59720000",
    "fax": "",
    "address": "上海市青浦区公园路100号",
    "postcode": "201700",
    "exchanges_documents": True,
    "quota_administrative": "35",
    "quota_institution": None,
    "external_ids": {"budget": "118027", "legacy_oa": " "},
}


def test_what_is_corrected_is_kept_and_told(cast: Cast) -> None:
    bureau = units.edit_unit(cast.units["QP-0201"], details=GOOD, actor=SYSTEM, basis="核对")
    bureau.refresh_from_db()
    assert (bureau.uscc, bureau.duty_phone) == ("11310118MB2F00120C", "021-59720000")
    assert (bureau.quota_administrative, bureau.quota_institution) == (35, None)
    assert bureau.external_ids == {"budget": "118027"} and bureau.exchanges_documents
    line = Entry.objects.latest("id")
    assert line.verb == "org.unit_edited" and line.changed_fields["nature"] == ["", "政府机关"]
    assert Event.objects.latest("pk").kind == "unit_changed"
    before = Entry.objects.count()
    units.edit_unit(bureau, details=GOOD, actor=SYSTEM)
    assert Entry.objects.count() == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("nature", "kingdom"),
        ("uscc", "11310118MB2F00120D"),
        ("uscc", "1131011"),
        ("region_code", "31"),
        ("duty_phone", "12"),
        ("fax", "x"),
        ("postcode", "20170"),
        ("address", "路" * 201),
        ("quota_administrative", "三十五"),
        ("quota_worker", 100_000),
        ("quota_worker", -1),
        ("external_ids", {"secret": "1"}),
        ("external_ids", {"budget": "1" * 51}),
        ("node_type", ""),
        ("node_type", "category"),
        ("node_type", "section"),
    ],
)
def test_each_wrong_value_names_its_field(cast: Cast, field: str, value: Any) -> None:
    with refusal() as refused:
        units.edit_unit(cast.units["QP-0201"], details={field: value}, actor=SYSTEM)
    assert (refused.value.status, list(refused.value.fields)) == (422, [field])


def test_a_credit_code_is_one_units_and_no_sections(cast: Cast) -> None:
    units.edit_unit(cast.units["QP-0201"], details=GOOD, actor=SYSTEM)
    with refusal() as refused:
        units.edit_unit(cast.units["QP-0301"], details={"uscc": GOOD["uscc"]}, actor=SYSTEM)
    assert refused.value.fields == {"uscc": "统一社会信用代码已由区数据局使用"}
    with refusal() as refused:
        units.edit_unit(cast.units["QP-0301-01"], details={"uscc": "54310118MF01234513"}, actor=SYSTEM)
    assert refused.value.fields == {"uscc": "内设机构、分类和虚拟分组没有统一社会信用代码"}
    with refusal() as refused:
        units.edit_unit(cast.units["QP-0301-02"], details={"exchanges_documents": True}, actor=SYSTEM)
    assert list(refused.value.fields) == ["exchanges_documents"]
    with refusal() as refused:
        units.edit_unit(cast.units["QP-0201"], details={"duty_phone": ""}, actor=SYSTEM)
    assert refused.value.fields == {"duty_phone": "区级部门、街道、镇须有值班电话"}


def test_the_district_corrects_what_is_above_level_four(cast: Cast) -> None:
    qian = cast.qian.principal()
    with refusal() as refused:
        units.edit_unit(cast.units["QP-0301-01"], details={"fax": "021-59720001"}, actor=qian)
    assert (refused.value.status, refused.value.code) == (403, "E-ORG-02")
    committee = cast.units["QP-0301-0201"]
    units.edit_unit(committee, details={"fax": "021-59720001"}, actor=qian)


@pytest.mark.parametrize(
    ("parent", "node_type"),
    [
        ("QP", "unit"),
        ("QP-02", "section"),
        ("QP-02", "subordinate"),
        ("QP-02", "category"),
        ("QP-0301", "category"),
    ],
)
def test_types_stand_at_their_levels(cast: Cast, parent: str, node_type: str) -> None:
    count = Unit.objects.count()
    with refusal() as refused:
        make(cast.units[parent], "QP-X", "某机构", node_type=node_type)
    assert list(refused.value.fields) == ["node_type"] and Unit.objects.count() == count


def test_codes_are_never_used_again(cast: Cast) -> None:
    town = cast.units["QP-0301"]
    assert unit_queries.next_code(town) == "QP-0301-03"
    assert unit_queries.next_code(cast.units["QP-03"]) == "QP-0303"
    assert unit_queries.next_code(cast.units["QP-0301-02"]) == "QP-0301-0202"
    for wrong in ("", "中文", "A" * 33, "QP-0302"):
        with refusal() as refused:
            make(town, wrong, "新科室")
        assert list(refused.value.fields) == ["code"]
    assert make(town, "qp-0301-03", "新科室").code == "QP-0301-03"
    for sort in (10_000, -1):
        with refusal() as refused:
            make(town, "QP-0301-04", "又一科室", sort=sort)
        assert list(refused.value.fields) == ["sort"]


def test_a_department_keeps_its_level_when_moved(cast: Cast) -> None:
    """L2 under L3 is refused, and any other change of level asks for 升格、降格."""
    town = cast.units["QP-0301"]
    for target in ("QP-0302", "QP-0302-01"):
        with refusal() as refused:
            moving.move_unit(town, to=cast.units[target], actor=SYSTEM)
        assert refused.value.fields == {"parent": "二级节点只能设在一级分类之下，改变层级请办理升格、降格"}
    with refusal() as refused:
        moving.move_unit(cast.units["QP-0302-01"], to=cast.units["QP-02"], actor=SYSTEM)
    assert refused.value.fields == {"parent": "改变层级请办理升格、降格"}
    moved = moving.move_unit(cast.units["QP-0201"], to=cast.units["QP-01"], actor=SYSTEM)
    assert moved.level == 2


def test_raising_and_lowering(cast: Cast) -> None:
    day = datetime.date(2026, 10, 1)
    section, government = cast.units["QP-0201-01"], cast.units["QP-02"]
    raised = moving.change_rank(
        section,
        rank="county",
        to=government,
        node_type="unit",
        actor=SYSTEM,
        day=day,
        basis="青编〔2026〕1号",
    )
    assert (raised.level, raised.rank, raised.parent) == (2, "county", government)
    assert Event.objects.latest("pk").kind == "unit_ranked"
    version = unit_queries.version_on(section, day)
    assert version is not None and (version.rank, version.change) == ("county", "升格、降格")

    with refusal() as refused:
        moving.change_rank(raised, rank="township", to=cast.units["QP-0301-01"], actor=SYSTEM)
    assert refused.value.fields == {"parent": "二级节点不能设在三级及以下节点之下"}
    with refusal() as refused:
        moving.change_rank(raised, rank="county", actor=SYSTEM)
    assert list(refused.value.fields) == ["rank"]
    lowered = moving.change_rank(
        raised, rank="township", to=cast.units["QP-0201"], node_type="subordinate", actor=SYSTEM
    )
    assert (lowered.level, lowered.rank) == (3, "township")


def test_a_branch_that_changes_level_remembers_it(cast: Cast) -> None:
    committee, group = cast.units["QP-0301-0201"], cast.units["QP-0301-02"]
    day = datetime.date(2026, 10, 1)
    moving.move_unit(group, to=cast.units["QP-0301-01"], actor=SYSTEM, day=day)
    past = unit_queries.version_on(committee, day - datetime.timedelta(days=1))
    now = unit_queries.version_on(committee, day)
    assert past is not None and now is not None
    assert (past.level, now.level, now.change) == (4, 5, "随上级调整")


def test_children_of_a_day(cast: Cast) -> None:
    """Acceptance example 5: the tree of a day, in the order of that day."""
    parent, day = cast.units["QP-03"], datetime.date(2026, 10, 1)
    first, second = cast.units["QP-0301"], cast.units["QP-0302"]
    units.sort_children(parent, unit_ids=[second.pk, first.pk], actor=SYSTEM, day=day)
    make(parent, "QP-0303", "上海市青浦区华新镇", node_type="unit", valid_from=datetime.date(2026, 11, 1))
    then = [one.short_name for one in unit_queries.children_on(parent, datetime.date(2023, 11, 18))]
    later = [one.short_name for one in unit_queries.children_on(parent, day)]
    last = [one.short_name for one in unit_queries.children_on(parent, datetime.date(2026, 11, 2))]
    assert then == ["朱家角镇", "徐泾镇"] and later == ["徐泾镇", "朱家角镇"]
    assert last == ["徐泾镇", "朱家角镇", "上海市青浦区华新镇"]
    assert len(unit_queries.versions_on(datetime.date(2023, 11, 18))) == 14
    assert UnitVersion.objects.filter(change="排序调整").count() == 2


def test_the_feed_is_read_by_cursor(cast: Cast) -> None:
    start = events.latest()
    make(cast.units["QP-0301"], "QP-0301-09", "数字化办公室")
    found = events.after(start)
    assert [(one.kind, str(one.unit)) for one in found] == [("unit_created", "数字化办公室")]
    assert events.after(events.latest()) == []
