"""The rule of a dynamic tag as a form: groups of conditions, and who is left out. Works without scripts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from yiwang.platform.addressbook.forms import Chosen
from yiwang.platform.org.models import Code
from yiwang.platform.org.queries import codes
from yiwang.platform.tags.rules.builder import MOST_GROUPS, Block, Built, compose
from yiwang.platform.tags.rules.language import FACTS, MOST_TITLES, POST_KINDS, Rule, Serves

_SEPARATORS = re.compile(r"[、，,;；\n]+")
_FACTS = tuple(FACTS)
EXCLUSION = "x"


def _many(label: str, choices: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": f"请重新选择{label}"},
    )


class BlockForm(forms.Form):
    """One group: everything in it holds together; what is left empty does not matter."""

    units = Chosen("任职机构（含下级）", "unit", many=True, required=False)
    titles = forms.CharField(
        label="职务", max_length=400, required=False, help_text="多个职务用顿号分开，符合其中之一即可"
    )
    is_part = forms.TypedChoiceField(
        label="职务匹配",
        choices=((0, "与所填职务相同"), (1, "职务中含有所填文字")),
        coerce=lambda value: value == "1",
        required=False,
    )
    kinds = _many("任职类型", POST_KINDS)
    is_leader = forms.BooleanField(label="领导班子成员", required=False)
    is_head = forms.BooleanField(label="部门负责人", required=False)
    duty_level = _many("职务层次", ())
    tier = _many("通讯录层级", FACTS["tier"].choices)
    sex = _many("性别", FACTS["sex"].choices)
    category = _many("人员类别", FACTS["category"].choices)
    account = _many("账号类型", FACTS["account"].choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levels = [(one.code, one.label) for one in codes.in_use(Code.List.DUTY_LEVEL)]
        self.fields["duty_level"].choices = levels  # type: ignore[attr-defined]

    def clean_titles(self) -> tuple[str, ...]:
        said = [" ".join(one.split()) for one in _SEPARATORS.split(self.cleaned_data["titles"])]
        found = tuple(dict.fromkeys(one for one in said if one))
        if len(found) > MOST_TITLES:
            raise forms.ValidationError(f"职务最多{MOST_TITLES}个")
        if any(len(one) > 60 for one in found):
            raise forms.ValidationError("每个职务最多60个字")
        return found

    def block(self) -> Block:
        """What a valid form says."""
        data = self.cleaned_data
        serves = Serves(
            units=tuple(data["units"]),
            titles=data["titles"],
            is_part=bool(data["is_part"]) and bool(data["titles"]),
            kinds=tuple(data["kinds"]),
            is_leader=data["is_leader"],
            is_head=data["is_head"],
        )
        facts = {key: _typed(key, data[key]) for key in _FACTS if data[key]}
        return Block(None if serves == Serves() else serves, facts)


def _typed(key: str, values: list[str]) -> tuple[str | int, ...]:
    return tuple(int(one) for one in values) if key == "tier" else tuple(values)


def _initial(block: Block) -> dict[str, Any]:
    serves = block.serves or Serves()
    return {
        "units": list(serves.units),
        "titles": "、".join(serves.titles),
        "is_part": int(serves.is_part),
        "kinds": list(serves.kinds),
        "is_leader": serves.is_leader,
        "is_head": serves.is_head,
        **{key: [str(one) for one in values] for key, values in block.facts.items()},
    }


@dataclass
class RuleForm:
    """Groups b0, b1, b2 and the exclusion x. error: what is wrong with the rule as a whole."""

    groups: list[BlockForm]
    exclusion: BlockForm | None
    error: str = ""

    @classmethod
    def of(cls, built: Built | None) -> "RuleForm":
        """Unbound, as a rule stands; None for an empty one."""
        blocks = built.groups if built else (Block(),)
        exclusion = built.exclusion if built else None
        return cls(
            [BlockForm(prefix=f"b{place}", initial=_initial(one)) for place, one in enumerate(blocks)],
            BlockForm(prefix=EXCLUSION, initial=_initial(exclusion)) if exclusion else None,
        )

    @classmethod
    def sent(cls, data: Any) -> "RuleForm":
        """Bound. Buttons may have asked for one more group or for an exclusion."""
        count = min(MOST_GROUPS, max(1, _number(data, "groups")) + (1 if "add_group" in data else 0))
        has_exclusion = "add_exclusion" in data or (
            _number(data, "excludes") > 0 and "drop_exclusion" not in data
        )
        return cls(
            [BlockForm(data, prefix=f"b{place}") for place in range(count)],
            BlockForm(data, prefix=EXCLUSION) if has_exclusion else None,
        )

    @property
    def all(self) -> list[BlockForm]:
        return [*self.groups, *([self.exclusion] if self.exclusion else [])]

    @property
    def may_grow(self) -> bool:
        return len(self.groups) < MOST_GROUPS

    def is_valid(self) -> bool:
        """Is every group in order, and is there a condition at all?"""
        wrong = [one for one in self.all if not one.is_valid()]
        if wrong:
            return False
        if all(one.block().is_empty for one in self.groups):
            self.error = "请至少填写一个条件"
        return not self.error

    def rule(self) -> Rule:
        """What a valid form says."""
        exclusion = self.exclusion.block() if self.exclusion else None
        return compose([one.block() for one in self.groups], exclusion)


def _number(data: Mapping[str, str], key: str) -> int:
    text = data.get(key, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else 0


def is_reshaping(data: Mapping[str, str]) -> bool:
    """Did he only ask for more or fewer groups?"""
    return any(key in data for key in ("add_group", "add_exclusion", "drop_exclusion"))
