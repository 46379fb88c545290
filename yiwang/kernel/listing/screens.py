"""A list screen from declaration to answer. Views call `respond`, or `page` when they answer themselves."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from markupsafe import Markup

from yiwang.kernel import htmx, responses
from yiwang.kernel.errors import not_found
from yiwang.kernel.listing import cursors, exports, sources
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.conditions import Condition, Order
from yiwang.kernel.listing.filters import Choices, Chosen, Filter
from yiwang.kernel.listing.sources import Source

Rows = QuerySet[Any, Any] | Source

_COLUMNS_COOKIE = "yiwang_columns"
_YEAR = 365 * 86_400
_MOST_PRINTED = 1_000
# Parameters of the screen itself; filters must not use these names.
_NOT_CARRIED = ("cursor", "choose", "columns", "print")
_OWN = ("sort", "size", "cursor", "columns", "choose", "print", "export", "purpose")


@dataclass(frozen=True)
class Listing:
    """What a list shows and how it can be narrowed.

    key: `<app>.<what>`; title: Chinese, also the workbook's name; order: default sort keys, `-` for falling;
    unique: a field no two rows share and none lacks, the last sort key; count_cap: count no further than
    this ("1,000+"), 0 for no count at all.
    """

    key: str
    title: str
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...] = ()
    order: tuple[str, ...] = ()
    unique: str = "pk"
    sizes: tuple[int, ...] = (20, 50, 100)
    count_cap: int = 1_000

    def __post_init__(self) -> None:
        names = [name for one in self.filters for name in one.parameters]
        taken = set(names) & set(_OWN)
        if taken or len(names) != len(set(names)):
            raise ValueError(f"{self.key}: filters use names twice or {sorted(taken)}, which are taken")

    def column(self, key: str) -> Column | None:
        return next((one for one in self.columns if one.key == key), None)

    def keys_for(self, sort: str) -> tuple[Order, ...]:
        """Sort keys, the unique one last. An unknown sort means the default."""
        column = self.column(sort.removeprefix("-"))
        if column is None or not column.sort:
            keys = [Order.parse(text) for text in self.order]
        else:
            keys = [Order(field, sort.startswith("-")) for field in column.sort]
        falls = bool(keys) and keys[-1].is_descending
        return (*keys, Order(self.unique, falls))


@dataclass(frozen=True, slots=True)
class ShownFilter:
    """A filter with what the user put into it. values: parameter -> text; text: the choice said in a word."""

    filter: Filter
    values: Mapping[str, str]
    options: Choices
    text: str
    without: str


class ListPage:
    """One page of a list, as templates use it (ui/listing.html)."""

    def __init__(
        self, request: HttpRequest, listing: Listing, offered: Mapping[str, Choices] | None = None
    ) -> None:
        self.listing = listing
        self._offered = offered or {}
        self.path = request.path
        self.user: Any = getattr(request, "user", None)
        self._params = request.GET
        # What every address of this page carries on; asked for some twenty times a page.
        self._carried = {name: texts for name, texts in request.GET.lists() if name not in _NOT_CARRIED}
        self.sort = self._known_sort()
        self.order = listing.keys_for(self.sort)
        self.size = self._known_size()
        self.columns = _chosen_columns(request, listing)
        self.conditions: list[Condition] = []
        self.filters = [self._show(one) for one in listing.filters]
        self.rows: list[Any] = []
        self.next_url = ""
        self.previous_url = ""
        self.count: int | None = None

    def _known_sort(self) -> str:
        sort = self._params.get("sort", "")
        column = self.listing.column(sort.removeprefix("-"))
        return sort if column is not None and column.sort else ""

    @property
    def title(self) -> str:
        """The list's title; on paper and in workbooks it says a neutral order: 标签成员（按姓氏笔画为序）."""
        column = self.listing.column(self.sort)  # "-" before the key: the order upside down has no name
        note = f"（按{column.sort_label}为序）" if column is not None and column.sort_label else ""
        return f"{self.listing.title}{note}"

    def _known_size(self) -> int:
        text = self._params.get("size", "")
        sizes = self.listing.sizes
        return int(text) if text.isascii() and text.isdigit() and int(text) in sizes else sizes[0]

    def _show(self, one: Filter) -> ShownFilter:
        # PostgreSQL holds no NUL; nobody types one either.
        values = {name: self._params.get(name, "").replace("\0", "") for name in one.parameters}
        chosen: Chosen | None = one.choose(values, self.user)
        if chosen is not None:
            self.conditions += chosen.conditions
        options = self._options(one)
        value = next(iter(values.values()))
        if chosen is not None and options and value not in dict(options):
            options = ((value, chosen.text), *options)  # chosen elsewhere, such as in the tree
        without = self.address(**dict.fromkeys(one.parameters, "")) if chosen else self.path
        return ShownFilter(one, values, options, chosen.text if chosen else "", without)

    def _options(self, one: Filter) -> Choices:
        if one.key in self._offered:
            return self._offered[one.key]
        return one.options(self.user) if one.kind in ("choice", "unit") else ()  # type: ignore[union-attr]

    def address(self, **changes: object) -> str:
        """This page with other parameters, from its first row on; "" takes one away."""
        params = {**self._carried, **{name: [str(value)] for name, value in changes.items()}}
        for name, value in changes.items():
            if value is None or value == "":
                params.pop(name)
        if not params:
            return self.path
        return f"{self.path}?{urlencode(params, doseq=True)}"

    @property
    def is_filtered(self) -> bool:
        return any(one.text for one in self.filters)

    @property
    def clear_url(self) -> str:
        names = [name for one in self.listing.filters for name in one.parameters]
        return self.address(**dict.fromkeys(names, ""))

    @property
    def count_text(self) -> str:
        """共1,286条, or more than the cap."""
        if self.count is None:
            return ""
        cap = self.listing.count_cap
        return f"{cap:,}+" if self.count > cap else f"{self.count:,}"

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Parameters a form on this page must carry along: sort and size."""
        return [(name, str(self._params[name])) for name in ("sort", "size") if self._params.get(name)]

    @property
    def all_kept(self) -> list[tuple[str, str]]:
        """All parameters but those a new choice of columns replaces."""
        return [(name, texts[-1]) for name, texts in self._carried.items() if texts[-1]]

    def sort_url(self, column: Column) -> str:
        """First up, then down, then back to the default order."""
        after = {column.key: f"-{column.key}", f"-{column.key}": ""}.get(self.sort, column.key)
        return self.address(sort=after)

    def direction(self, column: Column) -> str:
        """How the list is sorted by this column: ascending, descending or ""."""
        return {column.key: "ascending", f"-{column.key}": "descending"}.get(self.sort, "")

    def cells(self, drawn: Collection[str] | None) -> list[tuple[Column, Markup, bool]]:
        """What all rows share, made once: a column, how its cell begins, whether the page draws it itself.

        drawn: keys of those columns; None for all of them.
        """
        return [(one, one.cell, drawn is None or one.key in drawn) for one in self.columns]

    def is_shown(self, column: Column) -> bool:
        return column in self.columns


def _chosen_columns(request: HttpRequest, listing: Listing) -> tuple[Column, ...]:
    """What the user chose in this browser, else the default; fixed columns always."""
    chosen = request.COOKIES.get(_COLUMNS_COOKIE, "")
    if not chosen:
        return tuple(one for one in listing.columns if one.is_chosen or one.is_fixed)
    keys = set(chosen.split("."))
    return tuple(one for one in listing.columns if one.key in keys or one.is_fixed)


def page(
    request: HttpRequest,
    rows: Rows,
    listing: Listing,
    *,
    offered: Mapping[str, Choices] | None = None,
    number: int | None = None,
) -> ListPage:
    """The page the address asks for: one statement for its rows, one for the count if there are more pages.

    Never an OFFSET. offered: what a filter offers, by its key, where the caller has asked for it already;
    number: likewise how many rows there are while nothing is filtered.
    """
    source = sources.of(rows)
    shown = ListPage(request, listing, offered)
    text = request.GET.get("cursor", "")
    cursor = cursors.read(listing.key, shown.sort, len(shown.order), text) if text else None
    if cursor is not None and cursor.direction == "previous":
        has_more, has_less = _turn_back(source, shown, cursor), True
        # A short page at the top: rows vanished, or came before it. Show the first page whole.
        if not has_more and len(shown.rows) < shown.size:
            has_less, has_more = _turn_forward(source, shown, None), False
        _link(source, shown, has_next=has_less, has_previous=has_more)
    else:
        has_more = _turn_forward(source, shown, cursor)
        _link(source, shown, has_next=has_more, has_previous=cursor is not None)
    if not (shown.next_url or shown.previous_url):
        shown.count = len(shown.rows) if listing.count_cap else None  # all of them are here
    elif number is not None and not shown.conditions:
        shown.count = number
    elif listing.count_cap:
        shown.count = source.count(shown.conditions, listing.count_cap + 1)
    return shown


def _turn_forward(source: Source, shown: ListPage, cursor: cursors.Cursor | None) -> bool:
    place = cursor.place if cursor else None
    found = source.fetch(shown.conditions, shown.order, place, shown.size + 1)
    shown.rows = found[: shown.size]
    return len(found) > shown.size


def _turn_back(source: Source, shown: ListPage, cursor: cursors.Cursor) -> bool:
    """The rows before the cursor: read in reverse order, then turned round."""
    backwards = [one.reversed for one in shown.order]
    found = source.fetch(shown.conditions, backwards, cursor.place, shown.size + 1)
    shown.rows = found[: shown.size][::-1]
    return len(found) > shown.size


def _link(source: Source, shown: ListPage, *, has_next: bool, has_previous: bool) -> None:
    def address(direction: Any, row: Any) -> str:
        cursor = cursors.Cursor(direction, source.place(row, shown.order))
        return shown.address(cursor=cursors.write(shown.listing.key, shown.sort, cursor))

    if not shown.rows:
        shown.previous_url = shown.address() if has_previous else ""
        return
    shown.next_url = address("next", shown.rows[-1]) if has_next else ""
    shown.previous_url = address("previous", shown.rows[0]) if has_previous else ""


def respond(
    request: HttpRequest,
    rows: Rows,
    listing: Listing,
    *,
    template: str,
    fragment: str = "",
    context: Mapping[str, Any] | None = None,
    may_export: bool = False,
    offered: Mapping[str, Choices] | None = None,
    number: int | None = None,
) -> HttpResponseBase:
    """Answer everything a list screen is asked: page, fragment, columns, print, and export by POST.

    The templates get the page as `list`. The view must let POST through when it may export. offered, number:
    see `page`.
    """
    if request.method == "POST":
        if not may_export:
            raise not_found()
        return exports.respond(request, sources.of(rows), _as_it_stands(request, listing))
    if "choose" in request.GET:
        return _keep_columns(request, listing)
    own = {**(context or {}), "may_export": may_export}
    if "print" in request.GET:
        return responses.render(request, "ui/print.html", {**own, "list": _whole(request, rows, listing)})
    shown = page(request, rows, listing, offered=offered, number=number)
    name = fragment if fragment and htmx.is_fragment(request) else template
    return responses.render(request, name, {**own, "list": shown})


def _as_it_stands(request: HttpRequest, listing: Listing) -> exports.Selection:
    """The list with the columns, filters and order the user has chosen."""
    shown = ListPage(request, listing)
    return exports.Selection(
        title=shown.title,
        columns=[one for one in shown.columns if one.is_exported],
        conditions=shown.conditions,
        order=shown.order,
        words="；".join(f"{one.filter.label}：{one.text}" for one in shown.filters if one.text),
    )


def _whole(request: HttpRequest, rows: Rows, listing: Listing) -> ListPage:
    """All rows at once, for paper; a long list is cut off and says so."""
    shown = ListPage(request, listing)
    found = sources.of(rows).fetch(shown.conditions, shown.order, None, _MOST_PRINTED + 1)
    shown.rows = found[:_MOST_PRINTED]
    shown.count = len(found)
    shown.size = _MOST_PRINTED
    return shown


def _keep_columns(request: HttpRequest, listing: Listing) -> HttpResponse:
    """Remember the chosen columns for this address; none chosen means the default again."""
    wanted = request.GET.getlist("columns")
    known = [one.key for one in listing.columns if one.key in wanted]
    response = responses.seeother(ListPage(request, listing).address())
    if not known:
        response.delete_cookie(_COLUMNS_COOKIE, path=request.path)
        return response
    response.set_cookie(
        _COLUMNS_COOKIE,
        ".".join(known),
        max_age=_YEAR,
        path=request.path,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return response
