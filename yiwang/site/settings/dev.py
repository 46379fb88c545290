"""For developers: debug pages, the style guide, cheap password rounds."""

from yiwang.site.settings.base import *

DEBUG = True
PASSWORD_ITERATIONS = 1_000
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
