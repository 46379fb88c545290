"""Words that would make a tag a list of sensitive personal data (个人信息保护法 第二十八条)."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from yiwang.kernel.errors import invalid
from yiwang.platform.tags.models import SensitiveWord

Weight = SensitiveWord.Weight

NOTE = (
    "标签用于标记职责和工作分工，不得标记健康、宗教信仰、纪律处分等敏感个人信息"
    "（《个人信息保护法》第二十八条）。"
)
# What the platform ships; the security administrator adds to the list and takes from it.
SHIPPED: dict[tuple[str, str], tuple[str, ...]] = {
    (Weight.REFUSED, "纪律与案件"): (
        "被谈话",
        "被调查",
        "被审查",
        "涉案",
        "留置",
        "受处分",
        "处分人员",
        "违纪人员",
        "违法人员",
        "前科",
        "刑满",
        "社区矫正对象",
        "吸毒",
        "失信被执行",
    ),
    (Weight.REFUSED, "健康"): (
        "精神病",
        "精神障碍",
        "艾滋",
        "乙肝",
        "癌症",
        "传染病人",
        "病史",
        "患者",
        "怀孕",
        "孕妇",
        "残疾人员",
    ),
    (Weight.REFUSED, "宗教信仰"): ("信教", "信徒", "教徒", "信众", "佛教徒", "穆斯林", "基督徒", "不信教"),
    (Weight.REFUSED, "个人情况"): ("离异", "同性恋", "性取向", "低保户", "欠债", "重点关注人员", "上访人员"),
    (Weight.REFUSED, "保密"): ("涉密人员", "秘密级", "机密", "绝密"),
    (Weight.EXPLAINED, "健康"): ("健康", "医疗", "疾病", "残疾", "心理", "疫情"),
    (Weight.EXPLAINED, "宗教信仰"): ("宗教", "民族"),
    (Weight.EXPLAINED, "纪律与案件"): ("纪检", "监察", "处分", "信访", "矫正", "禁毒", "戒毒"),
    (Weight.EXPLAINED, "个人情况"): ("未成年", "困难", "退役", "征信"),
}


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the list."""

    word: str
    weight: str


def _plain(text: str) -> str:
    """Full and half width, spaces and separators make no other word."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(one for one in folded if one.isalnum())


def found_in(texts: Sequence[str], words: Iterable[Word]) -> list[Word]:
    """The words of the list that stand in one of the texts, the refused ones first."""
    plain = [_plain(text) for text in texts]
    found = [one for one in words if any(_plain(one.word) in text for text in plain)]
    return sorted(found, key=lambda one: (one.weight != Weight.REFUSED, one.word))


def require_harmless(texts: Sequence[str], explanation: str, words: Sequence[Word]) -> str:
    """Refuse a forbidden word, ask for an explanation of a doubtful one; that, if it was needed."""
    found = found_in(texts, words)
    if not found:
        return ""
    first = found[0]
    if first.weight == Weight.REFUSED:
        raise invalid("name", f"标签不得标记敏感个人信息，不能使用“{first.word}”", code="E-TAG-02")
    if not explanation.strip():
        said = f"“{first.word}”可能涉及敏感个人信息，请说明该标签标记的是工作职责而不是个人情况"
        raise invalid("sensitivity", said, code="E-TAG-02")
    return explanation.strip()
