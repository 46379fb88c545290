"""The kernel reads every app's manifest when all models are loaded, and lets forms speak Chinese."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from yiwang.kernel import jobs, registry, wording


class KernelConfig(AppConfig):
    name = "yiwang.kernel"
    label = "kernel"
    verbose_name = "内核"

    def ready(self) -> None:
        wording.apply()
        autodiscover_modules("manifest")
        registry.freeze()
        jobs.register()
