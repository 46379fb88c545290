"""App configuration."""

from django.apps import AppConfig


class AddressbookConfig(AppConfig):
    name = "yiwang.platform.addressbook"
    label = "addressbook"
    verbose_name = "通讯录"
