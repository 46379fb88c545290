"""The open pages of everybody: who is let in, whose numbers are counted anew, who is let go.

All of it runs in one thread; only questions to the database go to others. Whatever can be asked for many at
once is gathered for a moment and asked in one statement.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from django.db import close_old_connections

from yiwang.kernel import badges
from yiwang.kernel.extension.realtime import LiveSessions, Reader
from yiwang.kernel.realtime import news
from yiwang.kernel.realtime.pages import Elsewhere, Page

log = logging.getLogger(__name__)

MOST_PAGES = 20_000
GATHER_SECONDS = 0.05
CHECK_SECONDS = 30.0  # sessions that ran out say nothing; they are looked up
_AT_ONCE = 500

Answer = TypeVar("Answer")


class Hub:
    """sessions: who may be told; elsewhere: who takes connections that are no pages. The pages call `asked`
    and `gone`, the news call the rest.
    """

    def __init__(self, sessions: LiveSessions, elsewhere: Elsewhere = lambda head: None) -> None:
        self._sessions = sessions
        self._elsewhere = elsewhere
        self._pages: dict[int, set[Page]] = {}  # by person
        self._waiting: list[Page] = []  # asked, not yet let in
        self._stale: set[int] = set()  # persons whose numbers must be counted
        self._suspects: set[Page] = set()  # pages whose session must be looked up
        self._number = 0
        self._something = asyncio.Event()
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="realtime")

    @property
    def number(self) -> int:
        """How many pages are open."""
        return self._number

    def page(self) -> Page:
        """For a new connection."""
        return Page(self._sessions.cookie, self.asked, self.gone, self._elsewhere)

    # --- what pages say

    def asked(self, page: Page) -> None:
        """A page wants to be kept informed."""
        if self._number + len(self._waiting) >= MOST_PAGES:
            page.refuse(503)
            return
        self._waiting.append(page)
        self._something.set()

    def gone(self, page: Page) -> None:
        """Its connection has ended."""
        if page.reader is None:
            return
        pages = self._pages.get(page.reader.person_id, set())
        if page in pages:
            pages.discard(page)
            self._number -= 1
        if not pages:
            self._pages.pop(page.reader.person_id, None)

    # --- what the news say

    def numbers_changed(self, payload: str) -> None:
        """Some persons' numbers changed; most of them have no page open."""
        persons = news.persons_of(payload)
        self._stale.update(self._pages if persons is None else self._pages.keys() & set(persons))
        self._something.set()

    def sessions_changed(self, payload: str) -> None:
        """Sessions, posts or rights of an account changed; of all, when none is named."""
        self._suspects.update(
            page
            for page in self._all()
            if not payload or (page.reader and payload == str(page.reader.account_id))
        )
        self._something.set()

    def news_were_missed(self) -> None:
        """The news were away for a while: everything is asked for again."""
        self.numbers_changed(news.EVERYBODY)
        self.sessions_changed("")

    def _all(self) -> list[Page]:
        return [page for pages in self._pages.values() for page in pages]

    # --- what it does all the time

    async def work(self) -> None:
        """Until cancelled. What fails is tried again at the next news or look-up."""
        while True:
            await self._something.wait()
            await asyncio.sleep(GATHER_SECONDS)
            self._something.clear()
            try:
                await self._let_in()
                await self._look_up()
                await self._count()
            except Exception:  # questions of modules: whatever one of them raises must not end all streams
                log.exception("realtime: the database did not answer")
                await asyncio.sleep(1)
                self._something.set()

    async def look_round(self) -> None:
        """Every half minute: who is gone, whose session ran out."""
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            for page in self._all():
                page.sign_of_life()
            self.sessions_changed("")

    async def _let_in(self) -> None:
        while self._waiting:
            asking, self._waiting = self._waiting[:_AT_ONCE], self._waiting[_AT_ONCE:]
            try:
                living = await self._living(asking)
            except Exception:  # raised again: `work` says so; those who wait are not left without an answer
                for page in asking:
                    page.refuse(503)
                raise
            for page in asking:
                reader = living.get(page.token)
                if reader is None:
                    page.refuse(401)
                elif page.is_open:
                    page.begin(reader)
                    self._pages.setdefault(reader.person_id, set()).add(page)
                    self._number += 1
                    self._stale.add(reader.person_id)

    async def _look_up(self) -> None:
        suspects = [page for page in self._suspects if page.is_open]
        for some in _parts(suspects):
            living = await self._living(some)
            for page in some:
                if living.get(page.token) != page.reader:
                    page.close()
        self._suspects.difference_update(suspects)
        self._suspects = {page for page in self._suspects if page.is_open}

    async def _living(self, pages: list[Page]) -> Mapping[str, Reader]:
        tokens = list({page.token for page in pages})
        return await self._ask(lambda: self._sessions.living(tokens))

    async def _count(self) -> None:
        while persons := [person for person in self._stale if person in self._pages][:_AT_ONCE]:
            self._stale.difference_update(persons)
            try:
                counted = await self._ask(lambda some=tuple(persons): badges.numbers_of(some))
            except Exception:  # raised again; they are counted with the next try
                self._stale.update(persons)
                raise
            for person, numbers in counted.items():
                text = json.dumps(numbers, separators=(",", ":"))
                for page in tuple(self._pages.get(person, ())):
                    page.tell(text)
        self._stale.clear()

    async def _ask(self, question: Callable[..., Answer]) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self._threads, _asked, question)

    def close(self) -> None:
        """Let everybody go."""
        for page in [*self._all(), *self._waiting]:
            page.close()
        self._threads.shutdown(wait=False)


def _asked(question: Callable[..., Answer]) -> Answer:
    close_old_connections()
    try:
        return question()
    finally:
        close_old_connections()


def _parts(pages: list[Any]) -> Iterable[list[Any]]:
    return (pages[start : start + _AT_ONCE] for start in range(0, len(pages), _AT_ONCE))
