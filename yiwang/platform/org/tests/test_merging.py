"""Units that become others: merged, split, revoked, with everything in them."""

import datetime

import pytest

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.platform.org import hooks
from yiwang.platform.org.actions import merging, people
from yiwang.platform.org.actions.merging import Succession
from yiwang.platform.org.models import Event, Person, Post, Unit, UnitVersion
from yiwang.platform.org.queries import remains
from yiwang.platform.org.queries import units as unit_queries
from yiwang.platform.org.tests.factories import Apps, make, person, refusal, registered

DAY = datetime.date(2026, 11, 1)


@pytest.fixture
def bureau(cast: Cast) -> Unit:
    """A second department beside 区数据局: two offices, fifteen people, as in acceptance example 3."""
    parent = cast.units["QP-02"]
    bureau = make(
        parent, "QP-0209", "上海市青浦区大数据中心", node_type="unit", valid_from=datetime.date(2021, 1, 1)
    )
    office = make(bureau, "QP-0209-01", "综合科", valid_from=datetime.date(2021, 1, 1))
    make(bureau, "QP-0209-02", "数据科", valid_from=datetime.date(2021, 1, 1))
    for number in range(15):
        person(bureau if number < 5 else office, title=f"科员{number}")
    Post.objects.filter(unit__in=[bureau, office]).update(valid_from=datetime.date(2021, 1, 1))
    return bureau


def merge(bureau: Unit, into: Unit, **named: dict[int, int]) -> Unit:
    succession = Succession(into, **named)
    return merging.merge_units(
        [bureau], succession=succession, actor=SYSTEM, day=DAY, basis="青编〔2026〕8号"
    )


def test_everybody_and_everything_goes_over(cast: Cast, bureau: Unit) -> None:
    into = cast.units["QP-0201"]
    office, other = Unit.objects.get(code="QP-0209-01"), cast.units["QP-0201-01"]
    before = Unit.objects.get(pk=into.pk).headcount
    serving = set(Post.objects.filter(unit__path__startswith=bureau.path).values_list("person", flat=True))
    with registered(Apps((bureau.path, "数据目录"))) as apps:
        merged = merge(bureau, into, merged_children={office.pk: other.pk})
        assert apps.owned == [(merged.path, "数据目录")]

    bureau.refresh_from_db()
    office.refresh_from_db()
    assert (bureau.status, bureau.merged_into, bureau.valid_to) == ("revoked", into, DAY)
    assert (office.status, office.merged_into) == ("revoked", other)
    assert Unit.objects.get(code="QP-0209-02").parent == into
    for pk in serving:
        one = Person.objects.get(pk=pk)
        old, new = one.posts.order_by("pk")
        assert (old.is_living, old.valid_to) == (False, DAY - datetime.timedelta(days=1))
        assert (new.is_living, new.valid_from, new.title) == (True, DAY, old.title)
        assert one.unit in (into, other) and one.unit_path.startswith(merged.path)
    assert Unit.objects.get(pk=into.pk).headcount == before + 15
    assert not Unit.objects.visible_to(cast.li.principal()).living().filter(pk=bureau.pk).exists()


def test_history_keeps_both(cast: Cast, bureau: Unit) -> None:
    merge(bureau, cast.units["QP-0201"], merged_children=offices(cast))
    assert unit_queries.version_on(bureau, DAY) is None
    before = unit_queries.version_on(bureau, DAY - datetime.timedelta(days=1))
    assert before is not None and before.full_name == "上海市青浦区大数据中心"


def test_same_named_sections_must_be_mapped(cast: Cast, bureau: Unit) -> None:
    with refusal() as refused:
        merge(bureau, cast.units["QP-0201"])
    assert (refused.value.status, refused.value.message) == (422, "同级已存在同名机构")
    bureau.refresh_from_db()
    assert bureau.status == "active"


def test_others_are_told_once_for_each_unit_and_post(
    cast: Cast, bureau: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(hooks.unit_merged, "_handlers", [lambda unit, into, day: told.append(str(unit))])
    monkeypatch.setattr(hooks.post_moved, "_handlers", [lambda former, post: told.append(post.title)])
    since = Event.objects.latest("pk").pk
    merge(bureau, cast.units["QP-0201"], merged_children=offices(cast))
    assert sorted(told) == sorted(["综合科", "上海市青浦区大数据中心", *(f"科员{n}" for n in range(15))])
    kinds = list(Event.objects.filter(pk__gt=since).values_list("kind", flat=True))
    assert kinds.count("post_moved") == 15 and kinds.count("unit_merged") == 2 and kinds[-1] == "unit_merged"


def test_who_serves_in_both_keeps_one_post(cast: Cast, bureau: Unit) -> None:
    twice = person(bureau, "李双")
    into = cast.units["QP-0201"]
    people.start_post(twice, unit=into, title="科员", kind=Post.Kind.CONCURRENT, actor=SYSTEM)
    office, other = Unit.objects.get(code="QP-0209-01"), cast.units["QP-0201-01"]
    merge(bureau, into, merged_children={office.pk: other.pk})
    living = twice.posts.filter(is_living=True)
    assert [(post.unit, post.kind) for post in living] == [(into, Post.Kind.MAIN)]
    twice.refresh_from_db()
    assert twice.unit == into


def test_people_can_be_sent_elsewhere(cast: Cast, bureau: Unit) -> None:
    office, other = Unit.objects.get(code="QP-0209-01"), cast.units["QP-0201-01"]
    one = Post.objects.get(unit=bureau, title="科员0")
    merge(bureau, cast.units["QP-0201"], merged_children={office.pk: other.pk}, posts={one.pk: other.pk})
    one.person.refresh_from_db()
    assert one.person.unit == other


def test_a_unit_is_not_merged_into_its_own_branch(cast: Cast, bureau: Unit) -> None:
    for into in (bureau, Unit.objects.get(code="QP-0209-02")):
        with refusal() as refused:
            merge(bureau, into)
        assert refused.value.fields == {"into": "不能并入本机构或其下级机构"}


def test_what_stays_behind_is_refused(cast: Cast, bureau: Unit) -> None:
    office, other = Unit.objects.get(code="QP-0209-01"), cast.units["QP-0201-01"]
    one = Post.objects.get(unit=bureau, title="科员0")
    with refusal() as refused:
        merge(bureau, cast.units["QP-0201"], merged_children={office.pk: other.pk}, posts={one.pk: bureau.pk})
    assert refused.value.message == "人员和下级机构不能留在将撤销的机构中"


def offices(cast: Cast) -> dict[int, int]:
    """The two 综合科 become one."""
    return {Unit.objects.get(code="QP-0209-01").pk: cast.units["QP-0201-01"].pk}


def split(bureau: Unit, parts: list[Unit], posts: dict[int, int], *, survives: bool = True) -> Unit:
    return merging.split_unit(
        bureau, parts=parts, posts=posts, children={}, survives=survives, actor=SYSTEM, day=DAY
    )


def test_a_split_assigns_everybody(cast: Cast, bureau: Unit) -> None:
    part = make(cast.units["QP-02"], "QP-0210", "上海市青浦区信息中心", node_type="unit")
    posts = list(Post.objects.filter(unit=bureau, is_living=True).order_by("pk"))
    places = {post.pk: part.pk if number < 2 else bureau.pk for number, post in enumerate(posts[:-1])}
    with refusal() as refused:
        split(bureau, [part], places)
    assert refused.value.fields == {"posts": "还有1名人员未指定去向"}

    split(bureau, [part], {**places, posts[-1].pk: bureau.pk})
    assert remains.serving(part) == 2 and remains.serving(bureau) == 3
    bureau.refresh_from_db()
    assert bureau.status == "active" and Entry.objects.filter(verb="org.unit_split").exists()


def test_a_split_may_end_the_unit(cast: Cast, bureau: Unit) -> None:
    first, second = (
        make(cast.units["QP-02"], f"QP-02{number}", f"中心{number}", node_type="unit") for number in (10, 11)
    )
    posts = Post.objects.filter(unit=bureau, is_living=True)
    places = {post.pk: second.pk for post in posts}
    with registered(Apps((bureau.path, "数据目录"))) as apps:
        split(bureau, [first, second], places, survives=False)
        assert apps.owned == [(first.path, "数据目录")]
    bureau.refresh_from_db()
    assert bureau.status == "revoked" and remains.serving(second) == 5
    assert set(Unit.objects.filter(parent=first).values_list("code", flat=True)) == {
        "QP-0209-01",
        "QP-0209-02",
    }


def test_a_running_app_forbids_to_revoke(cast: Cast) -> None:
    """Acceptance example 6."""
    empty = make(cast.units["QP-0301"], "QP-0301-09", "数字化办公室")
    with registered(Apps((empty.path, "网格巡查"), (empty.path, "民情日志"))) as apps:
        with refusal() as refused:
            merging.revoke_unit(empty, actor=SYSTEM)
        assert (refused.value.status, refused.value.code) == (409, "E-ORG-03")
        assert refused.value.message == "该机构名下仍有运行中的应用2项（网格巡查、民情日志），不能撤销"
        empty.refresh_from_db()
        assert empty.status == "active"

        town = cast.units["QP-0301"]
        merging.revoke_unit(empty, succession=Succession(town), actor=SYSTEM)
        assert [path for path, _ in apps.owned] == [town.path, town.path]
    empty.refresh_from_db()
    assert (empty.status, empty.merged_into) == ("revoked", None)


def test_people_children_and_apps_are_named_together(cast: Cast) -> None:
    town = cast.units["QP-0301"]
    with registered(Apps((town.path, "网格巡查"), moves=False)):
        with refusal() as refused:
            merging.revoke_unit(town, actor=SYSTEM)
        assert refused.value.message == (
            "该机构下仍有1名人员、2个下级机构，不能撤销；名下另有运行中的应用1项（网格巡查）"
        )
        with refusal() as refused:  # what no module can move stays in the way
            same = {cast.units["QP-0301-01"].pk: cast.units["QP-0302-01"].pk}
            other = Succession(cast.units["QP-0302"], merged_children=same)
            merging.revoke_unit(town, succession=other, actor=SYSTEM)
        assert "运行中的应用" in refused.value.message


def test_a_unit_that_never_lived_a_day_leaves_no_version(cast: Cast) -> None:
    brief = make(cast.units["QP-0301"], "QP-0301-09", "临时工作组", valid_from=DAY)
    merging.revoke_unit(brief, actor=SYSTEM, day=DAY)
    assert not UnitVersion.objects.filter(unit=brief).exists()
    assert unit_queries.name_on(brief, DAY) == "临时工作组"


def test_the_root_stays(cast: Cast) -> None:
    with refusal():
        merging.revoke_unit(cast.units["QP"], actor=SYSTEM)
