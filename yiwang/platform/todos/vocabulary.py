"""What to-dos say to the platform: audit verbs, the right to see reports, messages to those responsible."""

from yiwang.kernel.extension.audit import AuditVerb
from yiwang.kernel.extension.messages import Category, MessageKind
from yiwang.kernel.extension.permissions import Permission, Scope
from yiwang.kernel.extension.todos import TodoKind, TodoType

PUSHED = AuditVerb("todos.pushed", "推送了待办{target}")
CHANGED = AuditVerb("todos.changed", "更新了待办{target}")
COMPLETED = AuditVerb("todos.completed", "办结了待办{target}")
CANCELLED = AuditVerb("todos.cancelled", "撤销了待办{target}")
PASSED_ON = AuditVerb("todos.passed_on", "转办了待办{target}")
MOVED = AuditVerb("todos.moved", "将待办{target}归入新的单位")
CLAIMED = AuditVerb("todos.claimed", "认领了待办{target}")
RELEASED = AuditVerb("todos.released", "将待办{target}退回单位")
KEPT_EARLY = AuditVerb("todos.kept_early", "先于推送办结了待办{target}")
QUICK_ASKED = AuditVerb("todos.quick_asked", "对待办{target}提交了快捷操作“{reason}”")
QUICK_ANSWERED = AuditVerb("todos.quick_answered", "答复了待办{target}的快捷操作：{reason}")
RECONCILED = AuditVerb("todos.reconciled", "进行了待办对账：{target}")
LINKS_CHECKED = AuditVerb("todos.links_checked", "检查了待办链接：{target}")

STANDING_CHANGED = AuditVerb("todos.standing_changed", "记录了应用运行检查的变化：{target}")

VERBS = (
    STANDING_CHANGED,
    PUSHED,
    CHANGED,
    COMPLETED,
    CANCELLED,
    PASSED_ON,
    MOVED,
    CLAIMED,
    RELEASED,
    KEPT_EARLY,
    QUICK_ASKED,
    QUICK_ANSWERED,
    RECONCILED,
    LINKS_CHECKED,
)

RECONCILE_DIFFERS = MessageKind(
    "todos.reconcile_differs",
    "待办对账有差异",
    Category.REMINDER,
    "“{app}”的待办对账有{number}项差异",
    "应用与平台未办结的待办不一致，请应用负责人核对后补推或办结",
    icon="arrows-diff",
)
RECONCILE_AGREES = MessageKind(
    "todos.reconcile_agrees",
    "待办对账恢复一致",
    Category.NOTICE,
    "“{app}”的待办对账已恢复一致",
    "应用与平台未办结的待办相同",
    icon="arrows-diff",
)
LINKS_DEAD = MessageKind(
    "todos.links_dead",
    "待办链接打不开",
    Category.REMINDER,
    "“{app}”有{number}个待办链接打不开",
    "抽查时链接没有正常应答，请应用负责人检查系统和链接地址",
    icon="link-off",
)
LINKS_GOOD = MessageKind(
    "todos.links_good",
    "待办链接恢复正常",
    Category.NOTICE,
    "“{app}”的待办链接已恢复正常",
    "此前打不开的链接已能打开，或待办已办结",
    icon="link",
)
MESSAGES = (RECONCILE_DIFFERS, RECONCILE_AGREES, LINKS_DEAD, LINKS_GOOD)

# Numbers by application and unit, never titles and never persons (domain reference §6).
READ_REPORTS = Permission("todos.read_reports", "查看待办运行情况", Scope.DISTRICT)

# What connected applications lay before people, by the kind they name.
OPEN_TYPE = {one.value: f"todos.open_{one.value}" for one in TodoKind}
_OPEN_LABELS = {
    TodoKind.DOCUMENT: ("公文待办", "file-text"),
    TodoKind.MEETING: ("会议待办", "calendar-event"),
    TodoKind.SUPERVISION: ("督办待办", "flag"),
    TodoKind.BRIEFING: ("信息待办", "news"),
    TodoKind.AFFAIR: ("事务待办", "clipboard-list"),
    TodoKind.PERSONNEL: ("人事待办", "users"),
    TodoKind.OTHER: ("其他待办", "apps"),
}
OPEN_TYPES = tuple(
    TodoType(OPEN_TYPE[kind.value], f"接入应用的{label}", kind, icon)
    for kind, (label, icon) in _OPEN_LABELS.items()
)
