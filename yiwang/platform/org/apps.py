"""App configuration."""

from django.apps import AppConfig


class OrgConfig(AppConfig):
    name = "yiwang.platform.org"
    label = "org"
    verbose_name = "单位与人员"
