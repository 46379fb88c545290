"""The developer site as Django knows it."""

from django.apps import AppConfig


class DeveloperConfig(AppConfig):
    name = "yiwang.platform.developer"
    label = "developer"
    verbose_name = "开放平台"
