"""Derive yiwang/kernel/chinese/data/{stroke_order,stroke_counts}.txt. For developers only.

Sources: Unihan kTotalStrokes (Unicode licence; Debian package unicode-data) for the counts, and the
ranks of the PyPI wheel cn-sort 0.14.0 (MIT) for the order of characters with as many strokes
(横竖撇点折). The wheel is read as an archive, never imported: it would pull in jieba and numpy.

Run: python tools/build_strokes.py cn_sort-0.14.0-py3-none-any.whl [Unihan_IRGSources.txt.bz2]
"""

import bz2
import json
import sys
import zipfile
from collections import defaultdict
from pathlib import Path

DATA = Path(__file__).resolve().parents[1] / "yiwang" / "kernel" / "chinese" / "data"
UNIHAN = Path("/usr/share/unicode/Unihan_IRGSources.txt.bz2")

# Blocks whose counts are kept, one letter a character: first and last code point.
BLOCKS = (
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2EBE0),
    (0x30000, 0x323AF),
)
# cn-sort has 达 under five strokes; 横撇捺点折捺 puts it behind 灰 (横撇点撇撇点) among the six.
MISPLACED = {"达": "灰"}


def stroke_counts(unihan: Path) -> dict[str, int]:
    """Character -> strokes; where Unihan gives two counts the first is the mainland's."""
    counts = {}
    with bz2.open(unihan, "rt", encoding="utf-8") as lines:
        for line in lines:
            fields = line.rstrip("\n").split("\t")
            if len(fields) == 3 and fields[1] == "kTotalStrokes":
                counts[chr(int(fields[0].removeprefix("U+"), 16))] = int(fields[2].split(" ")[0])
    return counts


def ranks(wheel: Path) -> dict[str, int]:
    """Character -> its place in cn-sort's stroke order."""
    with zipfile.ZipFile(wheel) as archive:
        entries = json.loads(archive.read("cn_sort/res/all_word.json"))["all_word"]
    found: dict[str, int] = {}
    for entry in entries:
        found.setdefault(entry["chinese"], entry["stroke_increment_level"])
    return found


def order(counts: dict[str, int], rank: dict[str, int]) -> dict[int, list[str]]:
    """Strokes -> the characters with so many, in stroke order. Unihan's count outranks cn-sort's place."""
    groups: dict[int, list[str]] = defaultdict(list)
    for character in sorted(counts.keys() & rank.keys(), key=rank.__getitem__):
        if character not in MISPLACED:
            groups[counts[character]].append(character)
    for character, behind in MISPLACED.items():
        group = groups[counts[character]]
        group.insert(group.index(behind) + 1, character)
    return groups


def main() -> None:
    counts = stroke_counts(Path(sys.argv[2]) if len(sys.argv) > 2 else UNIHAN)
    groups = order(counts, ranks(Path(sys.argv[1])))
    lines = [f"{count} {''.join(characters)}\n" for count, characters in sorted(groups.items())]
    (DATA / "stroke_order.txt").write_text("".join(lines), encoding="utf-8")
    blocks = [
        f"{first:x} {''.join(chr(0x20 + counts.get(chr(code), 0) + 1) for code in range(first, last + 1))}\n"
        for first, last in BLOCKS
    ]
    (DATA / "stroke_counts.txt").write_text("".join(blocks), encoding="utf-8")


if __name__ == "__main__":
    main()
