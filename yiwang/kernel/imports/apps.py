"""App configuration."""

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "yiwang.kernel.imports"
    label = "imports"
    verbose_name = "批量导入"
