"""Database: PostgreSQL only, by URL or the embedded server."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from yiwang.site.environment import environment


def from_url(url: str) -> dict[str, Any]:
    """Django's settings for postgresql://user:password@host:port/name?host=/socket/folder."""
    parts = urlsplit(url)
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or parts.hostname or ""
    return {
        "ENGINE": "yiwang.kernel.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "yiwang",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        # Persistent connections without health checks fail once after a server restart; opening
        # one per request costs ten times as much (measured, see ADR 2).
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # Some statements of every page keep their plans (kernel.database.planned); all others are bound here.
        "OPTIONS": options | {"application_name": "yiwang", "prepare_threshold": 5},
        "ATOMIC_REQUESTS": False,
    }


DATABASES = {"default": from_url(environment().effective_database_url)}

if environment().redis_url:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": environment().redis_url,
        }
    }
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
