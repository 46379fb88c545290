"""The algorithms against the published vectors, and against altered input."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.kernel.crypto import libcrypto, selftest, sm2, sm3, sm4

PRIVATE = bytes.fromhex("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8")
ORDER = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123


def test_all_published_vectors_pass() -> None:
    selftest.run()


@pytest.mark.parametrize("name", ["_sm3", "_sm4", "_sm4_gcm", "_sm2"])
def test_a_wrong_result_stops_the_start(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(selftest, name, lambda: False)
    with pytest.raises(selftest.SelfTestFailed):
        selftest.run()


def test_sm3_of_the_two_published_messages() -> None:
    assert sm3.digest(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert (
        sm3.digest(b"abcd" * 16).hex() == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
    )


@given(st.binary(max_size=100), st.binary(max_size=200))
def test_hmac_is_the_construction_of_rfc_2104(key: bytes, data: bytes) -> None:
    block = (sm3.digest(key) if len(key) > 64 else key).ljust(64, b"\0")
    inner = sm3.digest(bytes(byte ^ 0x36 for byte in block) + data)
    expected = sm3.digest(bytes(byte ^ 0x5C for byte in block) + inner)
    assert sm3.hmac(key, data) == expected == hmac.new(key, data, lambda: hashlib.new("sm3")).digest()
    assert list(sm3.hmacs(key, [data, data])) == [expected, expected]


@given(st.binary(min_size=16, max_size=16), st.binary(max_size=300), st.binary(max_size=50))
def test_gcm_gives_back_what_it_was_given(key: bytes, data: bytes, associated: bytes) -> None:
    cipher = sm4.SM4GCM(key)
    sealed = cipher.encrypt(b"n" * 12, data, associated)
    assert len(sealed) == len(data) + sm4.TAG_SIZE
    assert cipher.decrypt(b"n" * 12, sealed, associated) == data


@pytest.mark.parametrize("place", [0, 5, -1])
def test_gcm_refuses_an_altered_bit(place: int) -> None:
    cipher = sm4.SM4GCM(b"k" * 16)
    sealed = bytearray(cipher.encrypt(b"n" * 12, b"310118198802291232", b"row 1"))
    sealed[place] ^= 1
    with pytest.raises(sm4.TagMismatch):
        cipher.decrypt(b"n" * 12, bytes(sealed), b"row 1")


@pytest.mark.parametrize(
    ("nonce", "associated", "keep"),
    [(b"m" * 12, b"row 1", None), (b"n" * 12, b"row 2", None), (b"n" * 12, b"row 1", 9)],
)
def test_gcm_refuses_another_nonce_place_or_length(nonce: bytes, associated: bytes, keep: int | None) -> None:
    cipher = sm4.SM4GCM(b"k" * 16)
    sealed = cipher.encrypt(b"n" * 12, b"secret", b"row 1")
    with pytest.raises(sm4.TagMismatch):
        cipher.decrypt(nonce, sealed[:keep], associated)


@given(st.integers(1, ORDER - 2), st.binary(max_size=200))
def test_sm2_signatures_verify_and_only_for_what_was_signed(scalar: int, data: bytes) -> None:
    key = sm2.SigningKey(scalar.to_bytes(32, "big"))
    signature = key.sign(data)
    public = sm2.VerifyingKey(key.public)
    assert len(signature) == sm2.SIGNATURE_SIZE
    assert public.verify(data, signature)
    assert not public.verify(data + b"!", signature)
    assert not public.verify(data, signature, user=b"someone else")


def test_sm2_signs_differently_each_time() -> None:
    key = sm2.SigningKey(PRIVATE)
    assert len({key.sign(b"same") for _ in range(20)}) == 20


@pytest.mark.parametrize(
    "signature",
    [b"", b"\0" * 64, b"\xff" * 64, ORDER.to_bytes(32, "big") * 2, b"\1" * 63, b"\1" * 65],
    ids=["empty", "zero", "ones", "order", "short", "long"],
)
def test_sm2_refuses_malformed_signatures(signature: bytes) -> None:
    assert not sm2.SigningKey(PRIVATE).verify(b"data", signature)


@pytest.mark.parametrize(
    "private",
    [b"", b"\0" * 32, b"\1" * 31, ORDER.to_bytes(32, "big")],
    ids=["empty", "zero", "short", "order"],
)
def test_sm2_refuses_malformed_private_keys(private: bytes) -> None:
    with pytest.raises(sm2.SM2Error):
        sm2.SigningKey(private)


def test_sm2_refuses_a_point_that_is_not_on_the_curve() -> None:
    with pytest.raises(sm2.SM2Error):
        sm2.VerifyingKey(b"\4" + b"\7" * 64)


def test_a_useless_library_is_named_in_the_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIBCRYPTO", "libc.so.6")
    libcrypto.load.cache_clear()
    try:
        with pytest.raises(libcrypto.LibraryMissing, match=r"LIBCRYPTO.*libc\.so\.6"):
            libcrypto.load()
    finally:
        libcrypto.load.cache_clear()
