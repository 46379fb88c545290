"""Tags as Django knows them."""

from django.apps import AppConfig


class TagsConfig(AppConfig):
    name = "yiwang.platform.tags"
    label = "tags"
    verbose_name = "标签管理"
