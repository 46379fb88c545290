"""App configuration."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "yiwang.platform.accounts"
    label = "accounts"
    verbose_name = "账号"
