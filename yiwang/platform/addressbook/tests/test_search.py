"""Searching persons while typing (domain reference §3.1, §3.6; speed is in docs/adr/0005)."""

from collections.abc import Callable, Iterator

import msgspec
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.errors import Refused
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.addressbook.actions import hot_prefixes
from yiwang.platform.addressbook.models import HotPrefix
from yiwang.platform.addressbook.queries import search
from yiwang.platform.addressbook.queries.search import Found, Row
from yiwang.platform.addressbook.tests import factories
from yiwang.platform.org.actions import people, units
from yiwang.platform.org.models import Person, Post

Find = Callable[..., list[str]]

NAMES = (
    "王明华",
    "王明",
    "单雨",
    "解放",
    "仇英",
    "吕布",
    "欧阳明华",
    "阿卜杜拉·买买提",
    "安娜",
    "张明华",
    "䶮宁",
)


@pytest.fixture
def town(cast: Cast) -> Cast:
    """The cast and some people of 徐泾镇."""
    factories.persons(cast, list(NAMES))
    return cast


@pytest.fixture
def find(town: Cast) -> Find:
    viewers = {login: town.member(login).principal() for login in ("li", "zhao", "mi", "sun", "temp")}

    def names(text: str, login: str = "li", *, limit: int = search.PAGE) -> list[str]:
        found = search.people(viewers[login], text, limit=limit)
        return [row.name for row in found.people]

    return names


VECTORS: dict[str, dict[str, set[str]]] = {
    "names": {
        "王明华": {"王明华"},
        "王明": {"王明华", "王明"},
        "王": {"王明华", "王明", "王海涛"},
        "欧阳": {"欧阳明华"},
        "欧阳明": {"欧阳明华"},
        "䶮": {"䶮宁"},
        "阿卜杜拉・买买提": {"阿卜杜拉·买买提"},
    },
    "given names": {
        "明华": {"王明华", "张明华", "欧阳明华"},
        "买买提": {"阿卜杜拉·买买提"},
        "买提": {"阿卜杜拉·买买提"},
    },
    "pinyin": {
        "w": {"王明华", "王明", "王海涛"},
        "WANG": {"王明华", "王明", "王海涛"},
        "wangming": {"王明华", "王明"},
        "wang ming hua": {"王明华"},
        "anna": {"安娜"},
    },
    "initials": {"wmh": {"王明华"}, "wm": {"王明华", "王明"}, "an": {"安娜", "安若兰"}, "wangmh": set()},
    "characters and letters": {
        "王m": {"王明华", "王明"},
        "王mh": {"王明华"},
        "单y": {"单雨"},
        "王ming": {"王明华", "王明"},
    },
    "surnames read otherwise": {
        "shan": {"单雨"},
        "xie": {"解放"},
        "qiu": {"仇英"},
        "dan": set(),
        "jie": set(),
    },
    "ü": {"lv": {"吕布"}, "lü": {"吕布"}, "lyu": {"吕布"}, "lyubu": {"吕布"}, "LÜ": {"吕布"}},
    "mobile": {"13900000007": {"李四"}, "139 0000 0007": {"李四"}, "13900009999": set(), "1390000000": set()},
}


@pytest.mark.parametrize("group", VECTORS)
def test_who_is_found(find: Find, group: str) -> None:
    assert {text: set(find(text)) for text in VECTORS[group]} == VECTORS[group]


JUNK = ("%", "_", "王%", "王_", "w%", "w_", "%明%", "'", "' OR 1=1 --", "\\", "139", "王" * 5000, "\0", "😀")


def test_junk_finds_nobody_and_breaks_nothing(find: Find) -> None:
    assert {text: find(text) for text in JUNK} == {text: [] for text in JUNK}


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=60,
    deadline=None,
)
@given(st.text(st.sampled_from("王明华买·提wanghmlyuü'% _13")))
def test_nobody_is_found_twice_or_wrongly(find: Find, text: str) -> None:
    names = find(text, limit=100)
    assert len(names) == len(set(names)) <= len(NAMES) + 10


def test_a_row_tells_where_somebody_works(town: Cast) -> None:
    found = search.people(town.wang.principal(), "李四")
    assert found == Found(
        [Row(town.li.person.pk, "李四", "办事员", "党政办公室", "朱家角镇", "021-59720000")], False, "", ""
    )
    assert b"13900000007" not in search.people_json(town.wang.principal(), "李四")


def test_json_is_the_same_page(town: Cast) -> None:
    wang = town.wang.principal()
    found = search.people(wang, "王", limit=2)
    assert (
        found.has_more and msgspec.json.decode(search.people_json(wang, "王", limit=2), type=Found) == found
    )


def test_a_hint_instead_of_part_of_a_mobile(town: Cast) -> None:
    found = search.people(town.li.principal(), "1390000")
    assert (found.people, found.hint) == ([], "请输入完整的11位手机号码")


def test_everybody_gets_the_maintained_order(town: Cast) -> None:
    factories.person(town, "王在前", unit="QP-0301-01", sort=1)
    units.sort_children(
        town.units["QP-03"],
        unit_ids=[town.units["QP-0302"].pk, town.units["QP-0301"].pk],
        actor=SYSTEM,
    )
    expected = list(
        Person.objects.filter(name__startswith="王").order_by("position", "id").values_list("name", flat=True)
    )
    assert expected[-1] == "王在前"
    for login in ("li", "wang", "sun", "zhou"):
        for text in ("王", "wang", "w"):
            page = search.people(town.member(login).principal(), text)
            assert [row.name for row in page.people] == expected


@pytest.mark.parametrize("text", ["王", "wang", "w", "wm", "王明", "明华", "王m"])
def test_pages_add_up(town: Cast, text: str) -> None:
    factories.persons(town, ["王明" + last for last in "华安宁文武成才"])
    viewer = town.li.principal()
    whole = [row.id for row in search.people(viewer, text, limit=100).people]
    for limit in (1, 2, 3, len(whole)):
        pages = list(_pages(viewer, text, limit))
        assert [row.id for page in pages for row in page.people] == whole
        assert all(len(page.people) == limit for page in pages[:-1])
    assert len(whole) == len(set(whole)) > 1


def _pages(viewer: Principal, text: str, limit: int) -> Iterator[Found]:
    page = search.people(viewer, text, limit=limit)
    yield page
    while page.has_more:
        page = search.people(viewer, text, after=page.next, limit=limit)
        yield page


def test_names_beginning_so_come_before_names_containing_it(find: Find, town: Cast) -> None:
    factories.person(town, "明华强", unit="QP-0302-01")
    assert find("明华")[0] == "明华强"


def test_a_made_up_place_is_refused(town: Cast) -> None:
    viewer = town.li.principal()
    for after in ("x", "4.1.1", "0.1", "0.1.1.1", "0.-1.1", "0.1.99999999999999999999"):
        with pytest.raises(Refused) as refused:
            search.people(viewer, "王", after=after)
        assert refused.value.status == 422


def test_hidden_people_are_found_by_their_own_only(find: Find) -> None:
    for text in ("米思源", "米", "mi", "misiyuan", "msy", "13900000004", "思源", "米s"):
        assert find(text, "li") == find(text, "zhao") == find(text, "temp") == []
        assert find(text, "mi") == find(text, "sun") == ["米思源"]


def test_temporary_accounts_find_nobody(find: Find) -> None:
    for text in ("李四", "李", "li", "13900000007", "ls", "陶外包"):
        assert find(text, "temp") == []


def test_who_holds_no_post_is_not_in_the_book(find: Find, town: Cast) -> None:
    people.end_post(Post.objects.get(person=town.wang.person), actor=SYSTEM, reason="离开")
    assert find("王海涛", "sun") == find("王海涛") == find("陶外包", "sun") == []


def test_common_beginnings_are_walked_and_found_alike(town: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ("王明", "wangm", "wangming", "wmh", "anna")
    viewer = town.li.principal()
    before = [search.people(viewer, text) for text in texts]
    for kind, prefix in (
        ("name", "王明"),
        ("pinyin", "wangm"),
        ("pinyin", "wangming"),
        ("initials", "wmh"),
        ("pinyin", "anna"),
    ):
        HotPrefix.objects.create(kind=kind, prefix=prefix, people=500)
    assert [search.people(viewer, text) for text in texts] == before


def test_counting_common_beginnings(town: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hot_prefixes, "_COMMON", 1)
    monkeypatch.setattr(hot_prefixes, "_PAGE", 1)
    assert hot_prefixes.count_hot_prefixes() == HotPrefix.objects.count() > 0
    counts = dict(HotPrefix.objects.values_list("prefix", "people"))
    assert counts["王明"] == 2 and counts["wang"] == 3 and "wangh" not in counts
    kept = list(HotPrefix.objects.order_by("id").values_list("id", flat=True))
    hot_prefixes.count_hot_prefixes(only_first=True)
    assert list(HotPrefix.objects.order_by("id").values_list("id", flat=True)) == kept


@pytest.mark.django_db
def test_search_indexes_exist() -> None:
    wanted = {
        "org_person_name1",
        "org_person_pinyin2",
        "addressbook_second",
        "addressbook_third",
        "addressbook_long_names",
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename = 'org_person'")
        assert wanted <= {row[0] for row in cursor.fetchall()}


@pytest.fixture
def offices(town: Cast) -> Cast:
    """Posts and phones of several kinds."""
    factories.person(town, "高升", title="党委副书记、镇长", unit="QP-0302", office_phone="021-59724321")
    factories.person(town, "高山", title="副镇长", unit="QP-0302", office_phone="021-59721000-8012")
    factories.person(town, "镇长青", title="科员", office_phone="59729999")
    people.start_post(
        town.li.person, unit=town.units["QP-0302"], title="镇长助理", kind=Post.Kind.ATTACHMENT, actor=SYSTEM
    )
    return town


def test_by_post_the_very_post_first(offices: Cast) -> None:
    found = search.people(offices.wang.principal(), "镇长")
    assert [row.name for row in found.people] == ["镇长青", "赵明远", "高升", "李四", "高山"]
    assert found.people[3].place == "徐泾镇 · 镇长助理（挂职）"  # with the post that was looked for


def test_by_post_pages_add_up(offices: Cast) -> None:
    wang = offices.wang.principal()
    whole = [row.id for row in search.people(wang, "镇长").people]
    for limit in (1, 2, 3):
        assert [row.id for page in _pages(wang, "镇长", limit) for row in page.people] == whole


def test_a_post_in_a_hidden_unit_finds_nobody(offices: Cast) -> None:
    people.start_post(
        offices.wang.person,
        unit=offices.units["QP-0101-01"],
        title="保密专员",
        kind=Post.Kind.CONCURRENT,
        actor=SYSTEM,
    )
    assert search.people(offices.li.principal(), "保密专员").people == []
    assert [row.name for row in search.people(offices.mi.principal(), "保密专员").people] == ["王海涛"]


def test_common_posts_are_walked_and_found_alike(offices: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    sorted_ones = search.people(offices.wang.principal(), "办事员")
    monkeypatch.setattr(search, "_COMMON", 0)
    assert search.people(offices.wang.principal(), "办事员") == sorted_ones
    assert [row.name for row in sorted_ones.people] == ["李四", "王海涛", "劳乐天"]


PHONES = {
    "4321": {"高升"},
    "59724321": {"高升"},
    "021-59724321": {"高升"},
    "02159724321": {"高升"},
    "8012": {"高山"},
    "59721000": {"高山"},
    "021597210008012": {"高山"},
    "9999": {"镇长青"},
    "972432": set(),  # neither whole nor the end
    "1321": set(),
}


def test_by_office_phone(offices: Cast) -> None:
    viewer = offices.li.principal()
    found = {text: {row.name for row in search.people(viewer, text).people} for text in PHONES}
    assert found == PHONES


def test_what_is_hidden_is_not_found_by_it(offices: Cast) -> None:
    """A hit for a hidden number or post would tell whose it is."""
    lifted = Person.objects.get(name="高升")
    li, colleague = offices.li.principal(), offices.wang.principal()
    factories.hide(lifted, "office_phone", "mobile", "title")
    for text in ("4321", lifted.mobile, "镇长"):
        assert "高升" not in {row.name for row in search.people(li, text).people}
        assert "高升" not in {row.name for row in search.people(colleague, text).people}
    (row,) = search.people(li, "高升").people
    assert (row.title, row.office_phone, row.place) == ("", "", "徐泾镇")


SURNAMES = {
    "单雄": "shanxiong",
    "解珍": "xiezhen",
    "仇英": "qiuying",
    "区建国": "oujianguo",
    "查良": "zhaliang",
    "曾巩": "zenggong",
    "翟让": "zhairang",
    "朴树": "piaoshu",
    "尉迟恭": "yuchigong",
    "万俟咏": "moqiyong",
    "长孙无忌": "zhangsunwuji",
    "盖叫天": "gejiaotian",
}
ALSO_READ = {"chouying": "仇英", "dirang": "翟让", "pushu": "朴树", "gaijiaotian": "盖叫天", "gai": "盖叫天"}


def test_surnames_that_are_read_otherwise(cast: Cast) -> None:
    factories.persons(cast, list(SURNAMES))
    viewer = cast.li.principal()
    for name, letters in SURNAMES.items():
        for text in (letters, letters[:-1], name):
            assert name in [row.name for row in search.people(viewer, text).people], text
    for letters, name in ALSO_READ.items():
        assert [row.name for row in search.people(viewer, letters).people].count(name) == 1, letters


def test_a_family_s_own_reading_is_found_by_the_usual_one_too(cast: Cast) -> None:
    one = factories.person(cast, "仇英")
    Person.objects.filter(pk=one.pk).update(pinyin="chouying", initials="cy")
    for letters in ("qiuying", "qiu", "chouying"):
        assert [row.name for row in search.people(cast.li.principal(), letters).people] == ["仇英"]
