"""The frame around every page: menu, font size, nonce. What stands inside is the page's own affair."""

import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Protocol

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from yiwang.kernel import badges, notices
from yiwang.kernel.extension.menu import MenuEntry, menu

FONT_COOKIE = "yiwang_font"
MENU_COOKIE = "yiwang_menu"
FONT_SIZES = {"standard": "标准", "large": "大", "larger": "特大"}


class Viewer(Protocol):
    """What the frame must know of the user; accounts' Principal fulfils it."""

    @property
    def is_temporary(self) -> bool: ...
    def allows(self, permission: str, *, at: str | None = None) -> bool: ...


@dataclass(frozen=True, slots=True)
class Door:
    """A menu entry as it is shown. is_current: the page belongs to this module; number: of its badge."""

    key: str
    label: str
    url: str
    icon: str
    is_current: bool
    number: int = 0


@dataclass(frozen=True, slots=True)
class Menu:
    """groups: (heading, doors) in the order of the registry; tabs: the phone's bottom bar.

    tools: doors in the desk's top bar; numbers: of all badges by their key.
    """

    groups: tuple[tuple[str, tuple[Door, ...]], ...]
    tabs: tuple[Door, ...]
    tools: tuple[Door, ...] = ()
    numbers: Mapping[str, int] = field(default_factory=dict)


_NO_MENU = Menu((), ())


def csp_nonce(request: HttpRequest) -> str:
    """The nonce of this response, made at first use."""
    nonce = str(getattr(request, "csp_nonce", ""))
    if not nonce:
        nonce = secrets.token_urlsafe(16)
        setattr(request, "csp_nonce", nonce)  # noqa: B010  requests have no such attribute for the type checker
    return nonce


class Frame:
    """What templates ask of the frame: how this user wants his pages, where he is, what is to be said."""

    __slots__ = ("_menu", "_request", "path")

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._menu: Menu | None = None
        self.path = request.path

    @property
    def font_size(self) -> str:
        """One of FONT_SIZES; anything unknown in the cookie means the standard."""
        chosen = self._request.COOKIES.get(FONT_COOKIE, "")
        return chosen if chosen in FONT_SIZES else "standard"

    @property
    def html_class(self) -> str:
        """Classes of the root element."""
        narrow = " menu-narrow" if self._request.COOKIES.get(MENU_COOKIE) == "narrow" else ""
        return f"font-{self.font_size}{narrow}"

    def menu(self) -> Menu:
        """The doors with their numbers, made once a page."""
        if self._menu is None:
            user = getattr(self._request, "user", None)
            self._menu = menu_for(user, self.path, badges.numbers(getattr(user, "person_id", 0)))
        return self._menu

    @property
    def administrator(self) -> Any:
        """The user while he is in administration mode, else None: the page says so above everything."""
        user = getattr(self._request, "user", None)
        return user if getattr(user, "is_administering", False) else None

    @property
    def has_sleeping_rights(self) -> bool:
        """Is he an administrator outside of administration mode? Then a refusal shows the way into it."""
        return bool(getattr(getattr(self._request, "user", None), "dormant", ()))

    def notices(self) -> list[notices.Notice]:
        return notices.pending(self._request)


@lru_cache(maxsize=4)
def _doors(root: str) -> tuple[tuple[MenuEntry, str], ...]:
    """All entries with their addresses, in order; entries whose route is not installed are left out."""
    found = []
    for entry in sorted(menu, key=lambda one: one.order):
        with suppress(NoReverseMatch):
            found.append((entry, reverse(entry.url_name, urlconf=root)))
    return tuple(found)


def _may_see(entry: MenuEntry, user: Viewer) -> bool:
    if entry.staff_only and user.is_temporary:
        return False
    if entry.when is not None and not entry.when(user):
        return False
    if entry.any_of:
        return any(user.allows(one) for one in entry.any_of)
    return not entry.permission or user.allows(entry.permission)


def menu_for(user: Any, path: str, numbers: Mapping[str, int] = MappingProxyType({})) -> Menu:
    """The doors this user may open; current is the one whose address begins the path, the longest winning."""
    if user is None:
        return _NO_MENU
    visible = [(entry, url) for entry, url in _doors(settings.ROOT_URLCONF) if _may_see(entry, user)]
    current = max(
        (url for _, url in visible if path == url or (url != "/" and path.startswith(url))),
        key=len,
        default="",
    )
    groups: dict[str, list[Door]] = {}
    doors = {}
    for entry, url in visible:
        door = Door(entry.key, entry.label, url, entry.icon, url == current, numbers.get(entry.key, 0))
        groups.setdefault(entry.group, []).append(door)
        doors[entry] = door
    return Menu(
        groups=tuple((label, tuple(listed)) for label, listed in groups.items()),
        tabs=tuple(door for entry, door in doors.items() if entry.tab),
        tools=tuple(door for entry, door in doors.items() if entry.tool),
        numbers=numbers,
    )
