"""The gateways against real servers: SMPP 3.4 and HTTP, their receipts and replies (§16)."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from yiwang.platform.messages.gateways import http as http_module
from yiwang.platform.messages.gateways import smpp as smpp_module
from yiwang.platform.messages.gateways import smpp_protocol as protocol
from yiwang.platform.messages.gateways.http import HttpCarrier
from yiwang.platform.messages.gateways.interface import News, Unreachable
from yiwang.platform.messages.gateways.smpp import Smpp
from yiwang.platform.messages.tests.carriers import (
    KEY,
    HttpGateway,
    SmppCarrier,
    deliver,
    http_carrier,
    receipt,
    smpp_carrier,
)

MOBILE, TEXT = "13812345678", "【青浦一网协同】您明日9:00起值班。"


class TestSmpp:
    @pytest.fixture
    def carrier(self, settings: Settings) -> Iterator[SmppCarrier]:
        with smpp_carrier() as carrier:
            settings.SMS_ADDRESS = urlsplit(f"smpp://yiwang:secret@127.0.0.1:{carrier.port}")
            settings.SMS_SOURCE = "10690000"
            yield carrier

    @pytest.fixture
    def gateway(self, carrier: SmppCarrier) -> Iterator[Smpp]:
        made = Smpp()
        yield made
        made.close()

    def test_a_text_is_taken_over_one_session(self, carrier: SmppCarrier, gateway: Smpp) -> None:
        answers = [gateway.send(reference=f"r{n}", mobile=MOBILE, text=TEXT) for n in range(3)]
        assert [one.carrier_id for one in answers] == ["C1", "C2", "C3"] and carrier.binds == 1
        mobile, esm_class, message = carrier.taken[0]
        assert (mobile, esm_class, message.decode("utf-16-be")) == (MOBILE, 0, TEXT)

    @pytest.mark.parametrize(("length", "parts"), [(70, 1), (71, 2), (134, 2), (135, 3)])
    def test_long_ones_go_in_parts(
        self, carrier: SmppCarrier, gateway: Smpp, length: int, parts: int
    ) -> None:
        answer = gateway.send(reference="r", mobile=MOBILE, text="政" * length)
        assert len(answer.carrier_id.split(",")) == len(carrier.taken) == parts
        if parts == 1:
            return
        heads = [message[:6] for _, _, message in carrier.taken]
        assert [tuple(head[4:]) for head in heads] == [(parts, n) for n in range(1, parts + 1)]
        assert len({head[:4] for head in heads}) == 1 and heads[0][:3] == bytes((5, 0, 3))
        assert all(esm_class == 0x40 for _, esm_class, _ in carrier.taken)
        whole = b"".join(message[6:] for _, _, message in carrier.taken)
        assert whole.decode("utf-16-be") == "政" * length

    def test_what_the_carrier_refuses(self, carrier: SmppCarrier, gateway: Smpp) -> None:
        carrier.status[MOBILE] = protocol.ESME_RINVDSTADR
        assert gateway.send(reference="r", mobile=MOBILE, text=TEXT).failure == "空号"
        carrier.status[MOBILE] = 0x45
        assert gateway.send(reference="r", mobile=MOBILE, text=TEXT).failure == "运营商网关拒绝（0x45）"

    def test_a_busy_carrier_is_asked_later(self, carrier: SmppCarrier, gateway: Smpp) -> None:
        carrier.status[MOBILE] = protocol.ESME_RTHROTTLED
        with pytest.raises(Unreachable, match="运营商网关繁忙"):
            gateway.send(reference="r", mobile=MOBILE, text=TEXT)
        carrier.status.clear()
        assert gateway.send(reference="r", mobile=MOBILE, text=TEXT).carrier_id == "C1"

    def test_receipts_and_replies_come_by_the_way(self, carrier: SmppCarrier, gateway: Smpp) -> None:
        gateway.send(reference="r", mobile=MOBILE, text=TEXT)
        carrier.bring(
            receipt("C1", "DELIVRD"),
            receipt("C2", "UNDELIV", error="010"),
            receipt("C3", "ENROUTE"),
            deliver(f"86{MOBILE}", "1".encode("utf-16-be")),
            deliver(MOBILE, b"OK", coding=0),
        )
        gateway.send(reference="r2", mobile=MOBILE, text=TEXT)  # they arrive before or after its response
        heard = gateway.poll()
        for _ in range(200):
            if len(heard) >= 4:
                break
            heard += gateway.poll()
        assert heard == [
            News(carrier_id="C1"),
            News(carrier_id="C2", failure="未能送达（010）"),
            News(mobile=f"86{MOBILE}", text="1"),
            News(mobile=MOBILE, text="OK"),
        ]
        assert gateway.poll() == []

    def test_a_session_that_ended_is_opened_again(self, carrier: SmppCarrier, gateway: Smpp) -> None:
        gateway.send(reference="r", mobile=MOBILE, text=TEXT)
        carrier.hang_up()
        with pytest.raises(Unreachable):
            gateway.send(reference="r", mobile=MOBILE, text=TEXT)
        assert gateway.send(reference="r", mobile=MOBILE, text=TEXT).carrier_id == "C2"
        assert carrier.binds == 2

    def test_a_wrong_password(self, carrier: SmppCarrier, gateway: Smpp) -> None:
        carrier.password = "other"
        with pytest.raises(Unreachable, match="运营商网关不接受登录（0xe）"):
            gateway.send(reference="r", mobile=MOBILE, text=TEXT)
        assert gateway.poll() == []

    def test_a_carrier_that_says_nothing(
        self, carrier: SmppCarrier, gateway: Smpp, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        carrier.silent = True
        monkeypatch.setattr(smpp_module, "SECONDS", 0.2)
        with pytest.raises(Unreachable, match="运营商网关无响应"):
            gateway.send(reference="r", mobile=MOBILE, text=TEXT)

    def test_nobody_listens(self, settings: Settings) -> None:
        settings.SMS_ADDRESS = urlsplit("smpp://yiwang:secret@127.0.0.1:9")
        with pytest.raises(Unreachable, match="运营商网关无响应"):
            Smpp().send(reference="r", mobile=MOBILE, text=TEXT)
        assert Smpp().poll() == []


class TestBytes:
    @given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=600))
    def test_any_text_comes_out_as_it_went_in(self, text: str) -> None:
        parts = protocol.parts_of(text, reference=300)
        pieces = [message[6:] if esm_class else message for esm_class, message in parts]
        assert all(len(message) <= 140 for _, message in parts)
        assert b"".join(pieces).decode("utf-16-be") == text
        assert all(piece.decode("utf-16-be") for piece in pieces)  # no character is cut in two

    @given(st.binary(max_size=80))
    def test_no_bytes_of_a_carrier_break_it(self, body: bytes) -> None:
        with contextlib.suppress(protocol.Malformed):
            protocol.delivered(protocol.Pdu(protocol.DELIVER_SM, 0, 1, body))

    @pytest.mark.parametrize("length", [0, 15, 65_537, 0xFFFFFFFF])
    def test_lengths_that_cannot_be(self, length: int) -> None:
        with pytest.raises(protocol.Malformed):
            protocol.length_of(length.to_bytes(4, "big"))


class TestHttp:
    @pytest.fixture
    def carrier(self, settings: Settings, tmp_path: Path) -> Iterator[HttpGateway]:
        key = tmp_path / "sms.key"
        key.write_text(KEY.hex())
        with http_carrier() as carrier:
            settings.SMS_ADDRESS = urlsplit(f"http://127.0.0.1:{carrier.server_port}/sms")
            settings.SMS_KEY_FILE, settings.SMS_CLIENT = key, "yiwang"
            yield carrier

    def test_a_text_is_taken_once(self, carrier: HttpGateway) -> None:
        gateway = HttpCarrier()
        answers = [gateway.send(reference="ref-0001", mobile=MOBILE, text=TEXT) for _ in range(2)]
        assert {one.carrier_id for one in answers} == {"H-ref-0001"}
        assert carrier.taken == {"ref-0001": {"reference": "ref-0001", "mobile": MOBILE, "text": TEXT}}

    def test_what_it_refuses(self, carrier: HttpGateway) -> None:
        carrier.error = "空号"
        assert HttpCarrier().send(reference="r", mobile=MOBILE, text=TEXT).failure == "空号"

    def test_receipts_and_replies_each_once(self, carrier: HttpGateway) -> None:
        gateway = HttpCarrier()
        carrier.events = [{"id": "H-1"}, {"id": "H-2", "failure": "停机"}, {"mobile": MOBILE, "text": "1"}]
        assert gateway.poll() == [
            News(carrier_id="H-1"),
            News(carrier_id="H-2", failure="停机"),
            News(mobile=MOBILE, text="1"),
        ]
        carrier.events.append({"id": "H-3"})
        assert gateway.poll() == [News(carrier_id="H-3")] and gateway.poll() == []

    def test_another_key(self, carrier: HttpGateway) -> None:
        carrier.key = bytes(32)
        with pytest.raises(Unreachable, match="短信网关返回401"):
            HttpCarrier().send(reference="r", mobile=MOBILE, text=TEXT)
        assert carrier.bad_signatures == 1 and HttpCarrier().poll() == []

    @pytest.mark.parametrize(("status", "message"), [(503, "短信网关返回503"), (302, "短信网关返回302")])
    def test_what_is_no_answer(self, carrier: HttpGateway, status: int, message: str) -> None:
        carrier.status = status
        with pytest.raises(Unreachable, match=message):
            HttpCarrier().send(reference="r", mobile=MOBILE, text=TEXT)

    def test_one_that_trickles_gets_no_more_time_than_one_that_is_silent(
        self, carrier: HttpGateway, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        carrier.trickles = True
        monkeypatch.setattr(http_module, "SECONDS", 0.3)
        with pytest.raises(Unreachable, match="短信网关无响应"):
            HttpCarrier().send(reference="r", mobile=MOBILE, text=TEXT)
        assert HttpCarrier().poll() == []

    def test_no_key(self, carrier: HttpGateway, settings: Settings) -> None:
        settings.SMS_KEY_FILE = None
        with pytest.raises(Unreachable, match="签名密钥不可读"):
            HttpCarrier().send(reference="r", mobile=MOBILE, text=TEXT)
