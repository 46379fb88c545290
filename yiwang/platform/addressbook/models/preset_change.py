"""The switch of the matrix: one preset for the whole district (R2-10, domain reference §3.4)."""

from django.db import models
from django.db.models import Q

from yiwang.platform.addressbook.models.book import Preset
from yiwang.platform.addressbook.models.proposal import Proposal


class PresetChange(Proposal):
    """From one preset to another; in force it is ended by the next."""

    preset = models.CharField("通讯规则", max_length=10, choices=Preset)

    class Meta:
        verbose_name = "通讯规则切换"
        constraints = [
            models.UniqueConstraint(
                fields=["state"],
                condition=Q(state__in=["proposed", "active"]),
                name="addressbook_one_preset_change",
            )
        ]

    def __str__(self) -> str:
        return self.get_preset_display()
