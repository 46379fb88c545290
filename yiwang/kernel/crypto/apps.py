"""App configuration: no process starts with a cryptography library that computes wrongly."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from yiwang.kernel.crypto import rings, selftest


def _forget_keys(**_: Any) -> None:
    rings.forget()


class CryptoConfig(AppConfig):
    name = "yiwang.kernel.crypto"
    label = "crypto"
    verbose_name = "密码"

    def ready(self) -> None:
        selftest.run()
        # Also sent when a test or an operator has emptied all tables: the keys in memory are void then.
        post_migrate.connect(_forget_keys, sender=self)
