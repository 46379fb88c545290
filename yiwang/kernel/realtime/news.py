"""What actions say: the numbers of these persons changed, there is something new in this feed.

Never what changed, and nothing of its content.
"""

from collections.abc import Iterable, Iterator

import redis
from django.conf import settings
from django.db import transaction
from redis.backoff import NoBackoff
from redis.retry import Retry

from yiwang.kernel.database import notify

CHANNEL = "realtime"
FEEDS = "realtime.feeds"
EVERYBODY = "*"
MOST_NAMED = 2_000  # beyond that it costs less to count anew for everybody who has a page open
_IN_ONE = 700  # ids; a payload may have 8,000 bytes

_redis: "redis.Redis | None" = None


def numbers_changed(person_ids: Iterable[int]) -> None:
    """Pages that these persons have open learn of it within a second of the commit."""
    ids = sorted(set(person_ids))
    for payload in _payloads(ids):
        _say(CHANNEL, payload)


def everybody_changed() -> None:
    """For changes that concern more people than are worth naming."""
    _say(CHANNEL, EVERYBODY)


def feed_changed(feed: str, subject: int) -> None:
    """Programs that wait for this feed of this subject are answered. feed: the key of a LiveFeed."""
    _say(FEEDS, f"{feed} {subject}")


def feed_of(payload: str) -> tuple[str, int | None]:
    """Which feed a payload names, and whose; None for everybody's."""
    feed, _, subject = payload.partition(" ")
    return feed, int(subject) if subject.isdecimal() else None


def _say(channel: str, payload: str) -> None:
    if settings.REALTIME_REDIS:
        transaction.on_commit(lambda: _publish(channel, payload), robust=True)
    else:
        notify(channel, payload)


def _payloads(ids: list[int]) -> Iterator[str]:
    if len(ids) > MOST_NAMED:
        yield EVERYBODY
        return
    for start in range(0, len(ids), _IN_ONE):
        yield ",".join(map(str, ids[start : start + _IN_ONE]))


def persons_of(payload: str) -> list[int] | None:
    """Whom a payload names; None for everybody."""
    if payload == EVERYBODY:
        return None
    return [int(word) for word in payload.split(",") if word.isdecimal()]


def _publish(channel: str, payload: str) -> None:
    """One client for each process; it is safe to be used by several threads.

    A connection that broke is opened once more, at once: people wait for this.
    """
    global _redis
    if _redis is None:
        _redis = redis.Redis.from_url(
            settings.REALTIME_REDIS, socket_timeout=2, socket_connect_timeout=2, retry=Retry(NoBackoff(), 1)
        )
    _redis.publish(channel, payload)
