"""Whom a tag is shared with (设置标签共享组织)."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import invalid, not_found, require_right
from yiwang.platform.org.models import Unit
from yiwang.platform.org.models.viewer import Viewer
from yiwang.platform.tags.actions.locking import locked, require_state
from yiwang.platform.tags.models import Tag, TagShare
from yiwang.platform.tags.rules import tag as rules
from yiwang.platform.tags.vocabulary import MANAGE, SHARED, UNSHARED


@transaction.atomic
def share_tag(tag: Tag, *, units: Collection[int], actor: Actor, viewer: Viewer) -> int:
    """Let these units, with all below them, use the tag; how many are new. One's own unit is passed over."""
    tag = locked(tag)
    require_right(rules.can_keep(actor, tag), MANAGE.label)
    require_state(tag, "设置共享组织", Tag.State.ACTIVE)
    found = list(Unit.objects.living().visible_to(viewer).filter(pk__in=units).order_by("position"))
    if len(found) != len(set(units)):
        raise not_found()
    if not found:
        raise invalid("units", "请选择共享组织")
    known = set(TagShare.objects.filter(tag=tag, ended_at=None).values_list("unit_id", flat=True))
    fresh = [one for one in found if one.pk not in known and not rules.is_own_unit(tag, one)]
    now = timezone.now()
    TagShare.objects.bulk_create(
        TagShare(tag=tag, unit=one, shared_at=now, shared_by_name=actor.name) for one in fresh
    )
    if fresh:
        names = "、".join(one.short_name for one in fresh)
        audit.record(SHARED, tag, actor=actor, changes={"shares": [None, names]})
    return len(fresh)


@transaction.atomic
def unshare_tag(tag: Tag, *, units: Collection[int], actor: Actor) -> int:
    """Take it back (取消共享): new calls fail at once; what was resolved before goes on."""
    tag = locked(tag)
    require_right(rules.can_keep(actor, tag), MANAGE.label)
    shares = list(TagShare.objects.filter(tag=tag, unit__in=units, ended_at=None).select_related("unit"))
    if not shares:
        raise not_found()
    ended = TagShare.objects.filter(pk__in=[one.pk for one in shares])
    ended.update(ended_at=timezone.now(), ended_by_name=actor.name)
    names = "、".join(one.unit.short_name for one in shares)
    audit.record(UNSHARED, tag, actor=actor, changes={"shares": [names, None]})
    return len(shares)
