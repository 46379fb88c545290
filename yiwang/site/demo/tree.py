"""The units of the demonstration district, as plain objects in their maintained order. Writes nothing.

The upper levels come from data/district.txt, the towns and their committees from data/villages.json.
"""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from yiwang.platform.org.models import Unit
from yiwang.platform.org.queries.units import path_part

Nature = Unit.Nature
NodeType = Unit.NodeType

_DATA = Path(__file__).parent / "data"
_MADE_UP = "内设机构、下属单位为演示设定"
_PUBLIC = "根据公开资料整理，以机构编制部门公布为准"
_TOWNS = "镇街道"
_GROUP = "居（村）民委员会"
_SORT_STEP = 10
LAST_SORT = 9999


class Staffing(StrEnum):
    """What kind of people work in a unit itself, not below it."""

    NOBODY = "nobody"
    DISTRICT_LEADERS = "district_leaders"
    DEPARTMENT = "department"  # its leaders; everybody else is in the sections
    TOWN = "town"
    STREET = "street"
    ENTERPRISE = "enterprise"
    SECTION = "section"
    INSTITUTION = "institution"
    COMPANY = "company"
    COMMITTEE = "committee"


class Share(StrEnum):
    """The four parts of the district that people are shared out to (domain reference §34)."""

    DEPARTMENTS = "departments"
    TOWNS = "towns"
    COMMITTEES = "committees"
    ENTERPRISES = "enterprises"


@dataclass(slots=True, eq=False)
class Node:
    """A unit to be. The last five are filled in by `number` and while people are placed."""

    code: str
    short_name: str
    full_name: str
    node_type: str
    staffing: Staffing
    share: Share
    nature: str = ""
    parent: "Node | None" = None
    region_code: str = ""
    source_note: str = ""
    plate: str = ""
    is_listed: bool = True
    children: list["Node"] = field(default_factory=list)
    sort: int = 10
    level: int = 0
    id: int = 0
    path: str = ""
    position: int = 0
    is_visible: bool = True
    headcount: int = 0

    @property
    def department(self) -> "Node":
        """The level-2 unit it belongs to; itself above."""
        node = self
        while node.level > 2 and node.parent is not None:
            node = node.parent
        return node

    @property
    def is_institution(self) -> bool:
        return self.nature in (Nature.INSTITUTION_1, Nature.INSTITUTION_2)

    def walk(self) -> Iterator["Node"]:
        """Itself and all below it, in display order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Template:
    """What stands below each town or street: sections, and institutions with their own sections."""

    sections: list[str]
    institutions: list[str]


def chinese_number(number: int) -> str:
    """1 to 9,999 as one writes it: 十二, 一百零五."""
    digits, units = "零一二三四五六七八九", ("", "十", "百", "千")
    text = ""
    for place, sign in enumerate(reversed(str(number))):
        if sign != "0":
            text = digits[int(sign)] + units[place] + text
        elif text and not text.startswith("零"):
            text = "零" + text
    return text.removeprefix("一") if 10 <= number < 20 else text


def _add(parent: Node, short_name: str, full_name: str, node_type: str, staffing: Staffing) -> Node:
    """A new last child; nature and share are its parent's until said otherwise."""
    place = len(parent.children) + 1
    # Rarely more than 99 siblings: then codes have three digits, which keeps them distinct all the same.
    dash = "-" if parent.level != 1 else ""
    child = Node(
        code=f"{parent.code}{dash}{place:02d}",
        short_name=short_name,
        full_name=full_name,
        node_type=node_type,
        staffing=staffing,
        share=parent.share,
        nature=parent.nature,
        parent=parent,
        level=parent.level + 1,
    )
    parent.children.append(child)
    return child


def _split(line: str) -> list[str]:
    return [part.strip() for part in line.split("|")]


def _section(parent: Node, name: str, *, is_listed: bool = True) -> None:
    section = _add(parent, name, name, NodeType.SECTION, Staffing.SECTION)
    section.source_note, section.is_listed = _MADE_UP, is_listed


_SECTIONS_BY_KIND = (
    ("派出所", "综合指挥室 社区警务队 办案队"),
    ("大队", "综合科 一中队 二中队 三中队"),
    ("税务所", "综合组 管理组"),
    ("市场监管所", "综合组 监管组"),
    ("法庭", "综合组 审判组"),
    ("公司", "综合部 业务部"),
    ("", "办公室 业务一科 业务二科"),
)


def _institution(parent: Node, text: str) -> None:
    """A 下属单位 with its own sections: those named after a colon, else those of its kind."""
    name, colon, named = text.partition(":")
    is_company = parent.nature == Nature.STATE_ENTERPRISE
    full = f"{parent.full_name}{name}"
    if is_company:
        full = f"上海青浦{name.removesuffix('公司')}有限公司"
    elif name.startswith("区"):
        full = f"上海市青浦{name}"
    staffing = Staffing.COMPANY if is_company else Staffing.INSTITUTION
    node = _add(parent, name, full, NodeType.ENTERPRISE if is_company else NodeType.SUBORDINATE, staffing)
    node.source_note = _MADE_UP
    if name.endswith("大队"):
        node.nature = Nature.CIVIL_SERVICE_INSTITUTION
    elif not is_company and not name.endswith(("派出所", "税务所", "市场监管所", "法庭")):
        node.nature = Nature.INSTITUTION_1
    standard = next(sections for ending, sections in _SECTIONS_BY_KIND if name.endswith(ending))
    for section in named.split(",") if colon else standard.split():
        if section:
            _section(node, section)


def _department(category: Node, line: str) -> Node:
    short, full, nature, *plate = _split(line)
    kind, _, of = nature.rpartition(":")
    if kind == "leaders":
        node = _add(category, short, full, NodeType.GROUP, Staffing.DISTRICT_LEADERS)
        node.nature = of
        return node
    is_enterprise = nature == Nature.STATE_ENTERPRISE
    node_type = NodeType.ENTERPRISE if is_enterprise else NodeType.UNIT
    node = _add(
        category, short, full, node_type, Staffing.ENTERPRISE if is_enterprise else Staffing.DEPARTMENT
    )
    node.nature, node.source_note, node.plate = nature, _PUBLIC, plate[0] if plate else ""
    if is_enterprise:
        node.share = Share.ENTERPRISES
    return node


def _below(node: Node, line: str) -> None:
    sign, names = line[0], line[1:].split()
    for name in names:
        if sign == "+":
            _institution(node, name)
        else:
            _section(node, name, is_listed=sign == "-")


def _read() -> tuple[Node, Node, dict[str, list[str]]]:
    """The root, the category of the towns, and the lines below each kind of town."""
    root = Node(
        "QP", "青浦区", "上海市青浦区", NodeType.CATEGORY, Staffing.NOBODY, Share.DEPARTMENTS,
        region_code="310118",
    )  # fmt: skip
    category = department = root
    towns = root
    templates: dict[str, list[str]] = {}
    template: list[str] | None = None
    for raw in (_DATA / "district.txt").read_text(encoding="utf-8").splitlines():
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("="):
            name = line[1:].strip()
            # Not _add's code: categories are QP-01, QP-02 …
            category = _add(root, name, name, NodeType.CATEGORY, Staffing.NOBODY)
            towns = category if name == _TOWNS else towns
        elif line.startswith("*"):
            template = templates.setdefault(line[1:].strip(), [])
        elif line[0] in "-+~":
            if template is not None and category is towns:
                template.append(line)
            else:
                _below(department, line)
        else:
            department = _department(category, line)
    return root, towns, templates


def formal_committee_name(name: str) -> str:
    """薛间村村委会 is 薛间村村民委员会 in full, 大新街居委会 is 大新街居民委员会."""
    if name.endswith("村委会"):
        return name.removesuffix("村委会") + "村民委员会"
    return name.removesuffix("居委会") + "居民委员会"


def _add_towns(category: Node, templates: dict[str, list[str]]) -> None:
    content = json.loads((_DATA / "villages.json").read_text(encoding="utf-8"))
    note = f"{content['source'].split('，')[0]}，数据时点{content['as_of']}，{content['note']}"
    for row in content["towns"]:
        name = row["name"]
        is_street = name.endswith("街道")
        town = _add(
            category,
            name,
            f"上海市青浦区{name}",
            NodeType.UNIT,
            Staffing.STREET if is_street else Staffing.TOWN,
        )
        town.nature, town.share = Nature.GOVERNMENT, Share.TOWNS
        town.region_code, town.source_note = row["code"], _PUBLIC
        for line in templates["街道" if is_street else "镇"]:
            _below(town, line)
        group = _add(town, _GROUP, _GROUP, NodeType.GROUP, Staffing.NOBODY)
        group.nature = ""
        for number, committee in row["villages"].items():
            is_village = committee.endswith("村委会")
            node = _add(
                group,
                committee,
                formal_committee_name(committee),
                NodeType.VILLAGE_COMMITTEE if is_village else NodeType.RESIDENTS_COMMITTEE,
                Staffing.COMMITTEE,
            )
            node.nature, node.share = Nature.GRASSROOTS, Share.COMMITTEES
            node.region_code, node.source_note = row["code"] + number, note


# How much of the district's people, and of units made up beyond the real ones, each part has (§34).
PARTS = {
    Share.DEPARTMENTS: 0.45,
    Share.TOWNS: 0.30,
    Share.COMMITTEES: 0.20,
    Share.ENTERPRISES: 0.05,
}
_EXTRA_NAMES = {
    Share.DEPARTMENTS: ("第{}工作组", "第{}小组"),
    Share.TOWNS: ("第{}工作组", "第{}小组"),
    Share.COMMITTEES: ("第{}网格", "第{}微网格"),
    Share.ENTERPRISES: ("第{}项目部", "第{}项目组"),
}


def shared_out(total: int, weights: Sequence[float]) -> list[int]:
    """Whole numbers that add up to total, each as near to its weight's part as rounding in turn allows."""
    whole = sum(weights)
    found, done, passed = [], 0, 0.0
    for weight in weights:
        passed += weight
        until = round(total * passed / whole) if whole else 0
        found.append(until - done)
        done = until
    return found


def _add_extra(root: Node, extra: int) -> None:
    """Working groups in two layers below every unit that has people, for benchmarks of large trees."""
    nodes = list(root.walk())
    numbers = shared_out(extra, [PARTS[share] for share in PARTS])
    for share, number in zip(PARTS, numbers, strict=True):
        ends = [
            node
            for node in nodes
            if node.share is share and not node.children and node.level > 2
            and node.staffing is not Staffing.NOBODY
        ]  # fmt: skip
        for parent, count in zip(ends, shared_out(number, [1.0] * len(ends)), strict=True):
            _add_groups(parent, count)


def _add_groups(parent: Node, count: int) -> None:
    upper, lower = _EXTRA_NAMES[parent.share]
    groups = math.isqrt(count)
    for rest in shared_out(count - groups, [1.0] * groups):
        group = _add_extra_unit(parent, upper)
        for _ in range(rest):
            _add_extra_unit(group, lower)


def _add_extra_unit(parent: Node, name: str) -> Node:
    label = name.format(chinese_number(len(parent.children) + 1))
    unit = _add(parent, label, label, NodeType.SECTION, Staffing.SECTION)
    unit.source_note = _MADE_UP
    if parent.staffing is Staffing.COMMITTEE:
        unit.node_type, unit.staffing = NodeType.GROUP, Staffing.COMMITTEE
    return unit


def standard_size() -> int:
    """How many units the real tree has."""
    return len(build())


def build(units: int | None = None) -> list[Node]:
    """All units in display order, not yet numbered. ValueError when `units` is less than the real tree."""
    root, towns, templates = _read()
    _add_towns(towns, templates)
    size = sum(1 for _ in root.walk())
    if units is not None and units < size:
        raise ValueError(f"青浦区的机构树有{size}个机构，不能更少")
    if units is not None and units > size:
        _add_extra(root, units - size)
    return list(root.walk())


def number(nodes: Sequence[Node], first_id: int) -> None:
    """Give ids, paths, order and visibility, as org's own projection would (a test compares them)."""
    for place, node in enumerate(nodes):
        node.id = first_id + place
        node.position = place + 1
        above = node.parent
        node.path = (above.path if above else "") + path_part(node.id)
        node.is_visible = node.is_listed and (above is None or above.is_visible)
        step = _SORT_STEP if len(node.children) * _SORT_STEP <= LAST_SORT else 1
        for order, child in enumerate(node.children, 1):
            child.sort = order * step
