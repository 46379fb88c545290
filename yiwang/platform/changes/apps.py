"""App configuration."""

from django.apps import AppConfig


class ChangesConfig(AppConfig):
    name = "yiwang.platform.changes"
    label = "changes"
    verbose_name = "变动"
