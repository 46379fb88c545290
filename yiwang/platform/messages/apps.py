"""App configuration."""

from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "yiwang.platform.messages"
    label = "messages"
    verbose_name = "消息"
