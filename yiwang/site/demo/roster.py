"""Which posts a unit of the demonstration has: titles, ranks, order, as such units commonly have them."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from yiwang.platform.org.models import Person
from yiwang.site.demo.tree import LAST_SORT, Nature, Node, Staffing

Category = Person.Category
Establishment = Person.Establishment


@dataclass(slots=True)
class Slot:
    """One post to be filled. ages: from and to how old. also: a second post, (level-2 unit, title)."""

    title: str
    ages: tuple[int, int] = (23, 59)
    duty_level: str = ""
    grade: str = ""
    post_grade: str = ""
    category: str = Category.ESTABLISHED
    establishment: str = ""
    is_leader: bool = False
    is_head: bool = False
    portfolio: str = ""
    also: tuple[str, str] | None = None
    sort: int = 10


# 区领导: title, whether 正职, and the other post some of them hold by custom.
_DISTRICT_LEADERS: dict[str, tuple[tuple[str, bool, tuple[str, str] | None], ...]] = {
    "区委领导": (
        ("区委书记", True, None),
        ("区委副书记", False, ("区委党校", "校长")),
        ("区委常委、组织部部长", False, ("区委组织部", "部长")),
        ("区委常委、宣传部部长", False, ("区委宣传部", "部长")),
        ("区委常委、统战部部长", False, ("区委统战部", "部长")),
        ("区委常委、政法委书记", False, ("区委政法委", "书记")),
        ("区委常委、纪委书记、监委主任", False, ("区纪委监委", "书记、监委主任")),
        ("区委常委、区委办公室主任", False, ("区委办公室", "主任")),
    ),
    "区人大领导": (("区人大常委会主任", True, None), *(("区人大常委会副主任", False, None),) * 5),
    "区政府领导": (
        ("区长", True, ("区委领导", "区委副书记")),
        ("区委常委、常务副区长", False, ("区委领导", "区委常委")),
        ("副区长、公安分局局长", False, ("市公安局青浦分局", "局长")),
        *(("副区长", False, None),) * 5,
    ),
    "区政协领导": (("区政协主席", True, None), *(("区政协副主席", False, None),) * 6),
}

# Where the chief has his main post elsewhere, the first of the house itself is:
_FIRST_BELOW_LEADER = {
    "区委组织部": "常务副部长",
    "区委宣传部": "常务副部长",
    "区委统战部": "常务副部长",
    "区委政法委": "常务副书记",
    "区纪委监委": "副书记、监委副主任",
    "区委办公室": "常务副主任",
    "区委党校": "常务副校长",
    "市公安局青浦分局": "党委副书记、政委",
    "区城运中心": "常务副主任",
}
_CHIEFS = {
    "区纪委监委": ("书记", "副书记、监委副主任"),
    "区委党校": ("校长", "副校长"),
    "区委政法委": ("书记", "副书记"),
    "区级机关工作党委": ("书记", "副书记"),
    "团区委": ("书记", "副书记"),
    "区总工会": ("主席", "副主席"),
    "区残联": ("理事长", "副理事长"),
    "区红十字会": ("常务副会长", "副会长"),
    "区人民法院": ("院长", "副院长"),
    "区人民检察院": ("检察长", "副检察长"),
    "区人武部": ("部长", "副部长"),
}
_CHIEFS_BY_ENDING = (
    ("局", "局长", "副局长"),
    ("部", "部长", "副部长"),
    ("妇联", "主席", "副主席"),
    ("科协", "主席", "副主席"),
    ("联", "主席", "副主席"),
    ("", "主任", "副主任"),
)
_HEADS_BY_ENDING = (
    ("科", "科长", "副科长"),
    ("部", "部长", "副部长"),
    ("庭", "庭长", "副庭长"),
    ("法庭", "庭长", "副庭长"),
    ("局", "局长", "副局长"),
    ("支队", "支队长", "副支队长"),
    ("大队", "大队长", "副大队长"),
    ("派出所", "所长", "副所长"),
    ("所", "所长", "副所长"),
    ("站", "站长", "副站长"),
    ("院", "院长", "副院长"),
    ("馆", "馆长", "副馆长"),
    ("学校", "校长", "副校长"),
    ("中队", "中队长", "副中队长"),
    ("队", "队长", "副队长"),
    ("组", "组长", "副组长"),
    ("专班", "组长", "副组长"),
    ("公司", "总经理", "副总经理"),
    ("政治处", "主任", "副主任"),
    ("", "主任", "副主任"),
)
_TOWN = (
    ("党委书记", "县处级正职"), ("党委副书记、镇长", "县处级正职"), ("人大主席", "县处级正职"),
    ("党委副书记", "县处级副职"), ("党委委员、纪委书记", "县处级副职"), ("党委委员、副镇长", "县处级副职"),
    ("党委委员、组织委员", "县处级副职"), ("党委委员、宣传委员", "县处级副职"),
    ("党委委员、人武部部长", "县处级副职"), ("副镇长", "县处级副职"), ("副镇长", "县处级副职"),
    ("人大副主席", "县处级副职"),
)  # fmt: skip
_STREET = (
    ("党工委书记", "县处级正职"), ("党工委副书记、办事处主任", "县处级正职"), ("人大工委主任", "县处级正职"),
    ("党工委副书记", "县处级副职"), ("党工委委员、纪工委书记", "县处级副职"),
    ("党工委委员、办事处副主任", "县处级副职"), ("党工委委员、组织委员", "县处级副职"),
    ("党工委委员、人武部部长", "县处级副职"), ("办事处副主任", "县处级副职"), ("办事处副主任", "县处级副职"),
    ("人大工委副主任", "县处级副职"),
)  # fmt: skip
_ENTERPRISE = (
    "党委书记、董事长", "党委副书记、总经理", "党委副书记、纪委书记", "副总经理", "副总经理", "财务总监",
)  # fmt: skip

# 职级 by series, lowest first (domain reference §23.2).
_GENERAL = ("二级科员", "一级科员", "四级主任科员", "三级主任科员", "二级主任科员", "一级主任科员")
_POLICE = ("二级警员", "一级警员", "四级警长", "三级警长", "二级警长", "一级警长")
_ENFORCEMENT = (
    "二级行政执法员", "一级行政执法员", "四级主办", "三级主办", "二级主办", "一级主办",
)  # fmt: skip
# 岗位等级 of institutions, and what their technical staff are called.
_INSTITUTION = ("十级职员", "九级职员", "九级职员", "八级职员", "八级职员", "七级职员")
_PROFESSIONAL = (
    "专业技术十二级", "专业技术十一级", "专业技术十级", "专业技术九级", "专业技术八级", "专业技术七级",
)  # fmt: skip
_ENGINEERS = ("助理工程师", "助理工程师", "工程师", "工程师", "工程师", "高级工程师")
_JUDGES = ("五级法官", "四级法官", "三级法官", "二级法官", "一级法官", "四级高级法官")
_PROCURATORS = ("五级检察官", "四级检察官", "三级检察官", "二级检察官", "一级检察官", "四级高级检察官")
_BUREAU, _BUREAU_DEPUTY = "厅局级正职", "厅局级副职"
_COUNTY, _COUNTY_DEPUTY = "县处级正职", "县处级副职"
_TOWNSHIP, _TOWNSHIP_DEPUTY = "乡科级正职", "乡科级副职"


def establishment_of(node: Node) -> str:
    """编制类型 of the established people of a unit."""
    if node.department.short_name in ("区人民法院", "区人民检察院", "市公安局青浦分局"):
        return Establishment.POLITICAL_LEGAL
    if node.department.short_name == "区人武部":
        return Establishment.MILITARY
    if node.nature == Nature.CIVIL_SERVICE_INSTITUTION:
        return Establishment.INSTITUTION_CIVIL
    if node.is_institution:
        return Establishment.INSTITUTION_FULL
    if node.nature == Nature.STATE_ENTERPRISE:
        return Establishment.ENTERPRISE
    return Establishment.ADMINISTRATIVE


def _by_ending(name: str, table: tuple[tuple[str, str, str], ...]) -> tuple[str, str]:
    best = max((row for row in table if name.endswith(row[0])), key=lambda row: len(row[0]))
    return best[1], best[2]


def leaders(node: Node) -> list[Slot]:
    """The 领导班子 of a level-2 unit, complete; empty for units that have none."""
    if node.staffing is Staffing.DISTRICT_LEADERS:
        found = [
            Slot(
                title, (48, 59), _BUREAU if is_first else _BUREAU_DEPUTY,
                is_leader=True, is_head=place == 0, also=also,
            )
            for place, (title, is_first, also) in enumerate(_DISTRICT_LEADERS[node.short_name])
        ]  # fmt: skip
    elif node.staffing in (Staffing.TOWN, Staffing.STREET):
        ladder = _TOWN if node.staffing is Staffing.TOWN else _STREET
        found = [
            Slot(title, (38, 57), duty, is_leader=True, is_head=place < 2)
            for place, (title, duty) in enumerate(ladder)
        ]
    elif node.staffing is Staffing.ENTERPRISE:
        found = [
            Slot(title, (40, 58), is_leader=True, is_head=place < 2)
            for place, title in enumerate(_ENTERPRISE)
        ]
    elif node.staffing is Staffing.DEPARTMENT:
        found = _department_leaders(node)
    else:
        return []
    _give_portfolios(node, found)
    return found


def _department_leaders(node: Node) -> list[Slot]:
    chief, deputy = _CHIEFS.get(node.short_name) or _by_ending(node.short_name, _CHIEFS_BY_ENDING)
    first = _FIRST_BELOW_LEADER.get(node.short_name, chief)
    has_party_group = node.nature == Nature.GOVERNMENT and first == chief
    is_court = node.nature in (Nature.COURT, Nature.PROCURATORATE)
    size = 3 if len(node.children) < 5 else 4 if len(node.children) < 9 else 5
    found = [
        Slot(
            f"党组书记、{first}" if has_party_group else first,
            (42, 58),
            _BUREAU_DEPUTY if is_court else _COUNTY,
            grade="" if is_court else "一级调研员",
            is_leader=True,
            is_head=True,
        )
    ]
    for place in range(1, size):
        title = f"党组成员、{deputy}" if has_party_group and place < size - 1 else deputy
        slot = Slot(title, (38, 56), _COUNTY_DEPUTY, grade="三级调研员", is_leader=True)
        found.append(slot)
    return found


def _give_portfolios(node: Node, found: list[Slot]) -> None:
    """Deputies share the sections out among themselves (分管范围)."""
    deputies = [
        slot for slot in found if not slot.is_head and "人大" not in slot.title and "纪" not in slot.title
    ]
    names = [child.short_name for child in node.children if child.is_listed]
    for place, slot in enumerate(deputies):
        slot.portfolio = "、".join(names[place :: len(deputies)])[:200]


def _grade(ladder: tuple[str, ...], age: int) -> str:
    return ladder[min(max((age - 23) // 5, 0), len(ladder) - 1)]


def settle(slot: Slot, node: Node, age: int) -> None:
    """What depends on how old the one who fills the post is: 职级, and the title of who has no office."""
    if slot.duty_level in (_BUREAU, _BUREAU_DEPUTY, _COUNTY, _COUNTY_DEPUTY):
        return
    if slot.category != Category.ESTABLISHED or node.nature == Nature.STATE_ENTERPRISE:
        return
    department = node.department.short_name
    if department == "市公安局青浦分局":
        slot.grade = _grade(_POLICE, age)
    elif slot.title == "审判员" or slot.title.endswith("庭长"):
        slot.grade = _grade(_JUDGES, age)
    elif slot.title == "检察官":
        slot.grade = _grade(_PROCURATORS, age)
    elif node.nature == Nature.CIVIL_SERVICE_INSTITUTION:
        slot.grade = _grade(_ENFORCEMENT, age)
    elif node.is_institution:
        is_engineer = slot.title == "技术人员"
        slot.post_grade = _grade(_PROFESSIONAL if is_engineer else _INSTITUTION, age)
        if slot.title in ("", "技术人员"):
            slot.title = _grade(_ENGINEERS, age) if is_engineer else slot.post_grade
    else:
        slot.grade = _grade(_GENERAL, age)
    if slot.title in ("", "技术人员"):
        slot.title = slot.grade


def _workers(node: Node, count: int, dice: random.Random) -> Iterator[Slot]:
    """Those without an office. An empty title becomes the 职级."""
    department = node.department.short_name
    titles = {
        "市公安局青浦分局": ("民警", "民警", "民警"),
        "区人民法院": ("审判员", "法官助理", "书记员"),
        "区人民检察院": ("检察官", "检察官助理", "书记员"),
        "区融媒体中心": ("记者", "编辑", ""),
    }.get(department, ("", "技术人员", "") if node.is_institution else ("", "", ""))
    is_company = node.nature == Nature.STATE_ENTERPRISE
    contracted = "辅警" if department == "市公安局青浦分局" else "工作人员"
    chance = 0.28 if node.level > 3 or node.is_institution else 0.16
    hired = 0 if is_company else sum(dice.random() < chance for _ in range(count))
    for place in range(count - hired):
        if is_company:
            yield Slot("主管" if place < count // 4 else "员工", establishment=Establishment.ENTERPRISE)
        else:
            yield Slot(titles[place % 3])
    for _ in range(hired):
        yield Slot(contracted, (22, 55), category=Category.CONTRACTED, establishment=Establishment.CONTRACT)


def deputy_title(node: Node) -> str:
    """What the deputy head of a section is called."""
    return _by_ending(node.short_name, _HEADS_BY_ENDING)[1]


def _section(node: Node, count: int, dice: random.Random) -> Iterator[Slot]:
    head, deputy = _by_ending(node.short_name, _HEADS_BY_ENDING)
    if node.nature == Nature.STATE_ENTERPRISE and node.staffing is Staffing.SECTION:
        head, deputy = "部门经理", "部门副经理"
    has_rank = node.level == 3 and not node.is_institution and node.nature != Nature.STATE_ENTERPRISE
    deputies = min(count // 4, 3)
    yield Slot(head, (35, 57), _TOWNSHIP if has_rank else "", is_head=True)
    for _ in range(deputies):
        yield Slot(deputy, (31, 54), _TOWNSHIP_DEPUTY if has_rank else "")
    yield from _workers(node, count - 1 - deputies, dice)


def _committee(node: Node, count: int) -> Iterator[Slot]:
    """村 and 居: secretary, director, members of the two committees, community workers."""
    is_village = node.node_type == "village_committee"
    titles = [
        "党总支书记、村委会主任" if is_village else "党总支书记",
        "党总支副书记" if is_village else "居委会主任",
        "村委会副主任" if is_village else "居委会副主任",
        "村委会委员" if is_village else "居委会委员",
    ]
    if node.level > 4:  # a grid below the committee
        titles = ["网格长"]
    for place in range(count):
        is_officer = place < len(titles)
        yield Slot(
            titles[place] if is_officer else "社区工作者",
            (30, 58) if is_officer else (22, 56),
            category=Category.CONTRACTED,
            establishment=Establishment.COMMITTEE,
            is_head=place == 0,
        )


def slots(node: Node, count: int, dice: random.Random) -> list[Slot]:
    """The posts of a unit that shall have `count` people of its own, in the order they are kept."""
    found = leaders(node)[:count]
    if not found and count:
        found = list(_committee(node, count) if node.staffing is Staffing.COMMITTEE
                     else _section(node, count, dice))  # fmt: skip
    step = 10 if count * 10 <= LAST_SORT else 1
    for place, slot in enumerate(found, 1):
        slot.sort = min(place * step, LAST_SORT)
        if slot.category == Category.ESTABLISHED and not slot.establishment:
            slot.establishment = establishment_of(node)
    return found
