"""Whom and what a share covers: never more than the address book shows to anybody (R2-9, R2-14).

Hidden units and persons never leave, whatever the share says; nor do hidden fields. Identity numbers, birth
dates, grades and photos are no fields of a share at all.
"""

import json
from collections.abc import Iterable, Mapping

from django.db.models import Q

from yiwang.kernel.crypto import sm3
from yiwang.platform.addressbook.models import Hiding
from yiwang.platform.addressbook.queries import unit_names
from yiwang.platform.org.models import Person, PersonQuerySet, Post, Unit
from yiwang.platform.org.models.unit import Visibility
from yiwang.platform.sharing.models import Share

Persons = Share.Persons


def showable() -> PersonQuerySet:
    """Persons whom the address book shows and hides from nobody by name or unit."""
    hidden = Hiding.objects.filter(state=Hiding.State.ACTIVE, fields=[], person__isnull=False)
    shown = Person.objects.filter(
        status__in=Person.PRESENT,
        is_listed=True,
        visibility=Visibility.LISTED,
        unit__status=Unit.Status.ACTIVE,
        unit__zone=0,
    )
    return (
        shown.exclude(category=Person.Category.EXTERNAL)
        .exclude(sight=0)
        .exclude(pk__in=hidden.values("person"))
    )


def inside(share: Share) -> PersonQuerySet:
    """Everybody present in the share's unit and below, hidden ones too: what a preview counts."""
    path = share.unit.path
    return Person.objects.filter(
        unit_path__gte=path, unit_path__lt=f"{path}~", status__in=Person.PRESENT
    ).exclude(category=Person.Category.EXTERNAL)


def asked_for(share: Share) -> Q:
    """Whom of the unit it names."""
    path = share.unit.path
    within = Q(unit_path__gte=path, unit_path__lt=f"{path}~")
    if share.persons == Persons.ALL:
        return within
    if share.persons == Persons.CHOSEN:
        return within & Q(pk__in=share.members.values("person"))
    posts = Post.objects.filter(is_living=True, unit__path__gte=path, unit__path__lt=f"{path}~")
    leads = Q(is_leader=True)
    if share.persons == Persons.HEADS:
        leads |= Q(is_head=True)
    return within & Q(pk__in=posts.filter(leads).values("person"))


def covered(share: Share) -> PersonQuerySet:
    """Who is shared by it while it is in force."""
    return showable().filter(asked_for(share)).select_related("unit")


def fields_hidden() -> list[Hiding]:
    """The hidings of single fields that are in force."""
    rows = Hiding.objects.filter(state=Hiding.State.ACTIVE).exclude(fields=[])
    return list(rows.select_related("unit"))


def entries_of(share: Share, people: Iterable[Person]) -> dict[int, dict[str, str]]:
    """Person -> what the directory shall hold of him."""
    found, veils = list(people), fields_hidden()
    names = unit_names.names_of({one.unit_id for one in found if one.unit_id})
    return {one.pk: _entry(share, one, names.get(one.unit_id or 0, ("", "")), veils) for one in found}


def _entry(share: Share, person: Person, names: tuple[str, str], veils: Iterable[Hiding]) -> dict[str, str]:
    hidden = {
        field
        for veil in veils
        if veil.person_id == person.pk
        or (veil.unit is not None and person.unit_path.startswith(veil.unit.path))
        for field in veil.fields
    }
    section, department = names
    entry = {"name": person.name, "unit": share.unit_name, "department": section}
    if section == department:
        entry["department"] = ""
    for field in share.fields:
        value = str(getattr(person, field) or "")
        if field not in hidden and value:
            entry[field] = value
    return entry


def digest_of(key: str, entry: Mapping[str, str]) -> str:
    """SM3 of an entry, bound to its person, so that equal values of two do not show."""
    text = json.dumps(dict(entry), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sm3.digest(f"{key}\n{text}".encode()).hex()


def hidden_count(share: Share) -> int:
    """How many of those it names are kept out because they are hidden."""
    named = inside(share).filter(asked_for(share))
    return named.count() - covered(share).count()
