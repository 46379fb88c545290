"""What must hold of an application before it is kept or takes effect. Each check raises the refusal."""

import datetime
from typing import Any

from yiwang.kernel.errors import Refused, invalid
from yiwang.kernel.parameters import queries as parameters
from yiwang.platform.changes.models import PersonOperation
from yiwang.platform.changes.queries import person_operation as queries
from yiwang.platform.changes.rules import person_operation as rules
from yiwang.platform.changes.rules.operation_content import CORRECTABLE, Content
from yiwang.platform.changes.vocabulary import SECONDMENT_MONTHS
from yiwang.platform.org.models import Person, Post, Unit
from yiwang.platform.org.queries import person_checks, units

Kind = PersonOperation.Kind
_LONGEST_AHEAD = datetime.timedelta(days=366)
_LONGEST_AGO = datetime.timedelta(days=3_660)
_LONGEST = {"basis": 60, "reason": 200}
ANSWERS_ELSEWHERE = "外部临时人员请由分级管理员办理临时账号"
LAST_ADMINISTRATOR = "本单位至少保留一名分级管理员"


def checked_facts(content: Content, *, today: datetime.date) -> dict[str, Any]:
    """The person's facts as they are kept: of 新增 all, of 修改 those that differ."""
    if content.kind == Kind.ADD:
        facts = person_checks.checked(content.facts, today=today)
        _require_whole(facts, content)
        return {name: facts[name] for name in content.facts}
    person = content.person
    if content.kind != Kind.CORRECT or person is None:
        return {}
    given = {name: content.facts[name] for name in CORRECTABLE if name in content.facts}
    for name in ("duty_level", "grade", "post_grade"):  # a code that was retired may stay where it is
        if given.get(name) == getattr(person, name):
            given.pop(name, None)
    if "id_number" in given:
        given = {"id_kind": person.id_kind, **given}
    facts = person_checks.checked(given, today=today)
    changed = {
        name: facts[name]
        for name in CORRECTABLE
        if name in facts and (facts[name] or "") != (getattr(person, name) or "")
    }
    if {"category", "establishment"} & changed.keys():
        whole = {name: getattr(person, name) for name in (*CORRECTABLE, "office_phone")}
        _require_whole({**whole, **changed}, content)
    return changed


def _require_whole(facts: dict[str, Any], content: Content) -> None:
    if facts.get("category") == Person.Category.EXTERNAL:
        raise invalid("category", ANSWERS_ELSEWHERE)
    faults = person_checks.completeness_faults(facts)
    if faults:
        raise Refused(next(iter(faults.values())), status=422, fields=faults)


def check_days(content: Content, *, today: datetime.date) -> tuple[datetime.date, datetime.date]:
    """The day of the change and the day of effect, both sensible."""
    if content.change_date is None:
        raise invalid("change_date", "请填写变动日期")
    if not today - _LONGEST_AGO <= content.change_date <= today + _LONGEST_AHEAD:
        raise invalid("change_date", "变动日期超出合理范围")
    effective = content.effective_on or max(today, content.change_date)
    if effective < today:
        raise invalid("effective_on", "生效日期不能早于今天", code="E-DATE-01")
    if effective > today + _LONGEST_AHEAD:
        raise invalid("effective_on", "生效日期不能晚于一年以后")
    if content.until is not None and content.until < effective:
        raise invalid("until", "结束时间应晚于开始时间", code="E-DATE-01")
    for name, most in _LONGEST.items():
        if len(getattr(content, name)) > most:
            raise invalid(name, f"不能超过{most}个字")
    return content.change_date, effective


def check(content: Content, *, today: datetime.date, besides: int | None = None) -> None:
    """Everything that is asked of this kind. besides: the operation itself, when it is written anew."""
    _CHECKS[Kind(content.kind)](content, today, besides)
    if content.person is not None:
        require_nothing_under_way(content.person, besides=besides)


def require_nothing_under_way(person: Person, *, besides: int | None = None) -> None:
    """Two operations about one person never run side by side."""
    other = queries.under_way_of(person.pk, besides=besides)
    if other is not None:
        raise Refused(
            f"{person.name}有正在办理的人员变动：{other.number}（{other.get_kind_display()}，"
            f"{other.get_state_display()}），办结后才能再次申报",
            status=409,
        )


def require_not_entering(id_number: str, *, besides: int | None = None) -> None:
    """Nor is one identity number entered by two units at the same time."""
    other = queries.entering(id_number, besides=besides)
    if other is not None:
        where = units.department_of(other.unit).short_name
        raise Refused(
            f"该人员正由{where}申报新增（{other.number}，{other.get_state_display()}），请与该单位联系",
            status=409,
        )


def _addition(content: Content, today: datetime.date, besides: int | None) -> None:
    unit = _goal(content)
    facts = content.facts
    known = queries.known_person(facts["id_number"])
    if known is None or known.status not in Person.GONE:
        if content.person is None or known is None or known.pk != content.person.pk:
            person_checks.require_new(facts["id_number"])
    elif known.status == Person.Status.DECEASED:
        raise invalid("id_number", "该证件号码所属人员已登记为去世，请核对")
    require_not_entering(facts["id_number"], besides=besides)
    _require_free_mobile(facts.get("mobile", ""), known)
    _require_mark(facts, unit, known)
    _require_room(content, unit, str(facts.get("establishment", "")), known)


def _correction(content: Content, today: datetime.date, besides: int | None) -> None:
    person = _person(content)
    if not content.facts and not content.duty:
        raise invalid("__all__", "没有修改任何内容")
    if content.duty and content.post is None:
        raise invalid("title", "该人员没有现任职务")
    if "id_number" in content.facts:
        person_checks.require_new(content.facts["id_number"], besides=person.pk)
    _require_free_mobile(content.facts.get("mobile", ""), person)
    if person.unit is not None and {"name", "name_mark"} & content.facts.keys():
        mark = {"name": person.name, "name_mark": person.name_mark, **content.facts}
        _require_mark(mark, person.unit, person)
    if person.unit is not None and "establishment" in content.facts:
        _require_room(content, person.unit, content.facts["establishment"], person)


def _removal(content: Content, today: datetime.date, besides: int | None) -> None:
    person = _person(content)
    if content.post is None or content.post.person_id != person.pk:
        raise invalid("post", "请选择要结束的任职")
    fault = rules.removal_fault(content.post)
    if fault:
        raise invalid("post", fault)
    _require_other_administrator(person, [content.post.pk], today)
    if not content.reason:
        raise invalid("reason", "请填写事由")


def _transfer(content: Content, today: datetime.date, besides: int | None) -> None:
    person, unit = _person(content), _goal(content)
    main = queries.main_post(person.pk)
    if main is None:
        raise Refused("该人员没有主职，不能办理调动", status=409)
    if main.unit_id == unit.pk and main.title == content.title:
        raise invalid("title", "调入的机构和职务与现任职相同")
    ending = {main.pk, *content.leaving}
    ending |= set(
        Post.objects.filter(person=person, is_living=True, kind=Post.Kind.SECONDMENT).values_list(
            "pk", flat=True
        )
    )
    living = Post.objects.filter(person=person, is_living=True, unit=unit, title=content.title)
    if living.exclude(pk__in=ending).exists():
        raise invalid("title", "该人员在本机构已有相同职务")
    if rules.is_cross_unit(main.unit.path, unit.path):
        _require_other_administrator(person, ending, today)
        _require_room(content, unit, person.establishment, person)
        _require_mark({"name": person.name, "name_mark": person.name_mark}, unit, person)


def _secondment(content: Content, today: datetime.date, besides: int | None) -> None:
    person = _person(content)
    start = content.effective_on or today
    if content.post is not None:
        _extension(content, content.post)
        return
    unit, main = _goal(content), queries.main_post(person.pk)
    if main is None:
        raise Refused("该人员没有主职，不能办理借调", status=409)
    if not rules.is_cross_unit(main.unit.path, unit.path):
        raise invalid("to_unit", "借调须跨单位；本单位内的调整请办理调动或兼任")
    if Post.objects.filter(person=person, is_living=True, kind=Post.Kind.SECONDMENT).exists():
        raise Refused("每人只能有一个借调", status=409)
    fault = rules.secondment_fault(start, content.until, months=parameters.number(SECONDMENT_MONTHS.key))
    if fault:
        raise invalid("until", fault)
    if not content.reason:
        raise invalid("reason", "请填写借调事由")


def _extension(content: Content, post: Post) -> None:
    """借调 may be extended once, by no more than its longest period."""
    if post.kind != Post.Kind.SECONDMENT or not post.is_living or post.valid_to is None:
        raise invalid("post", "该借调已结束")
    extended = PersonOperation.objects.filter(kind=Kind.SECOND, post=post).exclude(
        state__in=(
            PersonOperation.State.DRAFT,
            PersonOperation.State.REJECTED,
            PersonOperation.State.CANCELLED,
        )
    )
    if extended.filter(applied_at__isnull=False).exists():
        raise Refused("借调只能延期一次", status=409)
    if content.until is None or content.until <= post.valid_to:
        raise invalid("until", "延期后的结束日期应晚于原结束日期", code="E-DATE-01")
    fault = rules.secondment_fault(
        post.valid_to + datetime.timedelta(days=1),
        content.until,
        months=parameters.number(SECONDMENT_MONTHS.key),
    )
    if fault:
        raise invalid("until", fault.replace("借调期限", "借调延期"))


def _concurrence(content: Content, today: datetime.date, besides: int | None) -> None:
    person, unit = _person(content), _goal(content)
    start = content.effective_on or today
    if content.post_kind not in (Post.Kind.CONCURRENT, Post.Kind.ATTACHMENT, Post.Kind.REHIRED):
        raise invalid("post_kind", "请选择任职类型")
    if content.post_kind == Post.Kind.ATTACHMENT and content.until is None:
        raise invalid("until", "挂职请填写结束日期")
    if content.until is not None and content.until < start:
        raise invalid("until", "结束时间应晚于开始时间", code="E-DATE-01")
    if Post.objects.filter(person=person, is_living=True, unit=unit, title=content.title).exists():
        raise invalid("title", "该人员在本机构已有相同职务")


def _deregistration(content: Content, today: datetime.date, besides: int | None) -> None:
    person = _person(content)
    if content.departure not in DEPARTURES:
        raise invalid("departure", "请选择离开原因")
    if person.status in Person.GONE:
        raise Refused(
            f"当前状态为“{person.get_status_display()}”，不能执行“注销”", status=409, code="E-STATE-01"
        )
    living = Post.objects.filter(person=person, is_living=True).values_list("pk", flat=True)
    _require_other_administrator(person, living, today)


DEPARTURES = tuple(one for one in Person.Departure.values if one != Person.Departure.ENTRY_CANCELLED)

_CHECKS = {
    Kind.ADD: _addition,
    Kind.CORRECT: _correction,
    Kind.REMOVE: _removal,
    Kind.TRANSFER: _transfer,
    Kind.SECOND: _secondment,
    Kind.CONCURRENT: _concurrence,
    Kind.DEREGISTER: _deregistration,
}


def _person(content: Content) -> Person:
    if content.person is None:
        raise invalid("person", "请选择人员")
    if content.kind != Kind.DEREGISTER and content.person.status in Person.GONE:
        raise invalid("person", "该人员已离开本区，再次录用请办理新增")
    if content.person.category == Person.Category.EXTERNAL:
        raise invalid("person", ANSWERS_ELSEWHERE)
    return content.person


def _goal(content: Content) -> Unit:
    """The unit he shall serve in, and as what."""
    unit = content.to_unit
    if unit is None:
        raise invalid("to_unit", "请选择单位")
    if unit.status != Unit.Status.ACTIVE:
        raise invalid("to_unit", f"该机构当前状态为“{unit.get_status_display()}”，不能任职")
    if unit.node_type in (Unit.NodeType.CATEGORY, Unit.NodeType.GROUP):
        raise invalid("to_unit", "分类和虚拟分组下不设任职，请选择具体机构")
    if not content.title:
        raise invalid("title", "请填写职务")
    if len(content.title) > 60:
        raise invalid("title", "职务不能超过60个字")
    return unit


def _require_free_mobile(mobile: str, person: Person | None) -> None:
    holder = queries.mobile_holder(mobile, besides=person.pk if person else None) if mobile else ""
    if holder:
        raise invalid("mobile", f"该手机号码已绑定账号：{holder}")


def _require_mark(facts: Any, unit: Unit, person: Person | None) -> None:
    """Two of the same name in one unit are told apart by a mark."""
    same = queries.namesakes(facts["name"], unit, besides=person.pk if person else None)
    mark = facts.get("name_mark", "")
    if not mark and same.exists():
        raise invalid("name_mark", f"本单位已有同名人员，请填写区分标识，如：{facts['name']}（规划科）")
    if mark and same.filter(name_mark=mark).exists():
        raise invalid("name_mark", "本单位已有同名人员使用该区分标识")


def _require_room(content: Content, unit: Unit, establishment: str, person: Person | None) -> None:
    """编制 is not exceeded, unless the establishment office has agreed (依据文号)."""
    fault = queries.quota_fault(unit, establishment, besides=person.pk if person else None)
    if not fault:
        return
    if not content.over_quota:
        raise invalid("over_quota", f"{fault}，超编的须经机构编制部门批准并填写依据文号")
    if not content.basis:
        raise invalid("basis", "超编的请填写机构编制部门的批准文号")


def _require_other_administrator(person: Person, ending: Any, today: datetime.date) -> None:
    left = queries.alone_administers(person.pk, leaving=ending, today=today)
    if left is not None:
        raise Refused(LAST_ADMINISTRATOR, status=409, code="E-PER-04")
