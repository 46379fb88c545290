"""The fictitious organisation: 12 units, 60 people, 5 tags. Every name shows that it is none of the district.

People are called by a surname and a heavenly stem (赵甲, 钱乙 …); region 310199 of their identity numbers and
the beginning 1990000 of their mobile numbers are not in use.
"""

from dataclasses import dataclass

ROOT = "SX"
FIRST_ID = 9_000_001  # of persons and units: a number from here means nobody on the real platform

UNITS = (
    # code, parent's code, full name, short name, node type
    ("SX", None, "沙箱区（虚构）", "沙箱区", "category"),
    ("SX-01", "SX", "沙箱区机关", "沙箱区机关", "category"),
    ("SX-0101", "SX-01", "沙箱区人民政府办公室", "沙箱区府办", "unit"),
    ("SX-0101-01", "SX-0101", "沙箱秘书科", "沙箱秘书科", "section"),
    ("SX-0102", "SX-01", "沙箱区数据局", "沙箱数据局", "unit"),
    ("SX-0102-01", "SX-0102", "沙箱综合科", "沙箱综合科", "section"),
    ("SX-0103", "SX-01", "沙箱区水务局", "沙箱水务局", "unit"),
    ("SX-02", "SX", "沙箱区镇街道", "沙箱区镇街道", "category"),
    ("SX-0201", "SX-02", "沙箱区甲镇", "沙箱甲镇", "unit"),
    ("SX-0201-01", "SX-0201", "沙箱甲镇党政办公室", "沙箱甲镇党政办", "section"),
    ("SX-0201-02", "SX-0201", "沙箱甲镇网格中心", "沙箱甲镇网格中心", "subordinate"),
    ("SX-0202", "SX-02", "沙箱区乙街道", "沙箱乙街道", "unit"),
)

_SURNAMES = "赵钱孙李周吴"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
# Where the sixty serve, in their order, and as what the first of each unit does.
_PLACES = (
    ("SX-0101", 4, "主任"),
    ("SX-0101-01", 8, "科长"),
    ("SX-0102", 4, "局长"),
    ("SX-0102-01", 8, "科长"),
    ("SX-0103", 8, "局长"),
    ("SX-0201", 4, "镇长"),
    ("SX-0201-01", 8, "主任"),
    ("SX-0201-02", 8, "主任"),
    ("SX-0202", 8, "主任"),
)
OTHERS = "工作人员"

TAGS = (
    # name, group, note, whom: the title of people, or every so many-th of all
    ("沙箱·单位负责人", "职务", "各单位、科室负责人", "heads"),
    ("沙箱·信息员", "信息报送", "各单位一名", "second"),
    ("沙箱·网格员", "基层治理", "甲镇网格中心人员", "SX-0201-02"),
    ("沙箱·值班员", "应急值守", "每十人一名", "tenth"),
    ("沙箱·水务人员", "业务条线", "水务局全体人员", "SX-0103"),
)


@dataclass(frozen=True, slots=True)
class Someone:
    """One of the sixty. number: from 0."""

    number: int
    name: str
    unit: str
    title: str
    is_first: bool
    is_second: bool

    @property
    def login_name(self) -> str:
        return f"sandbox{self.number + 1:02}"

    @property
    def mobile(self) -> str:
        return f"1990000{self.number + 1:04}"

    @property
    def id_number(self) -> str:
        """Born on a day in 1980, so that age and sex can be reckoned."""
        body = f"310199198{self.number % 10}0101{self.number + 1:03}"
        weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
        total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
        return body + "10X98765432"[total % 11]


def people() -> list[Someone]:
    """All of them, unit by unit."""
    names = [surname + stem for stem in _STEMS for surname in _SURNAMES]
    found: list[Someone] = []
    for unit, many, head in _PLACES:
        for place in range(many):
            number = len(found)
            title = head if place == 0 else OTHERS
            found.append(Someone(number, names[number], unit, title, place == 0, place == 1))
    return found


def is_marked(one: Someone, whom: str) -> bool:
    """Does this tag stand on him?"""
    if whom == "heads":
        return one.is_first
    if whom == "second":
        return one.is_second
    return one.number % 10 == 0 if whom == "tenth" else one.unit == whom
