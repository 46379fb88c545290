"""Upkeep as Django knows it."""

from django.apps import AppConfig


class UpkeepConfig(AppConfig):
    name = "yiwang.platform.upkeep"
    label = "upkeep"
    verbose_name = "通讯录维护"
