"""Connected applications as Django knows them."""

from django.apps import AppConfig


class ClientsConfig(AppConfig):
    name = "yiwang.platform.clients"
    label = "clients"
    verbose_name = "接入应用"
