"""What is known of a person changes: name, identity document, mobile, category, rank (修改)."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from yiwang.kernel import database, validators
from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.chinese.pinyin import name_pinyin
from yiwang.kernel.errors import require_right
from yiwang.platform.org import hooks, rules
from yiwang.platform.org.actions import events
from yiwang.platform.org.actions.projection import copy_main_post
from yiwang.platform.org.models import Event, Person
from yiwang.platform.org.queries import person_checks
from yiwang.platform.org.vocabulary import MANAGE_UNIT, PERSON_CORRECTED

_MASKS = {
    "id_number": validators.mask_citizen_id,
    "mobile": validators.mask_mobile,
    "second_mobile": validators.mask_mobile,
}
_LONGEST_FORMER_NAMES = 100


@transaction.atomic
def correct_person(
    person: Person, *, facts: Mapping[str, Any], actor: Actor, basis: str = "", renamed: bool = True
) -> frozenset[str]:
    """Write what has changed of a person; returns the fields that differ now.

    facts: some of `person_checks.FIELDS`. renamed: the name was changed in the register of households
    (户籍), so the old one is kept as 曾用名; False when it had only been written wrongly.
    """
    database.share("org.tree")
    person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if person.unit is not None:
        require_right(rules.can_manage_people(actor, person.unit), MANAGE_UNIT.label)
    given = {"id_kind": person.id_kind, **facts} if "id_number" in facts else dict(facts)
    clean = person_checks.checked(given, today=timezone.localdate())
    changed = {name: value for name, value in clean.items() if (getattr(person, name) or "") != (value or "")}
    if not changed:
        return frozenset()
    if "id_number" in changed:
        person_checks.require_new(changed["id_number"], besides=person.pk)
    changes = {name: [_shown(name, getattr(person, name)), _shown(name, changed[name])] for name in changed}
    if "name" in changed and renamed:
        changed["former_name"] = _with_former_name(person)
    apply_facts(person, changed)
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError:  # somebody else entered that number at the same moment
        person_checks.require_new(person.id_number, besides=person.pk)
        raise
    copy_main_post(person)
    audit.record(PERSON_CORRECTED, person, actor=actor, reason=basis, changes=changes)
    fields = frozenset(changed)
    hooks.person_changed(person=person, fields=fields)
    events.note(Event.Kind.PERSON_CHANGED, person=person, data={"fields": sorted(fields)})
    return fields


def apply_facts(person: Person, facts: Mapping[str, Any]) -> None:
    """Put checked facts on the unsaved person, and the spelling that follows from his name."""
    for name, value in facts.items():
        setattr(person, name, value)
    if "name" in facts:
        spelling = name_pinyin(person.name)
        person.pinyin, person.initials = spelling.letters, spelling.initials


def _with_former_name(person: Person) -> str:
    known = [one for one in person.former_name.split("、") if one and one != person.name]
    names = "、".join([*known, person.name])
    return names if len(names) <= _LONGEST_FORMER_NAMES else person.name


def _shown(name: str, value: Any) -> Any:
    """The value as the log may hold it."""
    if name in _MASKS:
        return _MASKS[name](str(value or ""))
    return value if isinstance(value, str | int | bool) or value is None else str(value)
