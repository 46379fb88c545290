"""Derive yiwang/kernel/chinese/data/{readings,phrases}.txt from pypinyin (MIT). For developers only.

pypinyin itself takes 56 MB and 0.2 s in every process that imports it; the two tables hold all that
names and place names need. Run: python tools/build_pinyin.py
"""

from collections import defaultdict
from pathlib import Path

from pypinyin import lazy_pinyin
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

DATA = Path(__file__).resolve().parents[1] / "yiwang" / "kernel" / "chinese" / "data"
LONGEST_PHRASE = 2


def readings() -> dict[str, str]:
    """Each character's ordinary reading without tone, ü written v."""
    found = {}
    for code in PINYIN_DICT:
        reading = lazy_pinyin(chr(code))[0]
        if reading.isascii() and reading.isalpha():
            found[chr(code)] = reading
    return found


def phrases(singles: dict[str, str]) -> dict[str, str]:
    """Words of two characters that are read otherwise than their characters alone."""
    found = {}
    for word in PHRASES_DICT:
        reading = lazy_pinyin(word)
        known = len(word) <= LONGEST_PHRASE and all(character in singles for character in word)
        if known and reading != [singles[character] for character in word]:
            found[word] = " ".join(reading)
    return found


def main() -> None:
    singles = readings()
    by_reading: dict[str, list[str]] = defaultdict(list)
    for character, reading in sorted(singles.items()):
        by_reading[reading].append(character)
    lines = [f"{reading} {''.join(characters)}\n" for reading, characters in sorted(by_reading.items())]
    (DATA / "readings.txt").write_text("".join(lines), encoding="utf-8")
    words = [f"{word} {reading}\n" for word, reading in sorted(phrases(singles).items())]
    (DATA / "phrases.txt").write_text("".join(words), encoding="utf-8")


if __name__ == "__main__":
    main()
