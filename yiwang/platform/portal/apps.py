"""App configuration."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "yiwang.platform.portal"
    label = "portal"
    verbose_name = "门户"
