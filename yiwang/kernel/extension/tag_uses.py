"""What stands on a tag: rules, subscriptions, ranges of applications. Such a tag stays."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from yiwang.kernel.extension.holdings import Held
from yiwang.kernel.registry import Registry


@dataclass(frozen=True)
class TagUsage:
    """A kind of thing that goes by a tag. label: Chinese, such as 订阅.

    find: tag id -> what goes by it now, as Held; while there is any, the tag is neither ended nor deleted.
    """

    key: str
    label: str
    find: Callable[[int], Sequence[Held]]


tag_usages: Registry[TagUsage] = Registry("tag_usages", "What stands on a tag")
