"""The facts of the organisation, listed for Django."""

from yiwang.platform.org.models.code import Code
from yiwang.platform.org.models.event import Event
from yiwang.platform.org.models.history import AgencyWord, UnitAlias, UnitVersion
from yiwang.platform.org.models.person import Person, PersonQuerySet
from yiwang.platform.org.models.post import Post
from yiwang.platform.org.models.unit import Unit, UnitQuerySet

__all__ = [
    "AgencyWord",
    "Code",
    "Event",
    "Person",
    "PersonQuerySet",
    "Post",
    "Unit",
    "UnitAlias",
    "UnitQuerySet",
    "UnitVersion",
]
