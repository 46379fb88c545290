"""What a workbook of units would do, row by row (§1): new ones set up, known ones corrected, nothing moved.

The whole file is seen at once: a parent may stand below its children, a code twice, two rows in each other.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from yiwang.kernel.errors import Refused
from yiwang.kernel.extension.imports import ImportColumn, Incoming, Judged, Outcome
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.org import rules
from yiwang.platform.org.models import Unit
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL
from yiwang.platform.org.queries import checks
from yiwang.platform.org.queries.checks import Facts

_LAST_SORT = 9999


def _labels(choices: Any) -> dict[str, str]:
    return {str(label): str(value) for value, label in choices.choices}


_TYPES, _NATURES, _RANKS = (_labels(one) for one in (Unit.NodeType, Unit.Nature, Unit.Rank))
_YES_NO = {"是": True, "否": False}
_LEVEL_REFUSED = checks.LEVEL_REFUSED

COLUMNS = (
    ImportColumn(
        "code",
        "机构编码",
        is_required=True,
        most=32,
        hint="大写字母、数字和连字符，启用后不变",
        example="QP-0904-1647",
    ),
    ImportColumn(
        "parent_code",
        "上级机构编码",
        is_required=True,
        most=32,
        hint="已有的机构，或本文件中的机构",
        example="QP-0904-16",
    ),
    ImportColumn(
        "full_name",
        "全称",
        is_required=True,
        most=100,
        width=34,
        hint="同级不能重名",
        example="淀山湖一村村民委员会",
    ),
    ImportColumn("short_name", "简称", is_required=True, most=30, width=22, example="淀山湖一村村委会"),
    ImportColumn("node_type", "节点类型", is_required=True, choices=tuple(_TYPES)),
    ImportColumn("nature", "单位性质", choices=tuple(_NATURES)),
    ImportColumn("rank", "机构规格", choices=tuple(_RANKS), hint="已有机构的规格通过升格、降格调整"),
    ImportColumn("uscc", "统一社会信用代码", most=18, width=22, hint="内设机构、分类和虚拟分组不填"),
    ImportColumn("region_code", "行政区划代码", most=12, hint="街镇9位，居村12位", example="310118102204"),
    ImportColumn("sort", "排序号", most=4, width=10, hint="1至9999，不填的排在最后"),
    ImportColumn("duty_phone", "值班电话", most=30, example="021-59720000"),
    ImportColumn("fax", "传真", most=30),
    ImportColumn("address", "地址", most=200, width=34),
    ImportColumn("postcode", "邮编", most=6, width=10, example="201713"),
    ImportColumn("exchanges_documents", "独立收发文", choices=tuple(_YES_NO), width=12),
    ImportColumn("quota_administrative", "行政编制数", most=5, width=12),
    ImportColumn("quota_institution", "事业编制数", most=5, width=12),
    ImportColumn("quota_worker", "工勤编制数", most=5, width=12),
    *(ImportColumn(f"external_{key}", str(label), most=50) for key, label in Unit.ExternalId.choices),
)
_NAMES = {column.key: column.label for column in COLUMNS}
_TEXTS = ("uscc", "region_code", "duty_phone", "fax", "address", "postcode")
_QUOTAS = ("quota_administrative", "quota_institution", "quota_worker")


def facts(cells: Mapping[str, str]) -> Facts:
    """A row as the act understands it. Empty cells say nothing of a known unit."""
    details: dict[str, Any] = {"node_type": _TYPES.get(cells["node_type"], "")}
    details |= {key: cells[key] for key in (*_TEXTS, *_QUOTAS) if cells[key]}
    if cells["nature"]:
        details["nature"] = _NATURES.get(cells["nature"], "")
    if cells["exchanges_documents"]:
        details["exchanges_documents"] = _YES_NO.get(cells["exchanges_documents"], False)
    external = {key: cells[f"external_{key}"] for key in Unit.ExternalId.values if cells[f"external_{key}"]}
    if external:
        details["external_ids"] = external
    return Facts(
        code=cells["code"].upper(),
        parent_code=cells["parent_code"].upper(),
        full_name=cells["full_name"],
        short_name=cells["short_name"],
        node_type=details["node_type"],
        details=details,
        rank=_RANKS.get(cells["rank"], ""),
        sort=int(cells["sort"]) if cells["sort"].isdecimal() else None,
    )


def judge(rows: Sequence[Incoming], actor: Principal) -> Iterator[Judged]:
    """What each row would do."""
    file = _File(rows, actor)
    for row in rows:
        yield file.judge(row)


class _File:
    """The file beside what the tree knows."""

    def __init__(self, rows: Sequence[Incoming], actor: Principal) -> None:
        self.actor = actor
        self.stated = {row.line: facts(row.cells) for row in rows}
        self.lines: dict[str, list[int]] = defaultdict(list)
        self.siblings: dict[tuple[str, str], list[int]] = defaultdict(list)
        self.credit_codes: dict[str, list[int]] = defaultdict(list)
        self.departments: dict[str, list[int]] = defaultdict(list)
        for line, one in self.stated.items():
            self.lines[one.code].append(line)
            self.siblings[one.parent_code, one.full_name].append(line)
            if one.details.get("uscc"):
                self.credit_codes[one.details["uscc"]].append(line)
            self.departments[one.short_name].append(line)
        codes = set(self.lines) | {one.parent_code for one in self.stated.values()}
        found = Unit.objects.filter(code__in=codes).select_related("parent")
        self.known = {unit.code: unit for unit in found}
        self.levels: dict[str, int | None] = {}

    def judge(self, row: Incoming) -> Judged:
        one = self.stated[row.line]
        errors = list(self._faults(one))
        if row.cells["sort"] and not (one.sort and 1 <= one.sort <= _LAST_SORT):
            errors.append("“排序号”应为1至9999的整数")
        unit = self.known.get(one.code)
        title = f"{one.short_name}（{one.code}）" if one.code else one.short_name
        if errors or row.errors:
            return Judged(Outcome.WRONG, title, errors=tuple(errors))
        try:
            differences = self._differences(one, unit)
        except Refused as refusal:
            return Judged(Outcome.WRONG, title, errors=tuple(_said(refusal)))
        if unit is None:
            return Judged(Outcome.NEW, title)
        return Judged(Outcome.CHANGED if differences else Outcome.UNCHANGED, title, tuple(differences))

    def _faults(self, one: Facts) -> Iterator[str]:
        """What can be said without asking the database again."""
        others = self.lines[one.code]
        if one.code and len(others) > 1:
            yield f"机构编码在文件中重复（第{'、'.join(map(str, others))}行）"
        try:
            checks.code_form(one.code)
        except Refused as refusal:
            yield refusal.message
        unit = self.known.get(one.code)
        if unit is not None:
            yield from self._faults_of_known(one, unit)
        else:
            yield from self._faults_of_new(one)

    def _faults_of_known(self, one: Facts, unit: Unit) -> Iterator[str]:
        if unit.status == Unit.Status.REVOKED:
            yield "该编码的机构已撤销，编码不再使用"
            return
        if not rules.can_edit_level(self.actor, level=unit.level, at=unit.path):
            yield self._no_right(unit.level)
        if unit.parent is not None and unit.parent.code != one.parent_code:
            yield f"上级机构与现有的“{unit.parent.short_name}”不一致，划转请办理机构调整"
        if (unit.full_name, unit.short_name) != (one.full_name, one.short_name):
            yield f"名称与现有的“{unit.full_name}（{unit.short_name}）”不一致，更名请办理机构调整"
        if one.rank and unit.rank != one.rank:
            yield f"机构规格与现有的“{unit.get_rank_display() or '未填'}”不一致，升格、降格请办理机构调整"

    def _faults_of_new(self, one: Facts) -> Iterator[str]:
        if not one.parent_code:
            return
        level = self._level(one.code)
        if level is None:
            yield self._why_nowhere(one)
            return
        base = self._base(one)
        if base.status == Unit.Status.REVOKED:
            yield f"上级机构“{base.short_name}”已撤销"
        if not rules.can_edit_level(self.actor, level=level, at=base.path):
            yield self._no_right(level)
        fault = rules.placement_fault(one.node_type, level)
        if one.node_type and fault:
            yield fault
        same = self.siblings[one.parent_code, one.full_name]
        if len(same) > 1:
            yield f"文件中同级机构重名（第{'、'.join(map(str, same))}行）"
        code = one.details.get("uscc")
        if code and len(self.credit_codes[code]) > 1:
            yield f"统一社会信用代码在文件中重复（第{'、'.join(map(str, self.credit_codes[code]))}行）"

    def _no_right(self, level: int) -> str:
        return _LEVEL_REFUSED if level <= rules.DISTRICT_LEVELS else "该机构不在您的管理范围内"

    def _level(self, code: str) -> int | None:
        """The level a unit has or would have; None when its line of parents leads nowhere."""
        line: list[str] = []
        at = code
        while at not in self.known and at not in self.levels:
            if at in line or at not in self.lines:
                self.levels |= dict.fromkeys(line, None)
                return None
            line.append(at)
            at = self.stated[self.lines[at][0]].parent_code
        level = self.known[at].level if at in self.known else self.levels[at]
        for one in reversed(line):
            level = None if level is None else level + 1
            self.levels[one] = level
        return level if line or code in self.known else self.levels[code]

    def _why_nowhere(self, one: Facts) -> str:
        """The parent is unknown, or the line of parents comes back to itself."""
        seen: list[str] = []
        at = one.code
        while at in self.lines and at not in self.known:
            if at in seen:
                return f"上级机构形成循环：{'→'.join([*seen[seen.index(at) :], at])}"
            seen.append(at)
            at = self.stated[self.lines[at][0]].parent_code
        return f"没有编码为“{at}”的上级机构"

    def _base(self, one: Facts) -> Unit:
        """The nearest unit above that exists already."""
        at = one.parent_code
        while at not in self.known:
            at = self.stated[self.lines[at][0]].parent_code
        return self.known[at]

    def _differences(self, one: Facts, unit: Unit | None) -> list[tuple[str, str, str]]:
        """What would change of a known unit; Refused when the act would refuse it."""
        if unit is None:
            level = self._level(one.code) or 0
            checks.details(one.details, unit=Unit(node_type=one.node_type, level=level))
            self._require_free(one, level)
            return []
        clean = checks.details(one.details, unit=unit)
        if "external_ids" in clean:
            clean["external_ids"] = {**unit.external_ids, **clean["external_ids"]}
        found = [
            (label, _shown(unit, field, getattr(unit, field)), _shown(unit, field, value))
            for field, label, value in _named(clean)
            if getattr(unit, field) != value
        ]
        if one.sort and one.sort != unit.sort:
            found.append((_NAMES["sort"], str(unit.sort), str(one.sort)))
        return found

    def _require_free(self, one: Facts, level: int) -> None:
        """Names that stand in the tree already; those of the file were compared before."""
        parent = self.known.get(one.parent_code)
        if parent is not None or level == DEPARTMENT_LEVEL:
            checks.require_free_names(parent, level, one.full_name, one.short_name)


def _named(clean: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    for field, value in clean.items():
        yield field, "外部编码" if field == "external_ids" else _NAMES[field], value


def _shown(unit: Unit, field: str, value: Any) -> str:
    choices = dict(Unit._meta.get_field(field).flatchoices)  # type: ignore[union-attr]  # a plain column
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dict):
        names = dict(Unit.ExternalId.choices)
        return "、".join(f"{names[key]}{text}" for key, text in value.items())
    return str(choices.get(value, value) or "")


def _said(refusal: Refused) -> Iterator[str]:
    """The refusal's sentences, each with the column it is about."""
    for field, message in refusal.fields.items():
        label = _NAMES.get(field, "")
        yield message if not label or label in message else f"“{label}”{message}"
    if not refusal.fields:
        yield refusal.message
