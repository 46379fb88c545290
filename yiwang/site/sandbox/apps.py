"""The sandbox as a Django app: it has no tables. On the real platform it does nothing."""

from django.apps import AppConfig


class SandboxConfig(AppConfig):
    name = "yiwang.site.sandbox"
    label = "sandbox"
    verbose_name = "沙箱"
