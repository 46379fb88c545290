"""Who stands on the list of a static tag: added, taken off (添加成员、删除标签成员)."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import invalid, not_found, require, require_right
from yiwang.platform.org.models import Person, Post, Unit
from yiwang.platform.org.models.viewer import Viewer
from yiwang.platform.tags.actions import feed
from yiwang.platform.tags.actions.locking import locked, require_state
from yiwang.platform.tags.models import Tag, TagMember
from yiwang.platform.tags.models.tag import MOST_MEMBERS
from yiwang.platform.tags.queries import members
from yiwang.platform.tags.rules import tag as rules
from yiwang.platform.tags.vocabulary import MANAGE, MEMBERS_ADDED, MEMBERS_REMOVED

TOO_MANY = f"每个标签最多{MOST_MEMBERS:,}名成员"
_BATCH = 2_000
_NAMED = 20  # names that a line of the log tells


@transaction.atomic
def add_members(
    tag: Tag,
    *,
    actor: Actor,
    viewer: Viewer,
    persons: Collection[int] = (),
    units: Collection[int] = (),
    way: str = TagMember.Way.CHOSEN,
) -> int:
    """Put persons and units on the list; how many were not on it before.

    viewer: who must be able to see each of them; one that he may not know of is as if it were not there.
    """
    tag = _to_change(tag, "添加成员", actor)
    people = _seen_persons(set(persons), viewer)
    places = _seen_units(set(units), viewer)
    if not people and not places:
        raise invalid("members", "请选择人员或机构")

    standing = TagMember.objects.filter(tag=tag, removed_at=None)
    known: set[tuple[int | None, int | None]] = set(standing.values_list("person_id", "unit_id"))
    fresh = [one for one in people if (one.pk, None) not in known]
    fresh_units = [one for one in places if (None, one.pk) not in known]
    if len(known) + len(fresh) + len(fresh_units) > MOST_MEMBERS:
        raise invalid("members", TOO_MANY, code="E-TAG-05")
    own = _own_people(tag, {one.pk for one in fresh})
    said = {"tag": tag, "way": way, "added_at": timezone.now(), "added_by_name": actor.name}
    TagMember.objects.bulk_create(
        [
            *(TagMember(person=one, is_own=one.pk in own, **said) for one in fresh),
            *(TagMember(unit=one, **said) for one in fresh_units),
        ],
        batch_size=_BATCH,
    )
    if fresh or fresh_units:
        names = _names([*fresh, *fresh_units])
        audit.record(MEMBERS_ADDED, tag, actor=actor, changes={"members": [None, names]})
        feed.follow(tag)
    return len(fresh) + len(fresh_units)


def _to_change(tag: Tag, act: str, actor: Actor) -> Tag:
    tag = locked(tag)
    require_right(rules.can_keep(actor, tag), MANAGE.label)
    require(not tag.is_dynamic, f"动态标签的成员由规则确定，不能{act}")
    require_state(tag, act, Tag.State.ACTIVE)
    return tag


def _seen_persons(ids: set[int], viewer: Viewer) -> list[Person]:
    seen = Person.objects.visible_to(viewer).filter(pk__in=ids, sight__gt=0)
    found = list(seen.only("pk", "name").order_by("position", "pk"))
    if len(found) != len(ids):
        raise not_found()
    return found


def _seen_units(ids: set[int], viewer: Viewer) -> list[Unit]:
    found = list(Unit.objects.living().visible_to(viewer).filter(pk__in=ids).order_by("position"))
    if len(found) != len(ids):
        raise not_found()
    return found


def _own_people(tag: Tag, ids: set[int]) -> set[int]:
    """Who of them serves in the owner's department."""
    if tag.is_of_district:
        return set()
    path = rules.department_path(tag.unit)
    posts = Post.objects.filter(person__in=ids, is_living=True, unit__in=Unit.objects.below(path))
    return set(posts.values_list("person_id", flat=True))


def _names(found: Collection[Person | Unit]) -> str:
    first = "、".join(str(one) for one in list(found)[:_NAMED])
    return first if len(found) <= _NAMED else f"{first}等{len(found):,}项"


@transaction.atomic
def remove_members(
    tag: Tag,
    *,
    actor: Actor,
    viewer: Viewer,
    members_of_tag: Collection[int] = (),
    persons: Collection[int] = (),
    units: Collection[int] = (),
    reason: str = "",
) -> int:
    """Take entries off the list: rows of it, or persons and units; how many. The rows stay as history."""
    tag = _to_change(tag, "移出成员", actor)
    rows = members.listed(tag, viewer).filter(removed_at=None)
    chosen = (
        rows.filter(pk__in=members_of_tag) | rows.filter(person__in=persons) | rows.filter(unit__in=units)
    )
    found = list(chosen.order_by("pk"))
    if not found:
        raise invalid("members", "请选择要移出的成员")
    TagMember.objects.filter(pk__in=[one.pk for one in found]).update(
        removal=TagMember.Removal.TAKEN_OFF,
        removed_at=timezone.now(),
        removed_by_name=actor.name,
        removal_reason=reason.strip()[:100],
    )
    names = _names([one.person or one.unit for one in found])
    audit.record(MEMBERS_REMOVED, tag, actor=actor, reason=reason.strip(), changes={"members": [names, None]})
    feed.follow(tag)
    return len(found)
