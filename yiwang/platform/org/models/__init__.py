"""The facts of the organisation, listed for Django."""

from yiwang.platform.org.models.code import Code
from yiwang.platform.org.models.person import Person, PersonQuerySet
from yiwang.platform.org.models.post import Post
from yiwang.platform.org.models.unit import Unit, UnitAlias, UnitQuerySet, UnitVersion

__all__ = ["Code", "Person", "PersonQuerySet", "Post", "Unit", "UnitAlias", "UnitQuerySet", "UnitVersion"]
