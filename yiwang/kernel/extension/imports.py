"""Imports: what can be brought in by an xlsx file, in two steps: a preview of each row, then the act."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from yiwang.kernel.registry import Registry


class Outcome(StrEnum):
    """What a row would do."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    WRONG = "wrong"


@dataclass(frozen=True)
class ImportColumn:
    """A column of the sheet. choices: the words it may hold, () for any. most: the longest value.

    is_date: days, however written, are read as 2026-11-23. is_sensitive: identity and mobile numbers; masked
    wherever the platform shows or writes them back.
    """

    key: str
    label: str
    is_required: bool = False
    choices: tuple[str, ...] = ()
    hint: str = ""
    example: str = ""
    most: int = 200
    width: int = 18
    is_date: bool = False
    is_sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Incoming:
    """A row as it was read. cells: column key -> text, "" for an empty cell.

    errors: what the columns' own rules already found; the row is wrong, whatever else is said of it.
    """

    line: int
    cells: Mapping[str, str]
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """What is said of a row. title: how people call the thing. differences: (label, before, after) in words.

    errors: whole sentences without sensitive values; any makes the row wrong.
    """

    outcome: Outcome
    title: str = ""
    differences: tuple[tuple[str, str, str], ...] = ()
    errors: tuple[str, ...] = ()


@dataclass(frozen=True)
class ImportKind:
    """Something that can be imported; pages, template, progress and error file come from kernel.imports.

    label: Chinese, also the name of the sheet. judge: (all rows, actor) -> a Judged for each, in their order;
    it may be a generator and writes nothing. apply: (rows that are new or changed, actor=…), in a
    transaction: one row at a time, or all at once when is_whole; what it refuses undoes that transaction.
    actor_of: account id -> the actor as he is now, None when he may not act any more
    (accounts.queries.principals.of_account). permissions: one of them is needed.
    back: (label, url_name) of the page it belongs to. other_sheets: names of sheets with the same columns,
    such as an exported list has. is_whole: all or nothing, and only while no row is wrong; otherwise sound
    rows go in and wrong ones wait.
    take: instead of apply, where the rows are applied for and reviewed: (sound rows, actor), in one
    transaction -> (label, address) of the application. choices_of: actor -> words of further columns by key,
    offered by his template; whether a row holds one of them is judged by judge.
    """

    key: str
    label: str
    columns: tuple[ImportColumn, ...]
    judge: Callable[[Sequence[Incoming], Any], Iterable[Judged]]
    apply: Callable[..., None] | None
    actor_of: Callable[[int], Any]
    permissions: tuple[str, ...]
    back: tuple[str, str]
    notes: tuple[str, ...] = ()
    other_sheets: tuple[str, ...] = ()
    is_whole: bool = False
    most_rows: int = 20_000
    take: Callable[[Sequence[Incoming], Any], tuple[str, str]] | None = None
    choices_of: Callable[[Any], Mapping[str, Sequence[str]]] | None = None


import_kinds: Registry[ImportKind] = Registry("import_kinds", "What can be imported from xlsx files")
