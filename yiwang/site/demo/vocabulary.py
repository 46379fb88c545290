"""What the demonstration says to the platform, and the mark it leaves on the root of its tree."""

from yiwang.kernel.extension.audit import AuditVerb
from yiwang.kernel.extension.messages import Category, MessageKind

LOADED = AuditVerb("demo.loaded", "装载了{target}")
TOLD = AuditVerb("demo.told", "为{target}生成了演示业务")

VERBS = (LOADED, TOLD)

WELCOMED = MessageKind(
    "demo.welcomed",
    "演示说明",
    Category.SYSTEM,
    "欢迎使用“一网协同”办公平台（演示）",
    "机构为青浦区真实机构，人员信息均为虚构。点此查看帮助。",
    icon="info-circle",
)
RULES_TOLD = MessageKind(
    "demo.rules_told",
    "使用须知",
    Category.NOTICE,
    "请阅读平台使用须知并确认收到",
    "本平台仅限工作使用，严禁存储、处理、传输涉密信息；组织架构和人员信息属于受控信息，严禁截屏、转发、扩散；岗位变动时及时做好工作交接。",
    icon="shield-lock",
)

MESSAGES = (WELCOMED, RULES_TOLD)

# The root's 数据来源说明 in a database with the demonstration district.
MARK = "演示数据，人员信息均为虚构"
