"""Columns of a list screen: what is shown, sorted by and exported."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from markupsafe import Markup

from yiwang.kernel import template_filters


@dataclass(frozen=True)
class Column:
    """key: stable name in addresses and cookies, and by default the row's attribute (or dict key) to show.

    sort: field path(s) or SQL names to sort by, () for not sortable; export: another value for the workbook.
    sort_label: what that order is called where the list must say it: 姓氏笔画, printed （按姓氏笔画为序）.
    is_chosen: shown until the user chooses otherwise; is_fixed: always shown; is_exported: False for acts.
    """

    key: str
    label: str
    value: Callable[[Any], object] | None = None
    sort: tuple[str, ...] = ()
    sort_label: str = ""
    export: Callable[[Any], object] | None = None
    is_chosen: bool = True
    is_fixed: bool = False
    is_exported: bool = True
    width: Literal["", "narrow", "medium", "wide"] = ""
    align: Literal["", "right", "center"] = ""

    @cached_property
    def cell(self) -> Markup:
        """How each of its cells begins."""
        label = Markup(' data-label="{}"').format(self.label) if self.label else ""
        align = Markup(' class="align-{}"').format(self.align) if self.align else ""
        return Markup("<td{}{}>").format(label, align)

    def read(self, row: Any) -> object:
        """The row's value, as data."""
        if self.value is not None:
            return self.value(row)
        return row[self.key] if isinstance(row, Mapping) else getattr(row, self.key)

    def read_for_export(self, row: Any) -> object:
        return self.export(row) if self.export is not None else self.read(row)

    def text(self, row: Any) -> str:
        """The row's value as the screen shows it."""
        return text_of(self.read(row))


def text_of(value: object) -> str:
    """Dates, numbers and yes/no as pages write them; a dash for nothing."""
    if value is None or value == "":
        return template_filters.NOTHING
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime.datetime):
        return template_filters.date_and_time(value)
    if isinstance(value, datetime.date):
        return template_filters.date(value)
    if isinstance(value, int):
        return template_filters.grouped(value)
    return str(value)
