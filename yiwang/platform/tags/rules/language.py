"""The language of dynamic tags: who belongs to one, as typed data.

A rule is JSON: {"all": […]}, {"any": […]}, {"not": …} over conditions of one key each. It is read once into
the dataclasses below; whatever does not fit is refused with a sentence. `queries.compiled` makes SQL of it.

    {"all": [{"post": {"units": [31], "titles": ["科长"]}}, {"not": {"sex": ["male"]}}]}
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from yiwang.kernel.errors import Refused, invalid
from yiwang.platform.accounts.models import Account
from yiwang.platform.addressbook.models.book import Tier
from yiwang.platform.org.models import Person, Post

MOST_PARTS = 60
MOST_DEPTH = 6
MOST_UNITS = 100
MOST_TITLES = 20
_LONGEST_TITLE = 60
_LARGEST_ID = 2**63 - 1

# Temporary accounts have no address book, and nobody has them in his.
ACCOUNT_KINDS = tuple((one.value, one.label) for one in Account.Kind if one != Account.Kind.TEMPORARY)
CATEGORIES = tuple((one.value, one.label) for one in Person.Category if one != Person.Category.EXTERNAL)


@dataclass(frozen=True, slots=True)
class Serves:
    """Holds a living post of which all this is true: one post, so that 朱家角镇 and 科长 go together.

    units: in one of them or below. titles: one of them, word for word or, if is_part, as a part of it.
    """

    units: tuple[int, ...] = ()
    titles: tuple[str, ...] = ()
    is_part: bool = False
    kinds: tuple[str, ...] = ()
    is_leader: bool = False
    is_head: bool = False


@dataclass(frozen=True, slots=True)
class Has:
    """A fact about the person is one of these. fact: a key of FACTS."""

    fact: str
    values: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Every:
    """All of them (并且)."""

    parts: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of them (或者)."""

    parts: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class Without:
    """Not so (排除)."""

    part: "Rule"


Rule = Serves | Has | Every | Either | Without


@dataclass(frozen=True)
class Fact:
    """A column of persons or accounts. choices: what it may be; () for the codes of a list."""

    label: str
    choices: tuple[tuple[str | int, str], ...] = ()


FACTS: Mapping[str, Fact] = {
    "duty_level": Fact("职务层次"),
    "tier": Fact("层级", tuple((one.value, one.label) for one in Tier)),
    "sex": Fact("性别", tuple((one.value, one.label) for one in Person.Sex)),
    "account": Fact("账号类型", ACCOUNT_KINDS),
    "category": Fact("人员类别", CATEGORIES),
}
POST_KINDS = tuple((one.value, one.label) for one in Post.Kind)


def wrong(sentence: str) -> Refused:
    """What is wrong with a rule."""
    return invalid("rule", sentence)


@dataclass(slots=True)
class _Count:
    parts: int = 0
    depth: int = field(default=0)


def read(data: object) -> Rule:
    """The rule that this JSON says."""
    return _read(data, _Count(), depth=1)


def _read(data: object, count: _Count, *, depth: int) -> Rule:
    count.parts += 1
    if depth > MOST_DEPTH or count.parts > MOST_PARTS:
        raise wrong(f"规则过于复杂：最多{MOST_PARTS}个条件、{MOST_DEPTH}层")
    if not isinstance(data, dict) or len(data) != 1:
        raise wrong("规则的每个条件应为只有一个键的对象")
    ((key, value),) = data.items()
    if key in ("all", "any"):
        if not isinstance(value, list) or not value:
            raise wrong(f"“{key}”应为不为空的条件列表")
        parts = tuple(_read(one, count, depth=depth + 1) for one in value)
        return Every(parts) if key == "all" else Either(parts)
    if key == "not":
        return Without(_read(value, count, depth=depth + 1))
    if key == "post":
        return _serves(value)
    if key in FACTS:
        return _has(key, value)
    raise wrong(f"没有“{str(key)[:20]}”这种条件")


def _serves(value: object) -> Serves:
    if not isinstance(value, dict) or not value:
        raise wrong("任职条件不能为空")
    unknown = set(value) - {"units", "titles", "match", "kinds", "leader", "head"}
    if unknown:
        raise wrong(f"任职条件没有“{str(min(map(str, unknown)))[:20]}”")
    match = value.get("match", "is")
    if match not in ("is", "contains"):
        raise wrong("职务的匹配方式应为is或contains")
    found = Serves(
        units=_list(value, "units", _is_id, "机构", MOST_UNITS),
        titles=tuple(one.strip() for one in _list(value, "titles", _is_title, "职务", MOST_TITLES)),
        is_part=match == "contains",
        kinds=_list(value, "kinds", dict(POST_KINDS).__contains__, "任职类型", len(POST_KINDS)),
        is_leader=_flag(value, "leader"),
        is_head=_flag(value, "head"),
    )
    if not (found.units or found.titles or found.kinds or found.is_leader or found.is_head):
        raise wrong("任职条件不能为空")
    return found


def _is_id(one: object) -> bool:
    return isinstance(one, int) and not isinstance(one, bool) and 0 < one <= _LARGEST_ID


def _is_title(one: object) -> bool:
    return isinstance(one, str) and 0 < len(one.strip()) <= _LONGEST_TITLE and "\0" not in one


def _list(
    value: Mapping[Any, Any], key: str, fits: Callable[[Any], bool], label: str, most: int
) -> tuple[Any, ...]:
    given = value.get(key, [])
    if not isinstance(given, list) or not all(isinstance(one, str | int) and fits(one) for one in given):
        raise wrong(f"{label}填写有误")
    if len(given) > most:
        raise wrong(f"{label}最多{most}个")
    return tuple(dict.fromkeys(given))


def _flag(value: Mapping[Any, Any], key: str) -> bool:
    given = value.get(key, False)
    if not isinstance(given, bool):
        raise wrong(f"“{key}”应为true或false")
    return given


def _has(key: str, value: object) -> Has:
    fact = FACTS[key]
    fits: Callable[[Any], bool] = dict(fact.choices).__contains__ if fact.choices else _is_code
    values = _list({key: value}, key, fits, fact.label, 60)
    if not values or any(isinstance(one, bool) for one in values):
        raise wrong(f"{fact.label}不能为空")
    return Has(key, values)


def _is_code(one: object) -> bool:
    return isinstance(one, str) and 0 < len(one) <= 24 and one.isascii() and one.isalnum()


def write(rule: Rule) -> dict[str, Any]:
    """The rule as JSON; `read` gives it back."""
    if isinstance(rule, Every):
        return {"all": [write(one) for one in rule.parts]}
    if isinstance(rule, Either):
        return {"any": [write(one) for one in rule.parts]}
    if isinstance(rule, Without):
        return {"not": write(rule.part)}
    if isinstance(rule, Has):
        return {rule.fact: list(rule.values)}
    said: dict[str, Any] = {
        "units": list(rule.units),
        "titles": list(rule.titles),
        "match": "contains" if rule.is_part and rule.titles else "",
        "kinds": list(rule.kinds),
        "leader": rule.is_leader,
        "head": rule.is_head,
    }
    return {"post": {key: value for key, value in said.items() if value}}


def parts_of(rule: Rule) -> Iterator[Rule]:
    """The rule and everything in it."""
    yield rule
    if isinstance(rule, Every | Either):
        for one in rule.parts:
            yield from parts_of(one)
    elif isinstance(rule, Without):
        yield from parts_of(rule.part)


def units_of(rule: Rule) -> set[int]:
    """Ids of the units that it names."""
    return {unit for one in parts_of(rule) if isinstance(one, Serves) for unit in one.units}


def speaks_of_tiers(rule: Rule) -> bool:
    """Does it depend on what the address book works out? Then no rule there may depend on it."""
    return any(isinstance(one, Has) and one.fact == "tier" for one in parts_of(rule))


@dataclass(frozen=True)
class Names:
    """How units (by id) and duty levels (by code) are called. A unit that is not there is not to be named."""

    units: Mapping[int, str] = field(default_factory=dict)
    duty_levels: Mapping[str, str] = field(default_factory=dict)


def sentence(rule: Rule, names: Names) -> str:
    """The rule as people read it: 在朱家角镇任职，职务为“科长”，并且性别为女."""
    if isinstance(rule, Every):
        return "，并且".join(_bracketed(one, names, Either) for one in rule.parts)
    if isinstance(rule, Either):
        return "；或者".join(
            _bracketed(one, names, Every if len(rule.parts) < 2 else Either) for one in rule.parts
        )
    if isinstance(rule, Without):
        return f"不包括（{sentence(rule.part, names)}）"
    if isinstance(rule, Has):
        words: dict[str | int, str] = dict(FACTS[rule.fact].choices) or dict(names.duty_levels.items())
        return f"{FACTS[rule.fact].label}为{'、'.join(words.get(one, str(one)) for one in rule.values)}"
    return _post_sentence(rule, names)


def _bracketed(rule: Rule, names: Names, kind: type[Every] | type[Either]) -> str:
    said = sentence(rule, names)
    return f"（{said}）" if isinstance(rule, kind) else said


def _post_sentence(rule: Serves, names: Names) -> str:
    said = []
    if rule.units:
        said.append(f"在{'、'.join(names.units.get(one, '其他机构') for one in rule.units)}任职")
    if rule.titles:
        word = "含" if rule.is_part else "为"
        said.append(f"职务{word}{'、'.join(f'“{one}”' for one in rule.titles)}")
    if rule.kinds:
        said.append(f"任职类型为{'、'.join(dict(POST_KINDS)[one] for one in rule.kinds)}")
    if rule.is_leader:
        said.append("为领导班子成员")
    if rule.is_head:
        said.append("为部门负责人")
    return "，".join(said)
