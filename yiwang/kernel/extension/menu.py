"""Menu entries: what the portal's side bar and the phone's work bench show."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from yiwang.kernel.registry import Registry


@dataclass(frozen=True)
class MenuEntry:
    """A module's door. icon: a Tabler icon name; group: the heading it stands under.

    permission: key of the right needed to see it, "" for everybody.
    any_of: instead, keys of rights of which one will do.
    staff_only: temporary accounts (临时账号) do not see it.
    when: shown only if this is true of the user, such as "he is an administrator outside of his mode".
    tab: also a bottom tab on the phone; tool: also in the top bar of the desk.
    """

    key: str
    label: str
    url_name: str
    icon: str
    order: int
    group: str = ""
    permission: str = ""
    any_of: tuple[str, ...] = ()
    staff_only: bool = True
    tab: bool = False
    when: Callable[[Any], bool] | None = None
    tool: bool = False


menu: Registry[MenuEntry] = Registry("menu", "Doors to modules in portal and phone")
