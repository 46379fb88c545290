"""The card of one person, as far as the address book shows it (domain reference §3.1).

The identity number, the birth date and the whole mobile number never leave this file.
"""

import datetime
from dataclasses import dataclass

from yiwang.kernel.errors import not_found
from yiwang.kernel.validators import mask_mobile
from yiwang.platform.addressbook.queries import visibility
from yiwang.platform.org.models import Person, Post, Unit
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL, STEP
from yiwang.platform.org.models.viewer import Viewer
from yiwang.platform.org.queries import people

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
    """What one viewer may know of one person. mobile: masked, 138****5678; status: "" when on post."""

    id: int
    name: str
    status: str
    office_phone: str
    mobile: str
    email: str
    room: str
    checked_on: datetime.date | None
    posts: tuple[CardPost, ...]


def card(viewer: Viewer, person_id: int) -> Card:
    """The person's card in three statements; hidden and absent are 404 alike.

    A post in a unit that the viewer may not know of is left out, unless it is his own.
    """
    person = visibility.persons(viewer).filter(pk=person_id).first()
    if person is None:
        raise not_found()
    posts = list(people.posts_of(person.pk))
    units = _units_above(viewer, posts, is_own=person.pk == viewer.person_id)
    return Card(
        id=person.pk,
        name=person.name,
        status="" if person.status == _UNMARKED else person.get_status_display(),
        office_phone=person.office_phone,
        mobile=mask_mobile(person.mobile) if person.mobile else "",
        email=person.email,
        room=person.room,
        checked_on=person.checked_on,
        posts=tuple(_card_post(post, units) for post in posts if post.unit.path in units),
    )


def _units_above(viewer: Viewer, posts: list[Post], *, is_own: bool) -> dict[str, tuple[int, str]]:
    """Path -> (id, short name) of the units he serves in and those above, as far as the viewer may know."""
    paths = {path for post in posts for path in post.unit.ancestor_paths}
    units = Unit.objects.living() if is_own else visibility.units(viewer)
    found = units.filter(path__in=paths).values_list("path", "id", "short_name")
    return {path: (unit_id, name) for path, unit_id, name in found}


def _card_post(post: Post, units: dict[str, tuple[int, str]]) -> CardPost:
    own = post.unit.path
    start = STEP * (DEPARTMENT_LEVEL + 1)
    paths = [own[:end] for end in range(start, len(own) + 1, STEP)] or [own]
    return CardPost(
        unit_id=post.unit_id,
        title=post.title,
        kind=post.get_kind_display(),
        is_main=post.kind == Post.Kind.MAIN,
        portfolio=post.portfolio,
        line=tuple(units[path] for path in paths if path in units),
    )
