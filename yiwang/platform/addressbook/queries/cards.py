"""The card of one person, as far as the address book shows it (domain reference §3.1, §3.7).

The identity number, the birth date and the whole mobile number never leave this file; the grade (职级) goes
to colleagues of the same level-2 unit only.
"""

import datetime
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Exists, OuterRef

from yiwang.kernel.errors import not_found
from yiwang.kernel.validators import mask_mobile
from yiwang.platform.addressbook import rules
from yiwang.platform.addressbook.models import OpenMobile, Star
from yiwang.platform.addressbook.queries import fields, visibility, withheld
from yiwang.platform.addressbook.queries import policy as policies
from yiwang.platform.org.models import Person, Post, Unit
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL, STEP
from yiwang.platform.org.models.viewer import Viewer
from yiwang.platform.org.queries import codes, people

# On post needs no mark; the others tell where somebody is to be reached, or that he has gone.
_UNMARKED = Person.Status.ON_POST


@dataclass(frozen=True, slots=True)
class CardPost:
    """One post. line: (id, short name) of the units from the department down to where he serves."""

    unit_id: int
    title: str
    kind: str
    is_main: bool
    portfolio: str
    line: tuple[tuple[int, str], ...]

    @property
    def department(self) -> str:
        return self.line[0][1]


@dataclass(frozen=True, slots=True)
class Card:
    """What one viewer may know of one person. mobile: masked, 138****5678; status: "" when on post.

    can_reveal: may he ask for the whole number; is_minimal: opened by consent, so name and unit only.
    withheld: keys of `Hiding.Field` that are left out; ranks: 职级, 岗位等级, "" where not shown.
    """

    id: int
    name: str
    status: str
    office_phone: str
    mobile: str
    email: str
    room: str
    checked_on: datetime.date | None
    posts: tuple[CardPost, ...]
    has_photo: bool = False
    is_starred: bool = False
    can_reveal: bool = False
    is_minimal: bool = False
    withheld: frozenset[str] = frozenset()
    ranks: str = ""


def card(viewer: Viewer, person_id: int) -> Card:
    """The person's card in three statements; hidden and absent are 404 alike.

    A post in a unit that the viewer may not know of is left out, unless it is his own.
    """
    person, is_starred, is_open = _seen(viewer, person_id)
    posts = list(people.posts_of(person.pk))
    units = _units_above(viewer, posts, is_own=person.pk == viewer.person_id)
    is_minimal = bool(withheld.by_consent(viewer, [person.pk]))
    kept = fields.hidden_fields(viewer, [person.pk])[person.pk]
    if is_minimal:
        kept |= withheld.BEYOND_MINIMAL

    def shown(field: str, value: str) -> str:
        return "" if field in kept else value

    return Card(
        id=person.pk,
        name=person.marked_name,
        status="" if person.status == _UNMARKED else person.get_status_display(),
        office_phone=shown("office_phone", person.office_phone),
        mobile=shown("mobile", mask_mobile(person.mobile) if person.mobile else ""),
        email=shown("email", person.email),
        room=shown("room", person.room),
        checked_on=person.checked_on,
        posts=_shown_posts(posts, units, kept, is_minimal=is_minimal),
        has_photo=person.photo_id is not None and "photo" not in kept,
        is_starred=is_starred,
        can_reveal="mobile" not in kept
        and not is_minimal
        and _may_reveal(viewer, person, [post.unit.path for post in posts], is_open=is_open),
        is_minimal=is_minimal,
        withheld=kept,
        ranks="" if "title" in kept else _ranks(viewer, person, posts),
    )


def revealable(viewer: Viewer, person_id: int) -> tuple[Person, bool]:
    """The person, if this viewer may open his card (else 404), and whether he may see the whole number."""
    person, _, is_open = _seen(viewer, person_id)
    if (
        withheld.by_consent(viewer, [person.pk])
        or "mobile" in fields.hidden_fields(viewer, [person.pk])[person.pk]
    ):
        return person, False
    paths = list(people.posts_of(person.pk).values_list("unit__path", flat=True))
    return person, _may_reveal(viewer, person, paths, is_open=is_open)


def _seen(viewer: Viewer, person_id: int) -> tuple[Person, bool, bool]:
    """The person, whether the viewer starred him, whether his number is public; 404 for who is not seen."""
    starred = Exists(Star.objects.filter(owner_id=viewer.person_id, person_id=OuterRef("pk")))
    opened = Exists(OpenMobile.objects.filter(person_id=OuterRef("pk")))
    rows = visibility.persons(viewer).filter(pk=person_id).annotate(is_starred=starred, is_open=opened)
    person: Any = rows.first()
    if person is None:
        raise not_found()
    return person, person.is_starred, person.is_open


def _may_reveal(viewer: Viewer, person: Person, paths: list[str], *, is_open: bool) -> bool:
    """§3.7, by the rules of everybody: that an administrator sees him besides opens no number (§29)."""
    if not person.mobile or person.pk == viewer.person_id:
        return False
    policy = policies.of(viewer.person_id)
    return rules.can_reveal(
        mode=policy.mode(person.pk, person.sight, person.unit_path),
        tier=policy.tier,
        is_colleague=policy.serves_with(paths),
        is_open=is_open,
    )


def _ranks(viewer: Viewer, person: Person, posts: list[Post]) -> str:
    """§3.1: shown in his own unit only."""
    is_own = person.pk == viewer.person_id
    if is_own or policies.of(viewer.person_id).serves_with([post.unit.path for post in posts]):
        return codes.ranks_of(person)
    return ""


def _units_above(viewer: Viewer, posts: list[Post], *, is_own: bool) -> dict[str, tuple[int, str]]:
    """Path -> (id, short name) of the units he serves in and those above, as far as the viewer may know."""
    paths = {path for post in posts for path in post.unit.ancestor_paths}
    units = Unit.objects.living() if is_own else visibility.units(viewer)
    found = units.filter(path__in=paths).values_list("path", "id", "short_name")
    return {path: (unit_id, name) for path, unit_id, name in found}


def _shown_posts(
    posts: list[Post], units: dict[str, tuple[int, str]], kept: frozenset[str], *, is_minimal: bool
) -> tuple[CardPost, ...]:
    """All he may know of; of a minimal card the department alone."""
    shown = tuple(_card_post(post, units, kept) for post in posts if post.unit.path in units)
    return tuple(replace(post, line=post.line[:1]) for post in shown[:1]) if is_minimal else shown


def _card_post(post: Post, units: dict[str, tuple[int, str]], kept: frozenset[str]) -> CardPost:
    own = post.unit.path
    start = STEP * (DEPARTMENT_LEVEL + 1)
    paths = [own[:end] for end in range(start, len(own) + 1, STEP)] or [own]
    is_titled = "title" not in kept
    return CardPost(
        unit_id=post.unit_id,
        title=post.title if is_titled else "",
        kind=post.get_kind_display(),
        is_main=post.kind == Post.Kind.MAIN,
        portfolio=post.portfolio if is_titled else "",
        line=tuple(units[path] for path in paths if path in units),
    )
