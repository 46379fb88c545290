"""What to-dos do by the clock: forget words that came too early, try links."""

from django.utils import timezone

from yiwang.kernel.actor import SYSTEM
from yiwang.platform.todos import gateways
from yiwang.platform.todos.actions import checks, early
from yiwang.platform.todos.queries import checks as asked

LINKS_EACH = 5  # of every application, each night


def forget_early() -> int:
    """Every ten minutes."""
    return early.forget_early(now=timezone.now(), actor=SYSTEM)


def check_links() -> int:
    """Each night: a few links of every application and those that led nowhere; how many still do.

    Tried outside of transactions.
    """
    now = timezone.now()
    links = list(dict.fromkeys([*asked.dead(), *asked.sample(each=LINKS_EACH, seed=now.toordinal())]))
    tried = [(link, gateways.try_link(link.url)) for link in links]
    return checks.note_links(tried, now=now, actor=SYSTEM)
