"""Code lists: who keeps them, what may be changed; nothing is ever taken from who bears a code (§23)."""

import pytest
from django.db import transaction

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.platform.org.actions import codes as actions
from yiwang.platform.org.models import Code, Person
from yiwang.platform.org.queries import codes

pytestmark = pytest.mark.django_db
GRADE = Code.List.GRADE
GENERAL = "综合管理类公务员"


@pytest.fixture(autouse=True)
def read_afresh() -> None:
    codes.forget()


def stored() -> list[tuple[object, ...]]:
    return list(Code.objects.order_by("pk").values_list("pk", "label", "series", "sort", "is_active"))


def word(label: str, which: str = GRADE, series: str = GENERAL) -> Code:
    return Code.objects.get(list=which, label=label, series=series)


def assert_refused(act: object, *, status: int, text: str) -> None:
    before, lines = stored(), Entry.objects.exclude(verb="accounts.logged_in").count()
    with pytest.raises(Refused) as refused, transaction.atomic():
        act()  # type: ignore[operator]
    told = "；".join([refused.value.message, *refused.value.fields.values()])
    assert refused.value.status == status and text in told, told
    assert stored() == before and Entry.objects.exclude(verb="accounts.logged_in").count() == lines


class TestAdding:
    def test_the_last_of_its_series_and_offered_in_forms(
        self, cast: Cast, django_capture_on_commit_callbacks: object
    ) -> None:
        made = actions.add_code(GRADE, label=" 见习 ", series=GENERAL, actor=cast.sun.principal())
        codes.forget()
        assert (made.code, made.label) == ("own-001", "见习")
        offered = dict(codes.choices(GRADE))[GENERAL]
        assert offered[-1] == ("own-001", "见习") and len(offered) == 15
        sorts = list(Code.objects.filter(list=GRADE).values_list("sort", flat=True))
        assert len(sorts) == len(set(sorts)), "nobody shares a place"
        line = Entry.objects.latest("pk")
        assert str(line) == f"孙建国在代码表中新增了职级“见习（{GENERAL}）”"

    def test_a_new_series_stands_last(self, cast: Cast) -> None:
        actions.add_code(GRADE, label="一级", series="社区工作者", actor=cast.sun.principal())
        actions.add_code(GRADE, label="二级", series="社区工作者", actor=cast.sun.principal())
        assert codes.series_of(GRADE)[-1] == "社区工作者"
        assert [one.label for one in codes.all_of(GRADE)][-2:] == ["一级", "二级"]
        assert word("二级", series="社区工作者").code == "own-002"

    @pytest.mark.parametrize(
        ("label", "series", "text"),
        [
            ("一级调研员", GENERAL, "该系列中已有相同名称"),
            ("  ", GENERAL, "请填写名称"),
            ("见习", "", "请填写系列"),
            ("长" * 31, GENERAL, "不能超过30个字"),
        ],
    )
    def test_refused(self, cast: Cast, label: str, series: str, text: str) -> None:
        sun = cast.sun.principal()
        assert_refused(
            lambda: actions.add_code(GRADE, label=label, series=series, actor=sun), status=422, text=text
        )

    def test_what_the_law_fixes_is_not_added_to(self, cast: Cast) -> None:
        sun = cast.sun.principal()
        assert_refused(
            lambda: actions.add_code(Code.List.DUTY_LEVEL, label="乡科级助理", actor=sun),
            status=422,
            text="“职务层次”由公务员法规定，不能增加",
        )

    @pytest.mark.parametrize("login", ["qian", "shen", "an", "li"])
    def test_by_nobody_else(self, cast: Cast, login: str) -> None:
        actor: Actor = cast.member(login).principal()
        assert_refused(
            lambda: actions.add_code(GRADE, label="见习", series=GENERAL, actor=actor),
            status=403,
            text="维护代码表",
        )


class TestKeeping:
    def test_a_corrected_word_shows_with_all_who_bear_it(self, cast: Cast) -> None:
        Person.objects.filter(pk=cast.li.person.pk).update(grade="general-11")
        actions.rename_code(word("一级科员"), label="一级科员（定级）", actor=cast.sun.principal())
        codes.forget()
        assert codes.ranks_of(Person.objects.get(pk=cast.li.person.pk)) == "一级科员（定级）"
        assert Entry.objects.latest("pk").changed_fields == {"label": ["一级科员", "一级科员（定级）"]}

    def test_the_same_word_is_no_act(self, cast: Cast) -> None:
        sun, before = cast.sun.principal(), Entry.objects.count()
        actions.rename_code(word("一级科员"), label="一级科员", actor=sun)
        assert Entry.objects.count() == before
        assert_refused(
            lambda: actions.rename_code(word("一级科员"), label="二级科员", actor=sun),
            status=422,
            text="该系列中已有相同名称",
        )

    def test_a_retired_one_is_offered_no_more_but_stays_with_who_bears_it(self, cast: Cast) -> None:
        Person.objects.filter(pk=cast.li.person.pk).update(grade="general-11")
        code = word("一级科员")
        assert codes.bearers(GRADE)["general-11"] == 1
        actions.retire_code(code, reason="职级并行改革", actor=cast.sun.principal())
        codes.forget()
        assert not codes.is_code(GRADE, "general-11")
        assert "一级科员" not in dict(dict(codes.choices(GRADE))[GENERAL]).values()
        assert codes.ranks_of(Person.objects.get(pk=cast.li.person.pk)) == "一级科员"
        assert "事由：职级并行改革" in str(Entry.objects.latest("pk"))
        actions.restore_code(code, actor=cast.sun.principal())
        codes.forget()
        assert codes.is_code(GRADE, "general-11")

    def test_states_are_minded(self, cast: Cast) -> None:
        sun, code = cast.sun.principal(), word("一级科员")
        assert_refused(lambda: actions.restore_code(code, actor=sun), status=409, text="不能执行“恢复”")
        assert_refused(
            lambda: actions.retire_code(code, reason=" ", actor=sun), status=422, text="请填写事由"
        )
        actions.retire_code(code, reason="停用", actor=sun)
        assert_refused(
            lambda: actions.retire_code(code, reason="再停", actor=sun), status=409, text="不能执行“停用”"
        )

    def test_shipping_again_leaves_the_districts_words_alone(self, cast: Cast) -> None:
        sun = cast.sun.principal()
        actions.rename_code(word("一级科员"), label="一级科员（定级）", actor=sun)
        actions.retire_code(word("二级科员"), reason="停用", actor=sun)
        before = stored()
        actions.ship_codes()
        assert stored() == before


class TestOrder:
    def ids(self) -> list[int]:
        return [one.pk for one in codes.all_of(GRADE)]

    def test_inside_a_series(self, cast: Cast) -> None:
        before = self.ids()
        wanted = [before[1], before[0], *before[2:]]
        actions.sort_codes(GRADE, ids=wanted, seen=before, actor=cast.sun.principal())
        assert self.ids() == wanted
        codes.forget()
        assert dict(codes.choices(GRADE))[GENERAL][0] == ("general-02", "二级巡视员")
        assert str(Entry.objects.latest("pk")) == "孙建国调整了代码表职级的顺序"

    def test_series_stay_together_and_nothing_is_lost(self, cast: Cast) -> None:
        sun, before = cast.sun.principal(), self.ids()
        torn = [*before[1:], before[0]]
        assert_refused(
            lambda: actions.sort_codes(GRADE, ids=torn, seen=before, actor=sun),
            status=422,
            text="同一系列的代码应排在一起",
        )
        for wrong in (before[:-1], [*before, before[0]]):
            assert_refused(
                lambda wrong=wrong: actions.sort_codes(GRADE, ids=wrong, seen=before, actor=sun),
                status=409,
                text="请刷新后重试",
            )

    def test_who_was_slower_is_told_so(self, cast: Cast) -> None:
        seen = self.ids()
        actions.add_code(GRADE, label="见习", series=GENERAL, actor=SYSTEM)
        sun = cast.sun.principal()
        assert_refused(
            lambda: actions.sort_codes(GRADE, ids=seen[::-1], seen=seen, actor=sun),
            status=409,
            text="代码表已有变化，请刷新后重试",
        )

    def test_the_order_of_the_law_is_its_own(self, cast: Cast) -> None:
        ids, sun = [one.pk for one in codes.all_of(Code.List.DUTY_LEVEL)], cast.sun.principal()
        assert_refused(
            lambda: actions.sort_codes(Code.List.DUTY_LEVEL, ids=ids[::-1], seen=ids, actor=sun),
            status=422,
            text="不能调整顺序",
        )


class TestFurtherLists:
    """§23.4: kept for 人事管理; nobody's entry in the address book bears them."""

    def test_the_national_standard_s_codes(self, cast: Cast) -> None:
        known = {one.code: one.label for one in codes.all_of(Code.List.POLITICAL)}
        assert len(known) == 13 and (known["01"], known["03"], known["13"]) == (
            "中共党员",
            "共青团员",
            "群众",
        )
        assert [one.label for one in codes.all_of(Code.List.EDUCATION)][:3] == [
            "博士研究生", "硕士研究生", "大学本科",
        ]  # fmt: skip
        assert codes.series_of(Code.List.DEGREE) == ["学位", "名誉学位"]

    def test_nobody_bears_them(self, cast: Cast) -> None:
        assert codes.bearers(Code.List.POLITICAL) == {} and codes.bearers(Code.List.EDUCATION) == {}

    def test_a_standard_s_list_is_not_added_to(self, cast: Cast) -> None:
        sun = cast.sun.principal()
        assert_refused(
            lambda: actions.add_code(Code.List.POLITICAL, label="其他", actor=sun),
            status=422,
            text="“政治面貌”由国家标准规定，不能增加",
        )
        made = actions.add_code(Code.List.EDUCATION, label="大学普通班", actor=sun)
        assert made.code == "own-001"


class TestListsOfDocuments:
    """§23.5, §23.7: kept for 公文管理; nothing here is classified, so no list offers a degree of secrecy."""

    @pytest.mark.parametrize(
        ("which", "words"),
        [
            (Code.List.DISCLOSURE, ["主动公开", "依申请公开", "不予公开"]),
            (Code.List.RETENTION, ["永久", "30年", "10年"]),
            (Code.List.DIRECTION, ["上行", "平行", "下行"]),
            (Code.List.DATA_LABEL, ["公开", "内部", "敏感"]),
        ],
    )
    def test_shipped_in_their_order(self, cast: Cast, which: Code.List, words: list[str]) -> None:
        assert [one.label for one in codes.all_of(which)] == words

    def test_phrases_of_addressees_are_long_and_the_district_s_own(self, cast: Cast) -> None:
        sun, which = cast.sun.principal(), Code.List.ADDRESSEES
        assert "区直属事业单位" in codes.all_of(which)[0].label and len(codes.all_of(which)) == 2
        made = actions.add_code(
            which, label="各镇、街道，" + "区政府各委、办、局，" * 3 + "各有关单位", actor=sun
        )
        assert made.code == "own-001" and len(made.label) > 30
        assert_refused(
            lambda: actions.add_code(which, label="长" * 101, actor=sun), status=422, text="不能超过100个字"
        )

    @pytest.mark.parametrize(
        ("which", "text"),
        [
            (Code.List.DIRECTION, "“行文方向”由公文处理工作条例规定，不能增加"),
            (Code.List.DATA_LABEL, "“数据标签”由平台规定，不能增加"),
        ],
    )
    def test_what_the_platform_acts_by_is_not_added_to(self, cast: Cast, which: str, text: str) -> None:
        sun = cast.sun.principal()
        assert_refused(lambda: actions.add_code(which, label="其他", actor=sun), status=422, text=text)

    @pytest.mark.parametrize("label", ["秘密", "机密级", "绝密（长期）", "密级：无"])
    def test_no_degree_of_secrecy(self, cast: Cast, label: str) -> None:
        sun = cast.sun.principal()
        text = "本平台为非密平台，不设密级"
        which = Code.List.RETENTION
        assert_refused(lambda: actions.add_code(which, label=label, actor=sun), status=422, text=text)
        kept = word("敏感", Code.List.DATA_LABEL, "")
        assert_refused(lambda: actions.rename_code(kept, label=label, actor=sun), status=422, text=text)

    def test_trade_secrets_are_no_degree_of_secrecy(self, cast: Cast) -> None:
        made = actions.add_code(
            Code.List.DISCLOSURE, label="不予公开（商业秘密）", actor=cast.sun.principal()
        )
        assert made.code == "own-001"
