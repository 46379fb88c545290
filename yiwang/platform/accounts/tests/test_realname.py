"""The gateway and the simulator: a real HTTP server, both ways signed, silence bounded."""

import http.client
import json
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from yiwang.platform.accounts.gateways import realname
from yiwang.platform.accounts.gateways import realname_protocol as protocol
from yiwang.platform.accounts.gateways.realname_simulator import Simulator

BODY = {"name": "李四", "id_kind": "citizen", "id_number": "310199199007070071", "mobile": "13900000007"}


def question(**changes: object) -> realname.Question:
    return realname.Question(**{**BODY, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({}, "passed"),
        ({"id_number": "310199199007070010"}, "name_mismatch"),
        ({"id_number": "310199199007070015"}, "service_error"),
        ({"mobile": "13900000000"}, "mobile_mismatch"),
        ({"mobile": "13900004444"}, "not_in_register"),
        ({"mobile": "13900004444", "in_register": False}, "passed"),
    ],
)
def test_each_answer(realname_service: Simulator, changes: dict[str, object], outcome: str) -> None:
    answer = realname.verify(question(**changes))
    assert answer.outcome == outcome and answer.is_simulated and answer.reference.startswith("SIM-")


def test_a_question_shows_nobody() -> None:
    assert "李四" not in repr(question()) and "3101" not in repr(question())


def _signed(simulator: Simulator, body: bytes, **changes: str) -> dict[str, str]:
    now, nonce = int(time.time()), secrets.token_hex(16)
    headers = {
        protocol.CLIENT: "yiwang",
        protocol.TIMESTAMP: str(now),
        protocol.NONCE: nonce,
        **changes,
    }
    signature = protocol.sign_request(
        simulator.key,
        client="yiwang",
        timestamp=int(headers[protocol.TIMESTAMP]),
        nonce=headers[protocol.NONCE],
        body=body,
    )
    return {protocol.SIGNATURE: signature, **headers}


def _post(simulator: Simulator, body: bytes, headers: dict[str, str], path: str = protocol.PATH) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", simulator.server_address[1], timeout=5)
    try:
        connection.request("POST", path, body, headers)
        return connection.getresponse().status
    finally:
        connection.close()


def test_the_simulator_believes_only_what_is_signed_fresh_and_new(realname_service: Simulator) -> None:
    body = json.dumps(BODY).encode()
    good = _signed(realname_service, body)
    assert _post(realname_service, body, good) == 200
    assert _post(realname_service, body, good) == 401  # the same nonce again
    assert _post(realname_service, body + b" ", _signed(realname_service, body)) == 401
    stale = {protocol.TIMESTAMP: str(int(time.time()) - 301)}
    assert _post(realname_service, body, _signed(realname_service, body, **stale)) == 401
    assert _post(realname_service, body, _signed(realname_service, body, **{protocol.NONCE: "7"})) == 401
    assert _post(realname_service, body, {**good, protocol.TIMESTAMP: "now"}) == 401
    assert _post(realname_service, body, {}) == 401
    assert _post(realname_service, body, _signed(realname_service, body), "/other") == 404
    for wrong in (b"[]", b"{", b'{"name": "x"}'):
        assert _post(realname_service, wrong, _signed(realname_service, wrong)) == 422
    large = b" " * (protocol.LARGEST_BODY + 1)
    assert _post(realname_service, large, _signed(realname_service, large)) == 413


def test_another_key_is_refused_on_either_side(
    realname_service: Simulator, settings: Settings, tmp_path: Path
) -> None:
    other = tmp_path / "other.key"
    other.write_text(secrets.token_hex(32))
    settings.REALNAME_KEY_FILE = other
    with pytest.raises(realname.Unreachable, match="401"):
        realname.verify(question())


@pytest.mark.parametrize(
    ("url", "words"),
    [("", "未配置"), ("http://realname.example.cn", "https"), ("http://127.0.0.1:1", "没有应答")],
)
def test_who_cannot_be_asked(realname_service: Simulator, settings: Settings, url: str, words: str) -> None:
    settings.REALNAME_URL = url
    with pytest.raises(realname.Unreachable, match=words):
        realname.verify(question())


def test_a_missing_key_is_said(realname_service: Simulator, settings: Settings, tmp_path: Path) -> None:
    settings.REALNAME_KEY_FILE = tmp_path / "none"
    with pytest.raises(realname.Unreachable, match="签名密钥"):
        realname.verify(question())


@pytest.fixture
def odd_service(settings: Settings, tmp_path: Path) -> Iterator[list[bytes]]:
    """A server that answers the first question with these bytes, one piece each 50 ms, and then is silent."""
    key = tmp_path / "realname.key"
    key.write_text(secrets.token_hex(32))
    pieces: list[bytes] = []
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings.REALNAME_URL = f"http://127.0.0.1:{listener.getsockname()[1]}"
        settings.REALNAME_KEY_FILE, settings.REALNAME_SECONDS = key, 0.4

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                for piece in pieces:
                    try:
                        connection.sendall(piece)
                    except OSError:
                        return
                    if over.wait(0.05):
                        return
                over.wait(5)

        thread = threading.Thread(target=serve)
        thread.start()
        yield pieces
        over.set()
        thread.join()


HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n" + b'{"result":"passed"}'
ENDLESS = b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n" + b" " * 40000


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ([], "没有应答"),
        ([HEAD, *[b" "] * 100], "没有应答"),
        ([b"nonsense\r\n\r\n"], "没有应答"),
        ([WHOLE], "应答签名不正确"),
        ([ENDLESS], "没有应答"),
    ],
    ids=["silent", "trickling", "no HTTP", "unsigned", "too long"],
)
def test_odd_answers_are_no_answers(odd_service: list[bytes], answer: list[bytes], words: str) -> None:
    odd_service += answer
    began = time.monotonic()
    with pytest.raises(realname.Unreachable, match=words):
        realname.verify(question())
    assert time.monotonic() - began < 2
