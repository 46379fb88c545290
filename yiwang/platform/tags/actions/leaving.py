"""Who leaves drops off the lists by himself (自动移出); units that are dissolved likewise."""

from collections.abc import Collection

from django.db import connection, transaction
from django.utils import timezone

from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit import actions as audit
from yiwang.platform.accounts.models import Account
from yiwang.platform.org.models import Person, Post, Unit
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL, STEP
from yiwang.platform.tags.actions import feed
from yiwang.platform.tags.models import Tag, TagMember, TagShare
from yiwang.platform.tags.vocabulary import MEMBERS_LEFT

GONE = "人员已注销"
CLOSED = "账号已注销"
MOVED_AWAY = "已不在标签所有单位任职"
DISSOLVED = "机构已撤销"

_WIDTH = STEP * (DEPARTMENT_LEVEL + 1)
# moving: where a transfer takes the person, "" when it takes him nowhere.
_OUT_OF_SCOPE = """
SELECT member.id FROM tags_tagmember member
JOIN tags_tag tag ON tag.id = member.tag_id
JOIN org_unit owner ON owner.id = tag.unit_id
WHERE member.removed_at IS NULL AND member.is_own {of_these}
  AND NOT (%s <> '' AND left(%s, {width}) = left(owner.path, {width}))
  AND NOT EXISTS (
    SELECT 1 FROM org_post post JOIN org_unit place ON place.id = post.unit_id
    WHERE post.person_id = member.person_id AND post.is_living
      AND left(place.path, {width}) = left(owner.path, {width}))
""".replace("{width}", str(_WIDTH))


@transaction.atomic
def follow_post(*, post: Post) -> None:
    """A post ended: he may serve in the owner's department no more."""
    person = Person.objects.get(pk=post.person_id)
    if person.status in Person.GONE:
        return follow_person(person=person)
    if not TagMember.objects.filter(person=person, removed_at=None, is_own=True).exists():
        return None
    moving = post.moving_to.path if post.moving_to else ""
    return _remove(_out_of_scope([person.pk], moving), MOVED_AWAY)


@transaction.atomic
def follow_moved_post(*, former: Post, post: Post) -> None:
    """His unit was merged or split, and he serves on in another one, perhaps of another department."""
    if former.unit.path[:_WIDTH] != post.unit.path[:_WIDTH]:
        _remove(_out_of_scope([post.person_id], ""), MOVED_AWAY)


@transaction.atomic
def follow_person(*, person: Person) -> None:
    """He was deregistered (注销)."""
    _remove(_of_person(person.pk), GONE)


@transaction.atomic
def follow_account(*, account: Account) -> None:
    """His account was closed."""
    _remove(_of_person(account.person_id), CLOSED)


@transaction.atomic
def follow_tree_move(*, unit: Unit, former_path: str) -> None:
    """A unit stands elsewhere now: its people may have left the department that marked them."""
    if former_path[:_WIDTH] != unit.path[:_WIDTH]:
        _remove(_out_of_scope(None, ""), MOVED_AWAY)


@transaction.atomic
def follow_merger(*, unit: Unit, into: Unit, **_more: object) -> None:
    """A unit was merged: where it was listed or shared with, its successor takes its place."""
    _succeed(unit, [into])


@transaction.atomic
def follow_split(*, unit: Unit, parts: Collection[Unit], **_more: object) -> None:
    """A unit was split: its parts take its place, beside it when it lives on."""
    _succeed(unit, parts)


@transaction.atomic
def follow_revocation(*, unit: Unit) -> None:
    """A unit was dissolved: it is listed and shared with no more."""
    _remove(_of_unit(unit), DISSOLVED)
    _end_shares(unit)


def _of_person(person_id: int) -> list[int]:
    rows = TagMember.objects.filter(person=person_id, removed_at=None)
    return list(rows.values_list("pk", flat=True))


def _of_unit(unit: Unit) -> list[int]:
    rows = TagMember.objects.filter(unit=unit, removed_at=None)
    return list(rows.values_list("pk", flat=True))


def _out_of_scope(person_ids: Collection[int] | None, moving: str) -> list[int]:
    these = "" if person_ids is None else "AND member.person_id = ANY(%s)"
    first = [] if person_ids is None else [list(person_ids)]
    with connection.cursor() as cursor:
        cursor.execute(_OUT_OF_SCOPE.replace("{of_these}", these), [*first, moving, moving])
        return [one for (one,) in cursor.fetchall()]


def _remove(ids: Collection[int], reason: str) -> None:
    if not ids:
        return
    rows = list(TagMember.objects.filter(pk__in=ids).select_related("tag__unit", "person", "unit"))
    TagMember.objects.filter(pk__in=ids).update(
        removal=TagMember.Removal.AUTOMATIC,
        removed_at=timezone.now(),
        removed_by_name=SYSTEM.name,
        removal_reason=reason,
    )
    by_tag: dict[Tag, list[str]] = {}
    for row in rows:
        by_tag.setdefault(row.tag, []).append(str(row))
    for tag, names in by_tag.items():
        changes = {"members": ["、".join(names[:20]), None]}
        audit.record(MEMBERS_LEFT, tag, actor=SYSTEM, reason=reason, changes=changes)
        feed.follow(tag)


def _succeed(unit: Unit, heirs: Collection[Unit]) -> None:
    now = timezone.now()
    listed = list(TagMember.objects.filter(unit=unit, removed_at=None).values_list("tag_id", "way"))
    listing = {tag for tag, _ in listed}
    TagMember.objects.bulk_create(
        (
            TagMember(tag_id=tag, unit=heir, way=way, added_at=now, added_by_name=SYSTEM.name)
            for tag, way in listed
            for heir in heirs
        ),
        ignore_conflicts=True,
    )
    sharing = TagShare.objects.filter(unit=unit, ended_at=None).values_list("tag_id", flat=True)
    TagShare.objects.bulk_create(
        (
            TagShare(tag_id=tag, unit=heir, shared_at=now, shared_by_name=SYSTEM.name)
            for tag in list(sharing)
            for heir in heirs
        ),
        ignore_conflicts=True,
    )
    if unit.status != Unit.Status.ACTIVE:
        _remove(_of_unit(unit), DISSOLVED)
        _end_shares(unit)
    for tag in Tag.objects.filter(pk__in=listing):
        feed.follow(tag)


def _end_shares(unit: Unit) -> None:
    living = TagShare.objects.filter(unit=unit, ended_at=None)
    living.update(ended_at=timezone.now(), ended_by_name=SYSTEM.name)
