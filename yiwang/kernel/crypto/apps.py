"""App configuration."""

from django.apps import AppConfig


class CryptoConfig(AppConfig):
    name = "yiwang.kernel.crypto"
    label = "crypto"
    verbose_name = "密码"
