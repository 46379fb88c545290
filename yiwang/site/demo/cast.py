"""The named people of the demonstration: one for each part one may want to play. All are fictitious."""

import datetime
from dataclasses import dataclass

from yiwang.platform.accounts.models import Account

_Kind = Account.Kind
_State = Account.State

DISTRICT, OWN_DEPARTMENT = "district", "department"


@dataclass(frozen=True, slots=True)
class Part:
    """One of the cast. place: short names from the level-2 unit down; () for who has no post.

    roles: role and how far it reaches. second: place, title and kind of a further post.
    attempt: what to try with this account, shown by `yiwang demo accounts`.
    """

    login: str
    role: str
    label: str
    name: str
    sex: str
    born: datetime.date
    place: tuple[str, ...]
    title: str
    attempt: str
    kind: str = _Kind.USER
    state: str = _State.ACTIVE
    roles: tuple[tuple[str, str], ...] = ()
    second: tuple[tuple[str, ...], str, str] | None = None
    is_head: bool = False


_DATA_BUREAU = "区数据局"
_TOWN = "朱家角镇"
_GROUP = "居（村）民委员会"


def _day(year: int, month: int, day: int) -> datetime.date:
    return datetime.date(year, month, day)


CAST: tuple[Part, ...] = (
    Part(
        "sun", "system_administrator", "系统管理员", "孙维桢", "male", _day(1980, 1, 16),
        (_DATA_BUREAU, "综合科"), "科长",
        "先进入“管理模式”（填事由、再输密码），管理全区机构、账号和角色，提请任命管理员",
        kind=_Kind.SYSTEM_ADMINISTRATOR,
        is_head=True,
        roles=(("accounts.system_administrator", DISTRICT),),
    ),
    Part(
        "shen", "audit_administrator", "审计管理员", "沈文漪", "female", _day(1981, 2, 12),
        (_DATA_BUREAU, "网络安全科"), "审计专员", "进入“管理模式”，查看、导出审计日志和角色；打不开账号管理",
        roles=(("accounts.audit_administrator", DISTRICT),),
    ),
    Part(
        "an", "security_administrator", "安全管理员", "安若屏", "female", _day(1982, 3, 3),
        (_DATA_BUREAU, "网络安全科"), "安全专员", "进入“管理模式”，确认管理员任命；打不开审计日志和账号管理",
        roles=(("accounts.security_administrator", DISTRICT),),
    ),
    Part(
        "qian", "graded_administrator", "分级管理员", "钱蕴芬", "female", _day(1985, 6, 6),
        (_TOWN, "党政办公室"), "副主任", "进入“管理模式”，管理朱家角镇的账号和角色；别的镇看不到",
        kind=_Kind.GRADED_ADMINISTRATOR,
        roles=(("accounts.graded_administrator", OWN_DEPARTMENT),),
    ),
    Part(
        "luo", "second_system_administrator", "系统管理员", "罗立群", "male", _day(1983, 4, 14),
        (_DATA_BUREAU, "综合科"), "副科长", "与 sun 两人办理管理员任命：一人提请，另一人确认",
        kind=_Kind.SYSTEM_ADMINISTRATOR,
        roles=(("accounts.system_administrator", DISTRICT),),
    ),
    Part(
        "tang", "office_director", "办公室主任", "唐静宜", "female", _day(1979, 11, 11),
        (_TOWN, "党政办公室"), "主任", "审核朱家角镇申报的人员变动；没有管理模式", is_head=True,
        roles=(("accounts.office_director", OWN_DEPARTMENT),),
    ),
    Part(
        "gu", "graded_administrator_elsewhere", "分级管理员", "顾怀恩", "male", _day(1986, 12, 12),
        ("徐泾镇", "党政办公室"), "副主任", "与 qian 对照：调动由调出、调入两个单位办理",
        kind=_Kind.GRADED_ADMINISTRATOR,
        roles=(("accounts.graded_administrator", OWN_DEPARTMENT),),
    ),
    Part(
        "lu", "district_leader", "区领导", "陆怀瑾", "male", _day(1971, 9, 20),
        ("区政府领导",), "副区长", "用手机看工作台和通讯录",
    ),
    Part(
        "zhao", "town_leader", "镇长", "赵明谦", "male", _day(1975, 5, 5),
        (_TOWN,), "党委副书记、镇长", "浏览本镇机构，查找区级部门的同志", is_head=True,
        roles=(("accounts.unit_head", OWN_DEPARTMENT),),
    ),
    Part(
        "fang", "office_head", "办公室主任", "方知秋", "female", _day(1979, 11, 8),
        ("区水务局", "办公室"), "主任", "查看本局各科室和下属单位的人员", is_head=True,
        roles=(("accounts.office_director", OWN_DEPARTMENT),),
    ),
    Part(
        "li", "clerk", "办事员", "李叙言", "male", _day(1990, 7, 7),
        (_TOWN, "党政办公室"), "四级主任科员", "按姓名、拼音、首字母查找同事",
    ),
    Part(
        "zhou", "committee_secretary", "居委书记", "周月漪", "female", _day(1978, 8, 8),
        (_TOWN, _GROUP, "大新街居委会"), "党总支书记", "从居委会看全区：看不到隐藏的专班", is_head=True,
    ),
    Part(
        "wang", "clerk_elsewhere", "另一个镇的办事员", "王海若", "male", _day(1991, 9, 9),
        ("徐泾镇", "党政办公室"), "四级主任科员", "与 li 对照：各看各的部门，同样看不到隐藏的专班",
    ),
    Part(
        "he", "two_posts", "兼职人员", "何延清", "male", _day(1977, 4, 18),
        ("区府办",), "党组成员、副主任", "在右上角切换身份：区府办、区城运中心",
        second=(("区城运中心",), "主任", "concurrent"),
    ),
    Part(
        "xu", "seconded", "借调人员", "徐若川", "male", _day(1988, 10, 2),
        ("徐泾镇", "党群工作办公室"), "三级主任科员", "名片上有主职和借调两个任职；在右上角切换身份",
        second=(("区委宣传部", "宣传科"), "借调工作人员", "secondment"),
    ),
    Part(
        "mi", "hidden_group", "专班成员", "米思源", "male", _day(1983, 4, 4),
        ("区委办公室", "重点工作专班"), "组长", "通讯录不显示其专班；同部门的人看得到", is_head=True,
    ),
    Part(
        "lao", "not_activated", "待激活人员", "劳乐天", "male", _day(1999, 10, 10),
        ("徐泾镇", "党政办公室"), "二级科员", "用激活码首次登录：核对信息、签署承诺书、设置密码",
        state=_State.INACTIVE,
    ),
    Part(
        "temp", "temporary", "临时账号", "陶砚舟", "male", _day(1995, 11, 11),
        (), "", "没有通讯录；到期当天24:00失效", kind=_Kind.TEMPORARY,
    ),
)  # fmt: skip

# Who answers for the temporary accounts of the cast.
SPONSOR = "qian"
