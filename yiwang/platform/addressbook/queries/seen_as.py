"""The address book through somebody else's eyes: what he sees and finds, what not, and why."""

import datetime
from dataclasses import dataclass

from yiwang.kernel.audit.models import Entry
from yiwang.platform.accounts.models import Account
from yiwang.platform.addressbook.queries import explain, headcounts, search, units
from yiwang.platform.addressbook.queries.explain import Reason, UnitReason
from yiwang.platform.addressbook.queries.visibility import Looker
from yiwang.platform.addressbook.vocabulary import SEEN_AS
from yiwang.platform.org.models import Person, Unit

REASON_HOLDS = datetime.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class SeenUnit:
    """A unit below. people: what his badge would say; reason: why it is in his tree, or not."""

    id: int
    name: str
    node_type: str
    people: int
    reason: UnitReason


@dataclass(frozen=True, slots=True)
class SeenPerson:
    """A member with the deciding step."""

    id: int
    name: str
    title: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class SeenPage:
    """reason: does he see the unit itself, and why?"""

    reason: UnitReason
    people: int
    units: list[SeenUnit]
    persons: list[SeenPerson]


@dataclass(frozen=True, slots=True)
class SeenSearch:
    """What he finds. found: in his list; strangers: minimal cards; missed: whom only the asker finds."""

    text: str
    found: list[SeenPerson]
    strangers: list[SeenPerson]
    missed: list[SeenPerson]
    hint: str


@dataclass(frozen=True, slots=True)
class _Eyes:
    """Somebody without any right of an administrator."""

    person_id: int
    account_id: int | None = None
    unit_path: str = ""
    is_temporary: bool = False

    def allows(self, permission: str, *, at: str | None = None) -> bool:
        return False

    def scopes(self, permission: str) -> list[tuple[str, bool]]:
        return []


def page(user: Looker, viewer_id: int, unit: Unit) -> SeenPage:
    """The unit as `viewer_id` sees it, as far as the administrator may look himself."""
    eyes = _eyes(viewer_id)
    below = units.level(user, unit).nodes
    rows = {one.pk: one for one in Unit.objects.filter(pk__in=[node.id for node in below])}
    counts = headcounts.of(eyes, [(unit.pk, unit.path), *((one.pk, one.path) for one in rows.values())])
    members = units.members(user, unit).posts
    reasons = explain.of_all(viewer_id, {post.person_id for post in members})
    zones = explain.units(viewer_id, [unit, *rows.values()])
    return SeenPage(
        reason=zones[unit.pk],
        people=counts[unit.pk],
        units=[
            SeenUnit(node.id, node.name, node.node_type, counts[node.id], zones[node.id]) for node in below
        ],
        persons=[
            SeenPerson(post.person_id, post.person.name, post.title, reasons[post.person_id])
            for post in members
        ],
    )


def _eyes(viewer_id: int) -> _Eyes:
    accounts = Account.objects.get_queryset().filter(person_id=viewer_id)
    return _Eyes(viewer_id, is_temporary=accounts.filter(kind=Account.Kind.TEMPORARY).exists())


def find(user: Looker, viewer_id: int, text: str) -> SeenSearch:
    """The same text, typed by both; of what he finds only what the administrator may know as well."""
    own = search.people(user, text)
    his = search.people(_eyes(viewer_id), text)
    ids = [row.id for row in his.people]
    strangers = [one.id for one in his.strangers]
    missed = [row.id for row in own.people if row.id not in {*ids, *strangers}]
    known = {
        one.pk: one for one in Person.objects.visible_to(user).filter(pk__in=[*ids, *strangers, *missed])
    }
    reasons = explain.of_all(viewer_id, known)

    def as_seen(wanted: list[int]) -> list[SeenPerson]:
        return [SeenPerson(pk, known[pk].name, known[pk].title, reasons[pk]) for pk in wanted if pk in known]

    return SeenSearch(text, as_seen(ids), as_seen(strangers), as_seen(missed), his.hint)


def was_reasoned(user: Looker, viewer_id: int, *, now: datetime.datetime) -> bool:
    """Has he said why he looks with this person's eyes, within the hour?"""
    said = Entry.objects.filter(
        verb=SEEN_AS.key,
        actor_account_id=user.account_id,
        target_type=Person._meta.label_lower,
        target_id=str(viewer_id),
        at__gt=now - REASON_HOLDS,
    )
    return said.exists()
