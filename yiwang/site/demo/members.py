"""A person of the demonstration with his posts and his account, as plain objects. Made in people."""

import datetime
import uuid
from dataclasses import dataclass, field

from yiwang.platform.accounts.models import Account
from yiwang.platform.org.models import Person
from yiwang.site.demo.tree import Node

Kind, State, Status = Account.Kind, Account.State, Person.Status
Period = tuple[datetime.date, datetime.date | None]


@dataclass(slots=True)
class Service:
    """One post of a person. period: first day, last day or None while it lasts."""

    node: Node
    title: str
    kind: str
    period: Period
    sort: int = 100
    is_leader: bool = False
    is_head: bool = False
    portfolio: str = ""
    is_living: bool = True


@dataclass(slots=True)
class Login:
    """The account of a person. roles: each at a unit, None for the district. sponsor: a person's id."""

    name: str
    kind: str = Kind.USER
    state: str = State.ACTIVE
    roles: list[tuple[str, Node | None]] = field(default_factory=list)
    days: tuple[datetime.date, datetime.date] | None = None
    sponsor: tuple[int, Node] | None = None
    vendor: tuple[str, str] = ("", "")  # name, credit code
    purpose: str = ""


@dataclass(slots=True)
class Member:
    """A person with his posts and his account. node: the unit of his main post."""

    place: int
    row_key: uuid.UUID
    name: str
    pinyin: str
    initials: str
    id_number: str
    is_male: bool
    born: datetime.date
    mobile: str
    category: str
    login: Login
    establishment: str = ""
    duty_level: str = ""
    grade: str = ""
    post_grade: str = ""
    office_phone: str = ""
    room: str = ""
    email: str = ""
    status: str = Status.ON_POST
    departure: str = ""
    left_on: datetime.date | None = None
    checked_on: datetime.date | None = None
    services: list[Service] = field(default_factory=list)

    @property
    def main(self) -> Service | None:
        """His living main post, which comes first."""
        first = self.services[0] if self.services else None
        return first if first is not None and first.is_living else None

    @property
    def is_visible(self) -> bool:
        """As org's projection decides it; a test compares them."""
        return (
            self.main is not None
            and self.main.node.is_visible
            and self.status in Person.PRESENT
            and self.category != Person.Category.EXTERNAL
        )
