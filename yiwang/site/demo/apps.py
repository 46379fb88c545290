"""The demonstration district as a Django app: it has no tables, only an audit verb of its own."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "yiwang.site.demo"
    label = "demo"
    verbose_name = "演示数据"
