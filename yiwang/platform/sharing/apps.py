"""Sharing as Django knows it."""

from django.apps import AppConfig


class SharingConfig(AppConfig):
    name = "yiwang.platform.sharing"
    label = "sharing"
    verbose_name = "市级共享"
