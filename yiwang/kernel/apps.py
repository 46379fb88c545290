"""The kernel reads every app's manifest when all models are loaded."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from yiwang.kernel import registry


class KernelConfig(AppConfig):
    name = "yiwang.kernel"
    label = "kernel"
    verbose_name = "内核"

    def ready(self) -> None:
        autodiscover_modules("manifest")
        registry.freeze()
