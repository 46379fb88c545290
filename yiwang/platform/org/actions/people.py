"""Persons and their posts: the bare acts. Review and effective dates are in `changes`."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from yiwang.kernel import database
from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.chinese.pinyin import name_pinyin
from yiwang.kernel.errors import Refused, invalid, require, require_right
from yiwang.platform.org import hooks, rules
from yiwang.platform.org.actions import events
from yiwang.platform.org.actions.projection import copy_main_post
from yiwang.platform.org.models import Event, Person, Post, Unit
from yiwang.platform.org.queries import person_checks
from yiwang.platform.org.vocabulary import MANAGE_UNIT, PERSON_ADDED, POST_ENDED, POST_STARTED

_AWAY = {Post.Kind.SECONDMENT: Person.Status.LENT, Post.Kind.ATTACHMENT: Person.Status.ATTACHED}


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
    valid_from: datetime.date | None = None,
    basis: str = "",
    post: Mapping[str, Any] | None = None,
    **details: Any,
) -> Person:
    """Enter a person with his main post (新增). One identity number is one person in the whole district.

    details: the other fields of `person_checks.FIELDS`. post: is_leader, is_head, portfolio, sort.
    """
    database.share("org.tree")
    require_right(rules.can_manage_people(actor, unit), MANAGE_UNIT.label)
    given = {"name": name, "id_number": id_number, "mobile": mobile, "category": category, **details}
    facts = person_checks.checked(given, today=timezone.localdate())
    person_checks.require_new(facts["id_number"])
    spelling = name_pinyin(facts["name"])
    person = Person(**facts, pinyin=spelling.letters, initials=spelling.initials)
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError:  # entered by somebody else at the same moment
        person_checks.require_new(facts["id_number"])
        raise
    audit.record(PERSON_ADDED, person, actor=actor, reason=basis)
    start_post(
        person, unit=unit, title=title, actor=actor, valid_from=valid_from, basis=basis, **(post or {})
    )
    person.refresh_from_db()
    events.note(Event.Kind.PERSON_ADDED, unit=unit, person=person)
    return person


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
    portfolio: str = "",
    sort: int = 100,
    valid_from: datetime.date | None = None,
    until: datetime.date | None = None,
    basis: str = "",
) -> Post:
    """Let a person serve in a unit. Exactly one living main post, at most one secondment.

    until: the last day of a post that ends by itself (借调、挂职、返聘).
    """
    database.share("org.tree")  # a unit cannot be dissolved or moved while somebody enters it
    person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
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
    day = valid_from or timezone.localdate()
    if until is not None and until < day:
        raise invalid("until", "结束时间应晚于开始时间", code="E-DATE-01")

    post = Post.objects.create(
        person=person,
        unit=unit,
        title=title,
        kind=kind,
        is_leader=is_leader,
        is_head=is_head,
        portfolio=portfolio,
        sort=sort,
        valid_from=day,
        valid_to=until,
        basis=basis,
    )
    _set_standing(person)
    copy_main_post(person)
    audit.record(POST_STARTED, person, actor=actor, reason=basis, changes={"post": [None, f"{unit} {title}"]})
    hooks.post_started(post=post)
    events.note(Event.Kind.POST_STARTED, unit=unit, person=person, data={"post": post.pk, "title": title})
    return post


@transaction.atomic
def end_post(
    post: Post,
    *,
    actor: Actor,
    reason: str,
    day: datetime.date | None = None,
    moving_to: Unit | None = None,
) -> Post:
    """Let a post end today or at `day`, its last; the person and his other posts stay.

    moving_to: where a transfer takes him; what he holds in a unit that he stays in goes on.
    """
    database.share("org.tree")  # before the person's row, as acts on the tree take them in that order
    person = Person.objects.select_for_update(no_key=True).get(pk=post.person_id)
    post = Post.objects.select_related("unit").get(pk=post.pk)
    require_right(rules.can_manage_people(actor, post.unit), MANAGE_UNIT.label)
    require(post.is_living, "当前状态为“已结束”，不能执行“移除”", code="E-STATE-01")
    day = day or timezone.localdate()
    if day < post.valid_from:
        raise invalid("day", "结束时间应晚于开始时间", code="E-DATE-01")
    post.is_living, post.valid_to = False, day
    post.save(update_fields=["is_living", "valid_to"])
    _set_standing(person)
    copy_main_post(person)

    audit.record(
        POST_ENDED, person, actor=actor, reason=reason, changes={"post": [f"{post.unit} {post.title}", None]}
    )
    post.moving_to = moving_to
    hooks.post_ended(post=post)
    data = {"post": post.pk, "title": post.title}
    events.note(Event.Kind.POST_ENDED, unit=post.unit, person=person, data=data)
    return post


def _set_standing(person: Person) -> None:
    """在岗, 借出 or 挂职 follows from the living posts; all other states are set by acts of their own."""
    if person.status not in Person.PRESENT:
        return
    kinds = set(Post.objects.filter(person=person, is_living=True).values_list("kind", flat=True))
    status = next((one for kind, one in _AWAY.items() if kind in kinds), Person.Status.ON_POST)
    if person.status != status:
        person.status = status
        person.save(update_fields=["status", "updated_at"])
