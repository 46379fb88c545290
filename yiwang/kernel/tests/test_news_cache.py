"""What a process remembers, and when it must not."""

from collections.abc import Callable

import pytest
from django.db import transaction

from yiwang.kernel.news_cache import NewsCache


class Shelf:
    """What stands in the database, how often it was read, and what happens while it is read."""

    def __init__(self) -> None:
        self.things = {1: "one", 2: "two"}
        self.reads = 0
        self.meanwhile: Callable[[], None] = lambda: None

    def load(self, key: int) -> str | None:
        self.reads += 1
        found = self.things.get(key)
        self.meanwhile()
        return found


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def cache(shelf: Shelf) -> NewsCache[int, str]:
    made: NewsCache[int, str] = NewsCache(
        "test.shelf", load=shelf.load, concerns=lambda thing, payload: thing == payload, most=2
    )
    made.listener.is_connected = True
    return made


def test_it_reads_once(cache: NewsCache[int, str], shelf: Shelf) -> None:
    assert [cache.get(1), cache.get(1), cache.get(2)] == ["one", "one", "two"]
    assert shelf.reads == 2


def test_nothing_is_not_remembered(cache: NewsCache[int, str], shelf: Shelf) -> None:
    assert cache.get(9) is None
    shelf.things[9] = "nine"
    assert cache.get(9) == "nine"


def test_a_deaf_process_reads_every_time(cache: NewsCache[int, str], shelf: Shelf) -> None:
    cache.get(1)
    cache.listener.is_connected = False
    shelf.things[1] = "other"
    assert cache.get(1) == "other" and shelf.reads == 2


@pytest.mark.django_db
def test_news_forgets_what_it_concerns(cache: NewsCache[int, str], shelf: Shelf) -> None:
    cache.get(1), cache.get(2)
    cache.announce("one")
    cache.get(1), cache.get(2)
    assert shelf.reads == 3
    cache.announce()
    cache.get(1), cache.get(2)
    assert shelf.reads == 5


@pytest.mark.django_db(transaction=True)
def test_it_forgets_again_at_commit(cache: NewsCache[int, str], shelf: Shelf) -> None:
    with transaction.atomic():
        cache.announce("one")
        cache.get(1)  # another thread still reads the old state
        shelf.things[1] = "one, changed"
    assert cache.get(1) == "one, changed"


@pytest.mark.django_db
def test_what_was_read_while_news_came_is_not_kept(cache: NewsCache[int, str], shelf: Shelf) -> None:
    shelf.meanwhile = cache.announce
    assert cache.get(1) == "one"
    shelf.meanwhile = lambda: None
    shelf.things[1] = "other"
    assert cache.get(1) == "other"


@pytest.mark.django_db
def test_a_newer_value_replaces_only_what_is_still_kept(cache: NewsCache[int, str], shelf: Shelf) -> None:
    old = cache.get(1)
    assert old is not None
    cache.replace(1, old, "newer")
    assert cache.get(1) == "newer"
    cache.announce()
    cache.replace(1, "newer", "newest")
    assert cache.get(1) == "one"


def test_it_stays_small(cache: NewsCache[int, str], shelf: Shelf) -> None:
    shelf.things[3] = "three"
    for key in (1, 2, 3, 3):
        cache.get(key)
    assert shelf.reads == 3
    cache.get(1)
    assert shelf.reads == 4
