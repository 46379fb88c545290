"""App configuration."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "yiwang.platform.console"
    label = "console"
    verbose_name = "管理后台"
