"""A roll of names and mobile numbers, matched with people the asker may see; two statements for any length.

Who is hidden from him is answered just as who does not exist.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from yiwang.kernel.crypto.fields import blind_index
from yiwang.platform.addressbook.queries.masked import empty
from yiwang.platform.org.models import Person, PersonQuerySet
from yiwang.platform.org.models.viewer import Viewer

MOST_LINES = 2_000
NOT_FOUND = "没有找到该人员"
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_BREAK = re.compile(r"[\s,，、;；]+")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the roll."""

    number: int
    name: str
    mobile: str = ""


@dataclass(frozen=True, slots=True)
class Matched:
    """A line and whom it means. error: why nobody, as a sentence."""

    line: Line
    person: Person | None = None
    error: str = ""


def read(text: str) -> list[Line]:
    """The lines of what was pasted; empty ones are passed over."""
    lines = []
    for number, row in enumerate(text.splitlines(), start=1):
        words = [one for one in _BREAK.split(row.strip()) if one]
        if not words:
            continue
        mobiles = [one for one in words if _MOBILE.fullmatch(one)]
        names = [one for one in words if one not in mobiles]
        lines.append(Line(number, " ".join(names)[:60], mobiles[0] if mobiles else ""))
    return lines


def match(lines: Sequence[Line], viewer: Viewer) -> list[Matched]:
    """Whom each line means."""
    seen = Person.objects.visible_to(viewer).filter(sight__gt=0).select_related("unit")
    by_mobile = _by_mobile(seen, {one.mobile for one in lines if one.mobile})
    by_name: dict[str, list[Person]] = defaultdict(list)
    for person in seen.filter(name__in={one.name for one in lines if one.name and not one.mobile}):
        by_name[person.name].append(person)
    found = [_matched(one, by_mobile, by_name) for one in lines]
    empty(viewer, [one.person for one in found if one.person is not None])
    return found


def _by_mobile(seen: PersonQuerySet, mobiles: set[str]) -> dict[str, Person]:
    numbers = {index: mobile for mobile in mobiles for index in blind_index(Person, "mobile", mobile)}
    found = seen.filter(mobile_index__in=list(numbers))
    return {numbers[bytes(person.mobile_index)]: person for person in found}


def _matched(line: Line, by_mobile: dict[str, Person], by_name: dict[str, list[Person]]) -> Matched:
    if line.mobile:
        person = by_mobile.get(line.mobile)
        if person is None:
            return Matched(line, error=NOT_FOUND)
        if line.name and line.name != person.name:
            return Matched(line, error="姓名与手机号码不一致")
        return Matched(line, person)
    found = by_name.get(line.name, [])
    if not found:
        return Matched(line, error=NOT_FOUND)
    if len(found) > 1:
        return Matched(line, error=f"有{len(found)}名同名人员，请补充手机号码")
    return Matched(line, found[0])
