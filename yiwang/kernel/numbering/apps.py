"""App configuration."""

from django.apps import AppConfig


class NumberingConfig(AppConfig):
    name = "yiwang.kernel.numbering"
    label = "numbering"
    verbose_name = "编号"
