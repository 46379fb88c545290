"""Badges: numbers beside the doors to modules, such as how many to-dos wait."""

from dataclasses import dataclass

from yiwang.kernel.registry import Registry


@dataclass(frozen=True)
class Badge:
    """The number beside a door. key: of the menu entry; label: what is counted, as in 3条待办.

    statement: SELECT of one number from an index, with %(person)s. All badges of a page are one statement.
    """

    key: str
    label: str
    statement: str


badges: Registry[Badge] = Registry("badges", "Numbers beside doors to modules")
