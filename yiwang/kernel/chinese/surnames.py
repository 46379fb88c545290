"""Surnames: which have two characters, and how a name splits into surname and given name.

Not for readings (pinyin.py) or strokes (strokes.py).
"""

from functools import cache

from yiwang.kernel.chinese.tables import lines


@cache
def compound_surnames() -> frozenset[str]:
    """Living surnames of two characters.

    Pairs that are far more often a one-character surname and a given name are left out on purpose:
    单于, 梁丘, 乐正, 公玉.
    """
    return frozenset(lines("compound_surnames"))


def split_surname(name: str) -> tuple[str, str]:
    """(surname, given name). Names with a middle dot, and those of one character, have no surname.

    A compound surname is taken only when at least one more character follows it: 欧阳修, but 尉迟 is 尉 迟.
    """
    if "·" in name or len(name) < 2:
        return "", name
    if len(name) > 2 and name[:2] in compound_surnames():
        return name[:2], name[2:]
    return name[:1], name[1:]
