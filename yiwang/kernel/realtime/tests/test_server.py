"""The process itself: it does not live on half dead."""

import asyncio

import pytest

from yiwang.kernel.extension.realtime import LiveSessions
from yiwang.kernel.realtime import server
from yiwang.kernel.realtime.server import Switchboard

SESSIONS = LiveSessions("tests.live", "", cookie="session", channel="tests", living=lambda tokens: {})


async def _for_ever(*_: object) -> None:
    await asyncio.Event().wait()


def test_it_ends_when_a_part_of_it_dies(monkeypatch: pytest.MonkeyPatch) -> None:
    async def dies(board: Switchboard) -> None:
        await asyncio.sleep(0)
        raise RuntimeError("this part has died")

    monkeypatch.setattr(server, "_listen_on", _for_ever)
    monkeypatch.setattr(server, "hear_database", dies)
    with pytest.raises(RuntimeError, match="this part has died"):
        asyncio.run(server._serve("127.0.0.1", 0, SESSIONS, []))
