"""Reading code lists: the word for a code, what may be chosen. The process keeps them for a while."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Count

from yiwang.platform.org.models import Code, Person
from yiwang.platform.org.models.code import BORNE_LISTS

_KEEP_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class _Kept:
    by_list: dict[str, dict[str, Code]]
    read_at: float


_kept: _Kept | None = None


def forget() -> None:
    """Read the lists afresh at the next call."""
    global _kept
    _kept = None


def _lists() -> dict[str, dict[str, Code]]:
    global _kept
    kept = _kept
    if kept is None or time.monotonic() - kept.read_at > _KEEP_SECONDS:
        by_list: dict[str, dict[str, Code]] = {one: {} for one in Code.List.values}
        for code in Code.objects.order_by("list", "sort"):
            by_list[code.list][code.code] = code
        kept = _kept = _Kept(by_list, time.monotonic())
    return kept.by_list


def label(which: str, code: str) -> str:
    """The word for a code; the code itself when the list does not know it, "" for none."""
    known = _lists()[which].get(code)
    return known.label if known else code


def is_code(which: str, code: str) -> bool:
    """May this code be given to a person now?"""
    known = _lists()[which].get(code)
    return known is not None and known.is_active


def in_use(which: str) -> Iterator[Code]:
    """What may be chosen, high to low, series after series."""
    return (code for code in _lists()[which].values() if code.is_active)


def all_of(which: str) -> list[Code]:
    """Every value, retired ones too, high to low, read afresh."""
    return list(Code.objects.filter(list=which).order_by("sort", "pk"))


def series_of(which: str) -> list[str]:
    """The series of a list, in order; [""] where it has none."""
    return list(dict.fromkeys(code.series for code in all_of(which)))


def bearers(which: str) -> dict[str, int]:
    """code -> how many persons bear it, those who have left included; nobody yet for some lists."""
    if which not in BORNE_LISTS:
        return {}
    rows = Person.objects.exclude(**{which: ""}).order_by().values_list(which)
    return dict(rows.annotate(Count("pk")))


def choices(which: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """The same for a select: (series, [(code, word)])."""
    return [
        (series, [(code.code, code.label) for code in codes])
        for series, codes in groupby(in_use(which), key=lambda code: code.series)
    ]


def by_label(which: str) -> dict[str, str]:
    """Word -> code, for workbooks. A word of two series leads to the first."""
    found: dict[str, str] = {}
    for code in in_use(which):
        found.setdefault(code.label, code.code)
    return found


def ranks_of(person: Person) -> str:
    """His 职级 and 岗位等级 in words; "" when he has none."""
    words = (label(Code.List.GRADE, person.grade), label(Code.List.POST_GRADE, person.post_grade))
    return "、".join(word for word in words if word)
