"""Tags: persons and organisations marked so that applications can address them together (R2-11)."""

from yiwang.platform.tags.models.member import TagMember
from yiwang.platform.tags.models.share import TagShare
from yiwang.platform.tags.models.tag import Tag, TagQuerySet
from yiwang.platform.tags.models.use import TagUse
from yiwang.platform.tags.models.word import SensitiveWord

__all__ = ["SensitiveWord", "Tag", "TagMember", "TagQuerySet", "TagShare", "TagUse"]
