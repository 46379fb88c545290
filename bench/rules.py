"""Everybody's rules on: what a district decides in years, so that seeing is measured as it will be.

A hundred unit rules, tags of which one has 10,000 members, duties, person rules, hidden units and persons
with white lists, hidden fields, tiers set by hand. The same in every run; written once.
"""

import random
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from yiwang.platform.addressbook.actions import sight
from yiwang.platform.addressbook.models import Group, GroupMember, Hiding, HidingPass, Rule, TierOverride
from yiwang.platform.org.models import Person, Unit

TAGGED = 10_000
_MARK = "性能测试"


def _stated() -> dict[str, Any]:
    return {
        "reason": _MARK,
        "state": "active",
        "valid_from": timezone.localdate(),
        "proposed_by_name": _MARK,
    }


@transaction.atomic
def load() -> int:
    """Put them in force, unless they are; how many rules there are."""
    if not Rule.objects.filter(reason=_MARK).exists():
        dice = random.Random("rules")
        people = list(Person.objects.filter(sight__gt=0).order_by("id").values_list("pk", flat=True))
        units = list(
            Unit.objects.living().filter(level__gte=2, zone=0).order_by("id").values_list("pk", flat=True)
        )
        tags = _tags(dice, people)
        _rules(dice, people, units, tags)
        _hidings(dice, people, units, tags)
        chosen = dice.sample(people, 300)
        TierOverride.objects.bulk_create(
            TierOverride(person_id=one, tier=dice.choice((1, 2)), valid_to=timezone.localdate(), **_stated())
            for one in chosen
        )
        sight.follow_rules()
    return Rule.objects.filter(state="active").count()


def _tags(dice: random.Random, people: Sequence[int]) -> list[Group]:
    tags = [
        Group.objects.create(source="bench.tag", reference=str(number), label=f"标签{number}")
        for number in range(20)
    ]
    for number, tag in enumerate(tags):
        members = dice.sample(people, TAGGED if number == 0 else 500)
        GroupMember.objects.bulk_create(GroupMember(group=tag, person_id=one) for one in members)
    return tags


def _rules(dice: random.Random, people: Sequence[int], units: Sequence[int], tags: Sequence[Group]) -> None:
    made = [
        Rule(
            kind="unit",
            mode=dice.choice((0, 1, 2)),
            viewer_unit_id=dice.choice(units),
            target_unit_id=dice.choice(units),
            priority=dice.randint(1, 99),
            **_stated(),
        )
        for _ in range(100)
    ]
    made += [
        Rule(
            kind="tag",
            mode=dice.choice((1, 2)),
            viewer_unit_id=dice.choice(units),
            target_group=tag,
            **_stated(),
        )
        for tag in tags[:5]
    ]
    made += [
        Rule(kind="tag", mode=2, viewer_group=tag, target_unit_id=dice.choice(units), **_stated())
        for tag in tags[5:]
    ]
    made += [
        Rule(
            kind="person", mode=dice.choice((0, 2)), viewer_person_id=one, target_person_id=other, **_stated()
        )
        for one, other in (dice.sample(people, 2) for _ in range(1_000))
    ]
    duty, _ = Group.objects.get_or_create(
        source="org.title", reference="副主任", defaults={"label": "副主任"}
    )
    made += [Rule(kind="post", mode=1, viewer_unit_id=dice.choice(units), target_group=duty, **_stated())]
    Rule.objects.bulk_create(made)


def _hidings(dice: random.Random, people: Sequence[int], units: Sequence[int], tags: Sequence[Group]) -> None:
    small = list(Unit.objects.filter(pk__in=units, level__gte=4).order_by("id").values_list("pk", flat=True))
    made = [
        Hiding(unit_id=one, scope=dice.choice(("everybody", "except_own")), **_stated())
        for one in dice.sample(small, 60)
    ]
    made += [Hiding(person_id=one, scope="everybody", **_stated()) for one in dice.sample(people, 300)]
    made += [
        Hiding(person_id=one, scope="everybody", fields=["mobile", "office_phone"], **_stated())
        for one in dice.sample(people, 50)
    ]
    made += [Hiding(unit_id=one, fields=["office_phone"], **_stated()) for one in dice.sample(small, 10)]
    hidings = Hiding.objects.bulk_create(made)
    HidingPass.objects.bulk_create(
        HidingPass(hiding=one, **dice.choice(({"group": dice.choice(tags)}, {"unit_id": dice.choice(units)})))
        for one in hidings
    )
