"""What the search box understands (domain reference §3.1, §24.3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.platform.addressbook.queries import typed
from yiwang.platform.addressbook.queries.typed import JUNK_HINT, MOBILE_HINT, NUMBER_HINT, Kind, Typed


@pytest.mark.parametrize(
    "text", ["13900000007", "139 0000 0007", "139-0000-0007", "+86 13900000007", "１３９０００００００７"]
)
def test_only_a_whole_mobile_number_is_looked_up(text: str) -> None:
    assert typed.read(text) == Typed(Kind.MOBILE, mobile="13900000007")


@pytest.mark.parametrize("text", ["139", "13900", "1390000000", "139000000071", "+8613900"])
def test_part_of_a_mobile_gets_the_hint(text: str) -> None:
    assert typed.read(text) == Typed(Kind.NOTHING, hint=MOBILE_HINT)


@pytest.mark.parametrize("text", ["5972", "1390", "59720000", "021-59720000", "02159720000", "0215972000012"])
def test_an_office_phone_or_its_end(text: str) -> None:
    found = typed.read(text)
    assert (found.kind, found.phone) == (Kind.PHONE, text.replace("-", ""))
    assert found.hint == (MOBILE_HINT if text == "1390" else NUMBER_HINT)  # for when nobody has it


@pytest.mark.parametrize("text", ["7", "72", "972", "23900000007", "5" * 30])
def test_other_digits_get_the_hint(text: str) -> None:
    assert typed.read(text) == Typed(Kind.NOTHING, hint=NUMBER_HINT)


@pytest.mark.parametrize(
    ("text", "pinyin", "initials"),
    [
        ("w", "w", "w"),
        ("WangWei", "wangwei", ""),
        ("wang ming", "wangming", ""),
        ("xi'an", "xian", ""),
        ("zhx", "zhx", "zhx"),
        ("lü", "lv", ""),
        ("LÜ BU", "lvbu", ""),
        ("lv", "lv", ""),
        ("lyu", "lv", ""),
        ("lyubu", "lvbu", ""),
        ("chenyu", "chenyu", ""),
        ("nyu", "nv", ""),
        ("Wáng", "wang", "wang"),
        ("ｗｊ", "wj", "wj"),
    ],
)
def test_letters_are_pinyin_or_initials(text: str, pinyin: str, initials: str) -> None:
    what = typed.read(text)
    assert (what.kind, what.pinyin, what.initials) == (Kind.LETTERS, pinyin, initials)


@pytest.mark.parametrize(
    ("text", "characters"),
    [
        ("王", "王"),
        (" 王 明华 ", "王明华"),
        ("阿卜杜拉•买买提", "阿卜杜拉·买买提"),
        ("买买提·", "买买提"),
        ("䶮", "䶮"),
    ],
)
def test_characters_are_names(text: str, characters: str) -> None:
    assert typed.read(text) == Typed(Kind.NAME, characters)


@pytest.mark.parametrize(
    ("text", "pinyin", "initials"),
    [
        ("王m", "wangm", "wm"),
        ("单yu", "shanyu", ""),
        ("欧阳mh", "ouyangmh", "oymh"),
        ("王明h", "wangmingh", "wmh"),
    ],
)
def test_letters_after_characters_go_on_with_the_name(text: str, pinyin: str, initials: str) -> None:
    what = typed.read(text)
    assert what.kind is Kind.NAME and (what.pinyin, what.initials) == (pinyin, initials)


@pytest.mark.parametrize(
    "text", ["%", "_", "王%", "w_", "'; DROP TABLE org_person; --", "😀", "m王", "·", "王" * 61, "a" * 5000]
)
def test_junk_gets_the_hint(text: str) -> None:
    assert typed.read(text) == Typed(Kind.NOTHING, hint=JUNK_HINT)


@pytest.mark.parametrize("text", ["", "   ", "'", "\0"])
def test_nothing_typed_is_no_mistake(text: str) -> None:
    assert typed.read(text) == Typed(Kind.NOTHING)


@given(st.text(max_size=80))
def test_whatever_is_typed_has_a_kind(text: str) -> None:
    what = typed.read(text)
    assert what.pinyin.isascii() and what.initials.isascii()
    start, end = typed.matched("王明华", what)
    assert 0 <= start <= end <= 3


@pytest.mark.parametrize(
    ("name", "text", "marked"),
    [
        ("王明华", "王", "王"),
        ("王明华", "明华", "明华"),
        ("王明华", "wangm", "王明"),
        ("王明华", "wmh", "王明华"),
        ("王明华", "wm", "王明"),
        ("王明华", "王m", "王明"),
        ("单雨", "shan", "单"),
        ("吕布", "lyub", "吕布"),
        ("王明华", "13900000007", ""),
        ("王明华", "li", ""),
        ("阿卜杜拉·买买提", "买买", "买买"),
        ("阿卜杜拉·买买提", "abu", ""),
    ],
)
def test_marked_characters(name: str, text: str, marked: str) -> None:
    start, end = typed.matched(name, typed.read(text))
    assert name[start:end] == marked
