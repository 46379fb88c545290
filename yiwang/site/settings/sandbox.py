"""For the sandbox (ADR 24): a platform without pages, for vendors' calls, reached through the real one."""

from yiwang.site.settings.base import ENVIRONMENT
from yiwang.site.settings.prod import *

SANDBOX = True
# It has no files to serve, and nobody comes with a cookie: tokens and the keeper's key count.
MIDDLEWARE = [one for one in MIDDLEWARE if "whitenoise" not in one and "Csrf" not in one]
ROOT_URLCONF = "yiwang.site.sandbox.urls"
ALLOWED_HOSTS = ["*"]  # it listens on this machine only, for the real platform
TRUSTED_PROXIES = 1  # the real platform says where a call came from
CALLBACK_SANDBOX_LOOPBACK = ENVIRONMENT.sandbox_loopback
ADDRESSBOOK_WATCHES_ANSWERS = False  # there is nobody to be hidden
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
