"""Who may reach whom, asked pair by pair as domain reference §3.5 says it: slow, plain, without classes.

Written apart from the product's own code, so that tests can hold the two against each other.
"""

import datetime
from dataclasses import dataclass, field

from django.utils import timezone

from yiwang.platform.accounts.models import Account
from yiwang.platform.addressbook.models import (
    Contact,
    Emergency,
    Group,
    GroupMember,
    Hiding,
    Rule,
    TierOverride,
)
from yiwang.platform.addressbook.models.book import Book
from yiwang.platform.org.models import Person, Post, Unit

NONE, SEARCH, DIRECT = 0, 1, 2
_GRADED = {1: (2, 2, 2, 2), 2: (2, 2, 2, 2), 3: (1, 2, 2, 2), 4: (0, 1, 2, 2)}
_MATRIX = {
    "graded": _GRADED,
    "open": dict.fromkeys((1, 2, 3, 4), (2, 2, 2, 2)),
    "strict": {**_GRADED, 3: (1, 1, 2, 2), 4: (0, 1, 1, 2)},
}
_HIGH = {"01", "02", "03", "04", "05", "06"}


@dataclass
class Oracle:
    """Reads everything once; then answers for any pair."""

    today: datetime.date = field(default_factory=timezone.localdate)

    def __post_init__(self) -> None:
        self.units = {unit.pk: unit for unit in Unit.objects.all()}
        self.persons = {person.pk: person for person in Person.objects.all()}
        self.posts: dict[int, list[Post]] = {}
        for post in Post.objects.filter(is_living=True):
            self.posts.setdefault(post.person_id, []).append(post)
        self.accounts = {one.person_id: one for one in Account.objects.get_queryset()}
        self.preset = Book.objects.get().preset
        period = {"state": "active"}
        self.rules = [one for one in Rule.objects.filter(**period) if self._lives(one)]
        hidings = [one for one in Hiding.objects.filter(**period) if self._lives(one)]
        self.hidings = [one for one in hidings if not one.fields]
        self.veils = [one for one in hidings if one.fields]
        self.tiers = {
            one.person_id: one.tier for one in TierOverride.objects.filter(**period) if self._lives(one)
        }
        open_ones = Emergency.objects.filter(ended_at=None, until__gt=timezone.now())
        self.emergencies = set(open_ones.values_list("person_id", flat=True))
        self.contacts = {
            pair
            for one in Contact.objects.filter(state="accepted")
            for pair in ((one.asker_id, one.asked_id), (one.asked_id, one.asker_id))
        }
        self.members: dict[int, set[int]] = {}
        for member in GroupMember.objects.all():
            self.members.setdefault(member.group_id, set()).add(member.person_id)
        for duty in Group.objects.filter(source="org.title"):
            holders = {
                person
                for person, posts in self.posts.items()
                if any(p.title == duty.reference for p in posts)
            }
            self.members.setdefault(duty.pk, set()).update(holders)

    def _lives(self, one: Rule | Hiding | TierOverride) -> bool:
        return one.valid_from <= self.today and (one.valid_to is None or one.valid_to >= self.today)

    def _line(self, unit: Unit) -> list[Unit]:
        line = [unit]
        while line[-1].parent_id is not None:
            line.append(self.units[line[-1].parent_id])
        return line

    def _departments(self, person: int) -> set[int]:
        lines = (self._line(self.units[post.unit_id]) for post in self.posts.get(person, []))
        return {unit.pk for line in lines for unit in line if unit.level == 2}

    def _serves_in(self, person: int, unit: int) -> bool:
        return any(
            unit == one.pk
            for post in self.posts.get(person, [])
            for one in self._line(self.units[post.unit_id])
        )

    def _main(self, person: int) -> Unit | None:
        main = next((post for post in self.posts.get(person, []) if post.kind == "main"), None)
        return None if main is None else self.units[main.unit_id]

    def tier(self, person: int) -> int:
        if person in self.tiers:
            return self.tiers[person]
        found = []
        for post in self.posts.get(person, []):
            line = self._line(self.units[post.unit_id])
            if self.persons[person].duty_level in _HIGH:
                found.append(1)
            elif post.is_leader and line[0].level == 2:
                found.append(2)
            else:
                found.append(4 if any(u.level == 1 and u.short_name == "镇街道" for u in line) else 3)
        return min(found, default=4)

    def _is_there(self, person: int) -> bool:
        one, account, main = self.persons[person], self.accounts.get(person), self._main(person)
        return (
            one.status in Person.PRESENT
            and one.category != "external"
            and main is not None
            and main.status == "active"
            and (account is None or account.state in ("active", "inactive"))
        )

    def _passes(self, hiding: Hiding | None, viewer: int) -> bool:
        return hiding is not None and any(
            one.person_id == viewer
            or (one.unit_id is not None and self._serves_in(viewer, one.unit_id))
            or (one.group_id is not None and viewer in self.members.get(one.group_id, set()))
            for one in hiding.passes.all()
        )

    def sees_into(self, viewer: int, unit: Unit) -> bool:
        """Is no unit from here up to the root hidden from him?"""
        if viewer in self.emergencies:
            return True
        for one in self._line(unit):
            hiding = next((hiding for hiding in self.hidings if hiding.unit_id == one.pk), None)
            if one.is_listed and hiding is None:
                continue
            inside = self._serves_in(viewer, one.pk)
            own = hiding is not None and hiding.scope == "except_own"
            if own and one.level >= 2:
                department = next(up.pk for up in self._line(one) if up.level == 2)
                inside = inside or department in self._departments(viewer)
            if not inside and not self._passes(hiding, viewer):
                return False
        return True

    def hidden_fields(self, viewer: int, target: int) -> set[str]:
        """Fields of the target that are kept from the viewer."""
        found: set[str] = set()
        if viewer in self.emergencies:
            return found
        main = self._main(target)
        for one in self.veils if viewer != target else ():
            own = bool(self._departments(viewer) & self._departments(target))
            if one.person_id is not None:
                concerns, is_open = one.person_id == target, one.scope == "except_own" and own
            else:
                assert one.unit_id is not None
                line = self._line(self.units[one.unit_id])
                concerns = main is not None and any(up.pk == one.unit_id for up in self._line(main))
                department = {up.pk for up in line if up.level == 2}
                is_open = self._serves_in(viewer, one.unit_id) or (
                    one.scope == "except_own" and bool(department & self._departments(viewer))
                )
            if concerns and not is_open and not self._passes(one, viewer):
                found |= set(one.fields)
        return found

    def mode(self, viewer: int, target: int) -> int:
        """How the viewer reaches the target."""
        if viewer == target:
            return DIRECT
        if not self._is_there(target):
            return NONE
        if viewer in self.emergencies:
            return DIRECT
        single = [
            one.mode
            for one in self.rules
            if one.viewer_person_id == viewer and one.target_person_id == target
        ]
        if single:
            return min(single)
        unit = self._main(target)
        assert unit is not None
        if not self.sees_into(viewer, unit):
            return NONE
        own = bool(self._departments(viewer) & self._departments(target))
        hiding = next((one for one in self.hidings if one.person_id == target), None)
        reserved = not self.persons[target].is_listed or hiding is not None
        strict = hiding is not None and hiding.scope == "everybody"
        if reserved and not (own and not strict) and not self._passes(hiding, viewer):
            return NONE
        if own or (viewer, target) in self.contacts:
            return DIRECT
        decided = self._by_rules(viewer, target, unit)
        return (
            decided if decided is not None else _MATRIX[self.preset][self.tier(viewer)][self.tier(target) - 1]
        )

    def _by_rules(self, viewer: int, target: int, unit: Unit) -> int | None:
        line = {one.pk: one for one in self._line(unit)}
        for kind in ("unit", "tag", "post"):
            found = []
            for one in self.rules:
                concerns = (
                    self._serves_in(viewer, one.viewer_unit_id)
                    if one.viewer_unit_id
                    else viewer in self.members.get(one.viewer_group_id or 0, set())
                )
                speaks = (
                    one.target_unit_id in line
                    if one.target_unit_id
                    else target in self.members.get(one.target_group_id or 0, set())
                )
                if one.kind == kind and concerns and speaks:
                    depth = line[one.target_unit_id].level + 1 if one.target_unit_id else 0
                    own = self.units[one.viewer_unit_id].level + 1 if one.viewer_unit_id else 0
                    found.append(((depth, own, one.priority, -one.mode), one.mode))
            if found:
                return max(found)[1]
        return None
