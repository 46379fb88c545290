"""Units that become others: merged (合并), split (拆分), revoked (撤销), with all that was in them."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import invalid, require
from yiwang.kernel.extension.holdings import holdings
from yiwang.platform.org import hooks, rules
from yiwang.platform.org.actions import events, tree
from yiwang.platform.org.actions.projection import refresh_tree
from yiwang.platform.org.actions.relocation import move_posts
from yiwang.platform.org.models import Event, Post, Unit, UnitAlias
from yiwang.platform.org.queries import checks, remains
from yiwang.platform.org.vocabulary import UNIT_MERGED, UNIT_REVOKED, UNIT_SPLIT


@dataclass(frozen=True)
class Succession:
    """Where everything of a dissolved unit goes: to `to`, but for what is named. All by id.

    posts: post → unit. children: child → its new parent. merged_children: child → the unit it is merged into,
    such as the two offices of two departments.
    """

    to: Unit
    posts: Mapping[int, int] = field(default_factory=dict)
    children: Mapping[int, int] = field(default_factory=dict)
    merged_children: Mapping[int, int] = field(default_factory=dict)


@transaction.atomic
def merge_units(
    units: Sequence[Unit],
    *,
    succession: Succession,
    actor: Actor,
    day: datetime.date | None = None,
    basis: str = "",
) -> Unit:
    """Merge units into another, old or new (合并): children, people, holdings go over, they are revoked."""
    into = tree.lock(succession.to)
    checks.require_level(actor, level=into.level, at=into.path)
    if not units:
        raise invalid("units", "请选择要合并的机构")
    for unit in units:
        _merge(unit, Succession(into, *_named(succession)), actor=actor, day=day or _today(), basis=basis)
    return _settled(into, actor)


def _today() -> datetime.date:
    return timezone.localdate()


def _named(succession: Succession) -> tuple[Mapping[int, int], Mapping[int, int], Mapping[int, int]]:
    return succession.posts, succession.children, succession.merged_children


def _settled(unit: Unit, actor: Actor) -> Unit:
    refresh_tree(actor=actor)
    unit.refresh_from_db()
    return unit


def _merge(unit: Unit, succession: Succession, *, actor: Actor, day: datetime.date, basis: str) -> None:
    unit, into = tree.lock(unit), Unit.objects.get(pk=succession.to.pk)
    checks.require_level(actor, level=unit.level, at=unit.path)
    if into.path.startswith(unit.path):
        raise invalid("into", "不能并入本机构或其下级机构")
    _hand_over(unit, succession, actor=actor, day=day, basis=basis)
    UnitAlias.objects.update_or_create(
        unit=into,
        name=unit.full_name,
        kind=UnitAlias.Kind.MERGED,
        defaults={"short_name": unit.short_name, "valid_from": unit.valid_from, "valid_to": day},
    )
    unit = tree.close(unit, day=day, merged_into=into)

    changes = {"merged_into": [None, into.full_name]}
    audit.record(UNIT_MERGED, unit, actor=actor, reason=basis, changes=changes)
    hooks.unit_merged(unit=unit, into=into, day=day)
    events.note(Event.Kind.UNIT_MERGED, unit=unit, data={"into": into.pk, "on": day.isoformat()})


def _hand_over(unit: Unit, succession: Succession, *, actor: Actor, day: datetime.date, basis: str) -> None:
    """Children first, so that nothing is below the unit any more when its holdings are asked to move."""
    for child in Unit.objects.living().filter(parent=unit).order_by("sort", "pk"):
        if child.pk in succession.merged_children:
            other = Unit.objects.get(pk=succession.merged_children[child.pk])
            named = Succession(other, *_named(succession))
            _merge(child, named, actor=actor, day=day, basis=basis)
            continue
        parent = Unit.objects.get(pk=succession.children.get(child.pk, succession.to.pk))
        _rehang(child, parent, actor=actor, day=day, basis=basis)
    own = Post.objects.filter(unit=unit, is_living=True).values_list("pk", flat=True)
    places = {post: succession.posts.get(post, succession.to.pk) for post in own}
    move_posts(places, actor=actor, day=day, basis=basis)
    for holding in sorted(holdings, key=lambda one: (one.order, one.key)):
        if holding.move_to_unit is not None:
            holding.move_to_unit(unit.path, succession.to.path, actor)
    if remains.serving(unit) or remains.children(unit):
        raise invalid("to", "人员和下级机构不能留在将撤销的机构中")


def _rehang(child: Unit, parent: Unit, *, actor: Actor, day: datetime.date, basis: str) -> None:
    checks.require_level(actor, level=parent.level + 1, at=parent.path)
    fault = rules.below_itself_fault(child, parent)
    if fault:
        raise invalid("children", fault)
    former_path = child.path
    child = tree.put_below(child, parent, day=day, change="划转", basis=basis)
    hooks.unit_moved(unit=child, former_path=former_path)
    events.note(Event.Kind.UNIT_MOVED, unit=child, data={"parent": parent.pk, "level": child.level})


@transaction.atomic
def split_unit(
    unit: Unit,
    *,
    parts: Sequence[Unit],
    posts: Mapping[int, int],
    children: Mapping[int, int],
    survives: bool,
    actor: Actor,
    day: datetime.date | None = None,
    basis: str = "",
) -> Unit:
    """Split a unit into others that exist already (拆分). It stays, or is revoked; the first part inherits.

    posts: where each living post goes on, by id; its own unit for who stays. children: child → new parent.
    """
    unit, day = tree.lock(unit), day or _today()
    checks.require_level(actor, level=unit.level, at=unit.path)
    parts = [tree.lock(part) for part in parts]
    if not parts:
        raise invalid("parts", "请填写拆分后的机构")
    own = set(Post.objects.filter(unit=unit, is_living=True).values_list("pk", flat=True))
    allowed = {part.pk for part in parts} | ({unit.pk} if survives else set())
    unassigned = [post for post in own if posts.get(post) not in allowed]
    if unassigned:
        raise invalid("posts", f"还有{len(unassigned)}名人员未指定去向")
    places = {post: posts[post] for post in own if posts[post] != unit.pk}
    if survives:
        for child in Unit.objects.living().filter(parent=unit, pk__in=children):
            if children[child.pk] not in {unit.pk, child.pk}:
                parent = Unit.objects.get(pk=children[child.pk])
                _rehang(child, parent, actor=actor, day=day, basis=basis)
        move_posts(places, actor=actor, day=day, basis=basis)
    else:
        succession = Succession(parts[0], posts=places, children=children)
        _hand_over(unit, succession, actor=actor, day=day, basis=basis)
        unit = tree.close(unit, day=day)

    names = [part.full_name for part in parts]
    audit.record(UNIT_SPLIT, unit, actor=actor, reason=basis, changes={"parts": [None, names]})
    hooks.unit_split(unit=unit, parts=parts, day=day)
    if not survives:
        hooks.unit_revoked(unit=unit)
    data = {"parts": [part.pk for part in parts], "survives": survives, "on": day.isoformat()}
    events.note(Event.Kind.UNIT_SPLIT, unit=unit, data=data)
    return _settled(unit, actor)


@transaction.atomic
def revoke_unit(
    unit: Unit,
    *,
    actor: Actor,
    succession: Succession | None = None,
    day: datetime.date | None = None,
    basis: str = "",
) -> Unit:
    """Dissolve a unit (撤销): one that holds nobody and nothing any more, or with where all of it goes."""
    unit, day = tree.lock(unit), day or _today()
    checks.require_level(actor, level=unit.level, at=unit.path)
    require(unit.level > 0, "根节点不能撤销")
    if succession is not None:
        target = tree.lock(succession.to)
        if target.path.startswith(unit.path):
            raise invalid("to", "不能转入本机构或其下级机构")
        _hand_over(unit, succession, actor=actor, day=day, basis=basis)
    remains.require_empty(unit)
    unit = tree.close(unit, day=day)

    audit.record(UNIT_REVOKED, unit, actor=actor, reason=basis)
    hooks.unit_revoked(unit=unit)
    data = {"to": succession.to.pk if succession else None, "on": day.isoformat()}
    events.note(Event.Kind.UNIT_REVOKED, unit=unit, data=data)
    return _settled(unit, actor)
