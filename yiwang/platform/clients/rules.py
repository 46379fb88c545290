"""Who may do what with connected applications, and how requests are signed and addresses matched."""

import base64
import datetime
import hmac
import ipaddress
import re
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from yiwang.kernel.actor import Actor
from yiwang.kernel.crypto import sm3
from yiwang.kernel.errors import invalid
from yiwang.platform.clients.models import Client
from yiwang.platform.clients.models.client import looks_after
from yiwang.platform.clients.vocabulary import DEVELOP, MANAGE

TOKEN_SECONDS = 7_200
RENEW_SECONDS = 300  # a new token is issued so long before the old one expires: both work meanwhile
SECRET_OVERLAP = datetime.timedelta(hours=24)
CLOCK_SKEW = datetime.timedelta(minutes=5)
REPEAT_LIFE = datetime.timedelta(hours=24)
MOST_RATE = 5_000
_HOST = re.compile(r"(?=.{1,120}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}(:[0-9]{2,5})?")
_LOCAL = re.compile(r"(127\.0\.0\.1|localhost)(:[0-9]{2,5})?")


def can_register(actor: Actor) -> bool:
    """Applications are registered, changed, disabled and closed by the system administrators (R1-17)."""
    return actor.allows(MANAGE.key)


def can_develop(actor: Actor, client: Client) -> bool:
    """Secrets, callbacks and logs: also its unit's administrator and owner, and who was named for it."""
    return can_register(actor) or actor.allows(DEVELOP.key, at=client.unit.path) or looks_after(actor, client)


def network_problem(text: str) -> str:
    """Why it is not an address or network; "" when it is."""
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return f"“{text}”不是有效的IP地址或网段"
    return ""


def is_from(address: str, networks: Sequence[str]) -> bool:
    """Does the address lie in one of the networks? No networks: it may be anywhere."""
    if not networks:
        return True
    try:
        own = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(own in ipaddress.ip_network(one, strict=False) for one in networks)


def domain_problem(text: str, *, is_sandbox: bool) -> str:
    """Why it cannot be registered as a host; "" when it can. The sandbox may name the machine itself."""
    if _HOST.fullmatch(text) or (is_sandbox and _LOCAL.fullmatch(text)):
        return ""
    return f"“{text}”不是有效的域名"


def link_problem(domains: Sequence[str], url: str, *, is_sandbox: bool) -> str:
    """Why an application may not lead people or callbacks there; "" when it may.

    Its registered hosts only, by https; the sandbox also by http.
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return "链接格式不正确"
    if parts.scheme != "https" and not (is_sandbox and parts.scheme == "http"):
        return "链接应以 https:// 开头"
    if (
        parts.username is not None
        or parts.password is not None
        or not host
        or any(one in url for one in " \\")
    ):
        return "链接格式不正确"
    own = f"{host}:{port}" if port is not None else host
    if own not in domains:
        return f"链接的域名不在应用登记的范围内：{own}"
    return ""


def canonical(method: str, path: str, query: str, *, timestamp: str, nonce: str, body: bytes) -> bytes:
    """What is signed: METHOD, time, nonce, path, sorted parameters, digest of the body; a line each."""
    parameters = "&".join(sorted(part for part in query.split("&") if part))
    digest = sm3.digest(body).hex() if body else ""
    return f"{method.upper()}\n{timestamp}\n{nonce}\n{path}\n{parameters}\n{digest}".encode()


def sign(key: str, text: bytes) -> str:
    """Base64 of HMAC-SM3."""
    return base64.b64encode(sm3.hmac(key.encode(), text)).decode()


def is_signature(key: str, text: bytes, signature: str) -> bool:
    """Is it the signature of the text? Compared in constant time."""
    return hmac.compare_digest(sign(key, text).encode(), signature.encode())


def moment_of(timestamp: str) -> datetime.datetime | None:
    """Seconds since 1970, or ISO 8601 with a zone; None for anything else."""
    try:
        if timestamp.isdigit() and len(timestamp) <= 11:
            return datetime.datetime.fromtimestamp(int(timestamp), tz=datetime.UTC)
        found = datetime.datetime.fromisoformat(timestamp)
    except (ValueError, OverflowError, OSError):
        return None
    return found if found.tzinfo is not None else None


def checked_moment(field: str, value: datetime.datetime) -> datetime.datetime:
    """A moment that an application named, in UTC: no database knows every zone that can be written."""
    if value.tzinfo is None:
        raise invalid(field, "时间应带时区，如 2026-11-30T18:00:00+08:00")
    try:
        return value.astimezone(datetime.UTC)
    except OverflowError:
        raise invalid(field, "时间超出范围") from None


def overlaps(paths: Iterable[str]) -> tuple[str, ...]:
    """The paths without those that lie below another of them."""
    kept: list[str] = []
    for path in sorted(set(paths)):
        if not kept or not path.startswith(kept[-1]):
            kept.append(path)
    return tuple(kept)
