"""The gateways that the settings choose."""

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from yiwang.platform.messages.gateways.interface import MailGateway, PushGateway, SmsGateway


@cache
def gateway() -> SmsGateway:
    """SMS_GATEWAY is the dotted name of a class with the interface."""
    made: SmsGateway = import_string(settings.SMS_GATEWAY)()
    return made


@cache
def push_gateway() -> PushGateway:
    """PUSH_GATEWAY is the dotted name of a class with the interface."""
    made: PushGateway = import_string(settings.PUSH_GATEWAY)()
    return made


@cache
def mail_gateway() -> MailGateway:
    """MAIL_GATEWAY is the dotted name of a class with the interface."""
    made: MailGateway = import_string(settings.MAIL_GATEWAY)()
    return made
