"""SM2 signatures (GB/T 32918.2) by OpenSSL's libcrypto. Not for encryption, and keys are the key provider's.

Signing nonces come from OpenSSL's own generator; no pure-Python package is used for that reason.
"""

import ctypes
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from ctypes import byref, c_size_t, c_void_p

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from yiwang.kernel.crypto import libcrypto

PRIVATE_SIZE = 32
PUBLIC_SIZE = 65
SIGNATURE_SIZE = 64
# GM/T 0009-2012, 10: the identity to use where the parties agreed on none.
DEFAULT_USER = b"1234567812345678"

_CURVE = 1172  # NID_sm2
_UNCOMPRESSED = 4
_PUBLIC = 0x86  # EVP_PKEY_PUBLIC_KEY
_PAIR = 0x87  # EVP_PKEY_KEYPAIR
_LONGEST_DER = 80


class SM2Error(RuntimeError):
    """libcrypto refused a call: a malformed key, or a library without SM2."""


def _ok(result: int | None, call: str) -> int:
    """The result of a libcrypto call, unless it says failure."""
    if not result or result < 0:
        libcrypto.load().ERR_clear_error()
        raise SM2Error(f"libcrypto: {call} failed")
    return result


def public_key(private: bytes) -> bytes:
    """The point 04‖x‖y (65 bytes) that belongs to a private key of 32 bytes, big-endian."""
    if len(private) != PRIVATE_SIZE:
        raise SM2Error(f"an SM2 private key has {PRIVATE_SIZE} bytes, not {len(private)}")
    lib = libcrypto.load()
    with ExitStack() as stack:
        scalar = _ok(lib.BN_bin2bn(private, len(private), None), "BN_bin2bn")
        stack.callback(lib.BN_clear_free, scalar)
        context = _ok(lib.BN_CTX_new(), "BN_CTX_new")
        stack.callback(lib.BN_CTX_free, context)
        group = _ok(lib.EC_GROUP_new_by_curve_name(_CURVE), "EC_GROUP_new_by_curve_name")
        stack.callback(lib.EC_GROUP_free, group)
        point = _ok(lib.EC_POINT_new(group), "EC_POINT_new")
        stack.callback(lib.EC_POINT_free, point)
        _ok(lib.EC_POINT_mul(group, point, scalar, None, None, context), "EC_POINT_mul")
        octets = ctypes.create_string_buffer(PUBLIC_SIZE)
        length = lib.EC_POINT_point2oct(group, point, _UNCOMPRESSED, octets, PUBLIC_SIZE, context)
        if length != PUBLIC_SIZE:
            raise SM2Error("the SM2 private key is zero or a multiple of the group order")
        return octets.raw


class _Key:
    """A libcrypto key, freed with the object."""

    def __init__(self, public: bytes, private: bytes | None = None) -> None:
        self._lib = libcrypto.load()
        self._handle = c_void_p()
        with ExitStack() as stack:
            parameters = self._parameters(stack, public, private)
            context = _ok(
                self._lib.EVP_PKEY_CTX_new_from_name(None, b"SM2", None), "EVP_PKEY_CTX_new_from_name"
            )
            stack.callback(self._lib.EVP_PKEY_CTX_free, context)
            _ok(self._lib.EVP_PKEY_fromdata_init(context), "EVP_PKEY_fromdata_init")
            selection = _PAIR if private else _PUBLIC
            made = self._lib.EVP_PKEY_fromdata(context, byref(self._handle), selection, parameters)
            _ok(made, "EVP_PKEY_fromdata")

    def _parameters(self, stack: ExitStack, public: bytes, private: bytes | None) -> int:
        lib = self._lib
        builder = _ok(lib.OSSL_PARAM_BLD_new(), "OSSL_PARAM_BLD_new")
        stack.callback(lib.OSSL_PARAM_BLD_free, builder)
        _ok(lib.OSSL_PARAM_BLD_push_utf8_string(builder, b"group", b"SM2", 0), "group")
        _ok(lib.OSSL_PARAM_BLD_push_octet_string(builder, b"pub", public, len(public)), "pub")
        if private:
            number = _ok(lib.BN_bin2bn(private, len(private), None), "BN_bin2bn")
            stack.callback(lib.BN_clear_free, number)
            _ok(lib.OSSL_PARAM_BLD_push_BN(builder, b"priv", number), "priv")
        parameters = _ok(lib.OSSL_PARAM_BLD_to_param(builder), "OSSL_PARAM_BLD_to_param")
        stack.callback(lib.OSSL_PARAM_free, parameters)
        return parameters

    def __del__(self) -> None:
        self._lib.EVP_PKEY_free(self._handle)

    @contextmanager
    def digesting(self, user: bytes) -> Iterator[tuple[int, c_void_p]]:
        """A digest context that already holds Z_A, the hash of the signer's identity and key."""
        lib = self._lib
        with ExitStack() as stack:
            key_context = _ok(lib.EVP_PKEY_CTX_new(self._handle, None), "EVP_PKEY_CTX_new")
            stack.callback(lib.EVP_PKEY_CTX_free, key_context)
            context = _ok(lib.EVP_MD_CTX_new(), "EVP_MD_CTX_new")
            stack.callback(lib.EVP_MD_CTX_free, context)
            _ok(lib.EVP_PKEY_CTX_set1_id(key_context, user, len(user)), "EVP_PKEY_CTX_set1_id")
            lib.EVP_MD_CTX_set_pkey_ctx(context, key_context)
            yield context, self._handle


class VerifyingKey:
    """A public key: 04‖x‖y."""

    def __init__(self, public: bytes) -> None:
        self.public = public
        self._key = _Key(public)

    def verify(self, data: bytes, signature: bytes, user: bytes = DEFAULT_USER) -> bool:
        """Did the holder of the private key sign exactly these bytes? signature: r‖s, 64 bytes."""
        if len(signature) != SIGNATURE_SIZE:
            return False
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        der = encode_dss_signature(r, s)
        lib = libcrypto.load()
        with self._key.digesting(user) as (context, handle):
            _ok(lib.EVP_DigestVerifyInit(context, None, lib.EVP_sm3(), None, handle), "EVP_DigestVerifyInit")
            matches: int = lib.EVP_DigestVerify(context, der, len(der), data, len(data))
        lib.ERR_clear_error()
        return matches == 1


class SigningKey(VerifyingKey):
    """A private key of 32 bytes, with its public half."""

    def __init__(self, private: bytes) -> None:
        self.public = public_key(private)
        self._key = _Key(self.public, private)

    def sign(self, data: bytes, user: bytes = DEFAULT_USER) -> bytes:
        """The signature r‖s (64 bytes) over Z_A‖data."""
        lib = libcrypto.load()
        der = ctypes.create_string_buffer(_LONGEST_DER)
        length = c_size_t(_LONGEST_DER)
        with self._key.digesting(user) as (context, handle):
            _ok(lib.EVP_DigestSignInit(context, None, lib.EVP_sm3(), None, handle), "EVP_DigestSignInit")
            _ok(lib.EVP_DigestSign(context, der, byref(length), data, len(data)), "EVP_DigestSign")
        r, s = decode_dss_signature(der.raw[: length.value])
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")
