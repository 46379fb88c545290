"""The language of dynamic tags: what can be said, how it is read back, what is refused."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.kernel.errors import Refused
from yiwang.platform.tags.rules import builder, language
from yiwang.platform.tags.rules.language import Either, Every, Has, Names, Rule, Serves, Without

_titles = st.lists(st.sampled_from(["科长", "副科长", "镇长", "a_b%"]), max_size=3, unique=True).map(tuple)
_serves = st.builds(
    Serves,
    units=st.lists(st.integers(1, 9), max_size=3, unique=True).map(tuple),
    titles=_titles,
    kinds=st.lists(st.sampled_from([key for key, _ in language.POST_KINDS]), max_size=2, unique=True).map(
        tuple
    ),
    is_leader=st.booleans(),
    is_head=st.booleans(),
).filter(lambda one: one != Serves())
_facts = st.one_of(
    *(
        st.lists(st.sampled_from([key for key, _ in fact.choices]), min_size=1, unique=True).map(
            lambda values, key=key: Has(key, tuple(values))  # type: ignore[misc]
        )
        for key, fact in language.FACTS.items()
        if fact.choices
    ),
    st.lists(st.sampled_from(["06", "07", "08"]), min_size=1, unique=True).map(
        lambda one: Has("duty_level", tuple(one))
    ),
)
rules: st.SearchStrategy[Rule] = st.recursive(
    _serves | _facts,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: Every(tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: Either(tuple(parts))),
        inner.map(Without),
    ),
    max_leaves=8,
)


@given(rule=rules)
def test_what_is_written_is_read_back(rule: Rule) -> None:
    try:
        found = language.read(language.write(rule))
    except Refused as refusal:
        assert "过于复杂" in refusal.fields["rule"]
    else:
        assert found == rule


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (None, "只有一个键"),
        ([], "只有一个键"),
        ({}, "只有一个键"),
        ({"all": [], "any": []}, "只有一个键"),
        ({"all": []}, "不为空"),
        ({"any": {"sex": ["male"]}}, "不为空"),
        ({"mobile": ["139"]}, "没有“mobile”"),
        ({"post": {}}, "任职条件不能为空"),
        ({"post": {"titles": []}}, "任职条件不能为空"),
        ({"post": {"units": ["1"]}}, "机构填写有误"),
        ({"post": {"units": [True]}}, "机构填写有误"),
        ({"post": {"units": [2**63]}}, "机构填写有误"),
        ({"post": {"units": [[1]]}}, "机构填写有误"),
        ({"post": {"units": list(range(1, 102))}}, "机构最多100个"),
        ({"post": {"titles": [" "]}}, "职务填写有误"),
        ({"post": {"titles": ["科长"], "match": "like"}}, "匹配方式"),
        ({"post": {"titles": ["科长"], "sql": "1"}}, "没有“sql”"),
        ({"post": {"leader": 1}}, "true或false"),
        ({"post": {"kinds": ["boss"]}}, "任职类型填写有误"),
        ({"sex": "male"}, "性别填写有误"),
        ({"sex": ["other"]}, "性别填写有误"),
        ({"sex": []}, "性别不能为空"),
        ({"tier": [True]}, "层级不能为空"),
        ({"tier": [5]}, "层级填写有误"),
        ({"account": ["temporary"]}, "账号类型填写有误"),
        ({"duty_level": ["'; --"]}, "职务层次填写有误"),
    ],
)
def test_what_does_not_fit_is_refused(data: Any, said: str) -> None:
    with pytest.raises(Refused) as refusal:
        language.read(data)
    assert refusal.value.status == 422 and said in refusal.value.fields["rule"]


def test_depth_and_size_are_bounded() -> None:
    deep: Any = {"sex": ["male"]}
    for _ in range(6):
        deep = {"not": deep}
    for data in (deep, {"any": [{"sex": ["male"]}] * 60}):
        with pytest.raises(Refused, match="过于复杂") as refusal:
            language.read(data)
        assert refusal.value.status == 422


def test_a_rule_is_said_in_words() -> None:
    rule = language.read(
        {
            "all": [
                {"any": [{"post": {"units": [1, 2], "titles": ["科长", "主任"]}}, {"duty_level": ["10"]}]},
                {"not": {"sex": ["male"]}},
            ]
        }
    )
    names = Names({1: "朱家角镇"}, {"10": "乡科级副职"})
    assert language.sentence(rule, names) == (
        "（在朱家角镇、其他机构任职，职务为“科长”、“主任”；或者职务层次为乡科级副职），并且不包括（性别为男）"
    )


_blocks = st.builds(
    builder.Block,
    serves=_serves | st.none(),
    facts=st.dictionaries(st.sampled_from(["sex"]), st.just(("female",)), max_size=1),
).filter(lambda one: not one.is_empty)


@given(groups=st.lists(_blocks, min_size=1, max_size=3), exclusion=st.none() | _blocks)
def test_the_form_gets_back_what_it_built(
    groups: list[builder.Block], exclusion: builder.Block | None
) -> None:
    built = builder.decompose(builder.compose(groups, exclusion))
    assert built == builder.Built(tuple(groups), exclusion)


@pytest.mark.parametrize(
    "data",
    [
        {"not": {"sex": ["male"]}},
        {"all": [{"sex": ["male"]}, {"any": [{"tier": [1]}, {"tier": [2]}]}]},
        {"any": [{"tier": [1]}, {"tier": [2]}, {"tier": [3]}, {"tier": [4]}]},
        {"all": [{"post": {"leader": True}}, {"post": {"head": True}}]},
    ],
)
def test_the_form_leaves_other_shapes_alone(data: Any) -> None:
    assert builder.decompose(language.read(data)) is None
