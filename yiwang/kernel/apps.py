"""The kernel reads every app's manifest when all models are loaded, and lets forms speak Chinese."""

from typing import Any

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules

from yiwang.kernel import database, jobs, registry, wording


def _tell_migrated(**_: Any) -> None:
    database.migrated()


class KernelConfig(AppConfig):
    name = "yiwang.kernel"
    label = "kernel"
    verbose_name = "内核"

    def ready(self) -> None:
        wording.apply()
        autodiscover_modules("manifest")
        registry.freeze()
        jobs.register()
        # Sent once for each app with tables; crypto is the first of them.
        post_migrate.connect(_tell_migrated, sender=apps.get_app_config("crypto"))
