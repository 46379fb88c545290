"""The gateway that the settings choose."""

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from yiwang.platform.messages.gateways.interface import SmsGateway


@cache
def gateway() -> SmsGateway:
    """SMS_GATEWAY is the dotted name of a class with the interface."""
    made: SmsGateway = import_string(settings.SMS_GATEWAY)()
    return made
