"""Who may change the tree (R2-5, domain reference §1), and where a unit may stand in it (R2-4)."""

from yiwang.kernel.actor import Actor
from yiwang.platform.org.models import Person, Unit
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL, MAX_DEPTH
from yiwang.platform.org.vocabulary import MANAGE_CODES, MANAGE_TREE, MANAGE_UNIT

DISTRICT_LEVELS = 3  # 根节点至三级节点由区政务服务办公室统一维护 (R2-5)

Type = Unit.NodeType
DEPARTMENT_TYPES = frozenset({Type.UNIT, Type.ENTERPRISE, Type.GROUP})
WITHOUT_CREDIT_CODE = frozenset({Type.SECTION, Type.CATEGORY, Type.GROUP})
WITHOUT_DOCUMENTS = frozenset({Type.CATEGORY, Type.GROUP})

_CHANGE_RANK = "改变层级请办理升格、降格"


def can_edit_level(actor: Actor, *, level: int, at: str) -> bool:
    """May he write a unit of that level, in the branch with that path?"""
    if actor.allows(MANAGE_TREE.key):
        return True
    return level > DISTRICT_LEVELS and actor.allows(MANAGE_UNIT.key, at=at)


def can_manage_codes(actor: Actor) -> bool:
    """May he change the code lists (§29: 系统管理员)?"""
    return actor.allows(MANAGE_CODES.key)


def is_self(actor: Actor, person: Person) -> bool:
    """Is it his own record?"""
    return getattr(actor, "person_id", None) == person.pk


def can_manage_people(actor: Actor, unit: Unit) -> bool:
    """May he enter persons and posts of this unit?"""
    return actor.allows(MANAGE_TREE.key) or actor.allows(MANAGE_UNIT.key, at=unit.path)


def placement_fault(node_type: str, level: int) -> str:
    """Why a unit of that type cannot stand at that level (R2-4); "" when it can."""
    if level > MAX_DEPTH:
        return f"组织架构最多{MAX_DEPTH}级"
    if (level < DEPARTMENT_LEVEL) != (node_type == Type.CATEGORY):
        return "根节点和一级节点为分类，其他各级不设分类"
    if level == DEPARTMENT_LEVEL and node_type not in DEPARTMENT_TYPES:
        return "二级节点为区级部门、街道、镇和区属企业，类型应为单位、企业或虚拟分组"
    return ""


def move_fault(unit: Unit, target: Unit) -> str:
    """Why the unit cannot be put below that one as it is (划转); "" when it can."""
    below = below_itself_fault(unit, target)
    if below:
        return below
    to_level = target.level + 1
    if unit.level == DEPARTMENT_LEVEL and to_level != DEPARTMENT_LEVEL:
        return f"二级节点只能设在一级分类之下，{_CHANGE_RANK}"
    if unit.level != to_level and min(unit.level, to_level) <= DEPARTMENT_LEVEL:
        return _CHANGE_RANK
    return ""


def rank_fault(unit: Unit, target: Unit) -> str:
    """Why the unit cannot be raised or lowered to stand below that one (升格、降格); "" when it can."""
    if unit.level == DEPARTMENT_LEVEL and target.level > DEPARTMENT_LEVEL:
        return "二级节点不能设在三级及以下节点之下"
    return below_itself_fault(unit, target)


def below_itself_fault(unit: Unit, target: Unit) -> str:
    """No unit stands below itself, and none below a dissolved one."""
    if target.path.startswith(unit.path):
        return "不能划转到本机构或其下级机构"
    if target.status == Unit.Status.REVOKED:
        return "上级机构已撤销"
    return ""
