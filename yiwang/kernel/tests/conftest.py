"""A site of the kernel alone, for its tests: no accounts, its own addresses."""

import pytest
from django.conf import settings as django_settings
from django.test import Client
from pytest_django import Settings


@pytest.fixture
def browser(settings: Settings) -> Client:
    """A browser before the kernel's own addresses; errors of views come as pages."""
    settings.ROOT_URLCONF = "yiwang.kernel.tests.urls"
    settings.MIDDLEWARE = [
        one for one in django_settings.MIDDLEWARE if not one.startswith("yiwang.platform.")
    ]
    return Client(raise_request_exception=False)
