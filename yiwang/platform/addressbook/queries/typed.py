"""What somebody typed into the search box: which column it can match, which characters of a name it marks.

Pure functions. How the columns are searched is in `search`.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from yiwang.kernel.chinese.pinyin import name_pinyin, typed_letters
from yiwang.kernel.validators import HANZI

LONGEST = 60  # characters of the longest name
MOBILE_HINT = "请输入完整的11位手机号码"
NUMBER_HINT = "请输入完整的11位手机号码，或办公电话的后4位以上"
JUNK_HINT = "请输入姓名、全拼、拼音首字母、职务、办公电话后4位或完整的11位手机号码"

_IGNORED = re.compile(r"[\s'’‘`ʼ´\-\u2010-\u2015\u200b-\u200d\ufeff]+")
_MIDDLE_DOTS = re.compile(r"[•．・‧∙⋅･᛫●.]")
_DIGITS = re.compile(r"\+?[0-9]+")
_MOBILE = re.compile(r"(?:\+?86)?(1[3-9][0-9]{9})")
_MOBILE_BEGUN = re.compile(r"(?:\+?86)?1[3-9]")
# What begins as a mobile number does and is not whole is most likely one being typed.
_PHONE = re.compile(r"[0-9]{4}|(?!1[3-9])[0-9]{5,10}|0[0-9]{10,17}")
_NAME = re.compile(rf"([{HANZI}·]*)([a-z]*)")
_ANY_HANZI = re.compile(rf"[{HANZI}]")
_NOT_INITIALS = re.compile("[iuv]")  # no syllable begins with these


class Kind(StrEnum):
    """Which column what was typed can match; NAME with letters after it is 王m, as input methods send it."""

    NOTHING = "nothing"
    NAME = "name"
    LETTERS = "letters"
    MOBILE = "mobile"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Typed:
    """characters: Chinese ones; letters: a–z after them, lyu as typed; hint: what to type instead, or, of
    an office phone, when nobody has it.

    mobile: a whole mobile number; phone: an office phone or its last four digits or more.
    """

    kind: Kind
    characters: str = ""
    letters: str = ""
    mobile: str = ""
    hint: str = ""
    phone: str = ""

    @property
    def pinyin(self) -> str:
        """The letters as a beginning of the full pinyin of the name, ü as v."""
        if not self.letters:
            return ""
        return _with_v("".join(_syllables(self.characters)) + self.letters)

    @property
    def initials(self) -> str:
        """The letters as initials, "" when they cannot be any."""
        if not self.letters or _NOT_INITIALS.search(self.letters):
            return ""
        return "".join(one[0] for one in _syllables(self.characters)) + self.letters


def _syllables(beginning: str) -> list[str]:
    """How the beginning of a name reads; one character is a surname, read so when another follows."""
    if len(beginning) == 1:
        return name_pinyin(beginning + "一").full.split()[:1]
    return name_pinyin(beginning).full.split()


def _with_v(letters: str) -> str:
    """Lyu as passports write it; at the beginning also nyu (elsewhere it may be …n and yu…)."""
    letters = letters.replace("lyu", "lv")
    return "nv" + letters[3:] if letters.startswith("nyu") else letters


def read(text: str) -> Typed:
    """Sort out what was typed. Whatever matches no column gets a hint and is not searched for at all."""
    plain = _IGNORED.sub("", unicodedata.normalize("NFKC", text.replace("\0", "")))
    if not plain:
        return Typed(Kind.NOTHING)
    if len(plain) > LONGEST:
        return Typed(Kind.NOTHING, hint=JUNK_HINT)
    if _DIGITS.fullmatch(plain):
        mobile = _MOBILE.fullmatch(plain)
        if mobile:
            return Typed(Kind.MOBILE, mobile=mobile[1])
        hint = MOBILE_HINT if _MOBILE_BEGUN.match(plain) else NUMBER_HINT
        if _PHONE.fullmatch(plain):
            return Typed(Kind.PHONE, phone=plain, hint=hint)
        return Typed(Kind.NOTHING, hint=hint)
    split = _NAME.fullmatch(_latin_plain(_MIDDLE_DOTS.sub("·", plain)))
    if split is None or not (split[1].strip("·") or split[2]):
        return Typed(Kind.NOTHING, hint=JUNK_HINT)
    characters = split[1].strip("·") if not split[2] else split[1]
    return Typed(Kind.NAME if characters else Kind.LETTERS, characters, split[2])


def unit_name(text: str) -> str:
    """What can be part of a unit's name: two or more characters, some of them Chinese; "" otherwise."""
    plain = "".join(text.replace("\0", "").split())
    return plain if 2 <= len(plain) <= LONGEST and _ANY_HANZI.search(plain) else ""


def _latin_plain(text: str) -> str:
    """Latin letters in lower case without tone marks, ü as v; everything else as it is."""
    return "".join(
        typed_letters(sign) if sign.isalpha() and unicodedata.name(sign, "").startswith("LATIN") else sign
        for sign in text
    )


def matched(name: str, typed: Typed) -> tuple[int, int]:
    """From which to which character the name fits what was typed; (0, 0) when that cannot be told."""
    if typed.kind is Kind.NAME and not typed.letters:
        start = name.find(typed.characters)
        return (start, start + len(typed.characters)) if start >= 0 else (0, 0)
    if typed.kind not in (Kind.NAME, Kind.LETTERS) or "·" in name:
        return (0, 0)
    syllables = name_pinyin(name).full.split(" ")
    if len(syllables) != len(name):
        return (0, 0)
    end = _covered(syllables, typed.pinyin)
    if not end and typed.initials and "".join(one[0] for one in syllables).startswith(typed.initials):
        end = len(typed.initials)
    return (0, end)


def _covered(syllables: list[str], letters: str) -> int:
    """How many syllables the letters reach into, 0 when they are no beginning of them."""
    whole = ""
    for count, syllable in enumerate(syllables, start=1):
        whole += syllable
        if whole.startswith(letters):
            return count
        if not letters.startswith(whole):
            break
    return 0
