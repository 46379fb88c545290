"""Roles when units are merged or dissolved: they go to the unit that takes over, as new grants.

Part of the act on the tree, which holds its lock and has asked who may.
"""

import datetime
from collections.abc import Collection

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.extension.roles import roles as registry
from yiwang.platform.accounts.actions import roles
from yiwang.platform.accounts.models import Account, RoleGrant
from yiwang.platform.accounts.models.role import RoleGrantQuerySet
from yiwang.platform.accounts.queries import role_seals
from yiwang.platform.accounts.queries.principals import announce_change
from yiwang.platform.accounts.queries.roles import called
from yiwang.platform.accounts.vocabulary import ROLE_MOVED
from yiwang.platform.org.models import Post, Unit

REASON = "机构调整"


@transaction.atomic
def move_roles(path: str, to: str, actor: Actor) -> None:
    """Let the roles of one unit go on at another; what is too many there, or held already, ends."""
    unit, target = Unit.objects.get(path=path), Unit.objects.get(path=to)
    living = RoleGrant.objects.living()
    holding = list(living.filter(unit__in=(unit, target)).values_list("account_id", flat=True).distinct())
    list(Account.objects.select_for_update(of=("self",)).filter(pk__in=holding).order_by("pk"))
    here = living.filter(unit=unit).select_for_update(of=("self",)).select_related("account__person", "unit")
    for given in here.order_by("created_at", "pk"):
        if not _has_room(given, target):
            roles.end_role(given, actor=actor, reason=REASON)
            continue
        begun = RoleGrant(
            account=given.account,
            role=given.role,
            unit=target,
            includes_below=given.includes_below,
            post=given.post,
            valid_from=max(given.valid_from, timezone.localdate()),
            valid_to=given.valid_to,
            basis=given.basis,
            reason=REASON,
            granted_by_id=given.granted_by_id,
            granted_by_name=given.granted_by_name,
            is_pending=given.is_pending,
        )
        begun.seal = role_seals.seal(begun)
        before = called(given)
        roles.end_role(given, actor=actor, reason=REASON)
        begun.save(force_insert=True)
        roles.settle_kind(given.account)
        audit.record(
            ROLE_MOVED, begun, actor=actor, title=called(begun), changes={"角色": [before, called(begun)]}
        )
        announce_change(given.account_id)


def _has_room(given: RoleGrant, target: Unit) -> bool:
    there = RoleGrant.objects.living().filter(role=given.role, unit=target)
    if there.filter(account=given.account).exists():
        return False
    most = registry.get(given.role).most_per_unit if given.role in registry else 0
    return not most or there.count() < most


@transaction.atomic
def follow_moved_post(former: Post, post: Post, *, actor: Actor = SYSTEM) -> None:
    """A post that goes on in another unit takes with it what was granted for it."""
    for given in RoleGrant.objects.living().filter(post=former).select_related("account__person", "unit"):
        given.post = post
        roles.store(given, "post")
        audit.record(
            ROLE_MOVED, given, actor=actor, title=called(given), changes={"任职": [former.title, post.title]}
        )


@transaction.atomic
def end_others(units: Collection[Unit], *, kept: Collection[int], actor: Actor) -> int:
    """Before units are merged: end their roles, but for those that go over to the unit that takes over.

    The change that names them was decided on; returns how many have ended.
    """
    others = RoleGrant.objects.living().filter(unit__in=units).exclude(pk__in=kept)
    return _end_all(others, actor=actor)


@transaction.atomic
def follow_split(unit: Unit, parts: Collection[Unit], day: datetime.date, *, actor: Actor = SYSTEM) -> int:
    """A unit was split: whoever serves in one of its parts now holds no roles at it any more."""
    serving = Post.objects.filter(
        person=OuterRef("account__person"), is_living=True, unit__path__startswith=unit.path
    )
    return _end_all(RoleGrant.objects.living().filter(~Exists(serving), unit=unit), actor=actor)


def _end_all(grants: RoleGrantQuerySet, *, actor: Actor) -> int:
    holding = list(grants.values_list("account_id", flat=True).distinct())
    list(Account.objects.select_for_update(of=("self",)).filter(pk__in=holding).order_by("pk"))
    ending = list(grants.select_related("account__person", "unit").order_by("account_id", "pk"))
    for given in ending:
        roles.end_role(given, actor=actor, reason=REASON)
    return len(ending)
