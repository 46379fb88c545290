"""URLs, middleware, templates, static files."""

from pathlib import Path

from yiwang.site.environment import environment, private_folder

_PROJECT = Path(__file__).resolve().parents[3]

ROOT_URLCONF = "yiwang.site.urls"
WSGI_APPLICATION = "yiwang.site.wsgi.application"
APPEND_SLASH = True

MIDDLEWARE = [
    "yiwang.kernel.middleware.RequestContext",  # request id, log line
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "yiwang.kernel.middleware.ContentSecurityPolicy",
    "django.middleware.common.CommonMiddleware",
    "yiwang.kernel.middleware.Refusals",  # Refused -> page or problem JSON
    "yiwang.platform.clients.middleware.OpenCalls",  # request.caller of calls with an access token
    "yiwang.platform.accounts.middleware.Sessions",  # request.user: Principal | None
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "yiwang.platform.addressbook.middleware.CanaryAlarm",  # what nobody may see must not be in an answer
    "yiwang.platform.addressbook.middleware.OneState",  # no answer mixes two states of who sees whom
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "yiwang.kernel.templating.environment",
            "context_processors": ["yiwang.kernel.templating.page_context"],
        },
    },
]
FORM_RENDERER = "yiwang.kernel.templating.FormRenderer"
TEMPLATE_CACHE_FOLDER = environment().home / "cache" / "templates"  # compiled templates survive restarts
LOGIN_URL = "accounts:login"

STATIC_URL = "/static/"
STATIC_ROOT = environment().home / "static"
_NODE = _PROJECT / "node_modules"
# Exactly these third-party files are served; nothing third-party is committed (architecture §5.10).
VENDOR_FILES = {
    "vendor/tabler/tabler.min.css": _NODE / "@tabler/core/dist/css/tabler.min.css",
    "vendor/tabler/tabler.min.js": _NODE / "@tabler/core/dist/js/tabler.min.js",
    "vendor/htmx/htmx.min.js": _NODE / "htmx.org/dist/htmx.min.js",
}
ICON_FOLDER = _NODE / "@tabler/icons/icons/outline"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "yiwang.kernel.vendor.VendorFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "yiwang.kernel.vendor.HashedStorage"},
}
WHITENOISE_MAX_AGE = 3600
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
# What pages ask for by themselves: it keeps no session alive and is in no log.
UNATTENDED_PATHS = ("/numbers/", "/messages/reach/live/")
# The process that keeps open pages informed (ADR 16): by the proxy's rule, else at its own port; 0 is none.
REALTIME_PORT = environment().realtime_port
REALTIME_URL = "/live/" if environment().https and REALTIME_PORT else ""
REALTIME_REDIS = environment().redis_url  # news go by Redis when there is one, else by the database
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
FILE_UPLOAD_TEMP_DIR = private_folder(environment().uploads)  # what users send is not for others' eyes
