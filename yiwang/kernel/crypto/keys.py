"""The key provider: where the installation's own keys live. Data keys, which it wraps, are in rings.py.

Writing an adapter for a key management system or a hardware module (GM/T 0018 SDF, vendor HTTP):
write one class with the methods of `KeyProvider`, name it by its dotted path in `settings.KEY_PROVIDER`,
and run `yiwang keys status`. It is made once per process, without arguments, and must be thread-safe.
Failures raise `KeyProviderError`. `mac`, `sign` and `public_key` name a key; an adapter maps each name to a
key handle. PASSWORD and AUDIT are the kernel's names; modules use `mac` under `<app>.<what>`.
`wrap` is called a few times in a key's life, `unwrap` once per data key and process, `mac` once per password
check or typed login, `sign` once per audit anchor (at most once a minute in the usual run).
"""

import json
import logging
import os
import secrets
import stat
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from yiwang.kernel.crypto import sm2, sm3, sm4

PASSWORD = "password"  # noqa: S105 - the name of a key
AUDIT = "audit"

_VERSION_SIZE = 2

log = logging.getLogger(__name__)


class KeyProviderError(RuntimeError):
    """The provider cannot do what was asked: unreachable, key unknown, or a wrapped key was altered."""


@dataclass(frozen=True)
class Health:
    """certified: do the keys live in a certified module (GB/T 39786-2021 level 3 asks for it)?"""

    ok: bool
    certified: bool
    detail: str


class KeyProvider(Protocol):
    """The operations on keys that never leave the provider."""

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """Encrypt a data key under the current key encryption key, bound to its context."""

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """The data key again; KeyProviderError when it or the context is not what was wrapped."""

    def renew(self) -> int:
        """Begin a new version of the key encryption key; its number. Old versions go on unwrapping."""

    def mac(self, name: str, data: bytes) -> bytes:
        """HMAC-SM3 of the data under the named key, 32 bytes."""

    def sign(self, name: str, data: bytes) -> bytes:
        """SM2 signature r‖s of the data by the named key, 64 bytes."""

    def verify(self, name: str, data: bytes, signature: bytes) -> bool:
        """Did the named key sign these bytes?"""

    def public_key(self, name: str) -> bytes:
        """The named signing key's public half 04‖x‖y, 65 bytes, for auditors."""

    def random(self, size: int) -> bytes:
        """Random bytes fit for keys."""

    def health(self) -> Health:
        """Is the provider usable right now? Never raises."""


class FileKeyProvider:
    """Keys from settings.KEY_FILE: for development, demonstration and sites without a certified module.

    The file is JSON: kek {version: hex}, kek_current, pepper, mac, sm2. Who can read it can read everything.
    """

    def __init__(self) -> None:
        self._path = Path(settings.KEY_FILE)
        self._lock = Lock()
        self._read()

    def _read(self) -> None:
        try:
            content = json.loads(self._path.read_text())
            self._keks = {int(version): bytes.fromhex(key) for version, key in content["kek"].items()}
            self._current = int(content["kek_current"])
            self._pepper = bytes.fromhex(content["pepper"])
            self._mac = bytes.fromhex(content["mac"])
            self._signing = sm2.SigningKey(bytes.fromhex(content["sm2"]))
        except (OSError, ValueError, TypeError, KeyError, AttributeError, sm2.SM2Error) as problem:
            raise KeyProviderError(f"{self._path} is not a usable key file: {problem!r}") from problem
        if self._current not in self._keks:
            raise KeyProviderError(
                f"{self._path}: kek_current names version {self._current}, which is not there"
            )

    def _kek(self, version: int) -> sm4.SM4GCM:
        """The key encryption key of a version; another process may have begun a new one since we read."""
        if version not in self._keks:
            with self._lock:
                self._read()
        try:
            return sm4.SM4GCM(self._keks[version])
        except KeyError:
            raise KeyProviderError(f"{self._path} has no key encryption key of version {version}") from None

    def wrap(self, key: bytes, context: bytes) -> bytes:
        nonce = self.random(sm4.NONCE_SIZE)
        version = self._current
        head = version.to_bytes(_VERSION_SIZE, "big") + nonce
        return head + self._kek(version).encrypt(nonce, key, context)

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        version = int.from_bytes(wrapped[:_VERSION_SIZE], "big")
        nonce = wrapped[_VERSION_SIZE : _VERSION_SIZE + sm4.NONCE_SIZE]
        try:
            return self._kek(version).decrypt(nonce, wrapped[_VERSION_SIZE + sm4.NONCE_SIZE :], context)
        except (sm4.TagMismatch, ValueError) as problem:
            raise KeyProviderError("a wrapped data key was altered or belongs elsewhere") from problem

    def renew(self) -> int:
        with self._lock:
            self._read()
            content: dict[str, Any] = json.loads(self._path.read_text())
            version = max(self._keks) + 1
            content["kek"][str(version)] = self.random(sm4.KEY_SIZE).hex()
            content["kek_current"] = version
            _replace(self._path, json.dumps(content))
            self._read()
        return version

    def mac(self, name: str, data: bytes) -> bytes:
        key = self._pepper if name == PASSWORD else sm3.hmac(self._mac, name.encode())
        return sm3.hmac(key, data)

    def sign(self, name: str, data: bytes) -> bytes:
        return self._signing.sign(data)

    def verify(self, name: str, data: bytes, signature: bytes) -> bool:
        return self._signing.verify(data, signature)

    def public_key(self, name: str) -> bytes:
        return self._signing.public

    def random(self, size: int) -> bytes:
        return secrets.token_bytes(size)

    def health(self) -> Health:
        try:
            mode = stat.S_IMODE(self._path.stat().st_mode)
        except OSError as problem:
            return Health(ok=False, certified=False, detail=f"密钥文件不可读：{problem.strerror}")
        if mode & 0o077:
            return Health(ok=True, certified=False, detail=f"密钥文件权限为 {mode:o}，其他用户可读，应为 600")
        return Health(ok=True, certified=False, detail="密钥保存在文件中，未使用经认证的密码模块")


def _replace(path: Path, text: str) -> None:
    """Write the file anew, same owner and mode; a crash leaves either the old or the new one."""
    before = path.stat()
    draft = path.with_name(f".{path.name}.{os.getpid()}.new")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        os.fchmod(file.fileno(), stat.S_IMODE(before.st_mode))
        if (before.st_uid, before.st_gid) != (os.geteuid(), os.getegid()):
            os.fchown(file.fileno(), before.st_uid, before.st_gid)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@cache
def provider() -> KeyProvider:
    """The provider that settings.KEY_PROVIDER names, made once per process."""
    made: KeyProvider = import_string(settings.KEY_PROVIDER)()
    if isinstance(made, FileKeyProvider) and not settings.DEBUG and not settings.DEMO:
        log.warning(
            "FILE-BASED KEYS IN PRODUCTION: %s holds every key in clear. GB/T 39786-2021 level 3 asks for a "
            "certified module; set KEY_PROVIDER to its adapter (docs/operations).",
            settings.KEY_FILE,
        )
    return made
