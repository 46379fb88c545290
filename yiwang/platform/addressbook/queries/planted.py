"""The canaries that live (泄露监测): which words only their entries hold, as they may stand in an answer."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from yiwang.kernel.validators import mask_mobile
from yiwang.platform.addressbook.models import Canary
from yiwang.platform.org.models import Person

# What the words of canaries have in common, so that an answer without them is passed fast. No number of the
# kind is given to anybody: neither telephones nor mobile numbers begin so.
TITLE, ROOM, MAIL = "监测岗", "监测室", "jiance.invalid"
PHONE, MOBILE = "021-2900", "1540000"
_SIGNS = {"office_phone": PHONE, "email": MAIL, "room": ROOM, "title": TITLE}

NAME, UNIT = "name", "unit"
FIELDS = ("mobile", "office_phone", "email", "room")
_HIDDEN = {
    Canary.Kind.FIELDS: frozenset(FIELDS),
    Canary.Kind.Q1: frozenset[str](),
    Canary.Kind.Q2: frozenset[str](),
}


@dataclass(frozen=True, slots=True)
class Token:
    """What only one entry holds. what: NAME, UNIT or a key of `Hiding.Field`.

    written: in plain and in escaped characters. sign: a part that is found fast.
    """

    what: str
    written: tuple[bytes, ...]
    sign: str


@dataclass(frozen=True, slots=True)
class CanaryRow:
    """A fictitious person who serves at that path.

    hidden: what is kept from everybody but administrators, None for all of it.
    """

    id: int
    person_id: int
    path: str
    hidden: frozenset[str] | None
    tokens: tuple[Token, ...]


def living_rows() -> tuple[CanaryRow, ...]:
    """All of them with their words."""
    living = Canary.objects.filter(ended_at=None).select_related("person", "unit").order_by("id")
    return tuple(
        CanaryRow(
            one.pk,
            one.person_id,
            one.person.unit_path,
            _HIDDEN.get(Canary.Kind(one.kind)),
            tuple(_tokens(one)),
        )
        for one in living
    )


def _tokens(canary: Canary) -> Iterator[Token]:
    person = canary.person
    yield _token(NAME, person.name, person.name[-1:])
    for what, sign in _SIGNS.items():
        if text := getattr(person, what):
            yield _token(what, text, sign if sign in text else text)
    yield from _of_mobile(person)
    if canary.unit is not None:
        yield _token(UNIT, canary.unit.short_name, canary.unit.short_name[:2])


def _of_mobile(person: Person) -> Iterator[Token]:
    """Whole and as lists show it. Only numbers that nobody can have are told apart by the latter."""
    if person.mobile.startswith(MOBILE):
        for text in (person.mobile, mask_mobile(person.mobile)):
            yield _token("mobile", text, text[:7])


def _token(what: str, text: str, sign: str) -> Token:
    written = dict.fromkeys((text, json.dumps(text)[1:-1]))
    return Token(what, tuple(one.encode() for one in written), sign)
