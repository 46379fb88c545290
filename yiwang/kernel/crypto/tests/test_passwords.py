"""The password hashers, alone and through Django."""

import base64
import hashlib

import pytest
from django.contrib.auth.hashers import (
    check_password,
    get_hashers,
    identify_hasher,
    make_password,
)
from pytest_django import Settings

from yiwang.kernel.crypto import keys, sm3
from yiwang.kernel.crypto.passwords import PBKDF2SM3PasswordHasher, SlimArgon2PasswordHasher


def test_the_hash_is_pbkdf2_over_sm3_with_a_pepper() -> None:
    encoded = PBKDF2SM3PasswordHasher().encode("口令 Pass1", "salt", 7)
    algorithm, rounds, salt, digest = encoded.split("$")
    derived = hashlib.pbkdf2_hmac("sm3", "口令 Pass1".encode(), b"salt", 7)
    assert (algorithm, rounds, salt) == ("pbkdf2_sm3", "7", "salt")
    assert base64.b64decode(digest) == keys.provider().mac(keys.PASSWORD, derived) != derived


def test_the_first_block_of_pbkdf2_by_hand() -> None:
    block = previous = sm3.hmac(b"password", b"salt" + (1).to_bytes(4, "big"))
    for _ in range(4):
        previous = sm3.hmac(b"password", previous)
        block = bytes(a ^ b for a, b in zip(block, previous, strict=True))
    assert hashlib.pbkdf2_hmac("sm3", b"password", b"salt", 5) == block


def test_django_makes_and_checks_such_passwords(settings: Settings) -> None:
    encoded = make_password("Qingpu@2026")
    assert encoded.startswith(f"pbkdf2_sm3${settings.PASSWORD_ITERATIONS}$")
    assert isinstance(identify_hasher(encoded), PBKDF2SM3PasswordHasher)
    assert check_password("Qingpu@2026", encoded)
    assert not check_password("Qingpu@2027", encoded)
    assert make_password("Qingpu@2026") != encoded, "each has a salt of its own"


def test_another_number_of_rounds_asks_for_a_new_hash() -> None:
    hasher = PBKDF2SM3PasswordHasher()
    current = hasher.encode("x", hasher.salt())
    assert not hasher.must_update(current)
    assert hasher.must_update(hasher.encode("x", hasher.salt(), hasher.iterations + 1))
    renewed: list[str] = []
    assert check_password("x", hasher.encode("x", hasher.salt(), 1), setter=renewed.append)
    assert renewed == ["x"]


def test_a_login_against_a_cheaper_hash_does_the_missing_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    hasher = PBKDF2SM3PasswordHasher()
    hasher.iterations = 9
    cheap = hasher.encode("x", "salt", 4)
    done: list[int] = []
    monkeypatch.setattr(
        "yiwang.kernel.crypto.passwords.hashlib.pbkdf2_hmac",
        lambda name, password, salt, rounds: done.append(rounds),
    )
    hasher.harden_runtime("x", cheap)
    assert done == [5]


@pytest.mark.parametrize("salt", ["", "a$b"])
def test_a_salt_that_would_break_the_format_is_refused(salt: str) -> None:
    with pytest.raises(ValueError, match="salt"):
        PBKDF2SM3PasswordHasher().encode("x", salt)


def test_argon2_is_slim_and_still_understood() -> None:
    encoded = make_password("x", hasher="argon2")
    assert encoded.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert check_password("x", encoded)
    assert not check_password("y", encoded)


def test_the_preferred_hasher_follows_the_setting(settings: Settings) -> None:
    assert settings.PASSWORD_SCHEME == "sm3"
    assert [type(hasher) for hasher in get_hashers()] == [PBKDF2SM3PasswordHasher, SlimArgon2PasswordHasher]
