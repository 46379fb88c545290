"""What the address book does by the clock, and when the tree changes."""

from yiwang.platform.addressbook.actions import hot_prefixes, policy
from yiwang.platform.addressbook.queries import unit_names


def count_hot_prefixes() -> int:
    """Each night: which beginnings of names are common."""
    return hot_prefixes.count_hot_prefixes()


def follow_tree() -> None:
    """Units were changed: read their names afresh; after the first loading also learn what is common."""
    unit_names.forget()
    hot_prefixes.count_hot_prefixes(only_first=True)


def follow_the_day() -> None:
    """After midnight: what begins or ends today."""
    policy.begin_day()


def after_migration(**_of_signal: object) -> None:
    """A district that is older than the policy gets its sight classes."""
    policy.begin_day(only_first=True)
