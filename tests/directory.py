"""The municipal address book as tests meet it: the simulator, a real HTTP server of its own on loopback."""

import secrets
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from yiwang.platform.sharing.gateways.directory_simulator import Simulator


@pytest.fixture
def municipal_directory(settings: Settings, tmp_path: Path) -> Iterator[Simulator]:
    """A simulator that the platform of this test pushes to."""
    key = secrets.token_bytes(32)
    file = tmp_path / "directory.key"
    file.write_text(key.hex())
    with Simulator(port=0, key=key) as simulator:
        settings.DIRECTORY_URL, settings.DIRECTORY_KEY_FILE = simulator.url, file
        thread = threading.Thread(target=simulator.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield simulator
        simulator.shutdown()
        thread.join()
