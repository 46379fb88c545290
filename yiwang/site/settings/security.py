"""Cookies, headers, passwords, sessions, keys."""

from yiwang.site import secret
from yiwang.site.environment import environment

_environment = environment()

SECRETS = secret.load(_environment.secret_file)
SECRET_KEY = SECRETS["django"]
KEY_PROVIDER = "yiwang.kernel.crypto.keys.FileKeyProvider"
KEY_FILE = _environment.secret_file

ALLOWED_HOSTS = [host for host in _environment.hosts if host]
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if _environment.https else []
# Proxies in front that append to X-Forwarded-For; 0: the connection's own address counts.
TRUSTED_PROXIES = 1 if _environment.https else 0
CSRF_COOKIE_NAME = "yiwang_csrf"
CSRF_COOKIE_HTTPONLY = False  # htmx sends it as a header
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = _environment.https
CSRF_FAILURE_VIEW = "yiwang.kernel.responses.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_HSTS_SECONDS = 31_536_000 if _environment.https else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _environment.https else None

# Login (domain reference §19.1: 等保 8.1.4.1).
SESSION_COOKIE = "yiwang_session"
SESSION_COOKIE_SECURE = _environment.https
SESSION_IDLE_SECONDS = 30 * 60
SESSION_ABSOLUTE_SECONDS = 12 * 3600
ADMINISTRATION_SECONDS = 30 * 60  # 管理模式 ends by itself; a session that idles ends before
CACHE_PRINCIPALS = True  # kept true by news from the database, see accounts/queries/principals.py
LOGIN_FAILURES_BEFORE_LOCK = 5
LOGIN_LOCK_SECONDS = 30 * 60
LOGIN_FAILURES_PER_ADDRESS = (30, 60)  # at most 30 in 60 seconds; an office shares one address
PASSWORD_MIN_LENGTH = 10
PASSWORD_HISTORY = 5
PASSWORD_MAX_DAYS = 90

# PBKDF2-HMAC-SM3 with a pepper held by the key provider; Argon2id for sites without GM duties.
PASSWORD_SCHEME = _environment.password_scheme
PASSWORD_ITERATIONS = 600_000
_HASHERS = {
    "sm3": "yiwang.kernel.crypto.passwords.PBKDF2SM3PasswordHasher",
    "argon2": "yiwang.kernel.crypto.passwords.SlimArgon2PasswordHasher",
}
PASSWORD_HASHERS = [_HASHERS.pop(PASSWORD_SCHEME), *_HASHERS.values()]  # the first is used for new ones
