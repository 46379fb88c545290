"""Tags as groups of the address book: its rules follow every change of a tag, in the same transaction.

Parts of other actions, which do the audit. Only groups that a living rule or white list names have members;
for the others there is nothing to keep.
"""

from collections.abc import Collection

from django.db import connection
from django.utils import timezone

from yiwang.kernel import database
from yiwang.platform.accounts.models import Account, RoleGrant
from yiwang.platform.addressbook.actions import sight
from yiwang.platform.addressbook.models import Group
from yiwang.platform.tags.models import Tag
from yiwang.platform.tags.queries import groups
from yiwang.platform.tags.queries.groups import Kept


def begin(tag: Tag) -> None:
    """Before the tag's row is locked: acts on the organisation take these locks in the same order."""
    if groups.wanted(tag):
        database.lock("org.headcount")


def follow(tag: Tag) -> None:
    """The tag or its members changed: offer it to rules, and let whoever it concerns be seen anew."""
    _offer(tag)
    changed = {one for kept in groups.wanted(tag) for one in _sync(kept, None)}
    if changed:
        sight.follow_persons(changed)


def fill(*, person_ids: Collection[int] | None) -> None:
    """Facts about these persons changed (None: about everybody): their groups come first, classes follow."""
    for kept in groups.wanted():
        _sync(kept, person_ids)


def follow_people(person_ids: Collection[int]) -> None:
    """Facts changed that the address book does not follow by itself: lists, kinds of accounts."""
    changed = {one for kept in groups.wanted() for one in _sync(kept, person_ids)}
    if changed:
        sight.follow_persons(changed)


def follow_role(*, given: RoleGrant) -> None:
    """A role may change the kind of its holder's account."""
    follow_people(list(Account.objects.filter(pk=given.account_id).values_list("person_id", flat=True)))


def _offer(tag: Tag) -> None:
    """Have a group for the tag while rules may name it."""
    label = f"{tag.name}（{tag.owner_name}）"
    if tag.is_in_force(timezone.localdate()) and groups.fits_rules(tag):
        Group.objects.update_or_create(
            source=groups.SOURCE, reference=str(tag.pk), defaults={"label": label[:60]}
        )
        return
    groups.unnamed(tag).delete()
    groups.of_tag(tag).update(label=f"{label[:54]}（已停用）")


def _sync(kept: Kept, person_ids: Collection[int] | None) -> list[int]:
    statement, values = groups.sync_sql(kept, person_ids, timezone.localdate())
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [one for (one,) in cursor.fetchall()]
