"""The real-name service as tests meet it: the simulator, a real HTTP server of its own on loopback."""

import secrets
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from yiwang.platform.accounts.gateways.realname_simulator import Simulator


@pytest.fixture
def realname_service(settings: Settings, tmp_path: Path) -> Iterator[Simulator]:
    """A simulator that the platform of this test asks."""
    key = secrets.token_bytes(32)
    file = tmp_path / "realname.key"
    file.write_text(key.hex())
    with Simulator(port=0, key=key) as simulator:
        settings.REALNAME_URL, settings.REALNAME_KEY_FILE = simulator.url, file
        thread = threading.Thread(target=simulator.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield simulator
        simulator.shutdown()
        thread.join()
