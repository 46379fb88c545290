"""Members by workbook: what each row would do. One sheet may fill several tags."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yiwang.kernel.extension.imports import ImportColumn, Incoming, Judged, Outcome
from yiwang.platform.org.models import Person, Unit
from yiwang.platform.tags.models import Tag, TagMember
from yiwang.platform.tags.queries import roll, tags

COLUMNS = (
    ImportColumn("tag", "标签", is_required=True, most=30, example="防汛信息员", hint="本单位已有的静态标签"),
    ImportColumn("name", "姓名", most=60, example="李四", hint="成员为人员时填写"),
    ImportColumn("mobile", "手机号码", most=11, is_sensitive=True, hint="有同名人员时填写"),
    ImportColumn("unit", "机构编码", most=32, hint="成员为机构时填写，不填姓名"),
)
NOTES = (
    "每行一名成员：填写姓名（有同名人员时加填手机号码），或填写机构编码。",
    "已在标签中的成员不重复添加；不在您通讯录可见范围内的人员和机构不能添加。",
)


@dataclass(frozen=True, slots=True)
class Planned:
    """A row that can go in, or why not."""

    tag: Tag | None = None
    person: Person | None = None
    unit: Unit | None = None
    error: str = ""

    @property
    def title(self) -> str:
        member = str(self.person or self.unit or "")
        return f"{self.tag}：{member}" if self.tag and member else member


def choices_of(actor: Any) -> dict[str, list[str]]:
    """Names of the tags that he may fill, for the template."""
    return {"tag": sorted(_tags(actor))}


def _tags(actor: Any) -> dict[str, list[Tag]]:
    rows = tags.keeper_of(actor).filter(kind=Tag.Kind.STATIC, state=Tag.State.ACTIVE).select_related("unit")
    found: dict[str, list[Tag]] = {}
    for one in rows:
        found.setdefault(one.name, []).append(one)
    return found


def judge(rows: Sequence[Incoming], actor: Any) -> Iterator[Judged]:
    """What is said of each row."""
    planned = plan([one.cells for one in rows], actor)
    rows_of = TagMember.objects.filter(tag__in={one.tag.pk for one in planned if one.tag}, removed_at=None)
    standing: set[tuple[int, int | None, int | None]] = set(
        rows_of.values_list("tag_id", "person_id", "unit_id")
    )
    for one in planned:
        if one.error or one.tag is None:
            yield Judged(Outcome.WRONG, one.title, errors=(one.error,))
            continue
        place = (one.tag.pk, one.person.pk if one.person else None, one.unit.pk if one.unit else None)
        yield Judged(Outcome.UNCHANGED if place in standing else Outcome.NEW, one.title)
        standing.add(place)


def plan(rows: Sequence[Mapping[str, str]], actor: Any) -> list[Planned]:
    """The rows with the tags, people and units that they mean; a few statements for all of them."""
    known = _tags(actor)
    lines = [roll.Line(number, row["name"].strip(), row["mobile"].strip()) for number, row in enumerate(rows)]
    of_people = [line for line in lines if line.name or line.mobile]
    people = {one.line.number: one for one in roll.match(of_people, actor)}
    codes = {row["unit"].strip() for row in rows if row["unit"].strip()}
    seen = Unit.objects.living().visible_to(actor).filter(code__in=codes)
    units = {one.code: one for one in seen}
    return [_planned(row, people.get(number), known, units) for number, row in enumerate(rows)]


def _planned(
    row: Mapping[str, str],
    matched: roll.Matched | None,
    known: Mapping[str, list[Tag]],
    units: Mapping[str, Unit],
) -> Planned:
    named = known.get(" ".join(row["tag"].split()), [])
    if not named:
        return Planned(error="没有这个标签，或者不是您维护的启用中的静态标签")
    if len(named) > 1:
        return Planned(error="您维护的多个单位有同名标签，请在标签页面添加")
    tag, code = named[0], row["unit"].strip()
    if bool(code) == (matched is not None):
        return Planned(tag, error="姓名和机构编码应填写其中一项")
    if matched is not None:
        return Planned(tag, matched.person, error=matched.error)
    unit = units.get(code)
    return Planned(tag, unit=unit, error="" if unit else "没有找到该机构")
