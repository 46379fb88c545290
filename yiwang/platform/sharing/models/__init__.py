"""Models of sharing, listed for Django."""

from yiwang.platform.sharing.models.channel import Channel, Comparison
from yiwang.platform.sharing.models.ledger import PushRecord, SharedPerson
from yiwang.platform.sharing.models.share import Share, ShareMember, ShareQuerySet

__all__ = [
    "Channel",
    "Comparison",
    "PushRecord",
    "Share",
    "ShareMember",
    "ShareQuerySet",
    "SharedPerson",
]
