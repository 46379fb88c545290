"""Using a tag: resolved for whoever may, and written down (使用记录)."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from yiwang.kernel.actor import Actor
from yiwang.platform.org.models import Unit
from yiwang.platform.tags.actions import telling
from yiwang.platform.tags.models import Tag, TagUse
from yiwang.platform.tags.queries import members, tags
from yiwang.platform.tags.rules.tag import WIDE_USE, is_own_unit


@transaction.atomic
def resolve(tag_id: int, *, actor: Any, purpose: str = TagUse.Purpose.SENT, about: str = "") -> list[int]:
    """The people a tag stands for now, if it may be used where the actor serves; 404 if not.

    actor: a principal or a calling application; both know the path of their unit.
    """
    tag = tags.usable(tag_id, actor.unit_path)
    found = members.person_ids(tag)
    note_use(tag, people=len(found), purpose=purpose, about=about, actor=actor)
    return found


@transaction.atomic
def note_use(tag: Tag, *, people: int, purpose: str, actor: Actor, about: str = "") -> TagUse:
    """Write a use down; the keepers of a shared tag hear of a wide one."""
    path = getattr(actor, "unit_path", "")
    unit = Unit.objects.filter(path=path).first() if path else None
    client_id = getattr(actor, "client_id", "")
    use = TagUse.objects.create(
        tag=tag,
        at=timezone.now(),
        purpose=purpose,
        about=about[:120],
        people=people,
        client_id=client_id,
        client_name=actor.name[:60] if client_id else "",
        by_name=actor.name[:60],
        person_id=getattr(actor, "person_id", None),
        unit=unit,
        is_shared=unit is not None and not is_own_unit(tag, unit),
    )
    if use.is_shared and people > WIDE_USE:
        telling.used_widely(tag, people=people, about=about, actor=actor)
    return use
