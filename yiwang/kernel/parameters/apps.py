"""App configuration."""

from django.apps import AppConfig


class ParametersConfig(AppConfig):
    name = "yiwang.kernel.parameters"
    label = "parameters"
    verbose_name = "运行参数"
