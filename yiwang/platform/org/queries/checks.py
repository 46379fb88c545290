"""What must hold of a unit before it is written. Each check raises the refusal that people read."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from yiwang.kernel import validators
from yiwang.kernel.actor import Actor
from yiwang.kernel.errors import invalid, require
from yiwang.platform.org import rules
from yiwang.platform.org.models import Unit
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL
from yiwang.platform.org.queries import words

LEVEL_REFUSED = "一至三级节点由区级统一维护，请提交调整申请"

# What 信息修改 may change. Names, place, rank and order have acts of their own; the code never changes.
DETAILS = (
    *("node_type", "nature", "uscc", "region_code", "duty_phone", "fax", "address", "postcode"),
    *("exchanges_documents", "quota_administrative", "quota_institution", "quota_worker"),
    *("external_ids", "source_note"),
)

_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,31}")
_REGION_CODE = re.compile(r"\d{6}|\d{9}|\d{12}")
_POSTCODE = re.compile(r"\d{6}")
_AGENCY_WORD = re.compile(r"[\u4e00-\u9fa5]{1,12}")
_BLANKS = re.compile(r"\s+")
_MOST_POSTS = 99_999


@dataclass(frozen=True, slots=True)
class Facts:
    """A unit as a form or a file states it. details: see DETAILS; sort: None to stand last."""

    code: str
    parent_code: str
    full_name: str
    short_name: str
    node_type: str
    details: Mapping[str, Any]
    rank: str = ""
    sort: int | None = None


def require_level(actor: Actor, *, level: int, at: str) -> None:
    """Levels 0 to 3 are the district's, the others their own administrator's (R2-5)."""
    require(rules.can_edit_level(actor, level=level, at=at), LEVEL_REFUSED, status=403, code="E-ORG-02")


def name(field: str, text: str, *, longest: int) -> str:
    """A unit's name without blanks."""
    label = "全称" if field == "full_name" else "简称" if field == "short_name" else "名称"
    clean = _BLANKS.sub("", text)
    if not clean:
        raise invalid(field, f"请填写{label}")
    if len(clean) > longest:
        raise invalid(field, f"{label}不能超过{longest}个字")
    return clean


def require_free_names(
    parent: Unit | None, level: int, full_name: str, short_name: str, *, besides: Unit | None = None
) -> None:
    """No sibling has that full name; a department's names are unique in the tree (domain reference §1)."""
    others = Unit.objects.exclude(status=Unit.Status.REVOKED)
    if besides is not None:
        others = others.exclude(pk=besides.pk)
    if others.filter(parent=parent, full_name=full_name).exists():
        raise invalid("full_name", "同级已存在同名机构", code="E-ORG-01")
    if level != DEPARTMENT_LEVEL:
        return
    if others.filter(full_name=full_name).exists():
        raise invalid("full_name", "全区已有同名机构，二级节点的全称不能重复", code="E-ORG-01")
    if others.filter(level=DEPARTMENT_LEVEL, short_name=short_name).exists():
        raise invalid("short_name", "简称已被其他二级节点使用，主送、抄送时无法区分", code="E-ORG-01")


def code_form(text: str) -> str:
    """A unit's code as it is written."""
    clean = text.strip().upper()
    if not clean:
        raise invalid("code", "请填写机构编码")
    if not _CODE.fullmatch(clean):
        raise invalid("code", "机构编码由大写字母、数字和连字符组成，不超过32个字符")
    return clean


def code(text: str) -> str:
    """A unit's code: never used before, not even by a dissolved unit."""
    clean = code_form(text)
    if Unit.objects.filter(code=clean).exists():
        raise invalid("code", "机构编码已被使用")
    return clean


def rank(value: str) -> str:
    """A 机构规格, or none."""
    return _chosen("rank", value)


def require_place(node_type: str, level: int, *, field: str = "node_type") -> None:
    """Which types stand at which level (R2-4)."""
    fault = rules.placement_fault(node_type, level)
    if fault:
        raise invalid(field, fault)


def agency_word(text: str, unit: Unit) -> str:
    """A word for document numbers; in use by one unit at a time."""
    clean = text.strip()
    if not _AGENCY_WORD.fullmatch(clean):
        raise invalid("word", "发文机关代字应为1至12个汉字")
    owner = words.owner_of(clean)
    if owner is not None and owner.pk != unit.pk:
        raise invalid("word", f"代字“{clean}”正由{owner.short_name}使用")
    return clean


def details(values: Mapping[str, Any], *, unit: Unit) -> dict[str, Any]:
    """The values as they will be stored. unit: as it is, or unsaved with its node type and level."""
    unknown = sorted(set(values) - set(DETAILS))
    if unknown:
        raise ValueError(f"not details of a unit: {unknown}")
    clean = {field: _detail(field, value) for field, value in values.items()}
    node_type = str(clean.get("node_type", unit.node_type))
    require_place(node_type, unit.level)
    _require_fitting(clean, unit, node_type)
    return clean


def _require_fitting(clean: dict[str, Any], unit: Unit, node_type: str) -> None:
    uscc = clean.get("uscc", unit.uscc)
    if uscc and node_type in rules.WITHOUT_CREDIT_CODE:
        raise invalid("uscc", "内设机构、分类和虚拟分组没有统一社会信用代码")
    other = Unit.objects.filter(uscc=uscc).exclude(pk=unit.pk).first() if clean.get("uscc") else None
    if other is not None:
        raise invalid("uscc", f"统一社会信用代码已由{other.short_name}使用")
    if clean.get("exchanges_documents") and node_type in rules.WITHOUT_DOCUMENTS:
        raise invalid("exchanges_documents", "分类和虚拟分组不能独立收发文")
    is_house = unit.level == DEPARTMENT_LEVEL and node_type != Unit.NodeType.GROUP
    if is_house and unit.duty_phone and clean.get("duty_phone") == "":
        raise invalid("duty_phone", "区级部门、街道、镇须有值班电话")


def _detail(field: str, value: Any) -> Any:
    if field in _CLEANED:
        return _CLEANED[field](field, value)
    text = str(value or "").strip()
    longest: int = _column(field).max_length or 0
    if len(text) > longest:
        raise invalid(field, f"不能超过{longest}个字")
    return text


def _column(field: str) -> Any:
    return Unit._meta.get_field(field)


def _chosen(field: str, value: Any) -> str:
    choices = {str(key) for key, _ in _column(field).choices or ()}
    if value and str(value) not in choices:
        raise invalid(field, "请从选项中选择")
    if not value and field == "node_type":
        raise invalid(field, "请选择节点类型")
    return str(value or "")


def _checked(check: Callable[[str], str]) -> Callable[[str, Any], str]:
    def clean(field: str, value: Any) -> str:
        text = str(value or "").strip()
        try:
            return check(text) if text else ""
        except validators.Invalid as error:
            raise invalid(field, error.message) from error

    return clean


def _uscc(field: str, value: Any) -> str | None:
    return _checked(validators.uscc)(field, value) or None


def _matching(pattern: re.Pattern[str], message: str) -> Callable[[str, Any], str]:
    def clean(field: str, value: Any) -> str:
        text = str(value or "").strip()
        if text and not pattern.fullmatch(text):
            raise invalid(field, message)
        return text

    return clean


def _quota(field: str, value: Any) -> int | None:
    if value in (None, ""):
        return None
    if not str(value).isdecimal() or int(value) > _MOST_POSTS:
        raise invalid(field, "编制数应为不大于99999的整数")
    return int(value)


def _external_ids(field: str, value: Any) -> dict[str, str]:
    known = set(Unit.ExternalId.values)
    given = {str(key): str(text).strip() for key, text in dict(value or {}).items()}
    if set(given) - known:
        raise invalid(field, "外部编码的类别不正确")
    if any(len(text) > 50 for text in given.values()):
        raise invalid(field, "外部编码不能超过50个字符")
    return {key: text for key, text in given.items() if text}


_CLEANED: dict[str, Callable[[str, Any], Any]] = {
    "node_type": _chosen,
    "nature": _chosen,
    "uscc": _uscc,
    "region_code": _matching(_REGION_CODE, "行政区划代码应为6位、9位或12位数字"),
    "duty_phone": _checked(validators.office_phone),
    "fax": _checked(validators.office_phone),
    "postcode": _matching(_POSTCODE, "邮政编码应为6位数字"),
    "exchanges_documents": lambda _, value: bool(value),
    "quota_administrative": _quota,
    "quota_institution": _quota,
    "quota_worker": _quota,
    "external_ids": _external_ids,
}
