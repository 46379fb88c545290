"""What the rows of a people workbook would do: compared, set by set, with who is in the district already.

A few statements for ten thousand rows. Of units that the importer does not look after nothing is named, but
the department where a person serves already (E-PER-02).
"""

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db.models import Q
from django.utils import timezone

from yiwang.kernel import validators
from yiwang.kernel.crypto.fields import blind_index
from yiwang.kernel.extension.imports import Incoming, Judged, Outcome
from yiwang.platform.accounts.models import Account
from yiwang.platform.changes.models import PersonOperation
from yiwang.platform.changes.queries import person_operation as operations
from yiwang.platform.changes.queries.operation_facts import content_of
from yiwang.platform.changes.rules import people_import as rules
from yiwang.platform.changes.rules.people_import import Checked, Draft
from yiwang.platform.changes.rules.person_operation import department_path
from yiwang.platform.changes.vocabulary import APPLY
from yiwang.platform.org.models import Code, Person, Post, Unit, UnitQuerySet
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL, Visibility
from yiwang.platform.org.queries import codes, person_checks

_CHUNK = 2_000
_SOMEWHERE = "本区"
_NOT_HERE = (Unit.NodeType.CATEGORY, Unit.NodeType.GROUP)
GONE = "该人员曾在本区任职，请单独办理新增，恢复原人员档案"


@dataclass(frozen=True, slots=True)
class Planned:
    """A row that can go in. person, post: who it changes, None for who is new. facts, duty: what differs."""

    draft: Draft
    unit: Unit
    person: Person | None = None
    post: Post | None = None
    facts: Mapping[str, object] = field(default_factory=dict)
    duty: Mapping[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class Plan:
    """All rows in their order: what is wrong with them, what they would do, and how that is said."""

    rows: list[Checked]
    planned: list[Planned | None]
    differences: list[tuple[tuple[str, str, str], ...]]


def reach(actor: Any) -> list[tuple[str, bool]]:
    """Where he may apply for changes: (path, includes below)."""
    found: list[tuple[str, bool]] = list(actor.scopes(APPLY.key))
    return found


def _within(path: str, scopes: Sequence[tuple[str, bool]]) -> bool:
    return any(path.startswith(start) if below else path == start for start, below in scopes)


def in_reach(scopes: Sequence[tuple[str, bool]], column: str = "path") -> Q:
    """The same as a condition."""
    found = Q(pk__in=[])
    for path, below in scopes:
        if not path:
            return Q()
        found |= Q(**{f"{column}__startswith": path}) if below else Q(**{column: path})
    return found


def lists() -> rules.Lists:
    """The words of the code lists."""
    return rules.Lists(codes.by_label(Code.List.DUTY_LEVEL), codes.by_label(Code.List.GRADE))


def units_of(actor: Any) -> UnitQuerySet:
    """Units that people may be entered in by him, in the order of the tree."""
    units = Unit.objects.living().filter(in_reach(reach(actor)), level__gte=DEPARTMENT_LEVEL)
    return units.exclude(node_type__in=_NOT_HERE).order_by("position")


def choices_of(actor: Any) -> dict[str, list[str]]:
    """What his template offers: his units, and the words of the code lists."""
    units = units_of(actor).values_list("code", "short_name")
    words = lists()
    return {
        "unit": [f"{code} {name}" for code, name in units],
        "duty_level": list(words.duty_levels),
        "grade": list(words.grades),
    }


def judge(rows: Sequence[Incoming], actor: Any) -> Iterator[Judged]:
    """What each row would do, for the preview."""
    plan = make(rows, actor, today=timezone.localdate())
    for row, planned, said in zip(plan.rows, plan.planned, plan.differences, strict=True):
        title = _title(row.draft, planned)
        if planned is None:
            yield Judged(Outcome.WRONG, title, errors=tuple(row.errors))
        elif planned.person is None:
            yield Judged(Outcome.NEW, title)
        elif planned.facts or planned.duty:
            yield Judged(Outcome.CHANGED, title, said)
        else:
            yield Judged(Outcome.UNCHANGED, title)


def _title(draft: Draft, planned: Planned | None) -> str:
    """张三（党政办公室　一级科员）."""
    place = planned.unit.short_name if planned is not None else ""
    words = "　".join(one for one in (place, draft.title) if one)
    return f"{draft.name}（{words}）" if words else draft.name


def make(rows: Sequence[Incoming], actor: Any, *, today: datetime.date) -> Plan:
    """Understand the rows and compare them with the district."""
    words, scopes = lists(), reach(actor)
    checked = [rules.check(one.line, one.cells, words, today=today) for one in rows]
    rules.mark_duplicates(checked)
    units = _units(checked, scopes)
    known = _Known(checked, scopes)
    planned: list[Planned | None] = []
    for row, incoming in zip(checked, rows, strict=True):
        found = _compare(row, units, known, actor)
        planned.append(None if row.errors or incoming.errors else found)
    _require_one_department(checked, planned)
    _require_free_mobiles(checked, planned)
    _require_marks(checked, planned)
    _require_room(checked, planned)
    planned = [None if row.errors else one for row, one in zip(checked, planned, strict=True)]
    return Plan(checked, planned, [_said(one) for one in planned])


def _chunks(values: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(values)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk


def _units(rows: Iterable[Checked], scopes: Sequence[tuple[str, bool]]) -> dict[str, Unit]:
    """Units by code, those within his reach only: of others it is not even said that they exist."""
    wanted = {row.draft.unit for row in rows if row.draft.unit}
    found = Unit.objects.living().filter(code__in=wanted, level__gte=DEPARTMENT_LEVEL)
    return {one.code: one for one in found if _within(one.path, scopes)}


class _Known:
    """Who is in the district already, by identity number; and by name and masked number within his reach."""

    def __init__(self, rows: Sequence[Checked], scopes: Sequence[tuple[str, bool]]) -> None:
        self.scopes = scopes
        self.persons = self._by_number([row.draft.id_number for row in rows if row.draft.id_number])
        self.masked = self._by_mask([row.draft for row in rows if row.draft.masked_id])
        everybody = [*self.persons.values(), *self.masked.values()]
        self.posts = _main_posts([one.pk for one in everybody])
        self.departments = _department_names(one.unit_path for one in everybody)
        self.busy = _under_way([one.pk for one in everybody])
        self.entering = _entering([row.draft.id_number for row in rows if row.draft.id_number])

    @staticmethod
    def _by_number(numbers: Sequence[str]) -> dict[str, Person]:
        found: dict[str, Person] = {}
        for chunk in _chunks(numbers):
            of_index = {index: one for one in chunk for index in blind_index(Person, "id_number", one)}
            for person in Person.objects.filter(id_number_index__in=list(of_index)):
                found[of_index[bytes(person.id_number_index)]] = person
        return found

    def _by_mask(self, drafts: Sequence[Draft]) -> dict[tuple[str, str], Person]:
        """Masked numbers stand for present people of his units; two alike stand for nobody."""
        names = {one.name for one in drafts}
        found: dict[tuple[str, str], Person] = {}
        twice: set[tuple[str, str]] = set()
        for person in Person.objects.filter(in_reach(self.scopes, "unit_path"), name__in=names):
            key = (person.name, validators.mask_citizen_id(person.id_number))
            (twice.add(key) if key in found else found.__setitem__(key, person))
        return {key: one for key, one in found.items() if key not in twice}

    def of(self, draft: Draft) -> Person | None:
        if draft.masked_id:
            return self.masked.get((draft.name, draft.masked_id))
        return self.persons.get(draft.id_number)


def _main_posts(person_ids: Sequence[int]) -> dict[int, Post]:
    main = Post.objects.filter(person__in=person_ids, is_living=True, kind=Post.Kind.MAIN)
    return {one.person_id: one for one in main.select_related("unit")}


def _department_names(paths: Iterable[str]) -> dict[str, str]:
    """Names of departments by path; of hidden ones none."""
    wanted = {department_path(path) for path in paths if path}
    shown = Unit.objects.filter(path__in=wanted, visibility=Visibility.LISTED)
    return dict(shown.values_list("path", "short_name"))


def _under_way(person_ids: Sequence[int]) -> dict[int, PersonOperation]:
    found = PersonOperation.objects.under_way().filter(person__in=person_ids)
    return {one.person_id: one for one in found if one.person_id is not None}


def _entering(numbers: Sequence[str]) -> set[str]:
    """Numbers that an application under way would enter."""
    found: set[str] = set()
    entering = PersonOperation.objects.under_way().filter(kind=PersonOperation.Kind.ADD)
    for chunk in _chunks(numbers):
        of_index = {index: one for one in chunk for index in blind_index(PersonOperation, "id_number", one)}
        same = entering.filter(id_number_index__in=list(of_index)).values_list("id_number_index", flat=True)
        found |= {of_index[bytes(index)] for index in same}
    return found


def _compare(row: Checked, units: Mapping[str, Unit], known: _Known, actor: Any) -> Planned | None:
    """What the row would do; whatever stands against it goes to its errors."""
    draft = row.draft
    unit = units.get(draft.unit)
    if draft.unit and unit is None:
        row.errors.append(rules.UNKNOWN_UNIT)
    if unit is not None and unit.node_type in _NOT_HERE:
        row.errors.append("分类和虚拟分组下不设任职，请选择具体机构")
    if not draft.name or not (draft.id_number or draft.masked_id):
        return None
    person = known.of(draft)
    if person is None:
        return _newcomer(row, unit, known)
    return _present(row, unit, person, known, actor)


def _newcomer(row: Checked, unit: Unit | None, known: _Known) -> Planned | None:
    draft = row.draft
    if draft.masked_id:
        row.errors.append(rules.MASKED)
        return None
    if draft.masked_mobile:
        row.errors.append("手机号码带有星号，请填写完整号码")
    if draft.id_number in known.entering:
        row.errors.append("该人员有正在办理的新增申请，办结后才能再次申报")
    row.errors += person_checks.completeness_faults(draft.facts()).values()
    return Planned(draft, unit) if unit is not None else None


def _present(row: Checked, unit: Unit | None, person: Person, known: _Known, actor: Any) -> Planned | None:
    draft, post = row.draft, known.posts.get(person.pk)
    if person.status in Person.GONE or post is None:
        row.errors.append(GONE)
        return None
    is_his = _within(post.unit.path, known.scopes)
    if not is_his or unit is None or unit.pk != post.unit_id:
        if is_his:
            where = post.unit.short_name
        else:
            where = known.departments.get(department_path(person.unit_path), _SOMEWHERE)
        row.errors.append(f"该人员已在{where}任职，请办理调动、借调或兼任")
        return None
    if person.name != draft.name:
        row.errors.append("姓名与平台登记的不一致，请办理修改")
    if person.pk == getattr(actor, "person_id", None):
        row.errors.append("不能申报本人的人员变动，请由本单位其他管理员办理")
    busy = known.busy.get(person.pk)
    if busy is not None:
        row.errors.append(f"有正在办理的人员变动（{busy.number}），办结后才能再次申报")
    if draft.masked_mobile and draft.masked_mobile != validators.mask_mobile(person.mobile):
        row.errors.append("手机号码带有星号，请填写完整号码")
    facts = {key: value for key, value in draft.facts().items() if value != getattr(person, key)}
    duty = {key: value for key, value in draft.duty().items() if value != getattr(post, key)}
    facts.pop("id_number", None)
    duty.pop("sort", None)  # the order is kept by its own page (R2-8)
    if facts:
        whole = {key: getattr(person, key) for key in person_checks.FIELDS} | facts
        row.errors += person_checks.completeness_faults(whole).values()
    return Planned(draft, unit, person, post, facts, duty)


def _require_one_department(rows: Sequence[Checked], planned: Sequence[Planned | None]) -> None:
    """One batch is reviewed by the office of one department, street or town."""
    first = next((one for one in planned if one is not None), None)
    if first is None:
        return
    home = department_path(first.unit.path)
    for row, one in zip(rows, planned, strict=True):
        if one is not None and department_path(one.unit.path) != home:
            row.errors.append(f"与第{first.draft.line}行不属于同一单位，请分单位导入")


def _require_free_mobiles(rows: Sequence[Checked], planned: Sequence[Planned | None]) -> None:
    """A mobile number belongs to one account."""
    wanted = {
        str(mobile): row
        for row, one in zip(rows, planned, strict=True)
        if one is not None and (mobile := row.draft.mobile if one.person is None else one.facts.get("mobile"))
    }
    for chunk in _chunks(wanted):
        of_index = {index: one for one in chunk for index in blind_index(Person, "mobile", one)}
        bound = Account.objects.get_queryset().filter(person__mobile_index__in=list(of_index))
        bound = bound.exclude(state__in=(Account.State.CLOSED, Account.State.EXPIRED))
        for account in bound.select_related("person", "sponsor_unit"):
            mobile = of_index[bytes(account.person.mobile_index)]
            wanted[mobile].errors.append(f"该手机号码已绑定账号：{operations.called(account)}")


def _require_marks(rows: Sequence[Checked], planned: Sequence[Planned | None]) -> None:
    """Of the same name in one department there is one, or each has a mark that no other has."""
    new = [
        (row, one) for row, one in zip(rows, planned, strict=True) if one is not None and one.person is None
    ]
    taken: Counter[tuple[str, str, str]] = Counter()
    names = {one.draft.name for _, one in new}
    present = Person.objects.filter(name__in=names, status__in=Person.PRESENT).exclude(unit_path="")
    for name, path, mark in present.values_list("name", "unit_path", "name_mark"):
        taken[department_path(path), name, mark] += 1
    for _, one in new:
        taken[department_path(one.unit.path), one.draft.name, one.draft.name_mark] += 1
    alike: Counter[tuple[str, str]] = Counter()
    for (path, name, _), count in taken.items():
        alike[path, name] += count
    for row, one in new:
        name, mark, path = one.draft.name, one.draft.name_mark, department_path(one.unit.path)
        if not mark and alike[path, name] > 1:
            row.errors.append(f"本单位有同名人员，请填写区分标识，如：{name}（规划科）")
        elif mark and taken[path, name, mark] > 1:
            row.errors.append("本单位已有同名人员使用该区分标识")


def _require_room(rows: Sequence[Checked], planned: Sequence[Planned | None]) -> None:
    """编制 is not exceeded by all of them together; what exceeds it is applied for singly, with its basis."""
    wanted: dict[tuple[str, str], list[Checked]] = {}
    of_path: dict[str, Unit] = {}
    for row, one in zip(rows, planned, strict=True):
        if one is None or one.person is not None:
            continue
        kind = operations.quota_of(one.draft.establishment)
        if kind is not None:
            path = department_path(one.unit.path)
            of_path.setdefault(path, one.unit)
            wanted.setdefault((path, kind[1]), []).append(row)
    for (path, _), same in wanted.items():
        establishment = same[0].draft.establishment
        fault = operations.quota_fault(of_path[path], establishment, more=len(same))
        for row in same if fault else ():
            row.errors.append(f"{fault}，超编的请单独办理新增并填写批准文号")


def _said(planned: Planned | None) -> tuple[tuple[str, str, str], ...]:
    """What a changed row changes, in words; numbers masked."""
    if planned is None or planned.person is None or planned.post is None:
        return ()
    said = [(key, getattr(planned.person, key), value) for key, value in planned.facts.items()]
    said += [(key, getattr(planned.post, key), value) for key, value in planned.duty.items()]
    return tuple((rules.LABELS[key], shown(key, before), shown(key, after)) for key, before, after in said)


_LABELS = {
    "category": {value: label for label, value in rules.CATEGORIES.items()},
    "establishment": {value: label for label, value in rules.ESTABLISHMENTS.items()},
}


def shown(key: str, value: object) -> str:
    """A value as people read it."""
    if isinstance(value, bool):
        return rules.YES if value else rules.NO
    text = str(value or "")
    if key == "mobile":
        return validators.mask_mobile(text) if text else ""
    if key in _LABELS:
        return _LABELS[key].get(text, text)
    if key in ("duty_level", "grade"):
        return codes.label(key, text)
    return text


def present(unit: Unit) -> list[dict[str, str]]:
    """Who serves in the unit and below it, as rows of the workbook, numbers masked; they are read back so."""
    posts = Post.objects.filter(
        unit__path__startswith=unit.path,
        is_living=True,
        kind=Post.Kind.MAIN,
        person__status__in=Person.PRESENT,
    ).exclude(person__category=Person.Category.EXTERNAL)
    return [_cells(one) for one in posts.select_related("person", "unit").order_by("person__position", "pk")]


def _cells(post: Post) -> dict[str, str]:
    person = post.person
    cells = {
        key: shown(key, getattr(person, key))
        for key in ("category", "establishment", "duty_level", "grade", "mobile")
    }
    plain = {
        key: str(getattr(person, key) or "") for key in ("name", "name_mark", "office_phone", "room", "email")
    }
    return {
        **cells,
        **plain,
        "id_number": validators.mask_citizen_id(person.id_number),
        "unit": f"{post.unit.code} {post.unit.short_name}",
        "title": post.title,
        "is_leader": rules.YES if post.is_leader else rules.NO,
        "is_head": rules.YES if post.is_head else rules.NO,
        "sort": str(post.sort),
    }


def incoming(operation: PersonOperation, line: int) -> Incoming:
    """An operation as the row it came from."""
    content = content_of(operation)
    said = {**content.facts, **content.duty, "basis": operation.basis}
    cells = {key: shown(key, said.get(key)) for key in rules.LABELS}
    for key in ("id_number", "mobile"):
        cells[key] = str(said.get(key) or "")
    unit = operation.unit
    cells |= {"name": operation.person_name, "unit": f"{unit.code} {unit.short_name}"}
    return Incoming(line, {**cells, "change_date": operation.change_date.isoformat()})
