"""What the address book does by the clock, and when the tree changes."""

from django.utils import timezone

from yiwang.kernel.actor import SYSTEM
from yiwang.platform.addressbook.actions import (
    canaries,
    following,
    hot_prefixes,
    looks,
    policy,
    trials,
    watching,
)
from yiwang.platform.addressbook.queries import unit_names


def count_hot_prefixes() -> int:
    """Each night: which beginnings of names are common."""
    return hot_prefixes.count_hot_prefixes()


def follow_tree() -> None:
    """Units were changed: read their names afresh; after the first loading also learn what is common."""
    unit_names.forget()
    hot_prefixes.count_hot_prefixes(only_first=True)


def tell_followers() -> None:
    """Each minute: applications that keep a copy are told that there is something to read."""
    following.tell_followers(now=timezone.now())


def follow_the_day() -> None:
    """After midnight: what begins or ends today."""
    policy.begin_day()


def note_mass_views() -> int:
    """Every few minutes: who has opened more cards today than is usual."""
    return watching.note_mass_views(now=timezone.now(), actor=SYSTEM)


def patrol() -> int:
    """Every quarter of an hour: are the canaries seen by anybody who must not?"""
    return len(canaries.patrol(actor=SYSTEM))


def forget_looks() -> int:
    """Each night: looks that are older than they must be kept."""
    return looks.forget_old(now=timezone.now(), actor=SYSTEM)


def after_migration(**_of_signal: object) -> None:
    """A district that is older than the policy gets its sight classes."""
    policy.begin_day(only_first=True)


def count_trial(trial: int, turn: int) -> None:
    """What a proposal would change (试算), for the page that waits."""
    try:
        trials.count(trial, turn=turn, actor=SYSTEM)
    except Exception:
        trials.give_up(trial, turn=turn, actor=SYSTEM)
        raise


def forget_drafts() -> int:
    """Each night: drafts of proposals that nobody has submitted."""
    return trials.forget(now=timezone.now(), actor=SYSTEM)
