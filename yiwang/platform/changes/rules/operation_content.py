"""What an application for a person operation says, as the form understood it. Pure; checked in queries."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from yiwang.platform.org.models import Person, Post, Unit

# Kept sealed; never in clear in a column, a log or a list.
SENSITIVE = ("id_number", "mobile", "second_mobile")

# What 修改 may change of a person, in the order of the form. The rest he changes himself (自助).
CORRECTABLE = (
    *("name", "name_mark", "id_kind", "id_number", "mobile", "second_mobile"),
    *("category", "establishment", "duty_level", "grade", "post_grade", "contract_ends_on"),
)
DUTY = ("title", "is_leader", "is_head", "portfolio", "sort")


@dataclass(frozen=True, slots=True)
class Content:
    """One application. Not every kind says everything.

    facts: of the person, by `person_checks.FIELDS`. duty: of the post, by DUTY. post: the one that is ended,
    changed or extended. leaving: further posts that end with a transfer. until: last day of a period.
    """

    kind: str
    change_date: datetime.date | None
    effective_on: datetime.date | None
    person: Person | None = None
    to_unit: Unit | None = None
    post: Post | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    duty: Mapping[str, Any] = field(default_factory=dict)
    post_kind: str = Post.Kind.CONCURRENT
    leaving: tuple[int, ...] = ()
    until: datetime.date | None = None
    departure: str = ""
    basis: str = ""
    reason: str = ""
    is_renamed: bool = True
    suspends_now: bool = False
    over_quota: bool = False

    @property
    def title(self) -> str:
        return str(self.duty.get("title") or "").strip()

    def payload(self) -> dict[str, Any]:
        """What is kept in clear, as plain data."""
        facts = {name: _plain(value) for name, value in self.facts.items() if name not in SENSITIVE}
        said: dict[str, Any] = {
            "facts": facts,
            "duty": {name: self.duty[name] for name in DUTY if name in self.duty},
            "leaving": list(self.leaving),
        }
        for name, default in _SAID.items():
            value = getattr(self, name)
            if value != default:
                said[name] = value
        return said

    def secrets(self) -> dict[str, str]:
        """What is kept sealed, the identity number besides, which has a column of its own."""
        return {name: str(self.facts[name] or "") for name in SENSITIVE[1:] if name in self.facts}


_SAID: dict[str, Any] = {
    "post_kind": Post.Kind.CONCURRENT,
    "is_renamed": True,
    "suspends_now": False,
    "over_quota": False,
}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime.date) else value


def facts_of(payload: Mapping[str, Any], secrets: Mapping[str, str], id_number: str) -> dict[str, Any]:
    """The facts again, from what was kept."""
    facts = {**payload.get("facts", {})}
    facts |= {name: secrets[name] for name in SENSITIVE[1:] if name in secrets}
    if id_number:
        facts["id_number"] = id_number
    ends = facts.get("contract_ends_on")
    if ends:
        facts["contract_ends_on"] = datetime.date.fromisoformat(ends)
    return facts
