"""Pinyin of names and places: readings without tones for search and order.

data/readings.txt and data/phrases.txt are derived from pypinyin by tools/build_pinyin.py; the other
tables (domain reference §24.3) are kept by hand. Not for running text: a name is short, and its first
character is read as a surname.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from yiwang.kernel.chinese.surnames import split_surname
from yiwang.kernel.chinese.tables import lines, records


@dataclass(frozen=True, slots=True)
class NamePinyin:
    """How a name sounds.

    full: syllables with blanks, as in "shan yu"; letters: without blanks; initials: first letters.
    ü is written v. variants: other spellings of `letters` a searcher may type (lyu and lu for lv,
    another family's reading of the surname). sort_key: orders by syllables under C collation.
    """

    full: str
    letters: str
    initials: str
    sort_key: str
    variants: tuple[str, ...]


@cache
def _readings() -> dict[str, str]:
    """Character -> its ordinary reading."""
    table: dict[str, str] = {}
    for reading, characters in records("readings"):
        table.update(dict.fromkeys(characters, reading))
    return table


@cache
def _words(*names: str) -> dict[str, tuple[str, ...]]:
    """Word of one or two characters -> its syllables; later tables win."""
    return {word: tuple(syllables) for name in names for word, *syllables in records(name)}


@cache
def _surname_readings() -> dict[str, tuple[tuple[str, ...], ...]]:
    """Surname -> its readings as syllables, the usual one first; families differ."""
    table = {}
    for line in lines("surname_readings"):
        surname, _, readings = line.partition(" ")
        table[surname] = tuple(tuple(reading.split(" ")) for reading in readings.split(" / "))
    return table


@cache
def _also_read() -> dict[str, tuple[tuple[str, str], ...]]:
    """Reading of a surname that families read differently -> (surname, another reading of it), in letters."""
    table: dict[str, list[tuple[str, str]]] = {}
    for surname, readings in _surname_readings().items():
        letters = ["".join(one) for one in readings]
        for one in letters:
            table.setdefault(one, []).extend((surname, other) for other in letters if other != one)
    return {one: tuple(found) for one, found in table.items() if found}


def respelled(letters: str) -> list[tuple[str, str]]:
    """Typed letters as other families of a surname spell them: "chouying" is also 仇, "qiuying"."""
    table = _also_read()
    longest = min(len(letters), 8)
    return [
        (surname, other + letters[length:])
        for length in range(1, longest + 1)
        for surname, other in table.get(letters[:length], ())
    ]


def _syllables(text: str, words: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Syllables of the text: words first, then single characters; what has no reading is left out."""
    readings = _readings()
    found: list[str] = []
    place, end = 0, len(text)
    while place < end:
        word = words.get(text[place : place + 2])
        if word:
            found += word
            place += 2
            continue
        character = text[place]
        word = words.get(character)
        if word:
            found += word
        elif character in readings:
            found.append(readings[character])
        elif character.isascii() and character.isalnum():
            found.append(character.lower())
        place += 1
    return found


def _spellings(letters: str) -> list[str]:
    """The spellings of ü other than v: passports write lyu, many type lu."""
    return [letters.replace("v", "yu"), letters.replace("v", "u")] if "v" in letters else []


def name_pinyin(name: str) -> NamePinyin:
    """Pinyin of a person's name: 单玉 is "shan yu", 吕布 is "lv bu", 欧阳修 "ou yang xiu"."""
    surname, given = split_surname(name)
    rest = _syllables(given, _words("phrases", "given_name_readings"))
    readings = _surname_readings().get(surname)
    first = list(readings[0]) if readings else _syllables(surname, _words("phrases"))
    syllables = first + rest
    full, letters = " ".join(syllables), "".join(syllables)
    others = ["".join([*reading, *rest]) for reading in readings[1:]] if readings else []
    spellings = [spelling for form in (letters, *others) for spelling in _spellings(form)]
    return NamePinyin(
        full=full,
        letters=letters,
        initials="".join([syllable[0] for syllable in syllables]),
        sort_key=f"{full} {name}",
        variants=tuple(dict.fromkeys(others + spellings)) if others or spellings else (),
    )


@cache
def _all_syllables() -> frozenset[str]:
    of_surnames = {
        one for readings in _surname_readings().values() for reading in readings for one in reading
    }
    of_words = {one for syllables in _words("phrases", "given_name_readings").values() for one in syllables}
    return frozenset({*_readings().values(), *of_surnames, *of_words})


def is_syllable(text: str) -> bool:
    """Is it a syllable of Putonghua, without tone and with ü as v?"""
    return text in _all_syllables()


def place_pinyin(text: str) -> str:
    """Syllables of a place's or unit's name with blanks: 重固镇 is "chong gu zhen"."""
    return " ".join(_syllables(text, _words("phrases", "place_readings")))


def typed_letters(text: str) -> str:
    """What a searcher typed as pinyin, in the form of `letters`: lower-case, without tones, ü as v."""
    lowered = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).lower())
    return re.sub(r"[^a-z0-9]", "", lowered.replace("u\u0308", "v"))
