"""Names: renames, plates, words of document numbers, and what was called how on a day."""

import datetime

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.org.actions import naming
from yiwang.platform.org.models import Unit, UnitAlias
from yiwang.platform.org.queries import units as unit_queries
from yiwang.platform.org.queries import words
from yiwang.platform.org.tests.factories import make, refusal

OLD, NEW = "上海市青浦区政务服务办公室", "上海市青浦区数据局"
CHANGED = datetime.date(2025, 1, 1)


def reformed(cast: Cast) -> Unit:
    """区数据局 as it was renamed in 2025 (acceptance example 2): first its old name, then its new one."""
    bureau = cast.units["QP-0201"]
    since = datetime.date(2020, 1, 1)
    naming.rename_unit(bureau, full_name=OLD, short_name="区政务服务办公室", actor=SYSTEM, day=since)
    naming.give_word(bureau, word="青政务", day=since, actor=SYSTEM)
    bureau = naming.rename_unit(
        bureau, full_name=NEW, short_name="区数据局", actor=SYSTEM, day=CHANGED, basis="青编〔2024〕31号"
    )
    naming.end_word(words.words_on(bureau, CHANGED)[0], day=CHANGED, actor=SYSTEM)
    naming.give_word(bureau, word="青数", day=CHANGED, actor=SYSTEM)
    return bureau


def test_papers_show_the_name_of_their_date(cast: Cast) -> None:
    bureau = reformed(cast)
    assert unit_queries.name_on(bureau, datetime.date(2023, 11, 18)) == OLD
    assert unit_queries.name_on(bureau, datetime.date(2023, 11, 18), short=True) == "区政务服务办公室"
    assert unit_queries.name_on(bureau, CHANGED) == NEW
    assert unit_queries.name_on(bureau, datetime.date(1999, 1, 1)) == OLD


def test_new_papers_offer_the_new_word(cast: Cast) -> None:
    bureau = reformed(cast)
    assert [one.word for one in words.words_on(bureau, datetime.date(2023, 11, 18))] == ["青政务"]
    assert [one.word for one in words.words_on(bureau, datetime.date(2026, 1, 1))] == ["青数"]
    assert [one.word for one in words.words_of(bureau)] == ["青数", "青政务"]


def test_a_name_taken_up_again_is_no_former_one(cast: Cast) -> None:
    town = cast.units["QP-0302"]
    days = [datetime.date(2026, month, 1) for month in (1, 2, 3)]
    for name, day in zip(("甲镇", "乙镇", "甲镇"), days, strict=True):
        naming.rename_unit(town, full_name=name, short_name=name, actor=SYSTEM, day=day)
    former = town.aliases.filter(kind="former")
    assert sorted((one.name, one.valid_from, one.valid_to) for one in former) == [
        ("上海市青浦区徐泾镇", datetime.date(2020, 1, 1), days[0]),
        ("乙镇", days[1], days[2]),
    ]


def test_another_short_name_alone_is_kept_too(cast: Cast) -> None:
    town = cast.units["QP-0302"]
    naming.rename_unit(town, full_name=town.full_name, short_name="徐泾", actor=SYSTEM)
    assert [one.name for one in town.aliases.all()] == ["徐泾镇"]


def test_names_of_departments_are_unique(cast: Cast) -> None:
    town, other = cast.units["QP-0301"], cast.units["QP-0302"]
    for full, short, field in (
        (other.full_name, "新简称", "full_name"),
        ("新全称", "徐泾镇", "short_name"),
        ("综合科", "新简称", "full_name"),  # even that of a section elsewhere
        ("", "新简称", "full_name"),
        ("全" * 101, "新简称", "full_name"),
    ):
        with refusal() as refused:
            naming.rename_unit(town, full_name=full, short_name=short, actor=SYSTEM)
        assert (refused.value.status, list(refused.value.fields)) == (422, [field])


def test_history_is_not_rewritten(cast: Cast) -> None:
    town = cast.units["QP-0302"]
    naming.rename_unit(town, full_name="甲镇", short_name="甲镇", actor=SYSTEM, day=datetime.date(2026, 3, 1))
    with refusal() as refused:
        naming.rename_unit(
            town, full_name="乙镇", short_name="乙镇", actor=SYSTEM, day=datetime.date(2026, 2, 1)
        )
    assert refused.value.message == "生效日期不能早于甲镇上一次调整的日期（2026年3月1日）"


def test_a_plate_has_its_own_word_and_no_people(cast: Cast) -> None:
    bureau, day = cast.units["QP-0201"], datetime.date(2026, 1, 1)
    plate = naming.add_plate(
        bureau,
        name="上海市青浦区大数据中心",
        short_name="区大数据中心",
        day=day,
        actor=SYSTEM,
        basis="青编〔2025〕3号",
    )
    naming.give_word(bureau, word="青数", day=day, actor=SYSTEM)
    naming.give_word(bureau, word="青大数", plate=plate, day=day, actor=SYSTEM)
    assert [one.word for one in words.words_on(bureau, day)] == ["青数", "青大数"]

    end = datetime.date(2026, 6, 1)
    naming.end_plate(plate, day=end, actor=SYSTEM)
    assert words.plates_on(bureau, end) == [] and words.plates_on(bureau, day) == [plate]
    assert [one.word for one in words.words_on(bureau, end)] == ["青数"]
    with refusal() as refused:
        naming.end_plate(plate, day=end, actor=SYSTEM)
    assert refused.value.code == "E-STATE-01"
    again = naming.add_plate(bureau, name=plate.name, day=datetime.date(2026, 9, 1), actor=SYSTEM)
    assert again == plate and again.valid_to is None


def test_a_plate_is_no_siblings_name_and_stands_once(cast: Cast) -> None:
    bureau = cast.units["QP-0201"]
    naming.add_plate(bureau, name="大数据中心", actor=SYSTEM)
    for name in ("大数据中心", bureau.full_name):
        with refusal() as refused:
            naming.add_plate(bureau, name=name, actor=SYSTEM)
        assert list(refused.value.fields) == ["name"]
    today = datetime.date(2026, 1, 1)
    with refusal() as refused:
        naming.add_plate(bureau, name="另一牌子", day=today, until=today, actor=SYSTEM)
    assert refused.value.code == "E-DATE-01"
    assert UnitAlias.objects.filter(unit=bureau, kind="plate").count() == 1


def test_a_word_has_one_owner(cast: Cast) -> None:
    bureau, town = cast.units["QP-0201"], cast.units["QP-0301"]
    given = naming.give_word(bureau, word="青数", actor=SYSTEM)
    assert naming.give_word(bureau, word="青数", actor=SYSTEM) == given
    with refusal() as refused:
        naming.give_word(town, word="青数", actor=SYSTEM)
    assert refused.value.fields == {"word": "代字“青数”正由区数据局使用"}
    for wrong in ("", "QS", "青" * 13):
        with refusal():
            naming.give_word(town, word=wrong, actor=SYSTEM)
    naming.end_word(given, actor=SYSTEM)
    with refusal() as refused:
        naming.end_word(given, actor=SYSTEM)
    assert refused.value.status == 409
    assert naming.give_word(town, word="青数", actor=SYSTEM).unit == town


def test_a_graded_administrator_gives_no_plates_and_words_above_level_four(cast: Cast) -> None:
    qian, town = cast.qian.principal(), cast.units["QP-0301"]
    committee = make(cast.units["QP-0301-02"], "QP-0301-0207", "新苑居委会", node_type="residents_committee")
    for act in (
        lambda: naming.add_plate(town, name="旅游度假区", actor=qian),
        lambda: naming.give_word(town, word="朱府", actor=qian),
    ):
        with refusal() as refused:
            act()
        assert (refused.value.status, refused.value.code) == (403, "E-ORG-02")
    assert naming.add_plate(committee, name="新苑社区服务站", actor=qian).unit == committee
