"""The demonstration district: a real tree, valid and fictitious people, the agreed mix."""

import datetime
import hashlib
import random
from collections import Counter

import pytest

from yiwang.kernel import validators
from yiwang.kernel.chinese.pinyin import name_pinyin
from yiwang.platform.accounts.models import Account
from yiwang.platform.org.models import Person, Post
from yiwang.platform.org.models.unit import MAX_DEPTH
from yiwang.site.demo import names, numbers, tree
from yiwang.site.demo.cast import CAST
from yiwang.site.demo.members import Member
from yiwang.site.demo.people import Population, quotas
from yiwang.site.demo.tree import Node, NodeType, Share

TODAY = datetime.date(2026, 11, 23)
PEOPLE = 10_000


def population(people: int, units: int | None = None) -> tuple[list[Node], list[Member]]:
    nodes = tree.build(units)
    tree.number(nodes, 1)
    made = Population(nodes, people, today=TODAY, first_id=1)
    return nodes, list(made.members())


@pytest.fixture(scope="module")
def district() -> tuple[list[Node], list[Member]]:
    return population(PEOPLE)


@pytest.fixture(scope="module")
def nodes(district: tuple[list[Node], list[Member]]) -> list[Node]:
    return district[0]


@pytest.fixture(scope="module")
def members(district: tuple[list[Node], list[Member]]) -> list[Member]:
    return district[1]


def checksum(members: list[Member]) -> str:
    seen = hashlib.sha256()
    for one in members:
        services = [(service.node.code, *astuple_without_node(service)) for service in one.services]
        login = (one.login.name, one.login.kind, one.login.state, one.login.days)
        seen.update(
            repr((one.row_key, one.name, one.id_number, one.mobile, one.room, services, login)).encode()
        )
    return seen.hexdigest()


def astuple_without_node(service: object) -> tuple[object, ...]:
    return tuple(getattr(service, name) for name in ("title", "kind", "period", "sort", "is_leader"))


def test_every_run_makes_the_same_district() -> None:
    assert checksum(population(600)[1]) == checksum(population(600)[1])


# --- the tree


def test_the_tree_is_the_real_one(nodes: list[Node]) -> None:
    by_level = Counter(node.level for node in nodes)
    assert (by_level[0], by_level[1]) == (1, 10)
    assert [node.short_name for node in nodes if node.level == 1] == [
        "区委", "区人大", "区政府", "区政协", "纪委监委", "群团", "两院", "人武部", "镇街道", "区属企业",
    ]  # fmt: skip
    houses = [n for n in nodes if n.level == 2 and n.node_type in (NodeType.UNIT, NodeType.ENTERPRISE)]
    assert len(houses) == 82 and len({house.full_name for house in houses}) == 82
    assert 1_400 <= len(nodes) <= 1_700


def test_towns_stand_in_the_districts_order_with_their_committees(nodes: list[Node]) -> None:
    towns = [node for node in nodes if node.level == 2 and node.region_code]
    assert [town.short_name for town in towns] == [
        "夏阳街道", "盈浦街道", "香花桥街道", "朱家角镇", "练塘镇", "金泽镇", "赵巷镇", "徐泾镇", "华新镇",
        "重固镇", "白鹤镇",
    ]  # fmt: skip
    kinds = Counter(node.node_type for node in nodes)
    assert (kinds[NodeType.VILLAGE_COMMITTEE], kinds[NodeType.RESIDENTS_COMMITTEE]) == (184, 171)
    committees = [node for node in nodes if node.node_type in list(NodeType)[4:6]]
    assert {(c.level, len(c.region_code)) for c in committees} == {(4, 12)}
    counts = Counter(committee.department.short_name for committee in committees)
    assert (counts["夏阳街道"], counts["朱家角镇"], counts["重固镇"]) == (32, 46, 15)
    assert all("2023-06-30" in committee.source_note for committee in committees)


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("薛间村村委会", "薛间村村民委员会"),
        ("大新街居委会", "大新街居民委员会"),
        ("东盛社区居委会", "东盛社区居民委员会"),
    ],
)
def test_committees_have_their_formal_names(short: str, full: str) -> None:
    assert tree.formal_committee_name(short) == full


def test_every_kind_of_unit_is_there_and_one_group_is_hidden(nodes: list[Node]) -> None:
    assert {node.node_type for node in nodes} == set(NodeType)
    assert [node.short_name for node in nodes if not node.is_listed] == ["重点工作专班"]


def check_tree(nodes: list[Node]) -> None:
    assert [node.position for node in nodes] == list(range(1, len(nodes) + 1))
    assert len({node.code for node in nodes}) == len({node.path for node in nodes}) == len(nodes)
    assert sorted(nodes, key=lambda node: node.position)[0].parent is None
    for node in nodes:
        names_below = [child.full_name for child in node.children]
        sorts = [child.sort for child in node.children]
        assert len(set(names_below)) == len(names_below)
        assert sorts == sorted(set(sorts)) and all(1 <= sort <= 9999 for sort in sorts)
        assert node.level <= MAX_DEPTH and len(node.code) <= 32 and len(node.short_name) <= 30
        assert node.parent is None or (node.parent.level + 1, node.path.startswith(node.parent.path)) == (
            node.level,
            True,
        )


def test_the_tree_is_well_formed(nodes: list[Node]) -> None:
    check_tree(nodes)


@pytest.mark.parametrize("units", [1_600, 9_999])
def test_larger_trees_are_too(units: int) -> None:
    nodes = tree.build(units)
    tree.number(nodes, 1)
    assert len(nodes) == units
    check_tree(nodes)


def test_the_real_tree_is_the_least() -> None:
    with pytest.raises(ValueError, match="不能更少"):
        tree.build(100)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "一"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (105, "一百零五"),
        (2010, "二千零一十"),
    ],
)
def test_chinese_numbers(number: int, text: str) -> None:
    assert tree.chinese_number(number) == text


# --- the people


def test_numbers_and_names_are_valid_and_nobodys(members: list[Member]) -> None:
    for one in members:
        citizen = validators.citizen_id(one.id_number, today=TODAY)
        assert citizen.number == one.id_number and one.id_number.startswith(numbers.REGION)
        assert (citizen.birth_date, citizen.sex is validators.Sex.MALE) == (one.born, one.is_male)
        assert validators.mobile(one.mobile) == one.mobile
        assert validators.person_name(one.name) == one.name
        assert validators.email(one.email) == one.email and one.email.endswith(".example")
        assert not one.office_phone or validators.office_phone(one.office_phone) == one.office_phone
        spelling = name_pinyin(one.name)
        assert (one.pinyin, one.initials) == (spelling.letters, spelling.initials)
        assert not names.is_avoided(one.name)
    for unique in ("id_number", "mobile", "row_key"):
        assert len({getattr(one, unique) for one in members}) == len(members)
    assert len({one.login.name for one in members}) == len(members)


def test_a_day_full_of_births_goes_on_tomorrow() -> None:
    hand = numbers.IdNumbers()
    day = datetime.date(1999, 12, 31)
    taken = [hand.take(day, is_male=male) for male in (True, False) for _ in range(600)]
    assert len({number for number, _ in taken}) == 1_200
    assert {born for _, born in taken} == {day, datetime.date(2000, 1, 1)}
    assert all(validators.citizen_id(number, today=TODAY).birth_date == born for number, born in taken)


def test_credit_codes_are_valid() -> None:
    codes = {numbers.credit_code(kind, place) for kind in ("11", "54") for place in (0, 7, 4_711, 1_234_567)}
    assert len(codes) == 8
    assert all(validators.uscc(code) == code for code in codes)


def test_names_are_as_frequent_as_in_life() -> None:
    dice = random.Random("names")
    surnames = Counter(names.surname(dice) for _ in range(20_000))
    assert [surname for surname, _ in surnames.most_common(3)] == ["李", "王", "张"]
    assert 0.06 < surnames["李"] / 20_000 < 0.10
    everybody = Counter(names.name(dice, "female", 1985, set()) for _ in range(5_000))
    assert everybody.most_common(1)[0][1] < 25


def test_namesakes_do_not_share_a_unit(members: list[Member]) -> None:
    namesakes = Counter((one.main.node.path, one.name) for one in members if one.main)
    assert namesakes.most_common(1)[0][1] == 1


def test_whoever_is_here_has_one_living_main_post(members: list[Member]) -> None:
    gone = set(Person.GONE)
    for one in members:
        mains = [s for s in one.services if s.kind == Post.Kind.MAIN and s.is_living]
        is_outside = one.status in gone or one.category == Person.Category.EXTERNAL
        assert len(mains) == (0 if is_outside else 1), one
        assert one.services[:1] == mains or is_outside
        assert len({(s.node.path, s.title) for s in one.services}) == len(one.services)
        assert sum(s.kind == Post.Kind.SECONDMENT for s in one.services) <= 1
        assert (one.status == Person.Status.LENT) == any(s.kind == Post.Kind.SECONDMENT for s in one.services)
        assert all(s.period[1] is None or s.period[0] <= s.period[1] for s in one.services)
        assert all(s.period[0] <= TODAY and len(s.title) <= 60 and 1 <= s.sort <= 9999 for s in one.services)


def test_the_mix_is_the_agreed_one(members: list[Member]) -> None:
    assert len(members) == PEOPLE
    shares = Counter(one.main.node.share for one in members if one.main)
    serving = shares.total()
    for share, part in {
        Share.DEPARTMENTS: 0.45, Share.TOWNS: 0.30, Share.COMMITTEES: 0.20, Share.ENTERPRISES: 0.05,
    }.items():  # fmt: skip
        assert shares[share] / serving == pytest.approx(part, abs=0.005)
    kinds = Counter(one.login.kind for one in members)
    assert kinds[Account.Kind.TEMPORARY] == 100
    assert kinds[Account.Kind.GRADED_ADMINISTRATOR] == 82 and kinds[Account.Kind.SYSTEM_ADMINISTRATOR] == 2
    assert {one.login.state for one in members} == set(Account.State)
    assert {one.status for one in members} == set(Person.Status)
    assert {one.category for one in members} == set(Person.Category)
    further = Counter(s.kind for one in members for s in one.services[1:])
    assert 50 < further[Post.Kind.CONCURRENT] < 500
    assert 80 < further[Post.Kind.SECONDMENT] < 250
    assert further[Post.Kind.ATTACHMENT] > 5
    sexes = Counter(one.is_male for one in members)
    assert 0.4 < sexes[True] / PEOPLE < 0.6


def test_each_unit_has_a_chief_and_leaders_are_few(nodes: list[Node], members: list[Member]) -> None:
    heads = {one.main.node for one in members if one.main and one.main.is_head}
    peopled = {one.main.node for one in members if one.main}
    assert peopled == {node for node in nodes if node.staffing is not tree.Staffing.NOBODY}
    assert not peopled - heads
    leaders = sum(one.main.is_leader for one in members if one.main)
    assert 350 < leaders < 600


def test_small_districts_keep_the_cast() -> None:
    _, few = population(100)
    assert len(few) == 100
    assert {part.login for part in CAST} <= {one.login.name for one in few}
    with pytest.raises(ValueError, match="人数不能少于100"):
        population(99)


def test_places_add_up() -> None:
    nodes = tree.build()
    assert sum(quotas(nodes, 4_321, {}).values()) == 4_321
    assert tree.shared_out(7, [1.0, 0.0, 1.0]) == [4, 0, 3]
    assert tree.shared_out(0, []) == []
