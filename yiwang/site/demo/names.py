"""Names for demonstration people: surnames as frequent as in life, given names after their years of birth."""

import random
from bisect import bisect
from collections.abc import Iterator
from functools import cache
from itertools import accumulate
from pathlib import Path

from yiwang.kernel.crypto import sm3

_DATA = Path(__file__).parent / "data"
_ERAS = (1900, 1976, 1990)  # a section holds from this year of birth on
_MINORITY = 0.0015
_SINGLE = {1900: 0.12, 1976: 0.28, 1990: 0.14}
_DIGEST_SIGNS = 16
_TRIES = 200


@cache
def _sections() -> dict[str, list[str]]:
    """Heading -> the words below it."""
    found: dict[str, list[str]] = {}
    words: list[str] = []
    for line in (_DATA / "names.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            words = found.setdefault(line.strip("[]"), [])
        elif not line.startswith("#"):
            words += line.split()
    return found


@cache
def _surnames() -> tuple[list[str], list[float]]:
    """Surnames and their running sums of frequency."""
    entries = [(word.rstrip("0123456789."), word) for word in _sections()["surnames"]]
    weights = [float(word.removeprefix(surname)) for surname, word in entries]
    return [surname for surname, _ in entries], list(accumulate(weights))


@cache
def _avoided() -> frozenset[str]:
    lines = (_DATA / "avoided_names.txt").read_text(encoding="ascii").splitlines()
    return frozenset(digest for line in lines if not line.startswith("#") for digest in line.split())


def is_avoided(name: str) -> bool:
    """Is it the name of a person everybody knows?"""
    return sm3.digest(name.encode()).hex()[:_DIGEST_SIGNS] in _avoided()


def surname(dice: random.Random) -> str:
    """One surname, 李 in eight cases of a hundred."""
    surnames, sums = _surnames()
    return surnames[bisect(sums, dice.random() * sums[-1])]


def _given(dice: random.Random, sex: str, born: int) -> str:
    era = max(year for year in _ERAS if year <= born)
    sections = _sections()
    if dice.random() < _SINGLE[era]:
        return dice.choice(sections[f"{sex} {era} single"])
    first = dice.choice(sections[f"{sex} {era} first"])
    second = dice.choice(sections[f"{sex} {era} second"])
    return first + (second if second != first else "")


def _candidates(dice: random.Random, sex: str, born: int) -> Iterator[str]:
    for _ in range(_TRIES):
        if dice.random() < _MINORITY:
            own = dice.choice(_sections()[f"minority {sex}"])
            yield f"{own}·{dice.choice(_sections()['minority father'])}"
        else:
            family = surname(dice)
            given = _given(dice, sex, born)
            if not family.endswith(given):
                yield family + given


def name(dice: random.Random, sex: str, born: int, taken: set[str]) -> str:
    """A name for somebody of this sex ("male", "female") and year of birth, not among those taken.

    Within one unit names are distinct, as offices tell people of one name apart (domain reference §0.4);
    only a unit with thousands of people repeats one.
    """
    last = ""
    for last in _candidates(dice, sex, born):
        if last not in taken and not is_avoided(last):
            break
    taken.add(last)
    return last
