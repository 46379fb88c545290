"""Who acts: what the kernel needs to know of a user, without knowing accounts."""

from dataclasses import dataclass
from typing import Protocol


class Actor(Protocol):
    """A logged-in person in one of his posts. `accounts` supplies the real one (Principal)."""

    @property
    def account_id(self) -> int | None: ...
    @property
    def name(self) -> str: ...
    @property
    def unit_name(self) -> str: ...
    def allows(self, permission: str, *, at: str | None = None) -> bool:
        """Does he hold the permission, at the unit with this path (anywhere when None)?"""


@dataclass(frozen=True)
class System:
    """The platform itself, acting from a job or a command."""

    account_id: None = None
    name: str = "系统"
    unit_name: str = ""

    def allows(self, permission: str, *, at: str | None = None) -> bool:
        return True


SYSTEM = System()
