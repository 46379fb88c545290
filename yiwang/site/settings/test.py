"""For the test suite: everything as in production but for the cost of passwords and log noise."""

from yiwang.site.settings.base import *

DEBUG = False
SECRET_KEY = "only-for-tests"  # noqa: S105  no secret
PASSWORD_ITERATIONS = 10
JOBS_RUN_AT_COMMIT = True
CALL_LOG_AT_ONCE = True
CALLBACK_SANDBOX_LOOPBACK = True
CACHE_PRINCIPALS = False  # the listening connection would outlive the test database
ADDRESSBOOK_WATCHES_ANSWERS = False  # would ask for the version of the rules in every request
ADDRESSBOOK_CACHE_SECONDS = 0  # tests undo what they wrote
REALTIME_PORT = 0
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
