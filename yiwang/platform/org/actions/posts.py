"""Persons who serve already: transferred, kept longer, given another title; posts that run out."""

import datetime
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from django.db import transaction

from yiwang.kernel import database
from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, invalid, require, require_right
from yiwang.platform.org import hooks, rules
from yiwang.platform.org.actions import events
from yiwang.platform.org.actions.people import end_post, start_post
from yiwang.platform.org.actions.projection import copy_main_post
from yiwang.platform.org.models import Event, Person, Post, Unit
from yiwang.platform.org.vocabulary import (
    MANAGE_UNIT,
    PERSON_TRANSFERRED,
    POST_CHANGED,
    POST_EXTENDED,
)

_ONE_DAY = datetime.timedelta(days=1)


@transaction.atomic
def transfer_person(
    person: Person,
    *,
    to: Unit,
    title: str,
    day: datetime.date,
    actor: Actor,
    leaving: Iterable[Post] = (),
    basis: str = "",
    **more: Any,
) -> Post:
    """Give a person another main post (调动). His present one and those in `leaving` end the day before.

    A secondment ends too: it belonged to the post he leaves. more: is_leader, is_head, portfolio, sort.
    """
    database.share("org.tree")
    person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    main = _main_post(person)
    if main.unit_id == to.pk and main.title == title:
        raise Refused("调入的机构和职务与现任职相同", status=409)
    ending = {post.pk for post in leaving} | {main.pk}
    living = Post.objects.filter(person=person, is_living=True).order_by("pk")
    for post in living:
        if post.pk in ending or post.kind == Post.Kind.SECONDMENT:
            end_post(post, actor=actor, reason="调动", day=_day_before(post, day), moving_to=to)
    begun = start_post(
        person, unit=to, title=title, actor=actor, valid_from=day, basis=basis, kind=Post.Kind.MAIN, **more
    )
    changes = {"unit": [str(main.unit), str(to)], "title": [main.title, title]}
    audit.record(PERSON_TRANSFERRED, person, actor=actor, reason=basis, changes=changes)
    return begun


def _main_post(person: Person) -> Post:
    main = Post.objects.filter(person=person, is_living=True, kind=Post.Kind.MAIN).select_related("unit")
    found = main.first()
    if found is None:
        raise Refused("该人员没有主职，不能办理调动", status=409)
    return found


def _day_before(post: Post, day: datetime.date) -> datetime.date:
    """The last day of a post that ends when another begins."""
    return max(post.valid_from, day - _ONE_DAY)


@transaction.atomic
def extend_post(post: Post, *, until: datetime.date, actor: Actor, basis: str = "") -> Post:
    """Let a post that runs out last longer (借调延期)."""
    person = Person.objects.select_for_update(no_key=True).get(pk=post.person_id)
    post = Post.objects.select_related("unit").get(pk=post.pk)
    require_right(rules.can_manage_people(actor, post.unit), MANAGE_UNIT.label)
    require(post.is_living, "当前状态为“已结束”，不能执行“延期”", code="E-STATE-01")
    if post.valid_to is None or until <= post.valid_to:
        raise invalid("until", "延期后的结束日期应晚于原结束日期", code="E-DATE-01")
    before, post.valid_to = post.valid_to, until
    post.save(update_fields=["valid_to"])
    changes = {"until": [before.isoformat(), until.isoformat()]}
    audit.record(POST_EXTENDED, person, actor=actor, reason=basis, changes=changes)
    return post


@transaction.atomic
def change_post(
    post: Post,
    *,
    actor: Actor,
    basis: str = "",
    title: str | None = None,
    is_leader: bool | None = None,
    is_head: bool | None = None,
    portfolio: str | None = None,
) -> Post:
    """Another title or duty in the same unit (修改职务); the post goes on, and so do its roles."""
    database.share("org.tree")
    person = Person.objects.select_for_update(no_key=True).get(pk=post.person_id)
    post = Post.objects.select_related("unit").get(pk=post.pk)
    require_right(rules.can_manage_people(actor, post.unit), MANAGE_UNIT.label)
    require(post.is_living, "当前状态为“已结束”，不能执行“修改”", code="E-STATE-01")
    wanted = {"title": title, "is_leader": is_leader, "is_head": is_head, "portfolio": portfolio}
    changed = {name: value for name, value in wanted.items() if value not in (None, getattr(post, name))}
    if not changed:
        return post
    same = Post.objects.filter(person=person, unit=post.unit, title=title or post.title, is_living=True)
    require(not same.exclude(pk=post.pk).exists(), "该人员在本机构已有相同职务")
    changes = {name: [getattr(post, name), value] for name, value in changed.items()}
    for name, value in changed.items():
        setattr(post, name, value)
    post.save(update_fields=list(changed))
    copy_main_post(person)
    audit.record(POST_CHANGED, person, actor=actor, reason=basis, changes=changes)
    hooks.person_changed(person=person, fields=frozenset(changed))
    data = {"post": post.pk, "fields": sorted(changed)}
    events.note(Event.Kind.PERSON_CHANGED, unit=post.unit, person=person, data=data)
    return post


@transaction.atomic
def end_due_posts(*, today: datetime.date, actor: Actor) -> list[Post]:
    """Posts whose last day is over end, and who was away is back at his own (借调期满). Returns them.

    One that cannot end yet, because its person is a unit's last administrator, holds up no other.
    """
    due = Post.objects.filter(is_living=True, valid_to__lt=today).select_related("person", "unit")
    ended = []
    for post in due.order_by("valid_to", "pk"):
        with suppress(Refused), transaction.atomic():
            ended.append(end_post(post, actor=actor, reason="任职期满", day=post.valid_to))
    return ended
