"""Finding OpenSSL's libcrypto 3 and declaring the few functions that SM2 needs. Knows no algorithm itself."""

import _hashlib
import ctypes
import ctypes.util
import os
from collections.abc import Iterator
from ctypes import POINTER, c_char_p, c_int, c_size_t, c_ulong, c_void_p
from functools import cache

_OLDEST = 0x30000000

# name -> (result, arguments); "int" results are 1 for success.
_FUNCTIONS: dict[str, tuple[type | None, list[type]]] = {
    "BN_CTX_free": (None, [c_void_p]),
    "BN_CTX_new": (c_void_p, []),
    "BN_bin2bn": (c_void_p, [c_char_p, c_int, c_void_p]),
    "BN_clear_free": (None, [c_void_p]),
    "EC_GROUP_free": (None, [c_void_p]),
    "EC_GROUP_new_by_curve_name": (c_void_p, [c_int]),
    "EC_POINT_free": (None, [c_void_p]),
    "EC_POINT_mul": (c_int, [c_void_p, c_void_p, c_void_p, c_void_p, c_void_p, c_void_p]),
    "EC_POINT_new": (c_void_p, [c_void_p]),
    "EC_POINT_point2oct": (c_size_t, [c_void_p, c_void_p, c_int, c_char_p, c_size_t, c_void_p]),
    "ERR_clear_error": (None, []),
    "EVP_DigestSign": (c_int, [c_void_p, c_char_p, POINTER(c_size_t), c_char_p, c_size_t]),
    "EVP_DigestSignInit": (c_int, [c_void_p, c_void_p, c_void_p, c_void_p, c_void_p]),
    "EVP_DigestVerify": (c_int, [c_void_p, c_char_p, c_size_t, c_char_p, c_size_t]),
    "EVP_DigestVerifyInit": (c_int, [c_void_p, c_void_p, c_void_p, c_void_p, c_void_p]),
    "EVP_MD_CTX_free": (None, [c_void_p]),
    "EVP_MD_CTX_new": (c_void_p, []),
    "EVP_MD_CTX_set_pkey_ctx": (None, [c_void_p, c_void_p]),
    "EVP_PKEY_CTX_free": (None, [c_void_p]),
    "EVP_PKEY_CTX_new": (c_void_p, [c_void_p, c_void_p]),
    "EVP_PKEY_CTX_new_from_name": (c_void_p, [c_void_p, c_char_p, c_char_p]),
    "EVP_PKEY_CTX_set1_id": (c_int, [c_void_p, c_char_p, c_int]),
    "EVP_PKEY_free": (None, [c_void_p]),
    "EVP_PKEY_fromdata": (c_int, [c_void_p, POINTER(c_void_p), c_int, c_void_p]),
    "EVP_PKEY_fromdata_init": (c_int, [c_void_p]),
    "EVP_sm3": (c_void_p, []),
    "OSSL_PARAM_BLD_free": (None, [c_void_p]),
    "OSSL_PARAM_BLD_new": (c_void_p, []),
    "OSSL_PARAM_BLD_push_BN": (c_int, [c_void_p, c_char_p, c_void_p]),
    "OSSL_PARAM_BLD_push_octet_string": (c_int, [c_void_p, c_char_p, c_char_p, c_size_t]),
    "OSSL_PARAM_BLD_push_utf8_string": (c_int, [c_void_p, c_char_p, c_char_p, c_size_t]),
    "OSSL_PARAM_BLD_to_param": (c_void_p, [c_void_p]),
    "OSSL_PARAM_free": (None, [c_void_p]),
}


class LibraryMissing(RuntimeError):
    """No usable libcrypto was found."""


def _candidates() -> Iterator[str]:
    """Where to look, best first. Through _hashlib's handle the loader finds the library Python uses."""
    chosen = os.environ.get("LIBCRYPTO", "").strip()
    if chosen:
        yield chosen
        return
    own = getattr(_hashlib, "__file__", None)  # absent where OpenSSL is linked into the interpreter
    if own:
        yield own
    yield "libcrypto.so.3"
    found = ctypes.util.find_library("crypto")
    if found:
        yield found


def _declare(library: ctypes.CDLL) -> ctypes.CDLL:
    for name, (result, arguments) in _FUNCTIONS.items():
        function = getattr(library, name)
        function.restype = result
        function.argtypes = arguments
    return library


@cache
def load() -> ctypes.CDLL:
    """The library, with its functions declared. LibraryMissing tells what was tried."""
    tried: list[str] = []
    for path in _candidates():
        try:
            library = ctypes.CDLL(path)
            version = library.OpenSSL_version_num
            version.restype = c_ulong
            if version() >= _OLDEST:
                return _declare(library)
            tried.append(f"{path}: older than OpenSSL 3")
        except (OSError, AttributeError) as problem:
            tried.append(f"{path}: {problem}")
    raise LibraryMissing(
        "SM2 needs OpenSSL's libcrypto 3. Install it, or set LIBCRYPTO to its path. Tried: "
        + "; ".join(tried)
    )
