"""SDK of 一网协同's open API: to-dos, messages, organisation and people, events. Standard library only."""

from yiwang_sdk import webhooks
from yiwang_sdk.client import Client
from yiwang_sdk.errors import SignatureError, YiwangError

__all__ = ["Client", "SignatureError", "YiwangError", "webhooks"]
__version__ = "0.1.0"
