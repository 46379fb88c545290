"""Tags of the demonstration: duties that a district really addresses, by rule and by hand."""

import datetime
from typing import Any

from yiwang.kernel.actor import Actor
from yiwang.platform.org.models import Person, Unit
from yiwang.platform.tags.actions import member, share
from yiwang.platform.tags.actions import tag as acts
from yiwang.platform.tags.models import Tag

_TOWNS, _OFFICE, _OWN = "镇街道", "区府办", "朱家角镇"
_GROUP = "居（村）民委员会"
_EACH = 12  # so many of a kind stand on a list


class _Keeper:
    """Sees everybody, as the system administrator does; no session stands behind it."""

    account_id, person_id, unit_path, is_temporary = None, 0, "", False

    def allows(self, permission: str, *, at: str | None = None) -> bool:
        return True

    def scopes(self, permission: str) -> list[tuple[str, bool]]:
        return [("", True)]


KEEPER = _Keeper()


def make_tags(*, actor: Actor, today: datetime.date) -> int:
    """Make them; how many. Units that a small tree lacks have none."""
    units = {one.short_name: one for one in Unit.objects.living().filter(level__lte=2)}
    made = [
        *_of_district(units, actor),
        *_of_office(units, actor),
        *_of_town(units, actor, today),
    ]
    acts.count_members(actor=actor)
    return len(made)


def _of_district(units: dict[str, Unit], actor: Actor) -> list[Tag]:
    root = next(one for one in units.values() if one.level == 0)
    towns = units[_TOWNS]
    said: list[tuple[str, str, str, dict[str, Any]]] = [
        ("科长", "职务", "区级部门和街镇的科长，随任职自动变化", {"post": {"titles": ["科长"]}}),
        (
            "街镇主要负责人",
            "职务",
            "各镇镇长、街道办事处主任",
            {"post": {"units": [towns.pk], "titles": ["党委副书记、镇长", "党工委副书记、办事处主任"]}},
        ),
        (
            "居村书记",
            "基层治理",
            "各居村党组织书记",
            {"post": {"units": [towns.pk], "titles": ["党总支书记", "党支部书记"], "match": "contains"}},
        ),
        ("部门负责人", "职务", "各部门、科室负责人", {"post": {"head": True}}),
    ]
    made = []
    for name, group, note, rule in said:
        one = acts.make_tag(root, name=name, group=group, note=note, rule=rule, actor=actor)
        share.share_tag(one, units=[root.pk], actor=actor, viewer=KEEPER)
        made.append(one)
    return made


def _of_office(units: dict[str, Unit], actor: Actor) -> list[Tag]:
    office, towns = units.get(_OFFICE), units[_TOWNS]
    if office is None:
        return []
    note = "负责向区府办报送政务信息，各单位一名"
    one = acts.make_tag(office, name="信息员", group="信息报送", note=note, actor=actor)
    places = Unit.objects.living().filter(level=2).order_by("position")
    first = [
        Person.objects.filter(unit__path__startswith=place.path, sight__gt=0, tier__gte=3)
        .order_by("position")
        .values_list("pk", flat=True)
        .first()
        for place in places
    ]
    _mark(one, [person for person in first if person is not None], actor)
    share.share_tag(one, units=[towns.pk], actor=actor, viewer=KEEPER)
    return [one]


def _of_town(units: dict[str, Unit], actor: Actor, today: datetime.date) -> list[Tag]:
    town = units.get(_OWN)
    if town is None:
        return []
    committees = Unit.objects.living().filter(path__startswith=town.path, parent__short_name=_GROUP)
    grid = acts.make_tag(town, name="网格员", group="基层治理", note="各居村网格的联系人", actor=actor)
    _mark(grid, _of(committees, _EACH), actor)
    party = acts.make_tag(
        town, name="党务工作者", group="党建", note="机关支部和居村的党务工作者", actor=actor
    )
    office = Unit.objects.living().filter(parent=town).order_by("position").first()
    _mark(party, _of(committees, 5), actor, units=[office.pk] if office else [])
    duty = acts.make_tag(
        town,
        name="防汛值班员",
        group="应急值守",
        note="汛期值班，汛期结束后停用",
        valid_to=today + datetime.timedelta(days=5),
        actor=actor,
    )
    _mark(duty, _of(Unit.objects.living().filter(path__startswith=town.path, level__gte=3), _EACH), actor)
    return [grid, party, duty]


def _of(places: Any, most: int) -> list[int]:
    """The first people of these places, in the order of the address book."""
    there = Person.objects.filter(unit__in=places, sight__gt=0).order_by("position", "pk")
    return list(there.values_list("pk", flat=True)[:most])


def _mark(one: Tag, people: list[int], actor: Actor, *, units: list[int] | None = None) -> None:
    if people or units:
        member.add_members(one, persons=people, units=units or [], actor=actor, viewer=KEEPER)
