"""Whom a tag's fate concerns, and telling them. Parts of other actions, which do the audit."""

import datetime

from django.urls import reverse
from django.utils import timezone

from yiwang.kernel.actor import Actor
from yiwang.kernel.extension.messages import MessageKind, message_service
from yiwang.platform.accounts.queries import roles
from yiwang.platform.org.models import Unit
from yiwang.platform.tags.models import Tag
from yiwang.platform.tags.queries import usage
from yiwang.platform.tags.vocabulary import TOLD_ENDED, TOLD_ENDING, TOLD_WIDE_USE

_LOOK_BACK = datetime.timedelta(days=90)
_KEEPER = "accounts.graded_administrator"
_DISTRICT_KEEPER = "accounts.system_administrator"


def keepers(unit: Unit) -> set[int]:
    """Persons who keep the tags of that unit."""
    found = roles.holders_in_district(_DISTRICT_KEEPER) if unit.level == 0 else roles.holders(_KEEPER, unit)
    return {one.person_id for one in found}


def users(tag: Tag) -> set[int]:
    """Who used it lately, and the administrators of whom it is shared with."""
    people = set(usage.people_who_used(tag, since=timezone.now() - _LOOK_BACK))
    for unit in Unit.objects.filter(pk__in=usage.units_shared_with(tag)):
        people |= {one.person_id for one in roles.holders(_KEEPER, unit)}
    return people


def ended(tag: Tag, *, reason: str, actor: Actor) -> None:
    """It is over now."""
    words = {"name": tag.name, "owner": tag.owner_name, "reason": f"停用原因：{reason}"}
    _tell(TOLD_ENDED, users(tag) - {getattr(actor, "person_id", 0)}, tag, words, actor)


def ending(tag: Tag, *, actor: Actor) -> None:
    """It will be over soon: users and keepers, once for each last day."""
    last = tag.valid_to or timezone.localdate()
    words = {"name": tag.name, "owner": tag.owner_name, "day": f"{last.month}月{last.day}日"}
    key = f"{tag.pk}:{last:%Y%m%d}"
    _tell(TOLD_ENDING, users(tag) | keepers(tag.unit), tag, words, actor, key=key)


def used_widely(tag: Tag, *, people: int, about: str, actor: Actor) -> None:
    """A shared tag was used for many: its keepers know."""
    said = about or "解析成员"
    user = f"{actor.unit_name}{actor.name}"
    words = {"name": tag.name, "people": f"{people:,}", "user": user, "about": said}
    _tell(TOLD_WIDE_USE, keepers(tag.unit), tag, words, actor)


def _tell(
    kind: MessageKind, to: set[int], tag: Tag, words: dict[str, str], actor: Actor, *, key: str = ""
) -> None:
    if not to:
        return
    url = reverse("tags:detail", args=[tag.pk])
    more = {"dedupe_key": f"{kind.key}:{key}"} if key else {}
    message_service().send(kind, to=sorted(to), about=tag, words=words, actor=actor, url=url, **more)
