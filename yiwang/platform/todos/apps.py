"""App configuration."""

from django.apps import AppConfig


class TodosConfig(AppConfig):
    name = "yiwang.platform.todos"
    label = "todos"
    verbose_name = "待办"
