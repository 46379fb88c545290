"""Writes the cast into the platform's own database: python -m tests.e2e.build_district."""

import importlib

from yiwang.site.cli import django_with_database

if __name__ == "__main__":
    with django_with_database():
        importlib.import_module("tests.cast").build()
