"""Pinyin: the surname table of the domain reference §24.3, places, ü, speed, agreement with pypinyin."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import lazy_pinyin
from pypinyin.constants import PINYIN_DICT

from yiwang.kernel.chinese import pinyin

SURNAMES = (
    "单shan 解xie 仇qiu 区ou 曾zeng 查zha 盖ge 翟zhai 朴piao 缪miao 种chong 员yun 乐yue 覃qin 召shao 繁po "
    "阚kan 乜nie 祭zhai 黑he 折she 句gou 都du 隗wei 薄bo 卜bu 重chong 佴nai 秘bi 洗xian 藏zang "
    "会gui 难ning 粘nian"
)


@pytest.mark.parametrize("pair", SURNAMES.split())
def test_a_surname_is_read_as_a_surname(pair: str) -> None:
    surname, reading = pair[0], pair[1:]
    assert pinyin.name_pinyin(f"{surname}玉").full == f"{reading} yu"
    assert pinyin.name_pinyin(f"{surname}小明").initials == f"{reading[0]}xm"


def test_a_name_in_all_its_forms() -> None:
    assert pinyin.name_pinyin("单玉") == pinyin.NamePinyin("shan yu", "shanyu", "sy", "shan yu 单玉", ())
    assert pinyin.name_pinyin("单于").letters == "shanyu"


@pytest.mark.parametrize(
    ("name", "full"),
    [
        ("尉迟恭", "yu chi gong"),
        ("尉健行", "wei jian xing"),
        ("万俟卨", "mo qi xie"),
        ("欧阳修", "ou yang xiu"),
        ("长孙无忌", "zhang sun wu ji"),
        ("澹台明", "tan tai ming"),
        ("张长生", "zhang chang sheng"),
        ("李重庆", "li chong qing"),
        ("王晟", "wang sheng"),
        ("王乐", "wang le"),
        ("黄朝阳", "huang zhao yang"),
        ("王䶮", "wang yan"),
        ("艾力·买买提", "ai li mai mai ti"),
        ("单于涵", "shan yu han"),
    ],
)
def test_compound_surnames_and_given_names(name: str, full: str) -> None:
    assert pinyin.name_pinyin(name).full == full


def test_u_with_two_dots_is_found_in_every_spelling() -> None:
    found = pinyin.name_pinyin("吕布")
    assert (found.letters, found.variants) == ("lvbu", ("lyubu", "lubu"))
    assert pinyin.typed_letters("Lǚ Bù") == "lvbu"
    assert pinyin.typed_letters("lü'bu") == "lvbu"
    assert pinyin.typed_letters("ＬＹＵ ｂｕ") == "lyubu"


def test_another_familys_reading_is_a_variant() -> None:
    assert pinyin.name_pinyin("覃玉").variants == ("tanyu",)
    assert pinyin.name_pinyin("乐吕").variants == ("lelv", "yuelyu", "yuelu", "lelyu", "lelu")


def test_order_is_by_syllable() -> None:
    names = ["李斯", "连心", "李四", "黎明", "林丹"]
    assert sorted(names, key=lambda name: pinyin.name_pinyin(name).sort_key) == [
        "黎明",
        "李四",
        "李斯",
        "连心",
        "林丹",
    ]


@pytest.mark.parametrize(
    ("place", "full"),
    [
        ("重固镇", "chong gu zhen"),
        ("朱家角镇", "zhu jia jiao zhen"),
        ("岑卜村", "cen bu cun"),
        ("龚都村", "gong du cun"),
        ("长三角一体化示范区", "chang san jiao yi ti hua shi fan qu"),
        ("银行", "yin hang"),
        ("行政科", "xing zheng ke"),
        ("12345热线", "1 2 3 4 5 re xian"),
    ],
)
def test_places(place: str, full: str) -> None:
    assert pinyin.place_pinyin(place) == full


def test_the_table_agrees_with_pypinyin() -> None:
    different = [
        chr(code)
        for code in PINYIN_DICT
        if lazy_pinyin(chr(code))[0] != pinyin._readings().get(chr(code))
        and lazy_pinyin(chr(code))[0].isascii()
    ]
    assert different == []


@given(
    st.lists(st.sampled_from([chr(code) for code in PINYIN_DICT if code >= 0x4E00]), min_size=1, max_size=2)
)
def test_given_names_are_read_as_pypinyin_reads_them(characters: list[str]) -> None:
    name = "".join(characters)
    if not set("长晟焘") & set(name):
        assert pinyin.name_pinyin(f"王{name}").full.split()[1:] == [
            s for s in lazy_pinyin(name) if s.isascii()
        ]


@given(st.text())
def test_anything_has_some_pinyin(text: str) -> None:
    found = pinyin.name_pinyin(text)
    assert found.letters == found.full.replace(" ", "")
    assert len(found.initials) == len(found.full.split())


def test_25_000_names_a_second() -> None:
    names = [
        f"{surname}{given}" for surname in "王李张单欧" for given in ("伟", "小明", "建国", "吕", "长生")
    ] * 400
    pinyin.name_pinyin("王伟")
    best = min(_seconds(names) for _ in range(3))
    assert len(names) / best > 25_000


def _seconds(names: list[str]) -> float:
    begin = time.perf_counter()
    for name in names:
        pinyin.name_pinyin(name)
    return time.perf_counter() - begin
