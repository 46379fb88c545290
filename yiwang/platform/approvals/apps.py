"""App configuration."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "yiwang.platform.approvals"
    label = "approvals"
    verbose_name = "审批"
