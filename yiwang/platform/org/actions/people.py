"""Persons and their posts: the bare acts. Review and effective dates are in `changes`."""

import datetime
from collections.abc import Callable
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.utils import timezone

from yiwang.kernel import database, validators
from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.chinese.pinyin import name_pinyin
from yiwang.kernel.errors import Refused, invalid, require, require_right
from yiwang.platform.org import hooks, rules
from yiwang.platform.org.actions.projection import copy_main_post
from yiwang.platform.org.models import Person, Post, Unit
from yiwang.platform.org.queries import people
from yiwang.platform.org.vocabulary import MANAGE_UNIT, PERSON_ADDED, POST_ENDED, POST_STARTED

T = TypeVar("T")


@transaction.atomic
def add_person(
    *,
    unit: Unit,
    name: str,
    id_number: str,
    mobile: str,
    category: str,
    title: str,
    actor: Actor,
    establishment: str = "",
    office_phone: str = "",
    valid_from: datetime.date | None = None,
) -> Person:
    """Enter a person with his main post (新增). One identity number is one person in the whole district."""
    require_right(rules.can_manage_people(actor, unit), MANAGE_UNIT.label)
    citizen = _checked("id_number", _citizen_id, id_number)
    _require_new(citizen.number)
    spelling = name_pinyin(_checked("name", validators.person_name, name))
    person = Person(
        name=_checked("name", validators.person_name, name),
        pinyin=spelling.letters,
        initials=spelling.initials,
        id_number=citizen.number,
        sex=Person.Sex.MALE if citizen.sex is validators.Sex.MALE else Person.Sex.FEMALE,
        birth_date=citizen.birth_date,
        mobile=_checked("mobile", validators.mobile, mobile),
        category=category,
        establishment=establishment,
        office_phone=_checked("office_phone", validators.office_phone, office_phone) if office_phone else "",
    )
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError:  # entered by somebody else at the same moment
        _require_new(citizen.number)
        raise
    audit.record(PERSON_ADDED, person, actor=actor)
    start_post(person, unit=unit, title=title, actor=actor, valid_from=valid_from)
    person.refresh_from_db()
    return person


def _citizen_id(text: str) -> validators.CitizenId:
    return validators.citizen_id(text, today=timezone.localdate())


def _checked(field: str, check: Callable[[str], T], value: str) -> T:
    try:
        return check(value)
    except validators.Invalid as error:
        raise invalid(field, str(error), code="E-PER-01" if field == "id_number" else "") from error


def _require_new(id_number: str) -> None:
    known = people.with_id_number(id_number).select_related("unit").first()
    if known is not None:
        place = known.unit.short_name if known.unit else "本区"
        raise Refused(f"该人员已在{place}任职，请办理调动、借调或兼任", status=409, code="E-PER-02")


@transaction.atomic
def start_post(
    person: Person,
    *,
    unit: Unit,
    title: str,
    actor: Actor,
    kind: str = Post.Kind.MAIN,
    is_leader: bool = False,
    is_head: bool = False,
    sort: int = 100,
    valid_from: datetime.date | None = None,
    basis: str = "",
) -> Post:
    """Let a person serve in a unit. Exactly one living main post, at most one secondment."""
    database.share("org.tree")  # a unit cannot be dissolved or moved while somebody enters it
    person = Person.objects.select_for_update().get(pk=person.pk)
    unit = Unit.objects.get(pk=unit.pk)
    require_right(rules.can_manage_people(actor, unit), MANAGE_UNIT.label)
    require(unit.status == Unit.Status.ACTIVE, f"当前状态为“{unit.get_status_display()}”，不能执行“任职”")
    living = Post.objects.filter(person=person, is_living=True)
    if kind == Post.Kind.MAIN and living.filter(kind=kind).exists():
        raise Refused("每人只能有一个主职", status=409)
    if kind == Post.Kind.SECONDMENT and living.filter(kind=kind).exists():
        raise Refused("每人只能有一个借调", status=409)
    if living.filter(unit=unit, title=title).exists():
        raise Refused("该人员在本机构已有相同职务", status=409)

    post = Post.objects.create(
        person=person,
        unit=unit,
        title=title,
        kind=kind,
        is_leader=is_leader,
        is_head=is_head,
        sort=sort,
        valid_from=valid_from or timezone.localdate(),
        basis=basis,
    )
    copy_main_post(person)
    audit.record(POST_STARTED, person, actor=actor, reason=basis, changes={"post": [None, f"{unit} {title}"]})
    return post


@transaction.atomic
def end_post(post: Post, *, actor: Actor, reason: str, day: datetime.date | None = None) -> Post:
    """Let a post end today or at `day`; the person and his other posts stay."""
    person = Person.objects.select_for_update().get(pk=post.person_id)
    post = Post.objects.select_related("unit").get(pk=post.pk)
    require_right(rules.can_manage_people(actor, post.unit), MANAGE_UNIT.label)
    require(post.is_living, "当前状态为“已结束”，不能执行“移除”", code="E-STATE-01")
    day = day or timezone.localdate()
    if day < post.valid_from:
        raise invalid("day", "结束时间应晚于开始时间", code="E-DATE-01")
    post.is_living, post.valid_to = False, day
    post.save(update_fields=["is_living", "valid_to"])
    copy_main_post(person)

    audit.record(
        POST_ENDED, person, actor=actor, reason=reason, changes={"post": [f"{post.unit} {post.title}", None]}
    )
    hooks.post_ended(post=post)
    return post
