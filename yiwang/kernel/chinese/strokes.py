"""Stroke order of names: 姓氏笔画 and 姓名笔画 (domain reference §24.4), for lists that must be neutral.

Leaders and units are never sorted like this: they stand in their maintained order (§0.8). The tables
are derived by tools/build_strokes.py. Ties among equal stroke counts go by 横竖撇点折; characters too
rare for that table come after the others with as many strokes, by code point.
"""

from enum import StrEnum
from functools import cache

from yiwang.kernel.chinese.surnames import split_surname
from yiwang.kernel.chinese.tables import lines, records

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_EMPTY = "000000"
_RARE = 3000  # more than any stroke count has characters in the order table


class Custom(StrEnum):
    """The two customs of published name lists; the clerk chooses, the list says which."""

    SURNAME = "按姓氏笔画为序"
    NAME = "按姓名笔画为序"

    @property
    def note(self) -> str:
        """What stands under the list's title."""
        return f"（{self.value}）"


@cache
def _ordered() -> dict[str, tuple[int, int]]:
    """Character -> (strokes, its place among those with as many)."""
    return {
        character: (int(count), place)
        for count, characters in records("stroke_order")
        for place, character in enumerate(characters)
    }


@cache
def _counts() -> tuple[tuple[int, str], ...]:
    """(first code point, one letter of strokes for each following code point), block by block."""
    blocks = (line.partition(" ") for line in lines("stroke_counts"))
    return tuple((int(first, 16), counts) for first, _, counts in blocks)


def strokes(character: str) -> int:
    """How many strokes the character has; 0 if it is unknown or no Chinese character."""
    known = _ordered().get(character)
    if known:
        return known[0]
    code = ord(character)
    for first, counts in _counts():
        if first <= code < first + len(counts):
            return ord(counts[code - first]) - 0x21
    return 0


def _base36(number: int, width: int) -> str:
    digits = ""
    for _ in range(width):
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits


@cache
def _key(character: str) -> str:
    """Six characters that order like the character: two of strokes, four of stroke order."""
    known = _ordered().get(character)
    count, place = known or (strokes(character), _RARE + ord(character))
    return _base36(count or 99, 2) + _base36(place, 4)


def stroke_key(name: str, custom: Custom = Custom.SURNAME) -> str:
    """A key that sorts names by strokes under C collation; may be kept in a column.

    姓氏笔画: the surname first, then names of two characters before longer ones (an empty middle
    counts nothing): 沈丛, 沈浪, 沈从文. 姓名笔画: character by character: 田大利 before 田富.
    Unknown characters come last.
    """
    if custom is Custom.NAME:
        return "".join([_key(character) for character in name if character != "·"])
    surname, given = split_surname(name)
    if not surname:
        surname, given = name[:1], name[1:].replace("·", "")
    second = _key(surname[1]) if len(surname) > 1 else _EMPTY
    middle = _EMPTY if len(given) == 1 else ""
    return (
        _key(surname[0]) + second + middle + "".join([_key(character) for character in given]) if name else ""
    )


def by_strokes(names: list[str], custom: Custom = Custom.SURNAME) -> list[str]:
    """The names in stroke order; equal ones keep their order."""
    return sorted(names, key=lambda name: stroke_key(name, custom))
