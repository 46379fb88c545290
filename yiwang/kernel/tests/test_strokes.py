"""Stroke order: the vectors of the domain reference §24.4 and what every order must keep."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.kernel.chinese.strokes import Custom, by_strokes, stroke_key, strokes

SAMPLE_TEXT = (
    "丁一、卜算、于谦、万里、卫青、马超、王伟、王芳、司马光、刘备、孙权、李四、吴用、沈丛、沈浪、沈从文、张三、"
    "陈晨、欧阳修、周瑜、赵云、钱进、黄磊、龚自、濮存"
)
SAMPLE = SAMPLE_TEXT.split("、")


@pytest.mark.parametrize("seed", range(5))
def test_the_sample_order(seed: int) -> None:
    shuffled = SAMPLE[:]
    random.Random(seed).shuffle(shuffled)
    assert by_strokes(shuffled) == SAMPLE


def test_the_two_customs_differ() -> None:
    names = ["田大利", "田富"]
    assert by_strokes(names, Custom.SURNAME) == ["田富", "田大利"]
    assert by_strokes(names, Custom.NAME) == ["田大利", "田富"]
    assert Custom.SURNAME.note == "（按姓氏笔画为序）"


@pytest.mark.parametrize(
    ("character", "count"),
    [("一", 1), ("达", 6), ("䶮", 9), ("㛃", 9), ("龘", 48), ("濮", 17), ("𠀀", 2), ("a", 0), ("·", 0)],
)
def test_counts(character: str, count: int) -> None:
    assert strokes(character) == count


def test_ties_go_by_stroke_order() -> None:
    assert by_strokes(list("厶丁人八乙又刀"), Custom.NAME) == list("乙丁人八刀厶又")
    assert by_strokes(["李灰", "李达", "李列", "李厌"]) == ["李厌", "李灰", "李达", "李列"]


def test_compound_surnames_stand_behind_the_single_one() -> None:
    assert by_strokes(["司马光", "司空图", "司仪", "司马相如"]) == ["司仪", "司马光", "司马相如", "司空图"]


def test_names_without_surname_and_unknown_characters() -> None:
    assert by_strokes(["\ue000一", "艾力·买买提", "艾力", "丁"]) == ["丁", "艾力", "艾力·买买提", "\ue000一"]
    assert stroke_key("") == ""


@given(st.lists(st.text(st.sampled_from("田大利富李四王伟欧阳修䶮𠀀"), min_size=2, max_size=4), max_size=12))
def test_order_is_total_and_stable(names: list[str]) -> None:
    for custom in Custom:
        ordered = by_strokes(names, custom)
        assert sorted(ordered) == sorted(names)
        assert by_strokes(ordered[::-1], custom) == ordered
        counts = [strokes(name[0]) for name in ordered]
        assert counts == sorted(counts)


def test_90_000_names_in_a_second() -> None:
    names = [f"{surname}{given}" for surname in "王李张单欧" for given in ("伟", "小明", "建国")] * 200
    stroke_key("王伟")
    begin = time.perf_counter()
    for name in names:
        stroke_key(name)
    assert len(names) / (time.perf_counter() - begin) > 90_000
