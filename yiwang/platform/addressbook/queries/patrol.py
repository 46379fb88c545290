"""泄露巡检: asks the address book for its canaries as passers-by would, and counts what they are told.

The alarm in `middleware` reads what people are shown; this looks where nobody happens to, and at numbers,
which name nobody. It works out whom a passer-by may reach from the kind of the canary instead of asking.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q

from yiwang.kernel.errors import Refused
from yiwang.kernel.extension.open_calls import Onlooker
from yiwang.platform.addressbook import rules
from yiwang.platform.addressbook.models import Canary
from yiwang.platform.addressbook.models.book import Mode, Tier
from yiwang.platform.addressbook.queries import (
    canaries,
    cards,
    headcounts,
    letters,
    picks,
    planted,
    rulebook,
    search,
    sight_facts,
    unit_search,
    units,
    visibility,
    withheld,
)
from yiwang.platform.addressbook.queries import policy as policies
from yiwang.platform.org.models import Person, Unit
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL, STEP

_DEPARTMENT = STEP * (DEPARTMENT_LEVEL + 1)
_TIERS = {Canary.Kind.Q1: Tier.Q1, Canary.Kind.Q2: Tier.Q2}


@dataclass(frozen=True, slots=True)
class Passerby:
    """An ordinary member of a unit, and nobody in particular; fulfils org's Viewer."""

    unit_id: int
    unit_path: str
    unit_name: str
    account_id: int | None = None
    is_temporary: bool = False

    @property
    def person_id(self) -> int:
        """As for applications: a negative person is an ordinary member of a unit."""
        return -self.unit_id

    def allows(self, permission: str, *, at: str | None = None) -> bool:
        return False

    def scopes(self, permission: str) -> list[tuple[str, bool]]:
        return []


@dataclass(frozen=True, slots=True)
class Sighting:
    """A passer-by was told of a canary. place: what he asked."""

    canary_id: int
    place: str
    what: str
    viewer: str


def sightings() -> list[Sighting]:
    """What a walk through the address book finds; nothing where all is well."""
    return [
        Sighting(canary.pk, f"巡检：{place}", what, f"{viewer.unit_name}普通用户")
        for canary in canaries.living()
        if canary.person.unit is not None
        for viewer in _passersby(canary.person.unit_path)
        for place, what in _seen_by(viewer, canary)
    ]


def _passersby(path: str) -> list[Passerby]:
    """One from the streets and towns (Q4) and one from elsewhere (Q3), of other departments than that."""
    towns = sight_facts.towns_path()
    open_ones = Unit.objects.living().filter(level=DEPARTMENT_LEVEL, zone=0).order_by("position")
    others = open_ones.exclude(path=path[:_DEPARTMENT])
    in_towns = Q(path__gte=towns, path__lt=towns + "~") if towns else Q(pk__in=())
    found = (others.filter(in_towns).first(), others.exclude(in_towns).first())
    return [Passerby(one.pk, one.path, one.short_name) for one in found if one is not None]


def _seen_by(viewer: Passerby, canary: Canary) -> Iterator[tuple[str, str]]:
    """(place, what) for everything that he is told and should not be."""
    mode = _lawful(viewer, canary)
    if mode < Mode.DIRECT:
        yield from ((place, "姓名") for place, told in _listed(viewer, canary, mode) if told)
    elif canary.kind == Canary.Kind.FIELDS:
        yield from ((place, "隐藏字段") for place, told in _betrayed(viewer, canary) if told)
    if canary.unit is not None:
        yield from ((place, "机构名称") for place, told in _unit_shown(viewer, canary.unit) if told)
    if _miscounted(viewer, canary.person):
        yield "机构人数", "人数"


def _lawful(viewer: Passerby, canary: Canary) -> Mode:
    """How he may reach the canary: by the matrix where there are no rules, and never what is hidden."""
    if canary.kind not in Canary.SHOWN:
        return Mode.NONE
    book, policy = rulebook.book(), policies.of(viewer.person_id)
    tier = _TIERS.get(Canary.Kind(canary.kind))
    if book.rules or tier is None:
        return policy.mode(canary.person_id, canary.person.sight, canary.person.unit_path)
    return rules.by_matrix(book.preset, policy.tier, tier)


def _listed(viewer: Passerby, canary: Canary, mode: Mode) -> Iterator[tuple[str, bool]]:
    person = canary.person
    number = person.pk
    typed = (
        ("拼音", person.pinyin),
        ("职务", planted.TITLE),
        ("办公电话", person.office_phone),
        ("姓名", person.name),
        ("手机号码", person.mobile),
    )
    for what, text in typed:
        found = search.people(viewer, text)
        rows = [*found.people, *(found.strangers if mode == Mode.NONE else ())]
        yield f"查找（{what}）", any(row.id == number for row in rows)
    yield "选择人员", any(one.id == number for one in picks.find(viewer, person.pinyin))
    unit = visibility.units(viewer).filter(pk=person.unit_id or 0).first()
    if unit is not None:
        yield "机构人员", any(post.person_id == number for post in units.members(viewer, unit).posts)
        if unit.level >= DEPARTMENT_LEVEL:
            chosen = letters.page(viewer, unit, chosen=person.initials[:1])
            yield "按字母查看", any(row.id == number for _, rows in chosen.groups for row in rows)
    yield "名片", _has_card(viewer, number)
    everywhere = Onlooker(client_pk=0, unit_id=viewer.unit_id, unit_path=viewer.unit_path, range_paths=("",))
    by_program = visibility.persons(everywhere).filter(pk=number).exists()
    yield "应用接口", by_program and mode == Mode.NONE


def _has_card(viewer: Passerby, person_id: int) -> bool:
    try:
        cards.card(viewer, person_id)
    except Refused:
        return False
    return True


def _betrayed(viewer: Passerby, canary: Canary) -> Iterator[tuple[str, bool]]:
    """Hidden fields: not on the card, not in rows, and no number finds whose it is."""
    person = canary.person
    for what, text in (("手机号码", person.mobile), ("办公电话", person.office_phone)):
        yield f"查找（{what}）", any(row.id == person.pk for row in search.people(viewer, text).people)
    rows = search.people(viewer, person.name).people
    yield "查找（姓名）", any(row.office_phone for row in rows if row.id == person.pk)
    yield "隐藏字段", "mobile" not in withheld.of(viewer, [person.pk])[person.pk]
    try:
        card = cards.card(viewer, person.pk)
    except Refused:
        return
    yield "名片", any((card.mobile, card.office_phone, card.email, card.room))


def _unit_shown(viewer: Passerby, unit: Unit) -> Iterator[tuple[str, bool]]:
    yield "查找机构", any(one.id == unit.pk for one in unit_search.find(viewer, unit.short_name, limit=20))
    parent = visibility.units(viewer).filter(pk=unit.parent_id or 0).first()
    if parent is not None:
        shown = units.level(viewer, parent, limit=1000).nodes
        yield "组织树", any(node.id == unit.pk for node in shown)


def _miscounted(viewer: Passerby, person: Person) -> bool:
    """Does the tree's number differ from whom he may see?"""
    path = person.unit_path[:_DEPARTMENT]
    unit = visibility.units(viewer).filter(path=path).first()
    if unit is None:
        return False
    below = Q(unit_path__gte=path, unit_path__lt=path + "~")
    seen = visibility.persons(viewer).filter(below, sight__gt=0).count()
    return headcounts.of(viewer, [(unit.pk, path)])[unit.pk] != seen
