"""What the address book does by the clock, and when the tree changes."""

from yiwang.platform.addressbook import actions
from yiwang.platform.addressbook.queries import unit_names


def count_hot_prefixes() -> int:
    """Each night: which beginnings of names are common."""
    return actions.count_hot_prefixes()


def follow_tree() -> None:
    """Units were changed: read their names afresh; after the first loading also learn what is common."""
    unit_names.forget()
    actions.count_hot_prefixes(only_first=True)
