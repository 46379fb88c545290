"""Logs: one JSON object a line, or words where a person watches the terminal; without personal data."""

import sys

_FORMATTER = "TerminalFormatter" if sys.stderr.isatty() else "JsonFormatter"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": f"yiwang.kernel.logs.{_FORMATTER}"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "yiwang": {"level": "INFO"},
        "yiwang.request": {"level": "INFO"},
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
