"""Who may change the tree (R2-5, domain reference §1)."""

from yiwang.kernel.actor import Actor
from yiwang.platform.org.models import Unit
from yiwang.platform.org.vocabulary import MANAGE_TREE, MANAGE_UNIT

DISTRICT_LEVELS = 3  # 根节点至三级节点由区政务服务办公室统一维护 (R2-5)


def can_edit_level(actor: Actor, *, level: int, at: str) -> bool:
    """May he write a unit of that level, in the branch with that path?"""
    if actor.allows(MANAGE_TREE.key):
        return True
    return level > DISTRICT_LEVELS and actor.allows(MANAGE_UNIT.key, at=at)


def can_manage_people(actor: Actor, unit: Unit) -> bool:
    """May he enter persons and posts of this unit?"""
    return actor.allows(MANAGE_TREE.key) or actor.allows(MANAGE_UNIT.key, at=unit.path)
