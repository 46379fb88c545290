"""Names of units: renaming (更名), further names (加挂牌子), words of document numbers (发文机关代字)."""

import datetime

from django.db import transaction
from django.utils import timezone

from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, invalid, require
from yiwang.platform.org import hooks
from yiwang.platform.org.actions import events, tree
from yiwang.platform.org.models import AgencyWord, Event, Unit, UnitAlias, UnitVersion
from yiwang.platform.org.queries import checks
from yiwang.platform.org.vocabulary import (
    PLATE_ADDED,
    PLATE_ENDED,
    UNIT_RENAMED,
    WORD_ENDED,
    WORD_GIVEN,
)


@transaction.atomic
def rename_unit(
    unit: Unit,
    *,
    full_name: str,
    short_name: str,
    actor: Actor,
    day: datetime.date | None = None,
    basis: str = "",
) -> Unit:
    """Give a unit a new name (更名). The old one stays with its period, and search finds both."""
    unit = tree.lock(unit)
    checks.require_level(actor, level=unit.level, at=unit.path)
    full_name = checks.name("full_name", full_name, longest=100)
    short_name = checks.name("short_name", short_name, longest=30)
    checks.require_free_names(unit.parent, unit.level, full_name, short_name, besides=unit)
    if (full_name, short_name) == (unit.full_name, unit.short_name):
        return unit

    day = day or timezone.localdate()
    former = {"full_name": unit.full_name, "short_name": unit.short_name}
    _keep_former(unit, full_name, day)
    unit.full_name, unit.short_name = full_name, short_name
    unit.save(update_fields=["full_name", "short_name", "updated_at"])
    tree.remember([unit.pk], day=day, change="更名", basis=basis)

    changes = {field: [old, getattr(unit, field)] for field, old in former.items()}
    audit.record(UNIT_RENAMED, unit, actor=actor, reason=basis, changes=changes)
    hooks.unit_renamed(unit=unit, former_name=former["full_name"], day=day)
    hooks.tree_changed()
    events.note(
        Event.Kind.UNIT_RENAMED, unit=unit, data={"names": changes["full_name"], "on": day.isoformat()}
    )
    return unit


def _keep_former(unit: Unit, new_name: str, day: datetime.date) -> None:
    """The old name becomes one that search finds; a name taken up again is no former one any more."""
    unit.aliases.filter(kind=UnitAlias.Kind.FORMER, name=new_name).delete()
    name = unit.full_name if unit.full_name != new_name else unit.short_name
    current = UnitVersion.objects.filter(unit=unit, valid_to=None).first()
    UnitAlias.objects.update_or_create(
        unit=unit,
        name=name,
        kind=UnitAlias.Kind.FORMER,
        defaults={"valid_to": day, "short_name": unit.short_name},
        create_defaults={
            "valid_from": min(current.valid_from, day) if current else None,
            "valid_to": day,
            "short_name": unit.short_name,
        },
    )


@transaction.atomic
def add_plate(
    unit: Unit,
    *,
    name: str,
    actor: Actor,
    short_name: str = "",
    day: datetime.date | None = None,
    until: datetime.date | None = None,
    basis: str = "",
) -> UnitAlias:
    """Let a unit carry a further name (加挂牌子): it may have its own 代字 and seal, but no people."""
    unit = tree.lock(unit)
    checks.require_level(actor, level=unit.level, at=unit.path)
    day = day or timezone.localdate()
    name = checks.name("name", name, longest=100)
    if until is not None and until <= day:
        raise invalid("until", "结束时间应晚于开始时间", code="E-DATE-01")
    if name == unit.full_name or Unit.objects.exclude(status=Unit.Status.REVOKED).filter(
        parent=unit.parent, full_name=name
    ).exists():  # fmt: skip
        raise invalid("name", "同级已存在同名机构", code="E-ORG-01")
    former = unit.aliases.filter(kind=UnitAlias.Kind.PLATE, name=name).first()
    if former is not None and (former.valid_to is None or former.valid_to > day):
        raise Refused("该机构已加挂同名牌子", status=422, fields={"name": "该机构已加挂同名牌子"})
    plate = former or UnitAlias(unit=unit, name=name, kind=UnitAlias.Kind.PLATE, valid_from=day)
    plate.short_name = checks.name("short_name", short_name, longest=30) if short_name.strip() else ""
    plate.valid_to = until
    plate.save()

    audit.record(PLATE_ADDED, unit, actor=actor, reason=basis, changes={"plate": [None, name]})
    hooks.tree_changed()
    events.note(Event.Kind.UNIT_CHANGED, unit=unit, data={"plate": [None, name], "on": day.isoformat()})
    return plate


@transaction.atomic
def end_plate(
    plate: UnitAlias, *, actor: Actor, day: datetime.date | None = None, basis: str = ""
) -> UnitAlias:
    """Take a plate off (摘牌); its words end with it."""
    unit = tree.lock(plate.unit)
    checks.require_level(actor, level=unit.level, at=unit.path)
    plate = UnitAlias.objects.select_for_update().get(pk=plate.pk)
    day = day or timezone.localdate()
    is_carried = plate.kind == UnitAlias.Kind.PLATE and (plate.valid_to is None or plate.valid_to > day)
    require(is_carried, "当前状态为“已摘牌”，不能执行“摘牌”", code="E-STATE-01")
    plate.valid_to = day
    plate.save(update_fields=["valid_to"])
    plate.words.filter(valid_to=None).update(valid_to=day)

    audit.record(PLATE_ENDED, unit, actor=actor, reason=basis, changes={"plate": [plate.name, None]})
    hooks.tree_changed()
    events.note(Event.Kind.UNIT_CHANGED, unit=unit, data={"plate": [plate.name, None], "on": day.isoformat()})
    return plate


@transaction.atomic
def give_word(
    unit: Unit,
    *,
    word: str,
    actor: Actor,
    plate: UnitAlias | None = None,
    day: datetime.date | None = None,
    basis: str = "",
) -> AgencyWord:
    """Let documents of the unit be numbered with this word from that day on (启用代字)."""
    unit = tree.lock(unit)
    checks.require_level(actor, level=unit.level, at=unit.path)
    word = checks.agency_word(word, unit)
    known = unit.agency_words.filter(word=word, valid_to=None).first()
    if known is not None:
        return known
    given = AgencyWord.objects.create(
        unit=unit, plate=plate, word=word, valid_from=day or timezone.localdate(), basis=basis
    )

    audit.record(WORD_GIVEN, unit, actor=actor, reason=basis, changes={"word": [None, word]})
    events.note(Event.Kind.UNIT_CHANGED, unit=unit, data={"word": [None, word]})
    return given


@transaction.atomic
def end_word(
    word: AgencyWord, *, actor: Actor, day: datetime.date | None = None, basis: str = ""
) -> AgencyWord:
    """Let no more documents be numbered with this word; those that were keep it (停用代字)."""
    unit = tree.lock(word.unit)
    checks.require_level(actor, level=unit.level, at=unit.path)
    word = AgencyWord.objects.select_for_update().get(pk=word.pk)
    require(word.valid_to is None, "当前状态为“已停用”，不能执行“停用”", code="E-STATE-01")
    word.valid_to = max(day or timezone.localdate(), word.valid_from)
    word.save(update_fields=["valid_to"])

    audit.record(WORD_ENDED, unit, actor=actor, reason=basis, changes={"word": [word.word, None]})
    events.note(Event.Kind.UNIT_CHANGED, unit=unit, data={"word": [word.word, None]})
    return word
