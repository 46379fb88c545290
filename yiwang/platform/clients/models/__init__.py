"""Connected applications, their secrets and tokens, and what they call."""

from yiwang.platform.clients.models.client import Client, ClientMember, ClientRange, ClientSecret
from yiwang.platform.clients.models.event import Delivery, OpenEvent, Subscription
from yiwang.platform.clients.models.job import OpenJob
from yiwang.platform.clients.models.token import AccessToken, Nonce, Repeat
from yiwang.platform.clients.models.traffic import Bucket, Call, Usage

__all__ = [
    "AccessToken",
    "Bucket",
    "Call",
    "Client",
    "ClientMember",
    "ClientRange",
    "ClientSecret",
    "Delivery",
    "Nonce",
    "OpenEvent",
    "OpenJob",
    "Repeat",
    "Subscription",
    "Usage",
]
