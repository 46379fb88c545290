"""What upkeep says to the platform: audit verbs, rights, messages, to-dos, numbers."""

from yiwang.kernel.extension.audit import AuditVerb
from yiwang.kernel.extension.messages import Category, MessageKind
from yiwang.kernel.extension.numbering import Series
from yiwang.kernel.extension.permissions import Permission, Scope
from yiwang.kernel.extension.roles import RoleExtra
from yiwang.kernel.extension.todos import TodoKind, TodoType
from yiwang.platform.upkeep.models.scope import MAINTAIN_KEY, SUPERVISE_KEY

MAINTAIN = Permission(MAINTAIN_KEY, "通讯录维护", Scope.SUBTREE)
SUPERVISE = Permission(SUPERVISE_KEY, "通讯录维护督促", Scope.DISTRICT)
PERMISSIONS = (MAINTAIN, SUPERVISE)

ROLE_EXTRAS = (
    RoleExtra("upkeep.graded_administrator", "accounts.graded_administrator", (MAINTAIN,)),
    RoleExtra("upkeep.office_director", "accounts.office_director", (MAINTAIN,)),
    RoleExtra("upkeep.system_administrator", "accounts.system_administrator", (SUPERVISE,)),
)

# Corrections (纠错)
CORRECTIONS = Series("upkeep.correction", "通讯录纠错", "纠〔{year}〕{n}号")

REPORTED = AuditVerb("upkeep.correction_reported", "反映了通讯录有误{target}")
CORRECTED = AuditVerb("upkeep.correction_corrected", "更正并办结了纠错{target}")
UNFOUNDED = AuditVerb("upkeep.correction_unfounded", "答复纠错{target}不属实，理由：{reason}")
PASSED_ON = AuditVerb("upkeep.correction_passed_on", "将纠错{target}转交其他单位，原因：{reason}")
WITHDRAWN = AuditVerb("upkeep.correction_withdrawn", "撤销了对纠错{target}的反映")
CORRECTIONS_REMINDED = AuditVerb("upkeep.corrections_reminded", "提醒办理{target}")

HANDLE = TodoType("upkeep.handle_correction", "办理通讯录纠错", TodoKind.OTHER, "pencil-check")

TOLD_ANSWER = MessageKind(
    "upkeep.correction_answered",
    "纠错答复",
    Category.NOTICE,
    "您反映的{about}{field}有误：{result}",
    "{answer}",
    "pencil-check",
)
TOLD_CORRECTION_DUE = MessageKind(
    "upkeep.correction_due",
    "纠错办理期限提醒",
    Category.REMINDER,
    "{number}（{about}：{field}）{late}",
    "请核实后更正，或答复不属实的理由",
    "clock",
)

# Changes that wait to be entered (变更待更新)
KNOWN_REGISTERED = AuditVerb("upkeep.known_registered", "登记了待更新的变动{target}")
KNOWN_DONE = AuditVerb("upkeep.known_done", "确认变动{target}已更新")
KNOWN_VOID = AuditVerb("upkeep.known_void", "确认变动{target}无需更新，理由：{reason}")
DUES_REMINDED = AuditVerb("upkeep.dues_reminded", "提醒了{target}")
DUE_DAYS_MOVED = AuditVerb("upkeep.due_days_moved", "重新计算了{target}的期限，{reason}")

ENTER = TodoType("upkeep.enter_change", "更新人员信息", TodoKind.PERSONNEL, "user-edit")

TOLD_OVERDUE = MessageKind(
    "upkeep.changes_overdue",
    "变动逾期未更新提醒",
    Category.URGING,
    "{unit}有{count}项变动逾期未更新",
    "最早一项：{first}，{late}。人员信息发生变化的，应在7个工作日内更新",
    "clock-exclamation",
)

# The quarterly check (季度核对)
QUARTER_OPENED = AuditVerb("upkeep.quarter_opened", "发起了{target}通讯录核对")
CHECK_CONFIRMED = AuditVerb("upkeep.check_confirmed", "核对确认了{target}")
CHECKS_LAPSED = AuditVerb("upkeep.checks_lapsed", "{target}随机构撤销失效")
CHECKS_REMINDED = AuditVerb("upkeep.checks_reminded", "提醒了{target}")

CHECK = TodoType("upkeep.check_unit", "核对本单位通讯录", TodoKind.OTHER, "clipboard-check")

TOLD_CHECK_DUE = MessageKind(
    "upkeep.check_due",
    "季度核对提醒",
    Category.REMINDER,
    "请完成{unit}{quarter}通讯录核对，{late}",
    "核对期限{due}；按名单整体确认，不逐人确认",
    "clipboard-check",
)

# Figures and samples (信息质量)
SAMPLES = Series("upkeep.sample", "抽样核查", "核〔{year}〕{n}号")

FIGURES_COUNTED = AuditVerb("upkeep.figures_counted", "统计了{target}")
SAMPLE_DRAWN = AuditVerb("upkeep.sample_drawn", "抽取了{target}")
SAMPLE_CHECKED = AuditVerb("upkeep.sample_checked", "核查了{target}中的人员信息")

VERBS = (
    REPORTED,
    CORRECTED,
    UNFOUNDED,
    PASSED_ON,
    WITHDRAWN,
    CORRECTIONS_REMINDED,
    KNOWN_REGISTERED,
    KNOWN_DONE,
    KNOWN_VOID,
    DUES_REMINDED,
    DUE_DAYS_MOVED,
    QUARTER_OPENED,
    CHECK_CONFIRMED,
    CHECKS_LAPSED,
    CHECKS_REMINDED,
    FIGURES_COUNTED,
    SAMPLE_DRAWN,
    SAMPLE_CHECKED,
)
TODOS = (HANDLE, ENTER, CHECK)
MESSAGES = (TOLD_ANSWER, TOLD_CORRECTION_DUE, TOLD_OVERDUE, TOLD_CHECK_DUE)
SERIES = (CORRECTIONS, SAMPLES)
