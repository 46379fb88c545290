"""What the organisation must know of whoever looks at it; accounts' Principal fulfils it."""

from typing import Protocol


class Viewer(Protocol):
    """A logged-in person in his current post.

    unit_path: path of the unit of his current post, "" for temporary accounts.
    """

    @property
    def person_id(self) -> int: ...
    @property
    def unit_path(self) -> str: ...
    @property
    def is_temporary(self) -> bool: ...
    @property
    def account_id(self) -> int | None: ...
    def scopes(self, permission: str) -> list[tuple[str, bool]]: ...
    def allows(self, permission: str, *, at: str | None = None) -> bool: ...
