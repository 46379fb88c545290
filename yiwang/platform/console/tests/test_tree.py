"""组织架构管理: what administrators see of the tree, and how they put it in order."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.console.queries import tree
from yiwang.platform.org.actions import naming, units
from yiwang.platform.org.models import Post, Unit
from yiwang.platform.org.queries.people import ordered_posts

TOWN, OFFICE, VILLAGES = "QP-0301", "QP-0301-01", "QP-0301-02"
FRAGMENT = {"HX-Request": "true"}


def as_member(cast: Cast, login: str) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE] = cast.member(login).token()
    return client


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


def names(found: tree.Level) -> list[str]:
    return [unit.short_name for unit in found.units]


def test_the_district_sees_all_and_a_graded_administrator_his_branch(cast: Cast) -> None:
    sun, qian = cast.sun.principal(), cast.qian.principal()
    assert [unit.short_name for unit in tree.tops(sun)] == ["青浦区"]
    assert [unit.short_name for unit in tree.tops(qian)] == ["朱家角镇"]
    assert cast.units["QP-0101-01"] in tree.administered(sun)  # hidden in the address book
    assert set(tree.administered(qian)) == {cast.units[code] for code in cast.units if code.startswith(TOWN)}


def test_levels_come_in_maintained_order_and_in_pages(cast: Cast) -> None:
    villages = cast.units[VILLAGES]
    for number in range(3):
        units.create_unit(
            parent=villages, code=f"QP-0301-02{number + 10}", full_name=f"第{number}村民委员会",
            short_name=f"第{number}村", node_type="village_committee", actor=SYSTEM,
        )  # fmt: skip
    first = tree.level(villages, limit=3)
    assert names(first) == ["大新街居委会", "第0村", "第1村"] and first.next
    assert names(tree.level(villages, after=first.next)) == ["第2村"]
    opened = tree.open_levels([cast.units[TOWN], villages])
    assert names(opened[villages.pk]) == ["大新街居委会", "第0村", "第1村", "第2村"]
    assert [unit.has_children for unit in opened[cast.units[TOWN].pk].units] == [False, True]  # type: ignore[attr-defined]  # annotated


def test_revoked_units_are_gone_from_the_tree_and_still_have_their_record(cast: Cast) -> None:
    unit = units.create_unit(
        parent=cast.units[VILLAGES], code="QP-0301-0299", full_name="临时工作站", short_name="工作站",
        node_type="section", actor=SYSTEM,
    )  # fmt: skip
    units_gone = unit.pk
    Unit.objects.filter(pk=units_gone).update(status=Unit.Status.REVOKED)
    client = as_member(cast, "qian")
    assert "工作站" not in text(client.get(reverse("console:tree_level", args=[cast.units[VILLAGES].pk])))
    page = text(client.get(reverse("console:tree_unit", args=[units_gone])))
    assert "临时工作站" in page and "撤销" in page
    assert "1个已撤销" in text(client.get(reverse("console:tree_unit", args=[cast.units[VILLAGES].pk])))


def test_the_record_says_who_is_in_charge(cast: Cast) -> None:
    Post.objects.filter(person=cast.zhao.person).update(is_leader=True)
    page = text(as_member(cast, "qian").get(reverse("console:tree_unit", args=[cast.units[TOWN].pk])))
    assert "赵明远（镇长）" in page and "钱玉芬" in page and "QP-0301" in page
    assert "一至三级节点由区级统一维护，请提交调整申请" in page


def test_buttons_follow_the_rights(cast: Cast) -> None:
    """E-ORG-02: levels 0 to 3 belong to the district, what is below to the unit's own administrator."""
    town = reverse("console:tree_unit", args=[cast.units[TOWN].pk])
    assert "下级排序" in text(as_member(cast, "sun").get(town))
    assert "下级排序" not in text(as_member(cast, "qian").get(town))
    office = reverse("console:tree_unit", args=[cast.units[OFFICE].pk])
    assert "人员排序" in text(as_member(cast, "qian").get(office))


def test_other_branches_do_not_exist(cast: Cast) -> None:
    client, other = as_member(cast, "qian"), cast.units["QP-0302"].pk
    for name in ("tree_unit", "tree_level", "tree_order", "tree_members"):
        assert client.get(reverse(f"console:{name}", args=[other])).status_code == 404
    assert "徐泾镇" not in text(client.get(reverse("console:tree_find"), {"q": "徐泾"}))


def test_finding_by_name_former_name_and_code(cast: Cast) -> None:
    naming.rename_unit(
        cast.units["QP-0301-0201"], full_name="大新居民委员会", short_name="大新居委会", actor=SYSTEM
    )
    client = as_member(cast, "qian")
    for typed in ("大新居", "大新街居民", "qp-0301-02"):
        found = text(client.get(reverse("console:tree_find"), {"q": typed}, headers=FRAGMENT))
        assert "大新居委会" in found, typed
    assert "没有找到" in text(client.get(reverse("console:tree_find"), {"q": "无此机构"}, headers=FRAGMENT))


def test_the_page_asks_the_same_however_large_the_tree(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client, unit = as_member(cast, "qian"), reverse("console:tree_unit", args=[cast.units[VILLAGES].pk])
    client.get(unit)
    with django_assert_max_num_queries(18):
        client.get(unit)


def order_of(unit: Unit) -> list[int]:
    return list(Unit.objects.living().filter(parent=unit).order_by("sort", "pk").values_list("pk", flat=True))


def order_form(ids: list[int], **more: object) -> dict[str, object]:
    return {"item": ids, "seen": ",".join(map(str, ids)), **more}


def test_saving_the_order_of_units(cast: Cast) -> None:
    town = cast.units[TOWN]
    ids = order_of(town)
    answer = as_member(cast, "sun").post(
        reverse("console:tree_order", args=[town.pk]), {**order_form(ids), "item": ids[::-1], "save": "1"}
    )
    assert answer.status_code == 303 and order_of(town) == ids[::-1]


def test_the_order_of_level_3_is_the_districts(cast: Cast) -> None:
    town = cast.units[TOWN]
    ids = order_of(town)
    for method in ("get", "post"):
        answer = getattr(as_member(cast, "qian"), method)(
            reverse("console:tree_order", args=[town.pk]), {**order_form(ids), "item": ids[::-1]}
        )
        assert answer.status_code == 403
        assert "一至三级节点由区级统一维护，请提交调整申请" in text(answer)
    assert order_of(town) == ids


def test_a_stale_order_is_refused_and_shown_as_it_is_now(cast: Cast) -> None:
    town = cast.units[TOWN]
    ids = order_of(town)
    answer = as_member(cast, "sun").post(
        reverse("console:tree_order", args=[town.pk]), {**order_form(ids), "item": ids[:1], "save": "1"}
    )
    assert answer.status_code == 409 and "下级机构已有变化，请刷新后重试" in text(answer)
    assert "党政办公室" in text(answer) and order_of(town) == ids


def test_what_another_arranged_meanwhile_is_not_undone(cast: Cast) -> None:
    town = cast.units[TOWN]
    ids = order_of(town)
    units.sort_children(town, unit_ids=ids[::-1], actor=SYSTEM)
    answer = as_member(cast, "sun").post(
        reverse("console:tree_order", args=[town.pk]), {**order_form(ids), "save": "1"}
    )
    assert answer.status_code == 409 and "下级机构已有变化，请刷新后重试" in text(answer)
    assert order_of(town) == ids[::-1]


@pytest.mark.parametrize(
    ("move", "place", "expected"),
    [
        ("1:up", "", [1, 0, 2]),
        ("0:down", "", [1, 0, 2]),
        ("2:first", "", [2, 0, 1]),
        ("0:to", "3", [1, 2, 0]),
    ],
)
def test_moving_without_scripts_changes_nothing_yet(
    move: str, place: str, expected: list[int], cast: Cast
) -> None:
    office = cast.units[OFFICE]
    ids = [post.pk for post in ordered_posts(office)]
    which, _, way = move.partition(":")
    data = order_form(ids, move=f"{ids[int(which)]}:{way}", **{f"place-{ids[int(which)]}": place})
    answer = as_member(cast, "qian").post(reverse("console:tree_members", args=[office.pk]), data)
    page = text(answer)
    shown = sorted(ids, key=lambda pk: page.index(f'name="item" value="{pk}"'))
    assert answer.status_code == 200 and "顺序尚未保存" in page
    assert shown == [ids[index] for index in expected]
    assert [post.pk for post in ordered_posts(office)] == ids


def test_saving_the_order_of_people(cast: Cast) -> None:
    office = cast.units[OFFICE]
    ids = [post.pk for post in ordered_posts(office)]
    address = reverse("console:tree_members", args=[office.pk])
    answer = as_member(cast, "qian").post(address, {**order_form(ids), "item": ids[::-1], "save": "1"})
    assert answer.status_code == 303
    assert [post.pk for post in ordered_posts(office)] == ids[::-1]
    stale = as_member(cast, "qian").post(address, {**order_form(ids), "save": "1"})
    assert stale.status_code == 409 and "人员或顺序已有变化，请刷新后重试" in text(stale)
