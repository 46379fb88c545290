"""How operations are said: before and after in words, titles. No sensitive number leaves here in clear."""

import datetime
from collections.abc import Mapping
from typing import Any

from yiwang.kernel import validators
from yiwang.platform.addressbook.queries import unit_names
from yiwang.platform.changes.models import PersonOperation
from yiwang.platform.changes.rules.operation_content import CORRECTABLE, Content
from yiwang.platform.org.models import Code, Person, Post, Unit
from yiwang.platform.org.queries import codes, people

Kind = PersonOperation.Kind
Difference = tuple[str, str, str]

_CODES = {
    "duty_level": Code.List.DUTY_LEVEL,
    "grade": Code.List.GRADE,
    "post_grade": Code.List.POST_GRADE,
}
_CHOICES = {
    "id_kind": Person.IdKind,
    "category": Person.Category,
    "establishment": Person.Establishment,
}
_DUTY_LABELS = {
    "title": "职务",
    "is_leader": "领导班子成员",
    "is_head": "部门负责人",
    "portfolio": "分管范围",
    "sort": "部门内排序号",
}
_ADDED = (*CORRECTABLE, "office_phone", "room", "email")
_LONGEST_TITLE = 100


def label_of(field: str) -> str:
    """What a field is called."""
    return _DUTY_LABELS.get(field) or str(Person._meta.get_field(field).verbose_name)  # type: ignore[union-attr]


def shown(field: str, value: Any) -> str:
    """A value as people may read it: words for codes, masks over numbers."""
    if value in (None, ""):
        return ""
    if field == "id_number":
        return validators.mask_citizen_id(str(value))
    if field in ("mobile", "second_mobile"):
        return validators.mask_mobile(str(value))
    if field in _CODES:
        return codes.label(_CODES[field], str(value))
    if field in _CHOICES:
        return str(_CHOICES[field](value).label)
    if isinstance(value, bool):
        return "是" if value else "否"
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def department_name(unit: Unit) -> str:
    """The short name of its level-2 unit, its own above that level."""
    return unit_names.names_of([unit.pk])[unit.pk][1]


def unit_name(unit: Unit | None) -> str:
    """朱家角镇党政办公室: with its department before it."""
    if unit is None:
        return ""
    name, department = unit_names.names_of([unit.pk])[unit.pk]
    return name if name == department else department + name


def joined(department: str | None, unit: Unit) -> str:
    """The same, where the department's name is known already."""
    return unit.short_name if department in (None, unit.short_name) else f"{department}{unit.short_name}"


def post_name(post: Post) -> str:
    """朱家角镇党政办公室办事员."""
    department = department_name(post.unit)
    return people.office_of(post, "" if department == post.unit.short_name else department)


def differences(content: Content, main: Post | None) -> list[Difference]:
    """Before and after, field by field, as the reviewer reads them. main: the person's present main post."""
    match content.kind:
        case Kind.ADD:
            return _of_addition(content)
        case Kind.CORRECT:
            return [*_of_facts(content), *_of_duty(content, content.post)]
        case Kind.REMOVE:
            return [("任职", post_name(content.post) if content.post else "", "")]
        case Kind.TRANSFER:
            return _of_transfer(content, main)
        case Kind.SECOND if content.post is not None:
            before = content.post.valid_to.isoformat() if content.post.valid_to else ""
            return [("借调任职", "", post_name(content.post)), ("结束日期", before, _day(content.until))]
        case Kind.SECOND | Kind.CONCURRENT:
            return _of_further_post(content)
    return _of_departure(content, main)


def _day(day: datetime.date | None) -> str:
    return day.isoformat() if day else ""


def _of_addition(content: Content) -> list[Difference]:
    former: Mapping[str, Any] = {}
    if content.person is not None:  # he comes back: what is known of him already
        former = {name: getattr(content.person, name) for name in _ADDED}
    found = [
        (label_of(name), shown(name, former.get(name)), shown(name, content.facts.get(name)))
        for name in _ADDED
        if content.facts.get(name)
    ]
    found.append(("单位", "", unit_name(content.to_unit)))
    return found + _of_duty(content, None)


def _of_facts(content: Content) -> list[Difference]:
    person = content.person
    return [
        (label_of(name), shown(name, getattr(person, name)), shown(name, content.facts[name]))
        for name in _ADDED
        if name in content.facts
    ]


def _of_duty(content: Content, post: Post | None) -> list[Difference]:
    found = []
    for name, label in _DUTY_LABELS.items():
        before = shown(name, getattr(post, name)) if post is not None else ""
        after = shown(name, content.duty.get(name)) if name in content.duty else before
        is_silent = post is None and after in ("", "否")
        if after != before and not is_silent:
            found.append((label, before, after))
    return found


def _of_transfer(content: Content, main: Post | None) -> list[Difference]:
    former = Post.objects.filter(pk__in=content.leaving).select_related("unit").order_by("pk")
    return [
        ("单位", unit_name(main.unit) if main else "", unit_name(content.to_unit)),
        ("职务", main.title if main else "", content.title),
        *(("兼任", post_name(post), "") for post in former),
        *_of_duty(Content(content.kind, None, None, duty={**content.duty, "title": ""}), None),
    ]


def _of_further_post(content: Content) -> list[Difference]:
    kind = Post.Kind.SECONDMENT if content.kind == Kind.SECOND else Post.Kind(content.post_kind)
    found = [
        ("任职类型", "", str(kind.label)),
        ("单位", "", unit_name(content.to_unit)),
        *_of_duty(content, None),
    ]
    if content.until:
        found.append(("结束日期", "", _day(content.until)))
    return found


def _of_departure(content: Content, main: Post | None) -> list[Difference]:
    reason = Person.Departure(content.departure).label if content.departure else ""
    return [
        ("任职", post_name(main) if main else "", ""),
        ("离开原因", "", str(reason)),
        ("账号", "在用", "注销"),
    ]


def headline(operation: PersonOperation) -> str:
    """【人员变动】调动：李四（朱家角镇→徐泾镇）: how lists of tasks call it."""
    units = [unit for unit in (operation.from_unit, operation.to_unit) if unit is not None]
    names = list(dict.fromkeys(department_name(unit) for unit in units))
    where = f"（{'→'.join(names)}）" if names else ""
    return f"【人员变动】{operation.get_kind_display()}：{operation.person_name}{where}"[:_LONGEST_TITLE]
