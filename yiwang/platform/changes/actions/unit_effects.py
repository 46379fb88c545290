"""What a unit change does to the tree: its plan, carried out by the acts of org. Part of other actions."""

import datetime
from collections.abc import Callable, Mapping
from typing import Any

from yiwang.kernel.actor import Actor
from yiwang.kernel.errors import invalid
from yiwang.platform.accounts.actions import role_moves
from yiwang.platform.changes.models import UnitChange
from yiwang.platform.changes.queries import unit_parts
from yiwang.platform.changes.rules import plans
from yiwang.platform.org.actions import merging, moving, naming, units
from yiwang.platform.org.actions.merging import Succession
from yiwang.platform.org.models import Unit, UnitAlias
from yiwang.platform.org.queries import words

Kind = UnitChange.Kind


def carry_out(change: UnitChange, *, day: datetime.date, actor: Actor) -> list[Unit]:
    """Do it; the units that came of it, besides the target. Whether it may be done, org refuses or not."""
    plan = plans.read(change.kind, change.plan)
    basis = change.basis or change.number or ""
    parts = unit_parts.touched(change.kind, plan, unit_parts.target_of(change))
    return _ACTS[Kind(change.kind)](parts[0][0], plan, day, basis, actor)


def _set_up(parent: Unit, new: plans.NewUnit, day: datetime.date, basis: str, actor: Actor) -> Unit:
    unit = units.create_unit(
        parent=parent,
        code=new.code,
        full_name=new.full_name,
        short_name=new.short_name,
        node_type=new.node_type,
        nature=new.nature,
        rank=new.rank,
        uscc=new.uscc or None,
        details={
            "duty_phone": new.duty_phone,
            "region_code": new.region_code,
            "exchanges_documents": new.exchanges_documents,
        },
        valid_from=day,
        basis=basis,
        actor=actor,
    )
    if new.word:
        naming.give_word(unit, word=new.word, day=day, basis=basis, actor=actor)
    return unit


def _create(parent: Unit, plan: plans.Create, day: datetime.date, basis: str, actor: Actor) -> list[Unit]:
    return [_set_up(parent, plan.unit, day, basis, actor)]


def _rename(unit: Unit, plan: plans.Rename, day: datetime.date, basis: str, actor: Actor) -> list[Unit]:
    naming.rename_unit(
        unit, full_name=plan.full_name, short_name=plan.short_name, day=day, basis=basis, actor=actor
    )
    if plan.word:
        for word in words.words_on(unit, day):
            if word.plate_id is None and word.word != plan.word and word.valid_to is None:
                naming.end_word(word, day=day, basis=basis, actor=actor)
        naming.give_word(unit, word=plan.word, day=day, basis=basis, actor=actor)
    return []


def _merge(target: Unit, plan: plans.Merge, day: datetime.date, basis: str, actor: Actor) -> list[Unit]:
    made: list[Unit] = []
    if plan.unit is not None:
        parent = unit_parts.unit(plan.parent, "parent")
        made = [_set_up(parent, plan.unit, day, basis, actor)]
    into = made[0] if made else unit_parts.unit(plan.into, "into")
    sources = [unit_parts.unit(pk, "sources") for pk in dict.fromkeys(plan.sources) if pk != into.pk]
    if plan.roles is not None:
        role_moves.end_others(sources, kept=plan.roles, actor=actor)
    succession = _succession(into, plan)
    merging.merge_units(sources, succession=succession, day=day, basis=basis, actor=actor)
    return made


def _succession(into: Unit, plan: plans.Merge | plans.Revoke) -> Succession:
    def real(pk: int) -> int:
        return pk or into.pk

    return Succession(
        into,
        posts={post: real(pk) for post, pk in plan.posts.items()},
        children={pk: real(child.to) for pk, child in plan.children.items() if child.how == "under"},
        merged_children={pk: child.to for pk, child in plan.children.items() if child.how == "into"},
    )


def _split(unit: Unit, plan: plans.Split, day: datetime.date, basis: str, actor: Actor) -> list[Unit]:
    if unit.parent is None:
        raise invalid("unit", "根节点不能拆分")
    made = [_set_up(unit.parent, part, day, basis, actor) for part in plan.parts]
    numbered = {0: unit.pk, **{number: part.pk for number, part in enumerate(made, start=1)}}
    merging.split_unit(
        unit,
        parts=made,
        posts=_by_number(plan.posts, numbered),
        children=_by_number(plan.children, numbered),
        survives=plan.survives,
        day=day,
        basis=basis,
        actor=actor,
    )
    return made


def _by_number(places: Mapping[int, int], numbered: Mapping[int, int]) -> dict[int, int]:
    return {pk: numbered[number] for pk, number in places.items() if number in numbered}


def _move(unit: Unit, plan: plans.Move, day: datetime.date, basis: str, actor: Actor) -> list[Unit]:
    to = unit_parts.unit(plan.to, "to")
    if unit.parent_id == to.pk:
        raise invalid("to", "该机构已在所选上级之下")
    moving.move_unit(unit, to=to, day=day, basis=basis, actor=actor)
    return []


def _rank(unit: Unit, plan: plans.Rank, day: datetime.date, basis: str, actor: Actor) -> list[Unit]:
    to = unit_parts.unit(plan.to, "to") if plan.to else None
    moving.change_rank(
        unit, rank=plan.rank, node_type=plan.node_type, to=to, day=day, basis=basis, actor=actor
    )
    return []


def _plate(unit: Unit, plan: plans.Plate, day: datetime.date, basis: str, actor: Actor) -> list[Unit]:
    if plan.ends:
        plate = UnitAlias.objects.filter(pk=plan.ends, unit=unit, kind=UnitAlias.Kind.PLATE).first()
        if plate is None:
            raise invalid("ends", "请选择该机构加挂的牌子")
        naming.end_plate(plate, day=day, basis=basis, actor=actor)
        return []
    plate = naming.add_plate(
        unit,
        name=plan.name,
        short_name=plan.short_name,
        day=day,
        until=plan.until,
        basis=basis,
        actor=actor,
    )
    if plan.word:
        naming.give_word(unit, word=plan.word, plate=plate, day=day, basis=basis, actor=actor)
    return []


def _revoke(unit: Unit, plan: plans.Revoke, day: datetime.date, basis: str, actor: Actor) -> list[Unit]:
    succession = None
    if plan.to:
        to = unit_parts.unit(plan.to, "to")
        if plan.roles is not None:
            role_moves.end_others([unit], kept=plan.roles, actor=actor)
        succession = _succession(to, plan)
    merging.revoke_unit(unit, succession=succession, day=day, basis=basis, actor=actor)
    return []


def _sort(unit: Unit, plan: plans.Sort, day: datetime.date, basis: str, actor: Actor) -> list[Unit]:
    units.sort_children(unit, unit_ids=plan.order, day=day, basis=basis, actor=actor)
    return []


def _edit(unit: Unit, plan: plans.Edit, day: datetime.date, basis: str, actor: Actor) -> list[Unit]:
    units.edit_unit(unit, details=plan.details, day=day, basis=basis, actor=actor)
    return []


_ACTS: dict[UnitChange.Kind, Callable[[Unit, Any, datetime.date, str, Actor], list[Unit]]] = {
    Kind.CREATE: _create,
    Kind.RENAME: _rename,
    Kind.MERGE: _merge,
    Kind.SPLIT: _split,
    Kind.MOVE: _move,
    Kind.RANK: _rank,
    Kind.PLATE: _plate,
    Kind.REVOKE: _revoke,
    Kind.SORT: _sort,
    Kind.EDIT: _edit,
}
